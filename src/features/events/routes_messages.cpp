// Messages of the organisers to all who take part.
#include <fmt/format.h>

#include "features/events/routes_app.h"
#include "features/events/store_messages.h"

namespace events {
namespace {

using base::Result;

Result<web::Response> send(const web::Request& request, App& app) {
  const auto message = send_message(app.db(), event_in(request),
                                    {.author = people::person_of(request),
                                     .title = text_in(request, "title").value_or(""),
                                     .text = text_in(request, "text").value_or("")},
                                    people::act_of(request, "event.message", {}), base::now());
  if (!message) return tl::unexpected(message.error());
  return web::answer_created(fmt::format("/api/v1/events/{}/messages", event_in(request)),
                             message_json(*message));
}

Result<web::Response> list(const web::Request& request, App& app) {
  const auto after = after_in<forum::PostId>(request);
  if (!after) return tl::unexpected(after.error());
  const auto messages = messages_of(app.db(), event_in(request), *after, limit_in(request) + 1);
  if (!messages) return tl::unexpected(messages.error());
  return web::answer_page(request, *messages, message_json,
                          [](const forum::Post& message) { return base::to_text(message.id); });
}

constexpr std::string_view kMessageExample =
    R"({"id": "01J9ZQ6W4T1V8N3M5K7R2B0XCP", "title": "The data is mended",
        "text": "Two labels were wrong. Load it again: `agora start breast-cancer`",
        "author": {"id": "01J9ZQ6W4T1V8N3M5K7R2B0XCG", "handle": "ada-lovelace", "name": "Ada Lovelace"},
        "created_at": "2026-03-01T12:00:00Z"})";
constexpr std::string_view kListExample =
    R"({"items": [{"id": "01J9ZQ6W4T1V8N3M5K7R2B0XCP", "title": "The data is mended", "text": "Load it again.",
        "author": {"id": "01J9ZQ6W4T1V8N3M5K7R2B0XCG", "handle": "ada-lovelace", "name": "Ada Lovelace"},
        "created_at": "2026-03-01T12:00:00Z"}], "next": null})";
constexpr std::string_view kNew =
    R"({"type": "object", "required": ["title", "text"], "additionalProperties": false, "properties": {
        "title": {"type": "string", "minLength": 1, "maxLength": 200, "description": "one line"},
        "text": {"type": "string", "minLength": 1, "maxLength": 20000, "description": "Markdown"}}})";

}  // namespace

web::NamedSchema message_schema() {
  return {"Message",
          R"({"type": "object", "required": ["id", "title", "text", "author", "created_at"], "properties": {
    "id": {"type": "string", "format": "ulid"}, "title": {"type": "string"},
    "text": {"type": "string", "description": "Markdown"},
    "author": {"type": "object", "required": ["id", "handle", "name"], "properties": {
      "id": {"type": "string", "format": "ulid"}, "handle": {"type": "string"}, "name": {"type": "string"}}},
    "created_at": {"type": "string", "format": "date-time"}}})"};
}

std::vector<web::Route> message_routes(App& app) {
  return {
      {.method = "GET",
       .pattern = "/api/v1/events/{event}/messages",
       .summary = "What the organisers told all who take part, newest first",
       .permission = "event-viewer",
       .scope = "read",
       .parameters = with_page(),
       .response = {R"({"type": "object", "required": ["items", "next"], "properties": {
             "items": {"type": "array", "items": {"$ref": "#/components/schemas/Message"}},
             "next": {"$ref": "#/components/schemas/Cursor"}}})",
                    kListExample},
       .errors = {{400, "the cursor is none"}, kNotAllowed, kNoEvent},
       .handler = web::with(app, list),
       .tag = kTag},
      {.method = "POST",
       .pattern = "/api/v1/events/{event}/messages",
       .summary = "Tell something to all who take part: each gets a notification",
       .permission = "event-organiser",
       .scope = "organise",
       .takes = web::Takes::json,
       .request =
           {kNew, R"({"title": "The data is mended", "text": "Load it again: `agora start breast-cancer`"})"},
       .status = 201,
       .response = {"Message", kMessageExample},
       .errors = {{400, "the title or the text will not do: the answer says why"},
                  kNoSession,
                  kNotAllowed,
                  kNoEvent},
       .retry = web::Retry::keyed,
       .handler = web::with(app, send),
       .tag = kTag}};
}

}  // namespace events
