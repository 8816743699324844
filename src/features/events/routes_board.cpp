// The board, live news, the queue.
#include <algorithm>

#include <fmt/format.h>

#include "features/events/routes_app.h"

namespace events {
namespace {

using base::Result;

Result<BoardPage> wanted_page(const web::Request& request, App& app) {
  const auto after = after_in<submissions::SubmissionId>(request);
  if (!after) return tl::unexpected(after.error());
  return app.boards.page(event_in(request), {.of = request.query.get("of") == "all" ? Of::all : Of::best,
                                             .sort = request.query.get("sort"),
                                             .after = *after,
                                             .limit = static_cast<std::size_t>(limit_in(request))});
}

Result<web::Response> show_board(const web::Request& request, App& app) {
  const auto page = wanted_page(request, app);
  if (!page) return tl::unexpected(page.error());
  const auto team = team_of_viewer(app.db(), event_in(request), people::viewer_of(request));
  if (!team) return tl::unexpected(team.error());
  json::array items;
  for (const auto& [row, rank] : page->rows) {
    auto item = row_json(*row, rank);
    item["is_mine"] = *team && (*team)->id == row->team.id;
    items.push_back(std::move(item));
  }
  json::value next;
  if (page->has_more) next = json::value(base::to_text(page->rows.back().row->submission));
  return web::answer_json(json::object{{"columns", columns_json(page->columns)},
                                       {"items", std::move(items)},
                                       {"next", std::move(next)},
                                       {"updated_at", json_of(page->updated)}});
}

// Behind the last one that the client has; from now where that is no longer kept.
Result<std::int64_t> start_of_news(const web::Request& request, const storage::Database& database) {
  const auto newest = newest_news(database);
  if (!newest) return newest;
  const auto last = web::last_event_id(request);
  if (!last || *last > static_cast<std::uint64_t>(*newest)) return newest;
  const auto after = static_cast<std::int64_t>(*last);
  const auto kept = is_kept(database, after);
  if (!kept) return tl::unexpected(kept.error());
  return *kept ? after : *newest;
}

Result<web::Response> stream(const web::Request& request, App& app) {
  const auto look = look_at(app.db(), event_in(request), people::viewer_of(request), base::now());
  if (!look) return tl::unexpected(look.error());
  const auto start = start_of_news(request, app.db());
  if (!start) return tl::unexpected(start.error());
  const auto id = look->seen.event.id;
  auto news = std::make_shared<web::Stream>();
  news->topics = {topic_of(id)};
  news->after = static_cast<std::uint64_t>(*start);
  news->replay = [database = app.database, id](std::uint64_t after,
                                               std::size_t limit) -> Result<std::vector<web::Event>> {
    auto told = news_of(*database, id, static_cast<std::int64_t>(after), limit);
    if (!told) return tl::unexpected(told.error());
    std::vector<web::Event> events;
    for (auto& one : *told)
      events.push_back(
          {static_cast<std::uint64_t>(one.position), std::move(one.kind), std::move(one.payload)});
    return events;
  };
  return web::answer_events(std::move(news));
}

Result<web::Response> show_queue(const web::Request& request, App& app) {
  const auto look = look_at(app.db(), event_in(request), people::viewer_of(request), base::now());
  if (!look) return tl::unexpected(look.error());
  return web::answer_json(queue_json(look->seen.counts));
}

constexpr std::string_view kBoard =
    R"({"type": "object", "required": ["columns", "items", "next", "updated_at"],
  "properties": {
    "columns": {"type": "array", "items": {"$ref": "#/components/schemas/ScoreColumn"}},
    "items": {"type": "array", "items": {"$ref": "#/components/schemas/BoardRow"}},
    "next": {"$ref": "#/components/schemas/Cursor"}, "updated_at": {"type": ["string", "null"], "format": "date-time"}}})";

constexpr std::string_view kBoardExample = R"({
  "columns": [{"name": "roc_auc", "precision": 3, "is_lower_the_better": false, "official": true}],
  "items": [{"rank": 1, "submission_id": "01J9ZQ6W4T1V8N3M5K7R2B0XCD", "number": 3, "name": "two trees",
    "team": {"id": "01J9ZQ6W4T1V8N3M5K7R2B0XCF", "name": "Ada Lovelace"},
    "scores": {"roc_auc": {"valid": 0.98, "train_mean": 1.0, "valid_mean": 0.97}}, "fit_seconds": 0.02,
    "predict_seconds": 0.01, "created_at": "2026-03-01T12:00:00Z", "scored_at": "2026-03-01T12:00:02Z",
    "is_mine": true}], "next": null, "updated_at": "2026-03-01T12:00:02Z"})";

web::Route shown(App& app, std::string_view pattern, std::string_view summary, web::Shape response,
                 base::Result<web::Response> (*handle)(const web::Request&, App&)) {
  return {.method = "GET",
          .pattern = pattern,
          .summary = summary,
          .permission = "event-viewer",
          .scope = "read",
          .response = response,
          .errors = {kNotAllowed, kNoEvent},
          .handler = web::with(app, handle),
          .tag = kTag};
}

}  // namespace

std::vector<web::Route> board_routes(App& app) {
  auto board = shown(app, "/api/v1/events/{event}/board",
                     "The board: ranked on the official score, after the release on the test part",
                     {kBoard, kBoardExample}, show_board);
  board.parameters =
      with_page({{"of", web::In::query, R"({"type": "string", "enum": ["best", "all"], "default": "best"})",
                  "Each team's best, or all"},
                 {"sort", web::In::query, R"({"type": "string"})",
                  "A score's name, train_time or created_at; - before it for falling values"}});
  board.errors.push_back({400, "the order or the cursor is none"});
  return {std::move(board),
          shown(app, "/api/v1/events/{event}/stream",
                "Live: `board` with a row that is new or changed, `queue`, `event`, `message`",
                {"", "", "text/event-stream"}, stream),
          shown(app, "/api/v1/events/{event}/queue", "How much of the event waits and runs",
                {R"({"type": "object", "required": ["waiting", "running"], "properties": {
                   "waiting": {"type": "integer"}, "running": {"type": "integer"}}})",
                 R"({"waiting": 3, "running": 1})"},
                show_queue)};
}

}  // namespace events
