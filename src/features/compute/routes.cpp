#include "features/compute/routes.h"

#include <fmt/format.h>

#include "features/compute/parts.h"
#include "features/compute/routes_shapes.h"
#include "features/compute/rules.h"
#include "features/people/routes.h"

namespace compute {
namespace {

namespace json = base::json;
using base::Result;

constexpr std::size_t kMostSource = 1u << 20;

std::string_view name_in(const web::Request& request) {
  return request.parameters.get("environment");
}

Result<Shown> shown(Parts& parts, storage::Session& session, KeptEnvironment kept,
                    const web::Request& request, base::Instant now) {
  auto uses = uses_of(parts, session, kept, now);
  if (!uses) return tl::unexpected(uses.error());
  Shown all{std::move(kept), shown_to(people::viewer_of(request), std::move(*uses), now)};
  if (!all.kept.created_by) return all;
  auto creator = people::find_person(session, *all.kept.created_by);
  if (!creator) return tl::unexpected(creator.error());
  all.creator = std::move(*creator);
  return all;
}

Result<web::Response> list_all(const web::Request& request, Parts& parts) {
  const auto after = web::after_in<EnvironmentId>(request);
  if (!after) return tl::unexpected(after.error());
  const auto now = base::now();
  auto items = storage::read(parts.database, [&](storage::Snapshot& seen) -> Result<std::vector<Shown>> {
    auto page = list(seen, {.state = state_from(request.query.get("state")),
                            .after = *after,
                            .limit = web::limit_in(request) + 1});
    if (!page) return tl::unexpected(page.error());
    std::vector<Shown> all;
    for (auto& kept : *page) {
      auto one = shown(parts, seen, std::move(kept), request, now);
      if (!one) return tl::unexpected(one.error());
      all.push_back(std::move(*one));
    }
    return all;
  });
  if (!items) return tl::unexpected(items.error());
  return web::answer_page(
      request, *items, [](const Shown& one) { return to_json(one, Detail::item); },
      [](const Shown& one) { return base::to_text(one.kept.id); });
}

Result<json::object> whole(const web::Request& request, Parts& parts, std::string_view name) {
  auto one = storage::read(parts.database, [&](storage::Snapshot& seen) -> Result<Shown> {
    auto kept = expect(seen, name);
    if (!kept) return tl::unexpected(kept.error());
    return shown(parts, seen, std::move(*kept), request, base::now());
  });
  if (!one) return tl::unexpected(one.error());
  return to_json(*one, Detail::whole);
}

Result<web::Response> show(const web::Request& request, Parts& parts) {
  auto object = whole(request, parts, name_in(request));
  if (!object) return tl::unexpected(object.error());
  return web::answer_json(std::move(*object));
}

// How errors call a source that was sent without a file's name.
std::string_view usual_name(environments::SourceKind kind) {
  using enum environments::SourceKind;
  switch (kind) {
    case requirements:
      return "requirements.txt";
    case pyproject:
      return "pyproject.toml";
    case conda:
      return "environment.yml";
    case modules:
      return "the modules";
    case prefix:
      return "the prefix";
  }
  return "";
}

environments::Recipe recipe_in(const json::value& body) {
  environments::Recipe recipe;
  recipe.name = base::find_text(body, "name");
  recipe.text = base::find_text(body, "text");
  recipe.kind = environments::source_kind_from(base::find_text(body, "kind")).value_or(recipe.kind);
  recipe.source = base::find_text(body, "source");
  if (recipe.source.empty()) recipe.source = usual_name(recipe.kind);
  recipe.python = base::find_text(body, "python");
  if (const auto* extras = base::find_member(body, "extras"); extras != nullptr && extras->is_array())
    for (const auto& extra : extras->as_array()) recipe.extras.emplace_back(extra.as_string());
  return recipe;
}

Result<web::Response> create(const web::Request& request, Parts& parts) {
  const auto made =
      ask_for(parts, recipe_in(request.json), people::act_of(request, "environment.create", {}), base::now());
  if (!made) return tl::unexpected(made.error());
  auto object = whole(request, parts, made->recipe.name);
  if (!object) return tl::unexpected(object.error());
  return web::answer_created(fmt::format("/api/v1/environments/{}", made->recipe.name), std::move(*object));
}

Result<web::Response> check(const web::Request& request, Parts& parts) {
  const auto asked =
      ask_for_check(parts, name_in(request), people::act_of(request, "environment.check", {}), base::now());
  if (!asked) return tl::unexpected(asked.error());
  auto object = whole(request, parts, asked->recipe.name);
  if (!object) return tl::unexpected(object.error());
  return web::answer_json(std::move(*object), 202);
}

Result<web::Response> remove(const web::Request& request, Parts& parts) {
  if (auto done =
          retire(parts, name_in(request), people::act_of(request, "environment.remove", {}), base::now());
      !done)
    return tl::unexpected(done.error());
  return web::answer_nothing();
}

Result<web::Response> show_lock(const web::Request& request, Parts& parts) {
  auto kept =
      storage::read(parts.database, [&](storage::Snapshot& seen) { return expect(seen, name_in(request)); });
  if (!kept) return tl::unexpected(kept.error());
  if (kept->lock.empty())
    return base::not_found(fmt::format("{} has no lock: it is {}", kept->recipe.name, word_for(kept->state)));
  auto answer = web::answer_text(std::move(kept->lock));
  answer.headers.set("Content-Disposition",
                     fmt::format("attachment; filename=\"{}-requirements.lock\"", kept->recipe.name));
  return answer;
}

// All that the job at work has said, and each line as it comes: behind the last event that the client has.
std::shared_ptr<web::Stream> lines_of(const web::Request& request, Parts& parts,
                                      const KeptEnvironment& kept) {
  const auto id = kept.id;
  auto stream = std::make_shared<web::Stream>();
  stream->topics = {topic_of(id)};
  stream->after = web::last_event_id(request).value_or(static_cast<std::uint64_t>(kept.said_after));
  stream->replay = [database = parts.database, id](std::uint64_t after,
                                                   std::size_t limit) -> Result<std::vector<web::Event>> {
    auto told = told_since(database, static_cast<std::int64_t>(after), static_cast<int>(limit), id);
    if (!told) return tl::unexpected(told.error());
    std::vector<web::Event> events;
    for (auto& one : *told)
      events.push_back(
          {static_cast<std::uint64_t>(one.position), std::move(one.kind), std::move(one.payload)});
    return events;
  };
  return stream;
}

Result<web::Response> show_log(const web::Request& request, Parts& parts) {
  struct Read {
    KeptEnvironment kept;
    Log log;
  };
  auto read = storage::read(parts.database, [&](storage::Snapshot& seen) -> Result<Read> {
    auto kept = expect(seen, name_in(request));
    if (!kept) return tl::unexpected(kept.error());
    auto log = log_of(seen, kept->id);
    if (!log) return tl::unexpected(log.error());
    return Read{std::move(*kept), std::move(*log)};
  });
  if (!read) return tl::unexpected(read.error());
  const bool wants_events = request.headers.get("Accept").find("text/event-stream") != std::string_view::npos;
  const bool is_at_work = read->kept.state == State::building || read->kept.job;
  if (wants_events && is_at_work) return web::answer_events(lines_of(request, parts, read->kept));
  return web::answer_text(std::move(read->log.text));
}

constexpr std::string_view kList =
    R"({"type": "object", "required": ["items", "next"], "properties": {
  "items": {"type": "array", "items": {"$ref": "#/components/schemas/Environment"}},
  "next": {"$ref": "#/components/schemas/Cursor"}}})";
