#include "features/submissions/jobs_types.h"

namespace submissions {
namespace {

template <class Id>
base::Result<std::optional<Id>> id_in(const base::json::value& value, std::string_view name) {
  const auto* member = base::find_member(value, name);
  if (member == nullptr || !member->is_string()) return std::nullopt;
  auto id = base::ulid_from(member->get_string());
  if (!id) return tl::unexpected(id.error());
  return Id(*id);
}

}  // namespace

std::string payload_of(const Order& order) {
  base::json::object object;
  if (order.submission) object["submission"] = base::to_text(*order.submission);
  if (order.problem) object["problem"] = base::to_text(*order.problem);
  if (order.tried) object["try"] = base::to_text(*order.tried);
  if (order.run > 0) object["run"] = order.run;
  return base::to_text(object);
}

base::Result<Order> order_from(std::string_view payload) {
  auto parsed = base::parse_json(payload);
  if (!parsed) return tl::unexpected(parsed.error());
  auto submission = id_in<SubmissionId>(*parsed, "submission");
  auto problem = id_in<ProblemId>(*parsed, "problem");
  if (!submission) return tl::unexpected(submission.error());
  if (!problem) return tl::unexpected(problem.error());
  auto tried = id_in<TryId>(*parsed, "try");
  if (!tried) return tl::unexpected(tried.error());
  Order order{*submission, *problem, 0, *tried};
  if (const auto* run = base::find_member(*parsed, "run"); run != nullptr && run->is_int64())
    order.run = static_cast<int>(run->get_int64());
  return order;
}

engine::NewJob job_for(std::string_view type, const Order& order, std::string lane) {
  engine::NewJob job;
  job.type = type;
  job.payload = payload_of(order);
  job.lane = std::move(lane);
  return job;
}

}  // namespace submissions
