// One's own submissions, as a list and live; and the queue.

#include "features/submissions/jobs_queue.h"
#include "features/submissions/routes_seen.h"
#include "features/submissions/rules.h"
#include "features/submissions/store_events.h"

namespace submissions {
namespace {

using base::Result;
namespace json = base::json;

Result<Wanted> wanted_in(const web::Request& request) {
  Wanted wanted;
  wanted.author = people::person_of(request).id;
  wanted.limit = web::limit_in(request) + 1;  // to see whether more follow
  const auto after = web::after_in<SubmissionId>(request);
  if (!after) return tl::unexpected(after.error());
  wanted.after = *after;
  if (const auto state = request.query.get("state"); !state.empty()) {
    auto word = state_from(state);
    if (!word) return base::invalid("state: there is no such state of a submission");
    wanted.state = *word;
  }
  return wanted;
}

Result<json::value> views_of(Room& room, storage::Session& session, const web::Request& request,
                             const std::vector<Submission>& mine, int limit) {
  const auto now = base::now();
  json::array items;
  for (const auto& submission : mine) {
    if (static_cast<int>(items.size()) == limit) break;
    const auto* contest = room.parts().contest_of(submission.contest.kind);
    if (contest == nullptr) continue;
    auto sight = contest->sight(session, people::viewer_of(request), submission, now);
    if (!sight) return tl::unexpected(sight.error());
    auto shown = room.view(session, submission, *sight, now);
    if (!shown) return tl::unexpected(shown.error());
    items.push_back(std::move(*shown));
  }
  json::value next;
  if (static_cast<int>(mine.size()) > limit)
    next = json::value(base::to_text(mine[static_cast<std::size_t>(limit) - 1].id));
  return json::object{{"items", std::move(items)}, {"next", std::move(next)}};
}

Result<web::Response> list_mine(const web::Request& request, Room& room) {
  auto wanted = wanted_in(request);
  if (!wanted) return tl::unexpected(wanted.error());
  auto page = storage::read(room.parts().database, [&](storage::Snapshot& snapshot) -> Result<json::value> {
    auto mine = list_submissions(snapshot, *wanted);
    if (!mine) return tl::unexpected(mine.error());
    return views_of(room, snapshot, request, *mine, wanted->limit - 1);
  });
  if (!page) return tl::unexpected(page.error());
  return web::answer_json(*page);
}

// Where to go on: behind the last event that the client has, or, where that is no longer kept, from now.
Result<std::uint64_t> start_of(const web::Request& request, const storage::Database& database) {
  auto last = told_last(database);
  if (!last) return tl::unexpected(last.error());
  const auto newest = static_cast<std::uint64_t>(*last);
  const auto asked = web::last_event_id(request);
  if (!asked || *asked > newest) return newest;
  const auto kept = told_is_kept(database, static_cast<std::int64_t>(*asked));
  if (!kept) return tl::unexpected(kept.error());
  return *kept ? *asked : newest;
}

Result<web::Response> stream_mine(const web::Request& request, Room& room) {
  const auto& database = room.parts().database;
  auto start = start_of(request, database);
  if (!start) return tl::unexpected(start.error());
  auto stream = std::make_shared<web::Stream>();
  stream->topics = {topic_of(people::person_of(request).id), std::string(kQueueTopic)};
  stream->after = *start;
  stream->replay = [database, topics = stream->topics](std::uint64_t after,
                                                       std::size_t limit) -> Result<std::vector<web::Event>> {
    auto told = told_since(database, static_cast<std::int64_t>(after), static_cast<int>(limit), topics);
    if (!told) return tl::unexpected(told.error());
    std::vector<web::Event> events;
    for (auto& one : *told)
      events.push_back(
          {static_cast<std::uint64_t>(one.position), std::move(one.kind), std::move(one.payload)});
    return events;
  };
  return web::answer_events(std::move(stream));
}

Result<web::Response> show_queue(const web::Request&, Room& room) {
  auto load =
      storage::read(room.parts().database, [](storage::Snapshot& snapshot) { return queue_load(snapshot); });
  if (!load) return tl::unexpected(load.error());
  return web::answer_json(to_json(*load));
}

std::vector<web::Parameter> parameters_of_list() {
  return web::with_page({{"state", web::In::query,
                          R"({"type": "string", "enum": ["received", "trial", "queued", "running", "scored",
                              "failed", "cancelled"]})",
                          "Only those in this state"}});
}

}  // namespace

std::vector<web::Route> my_routes(Room& room) {
  return {{.method = "GET",
           .pattern = "/api/v1/me/submissions",
           .summary = "What I handed in, in whatever event, newest first",
           .permission = "signed-in",
           .scope = "read",
           .parameters = parameters_of_list(),
           .response = {R"({"type": "object", "required": ["items", "next"], "properties": {
             "items": {"type": "array", "items": {"$ref": "#/components/schemas/Submission"}},
             "next": {"$ref": "#/components/schemas/Cursor"}}})",
                        R"({"items": [], "next": null})"},
           .errors = {{400, "the cursor or the state is none"}, kNoSession, kNotAllowed},
           .handler = web::with(room, list_mine),
           .tag = "me"},
          {.method = "GET",
           .pattern = "/api/v1/me/stream",
           .summary = "Live: `submission` or `try` when one of mine changes, `queue` when that moves, "
                      "`notification` when "
                      "I am told something",
           .permission = "signed-in",
           .scope = "read",
           .response = {"", "", "text/event-stream"},
           .errors = {kNoSession, kNotAllowed},
           .handler = web::with(room, stream_mine),
           .tag = "me"},
          {.method = "GET",
           .pattern = "/api/v1/queue",
           .summary = "How many submissions wait and run, and how long one typically takes",
           .permission = "signed-in",
           .scope = "read",
           .response = {"Queue", R"({"waiting": 3, "running": 2, "typical_seconds": 4.2})"},
           .errors = {kNoSession, kNotAllowed},
           .handler = web::with(room, show_queue),
           .tag = "submissions"}};
}

}  // namespace submissions