constexpr std::string_view kItem =
    R"({"id": "01J9ZQ6W4T1V8N3M5K7R2B0XCP", "name": "spectra", "state": "ready", "why": "", "kind": "conda",
  "source": "environment.yml", "hash": "94282e6c94282e6c94282e6c94282e6c", "python": "3.11.2",
  "platform": "linux-x86_64", "package_count": 21, "left_out_count": 2, "is_checking": false,
  "smoke": {"passed": true, "at": "2026-03-01T12:01:00Z", "seconds": 4.2, "packages": 21, "modules": 21,
    "failed": 0, "fit": "scikit-learn 1.2.2: a logistic regression", "fit_error": ""},
  "uses": [{"kind": "event", "id": "01J9ZQ6W4T1V8N3M5K7R2B0XCQ", "slug": "moons", "title": "Two moons"}],
  "created_by": {"id": "01J9ZQ6W4T1V8N3M5K7R2B0XCN", "handle": "grace-hopper", "name": "Grace Hopper"},
  "created_at": "2026-03-01T12:00:00Z", "ended_at": "2026-03-01T12:01:00Z"})";
constexpr std::string_view kListExample =
    R"({"items": [{"id": "01J9ZQ6W4T1V8N3M5K7R2B0XCP", "name": "spectra", "state": "building", "why": "",
  "kind": "conda", "source": "environment.yml", "hash": "", "python": "", "platform": "", "package_count": 0,
  "left_out_count": 2, "is_checking": false, "smoke": null, "uses": [],
  "created_by": {"id": "01J9ZQ6W4T1V8N3M5K7R2B0XCN", "handle": "grace-hopper", "name": "Grace Hopper"},
  "created_at": "2026-03-01T12:00:00Z", "ended_at": null}], "next": null})";
