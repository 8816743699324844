// Events: which there are, one, a new one, changes.
#include "features/events/routes_app.h"

namespace events {
namespace {

using base::Result;

std::optional<State> state_from(std::string_view word) {
  using enum State;
  for (const auto state : {checking, refused, ready, open, closed, released})
    if (word_for(state) == word) return state;
  return std::nullopt;
}

Result<web::Response> list(const web::Request& request, App& app) {
  const auto after = after_in<EventId>(request);
  if (!after) return tl::unexpected(after.error());
  const auto now = base::now();
  const auto& viewer = people::viewer_of(request);
  const auto found =
      look_at_all(app.db(), viewer, *after, state_from(request.query.get("state")), limit_in(request), now);
  if (!found) return tl::unexpected(found.error());
  json::array items;
  for (const auto& look : found->items) {
    auto item = event_json(look.seen, Detail::item);
    if (viewer.person) item["mine"] = mine_json(look.mine, now);
    items.push_back(std::move(item));
  }
  json::value next;
  if (found->next) next = json::value(base::to_text(*found->next));
  return web::answer_json(json::object{{"items", std::move(items)}, {"next", std::move(next)}});
}

Result<web::Response> show(const web::Request& request, App& app) {
  const auto now = base::now();
  const auto look = look_at(app.db(), event_in(request), people::viewer_of(request), now);
  if (!look) return tl::unexpected(look.error());
  return answer_event(*look, now);
}

Result<NewEvent> wanted_in(const web::Request& request) {
  NewEvent wanted{.slug = text_in(request, "slug").value_or(""),
                  .title = text_in(request, "title").value_or("")};
  const auto opens = time_in(request, "opens_at"), closes = time_in(request, "closes_at");
  if (!opens) return tl::unexpected(opens.error());
  if (!closes) return tl::unexpected(closes.error());
  wanted.opens = *opens;
  wanted.closes = *closes;
  if (const auto count = number_in(request, "per_day")) wanted.quota.per_day = *count;
  if (const auto count = number_in(request, "failures_per_day")) wanted.quota.failures_per_day = *count;
  const auto* trusted = base::find_member(request.json, "is_trusted");
  wanted.is_trusted = trusted != nullptr && trusted->is_bool() && trusted->get_bool();
  return wanted;
}

Result<web::Response> create(const web::Request& request, App& app) {
  const auto now = base::now();
  const auto wanted = wanted_in(request);
  if (!wanted) return tl::unexpected(wanted.error());
  if (auto good = check_new_event(app.db(), *wanted, now); !good) return tl::unexpected(good.error());
  const auto problem = register_kit(request, app, {.by = people::person_of(request).id}, now);
  if (!problem) return tl::unexpected(problem.error());
  const auto made =
      create_event(app.db(), *wanted, *problem, people::act_of(request, "event.create", {}), now);
  if (!made) return tl::unexpected(made.error());
  // The request's viewer does not have the grant yet that the answer's reader has.
  const Look look{*made, {.is_organiser = true}};
  auto response = answer_event(look, now, 201);
  response.headers.set("Location", "/api/v1/events/" + made->event.slug);
  return response;
}

Result<Change> change_in(const web::Request& request) {
  Change change;
  if (is_in(request, "title")) change.title = text_in(request, "title").value_or("");
  if (is_in(request, "summary")) change.summary = text_in(request, "summary").value_or("");
  if (is_in(request, "statement")) change.statement = text_in(request, "statement").value_or("");
  for (const auto& [field, into] :
       {std::pair("opens_at", &change.opens), std::pair("closes_at", &change.closes)}) {
    if (!is_in(request, field)) continue;
    auto instant = time_in(request, field);
    if (!instant) return tl::unexpected(instant.error());
    into->emplace(*instant);
  }
  change.per_day = number_in(request, "per_day");
  change.failures_per_day = number_in(request, "failures_per_day");
  const auto* trusted = base::find_member(request.json, "is_trusted");
  if (trusted != nullptr && trusted->is_bool()) change.is_trusted = trusted->get_bool();
  return change;
}

std::string fields_of(const json::value& body) {
  json::array names;
  for (const auto& field : body.get_object()) names.push_back(json::value(field.key()));
  return base::to_text(json::value(json::object{{"fields", std::move(names)}}));
}

Result<web::Response> change(const web::Request& request, App& app) {
  const auto now = base::now();
  const auto look = look_at(app.db(), event_in(request), people::viewer_of(request), now);
  if (!look) return tl::unexpected(look.error());
  const int version = look->seen.event.version;
  // Of the tag the version alone counts: what else the answer holds changes all the time.
  auto tag = "\"v" + std::to_string(version) + ".";
  const auto asked = request.headers.get("If-Match");
  tag = asked.starts_with(tag) ? std::string(asked) : tag + "\"";
  if (auto refusal = web::why_not_current(request, tag)) return std::move(*refusal);
  const auto wanted = change_in(request);
  if (!wanted) return tl::unexpected(wanted.error());
  const auto changed =
      change_event(app.db(), event_in(request), *wanted, version,
                   people::act_of(request, "event.change", {}, fields_of(request.json)), now);
  if (!changed) return tl::unexpected(changed.error());
  return answer_seen(app, request, *changed);
}

constexpr std::string_view kNew =
    R"({"type": "object", "required": ["kit_upload"], "additionalProperties": false,
  "properties": {
    "kit_upload": {"type": "string", "description": "the id of a whole upload: the kit's files, packed"},
    "data_upload": {"type": "string", "description": "of HIDDEN, which takes the place of the kit's data/"},
    "slug": {"type": "string", "maxLength": 60}, "title": {"type": "string", "maxLength": 200},
    "opens_at": {"type": ["string", "null"], "format": "date-time"}, "closes_at": {"type": ["string", "null"], "format": "date-time"},
    "per_day": {"type": "integer", "minimum": 1, "maximum": 10000, "default": 20},
    "failures_per_day": {"type": "integer", "minimum": 1, "maximum": 10000, "default": 20},
    "is_trusted": {"type": "boolean", "default": false}}})";

