// The jobs of this room: their types and payloads.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "features/submissions/tries.h"
#include "machine/engine/queue.h"

namespace submissions {

inline constexpr std::string_view kEvaluate = "evaluate";
inline constexpr std::string_view kCheckProblem = "check-problem";
inline constexpr std::string_view kRescore = "rescore";
inline constexpr std::string_view kTry = "try";

// Which thing a job is about: of its members, those that its type has.
struct Order {
  std::optional<SubmissionId> submission{};
  std::optional<ProblemId> problem{};
  int run = 0;
  std::optional<TryId> tried{};
};
std::string payload_of(const Order& order);
base::Result<Order> order_from(std::string_view payload);

engine::NewJob job_for(std::string_view type, const Order& order, std::string lane);

}  // namespace submissions