constexpr std::string_view kAsked =
    R"({"type": "object", "additionalProperties": false, "required": ["name", "kind", "text"], "properties": {
  "name": {"type": "string", "maxLength": 64},
  "kind": {"type": "string", "enum": ["requirements", "pyproject", "conda", "modules", "prefix"]},
  "text": {"type": "string", "maxLength": 1000000,
           "description": "of the file; of a prefix its path on the server, of modules their names"},
  "source": {"type": "string", "maxLength": 200, "description": "the file's name, for errors"},
  "extras": {"type": "array", "maxItems": 50, "items": {"type": "string", "maxLength": 100},
             "description": "of a pyproject.toml's optional dependencies"},
  "python": {"type": "string", "maxLength": 10, "description": "3.12; without it one that the source takes"}}})";
constexpr std::string_view kAskedExample =
    R"({"name": "spectra", "kind": "conda", "source": "environment.yml",
  "text": "dependencies:\n  - python=3.11\n  - scikit-learn=1.5\n"})";

const web::ErrorRow kNoSession{401, "nobody is signed in"};
const web::ErrorRow kNotAllowed{403, "administrators alone, or the token's scope is missing"};
const web::ErrorRow kNone{404, "there is no such environment"};

constexpr std::string_view kTag = "environments";

web::Route read_route(Parts& parts, std::string_view pattern, std::string_view summary, web::Shape response,
                      Result<web::Response> (*handle)(const web::Request&, Parts&)) {
  return {.method = "GET",
          .pattern = pattern,
          .summary = summary,
          .permission = "signed-in",
          .scope = "read",
          .response = response,
          .errors = {kNoSession, {403, "the token's scope is missing"}, kNone},
          .handler = web::with(parts, handle),
          .tag = kTag};
}

web::Route act_route(Parts& parts, std::string_view method, std::string_view pattern,
                     std::string_view summary, Result<web::Response> (*handle)(const web::Request&, Parts&)) {
  return {.method = method,
          .pattern = pattern,
          .summary = summary,
          .permission = "administrator",
          .scope = "admin",
          .errors = {kNoSession, kNotAllowed},
          .handler = web::with(parts, handle),
          .tag = kTag};
}

std::vector<web::Route> reading_routes(Parts& parts) {
  auto all = read_route(parts, "/api/v1/environments", "Environments, newest first", {kList, kListExample},
                        list_all);
  all.parameters = web::with_page(
      {{"state", web::In::query, R"({"type": "string", "enum": ["building", "ready", "failed", "retired"]})",
        "Those in this state"}});
  all.errors = {{400, "the cursor is none"}, kNoSession, {403, "the token's scope is missing"}};
  return {
      std::move(all),
      read_route(parts, "/api/v1/environments/{environment}",
                 "An environment: its packages, what was asked for, what its test found",
                 {"Environment", kItem}, show),
      read_route(parts, "/api/v1/environments/{environment}/log",
                 "What its making said; for who accepts text/event-stream, line by line while it is made",
                 {"", "", "text/plain"}, show_log),
      read_route(parts, "/api/v1/environments/{environment}/lock",
                 "Its lock: each package with its version and hashes", {"", "", "text/plain"}, show_lock)};
}

std::vector<web::Route> acting_routes(Parts& parts) {
  auto made =
      act_route(parts, "POST", "/api/v1/environments", "Ask for an environment: it is made by a job", create);
  made.takes = web::Takes::json;
  made.request = {kAsked, kAskedExample};
  made.status = 201;
  made.response = {"Environment", kItem};
  made.errors.insert(made.errors.begin(), {400, "the name or the source is wrong: its line is named"});
  made.errors.push_back({409, "the name is taken"});
  made.most_bytes = 2 * kMostSource;
  made.retry = web::Retry::keyed;
  auto checked = act_route(parts, "POST", "/api/v1/environments/{environment}/check",
                           "Read its files again and import all that it holds", check);
  checked.status = 202;
  checked.response = {"Environment", kItem};
  checked.errors.insert(checked.errors.end(), {kNone, {409, "it is not ready"}});
  auto removed = act_route(parts, "DELETE", "/api/v1/environments/{environment}",
                           "Take an environment away that nothing uses", remove);
  removed.status = 204;
  removed.errors.insert(removed.errors.end(), {kNone, {409, "it is used, and by what"}});
  std::vector<web::Route> routes;
  for (auto* route : {&made, &checked, &removed}) routes.push_back(std::move(*route));
  return routes;
}

}  // namespace

std::vector<web::Route> routes(Room& room) {
  auto all = reading_routes(room.parts());
  for (auto& route : acting_routes(room.parts())) all.push_back(std::move(route));
  return all;
}

}  // namespace compute