constexpr std::string_view kChange = R"({"type": "object", "additionalProperties": false, "minProperties": 1,
  "properties": {
    "title": {"type": "string", "minLength": 1, "maxLength": 200},
    "summary": {"type": ["string", "null"]},
    "statement": {"type": ["string", "null"], "description": "Markdown; null: the kit's own"},
    "opens_at": {"type": ["string", "null"], "format": "date-time"}, "closes_at": {"type": ["string", "null"], "format": "date-time"},
    "per_day": {"type": "integer", "minimum": 1, "maximum": 10000},
    "failures_per_day": {"type": "integer", "minimum": 1, "maximum": 10000},
    "is_trusted": {"type": "boolean"}}})";

constexpr std::string_view kEvents = R"({"type": "object", "required": ["items", "next"], "properties": {
  "items": {"type": "array", "items": {"$ref": "#/components/schemas/Event"}},
  "next": {"$ref": "#/components/schemas/Cursor"}}})";

}  // namespace

std::vector<web::Route> event_routes(App& app) {
  return {{.method = "GET",
           .pattern = "/api/v1/events",
           .summary = "Events, newest first: those that are announced, and one's own",
           .permission = web::kOpen,
           .scope = "read",
           .parameters = with_page({{"state", web::In::query,
                                     R"({"type": "string", "enum": ["checking", "refused", "ready", "open",
                                        "closed", "released"]})",
                                     "Only those in this state"}}),
           .response = {kEvents, R"({"items": [], "next": null})"},
           .errors = {{400, "the cursor or the state is none"}, kNotAllowed},
           .handler = web::with(app, list),
           .tag = kTag},
          {.method = "POST",
           .pattern = "/api/v1/events",
           .summary = "A new event from an uploaded kit, whose check begins at once",
           .permission = "organiser",
           .scope = "organise",
           .takes = web::Takes::json,
           .request = {kNew, R"({"kit_upload": "01J9ZQ6W4T1V8N3M5K7R2B0XCK", "slug": "breast-cancer"})"},
           .status = 201,
           .response = {"Event", kEventExample},
           .errors = {{400, "a field is wrong, or the upload is no archive that may be unpacked"},
                      kNoSession,
                      kNotAllowed,
                      {404, "there is no such upload of this person"},
                      {409, "the slug is taken, or the upload is not whole"}},
           .retry = web::Retry::keyed,
           .handler = web::with(app, create),
           .tag = kTag},
          {.method = "GET",
           .pattern = "/api/v1/events/{event}",
           .summary = "An event, by slug or id, with its statement and what concerns oneself",
           .permission = "event-viewer",
           .scope = "read",
           .response = {"Event", kEventExample},
           .errors = {kNotAllowed, kNoEvent},
           .sends_etag = true,
           .handler = web::with(app, show),
           .tag = kTag},
          {.method = "PATCH",
           .pattern = "/api/v1/events/{event}",
           .summary = "Change texts, times, quotas; needs If-Match with the ETag of what was read",
           .permission = "event-organiser",
           .scope = "organise",
           .parameters = {{"If-Match", web::In::header, R"({"type": "string"})", "The ETag of what was read",
                           web::Presence::required, web::Checked::by_handler}},
           .takes = web::Takes::json,
           .request = {kChange, R"({"closes_at": "2026-03-08T18:00:00Z"})"},
           .response = {"Event", kEventExample},
           .errors = {{400, "a field is wrong"},
                      kNoSession,
                      kNotAllowed,
                      kNoEvent,
                      {409, "the event's state does not allow it"},
                      {409, "somebody changed it meanwhile"},
                      {428, "If-Match is missing"}},
           .handler = web::with(app, change),
           .tag = kTag}};
}

}  // namespace events
