#include "features/agora/routes.h"

#include "features/agora/store.h"
#include "features/people/routes.h"

namespace forum {
namespace {

namespace json = base::json;
using base::Result;

Result<web::Response> list(const web::Request& request, const storage::Database& database) {
  const auto after = web::after_in<NotificationId>(request);
  if (!after) return tl::unexpected(after.error());
  const auto limit = static_cast<std::size_t>(web::limit_in(request));
  auto inbox = inbox_of(database, people::person_of(request).id,
                        {.unread_alone = request.query.get("unread") == "true",
                         .after = *after,
                         .limit = static_cast<int>(limit) + 1});  // to see whether more follow
  if (!inbox) return tl::unexpected(inbox.error());
  json::value next;
  if (inbox->items.size() > limit) {
    inbox->items.erase(inbox->items.begin() + static_cast<std::ptrdiff_t>(limit), inbox->items.end());
    next = json::value(base::to_text(inbox->items.back().id));
  }
  json::array items;
  for (const auto& item : inbox->items) items.push_back(to_json(item));
  return web::answer_json(
      json::object{{"items", std::move(items)}, {"next", std::move(next)}, {"unread", inbox->unread}});
}

// Nothing where the request names none: then all are meant.
Result<std::optional<std::vector<NotificationId>>> ids_in(const web::Request& request) {
  using Ids = std::vector<NotificationId>;
  const auto* given = base::find_member(request.json, "ids");
  if (given == nullptr) return std::optional<Ids>();
  Ids ids;
  for (const auto& text : given->as_array()) {
    const auto id = base::ulid_from(std::string_view(text.as_string()));
    if (!id) return base::invalid("ids: " + id.error().message);
    ids.emplace_back(*id);
  }
  return std::optional(std::move(ids));
}

Result<web::Response> mark(const web::Request& request, const storage::Database& database) {
  const auto ids = ids_in(request);
  if (!ids) return tl::unexpected(ids.error());
  const auto unread = mark_read(database, people::person_of(request).id, *ids, base::now());
  if (!unread) return tl::unexpected(unread.error());
  return web::answer_json(json::object{{"unread", *unread}});
}

constexpr std::string_view kInbox =
    R"({"type": "object", "required": ["items", "next", "unread"], "properties": {
  "items": {"type": "array", "items": {"$ref": "#/components/schemas/Notification"}},
  "next": {"$ref": "#/components/schemas/Cursor"},
  "unread": {"type": "integer", "description": "of all that I was told"}}})";
constexpr std::string_view kInboxExample =
    R"({"items": [{"id": "01J9ZQ6W4T1V8N3M5K7R2B0XCN", "kind": "message",
  "title": "The data is mended", "text": "Load it again: agora start breast-cancer",
  "url": "/events/breast-cancer/messages", "created_at": "2026-03-01T12:00:00Z", "read_at": null}],
  "next": null, "unread": 1})";
constexpr std::string_view kMark = R"({"type": "object", "additionalProperties": false, "properties": {
  "ids": {"type": "array", "maxItems": 1000, "items": {"type": "string", "format": "ulid"},
          "description": "without it: all"}}})";
constexpr std::string_view kUnread =
    R"({"type": "object", "required": ["unread"], "properties": {"unread": {"type": "integer"}}})";

const web::ErrorRow kNoSession{401, "nobody is signed in"};
const web::ErrorRow kNoScope{403, "the token's scope is missing"};

}  // namespace

std::vector<web::NamedSchema> schemas() {
  return {{"Notification",
           R"({"type": "object", "required": ["id", "kind", "title", "text", "url", "created_at", "read_at"],
             "properties": {"id": {"type": "string", "format": "ulid"},
               "kind": {"type": "string", "description": "what it is about: message, of an event's organisers"},
               "title": {"type": "string"},
               "text": {"type": "string", "description": "its beginning, plain: at most 200 characters"},
               "url": {"type": "string", "description": "the page that says more"},
               "created_at": {"type": "string", "format": "date-time"},
               "read_at": {"type": ["string", "null"], "format": "date-time"}}})"}};
}

std::vector<web::Route> routes(const storage::Database& database) {
  const auto kept = copy_of(database);
  return {{.method = "GET",
           .pattern = "/api/v1/me/notifications",
           .summary = "What I was told, newest first",
           .permission = "signed-in",
           .scope = "read",
           .parameters = web::with_page(
               {{"unread", web::In::query, R"({"type": "boolean"})", "true: only what I have not read"}}),
           .response = {kInbox, kInboxExample},
           .errors = {{400, "the cursor is none"}, kNoSession, kNoScope},
           .handler = [kept](const web::Request& request) { return list(request, *kept); },
           .tag = "me"},
          {.method = "POST",
           .pattern = "/api/v1/me/notifications/read",
           .summary = "Mark notifications of mine as read: these, or all",
           .permission = "signed-in",
           .scope = "read",
           .takes = web::Takes::json,
           .request = {kMark, R"({"ids": ["01J9ZQ6W4T1V8N3M5K7R2B0XCN"]})"},
           .response = {kUnread, R"({"unread": 0})"},
           .errors = {{400, "an id is none"}, kNoSession, kNoScope},
           .handler = [kept](const web::Request& request) { return mark(request, *kept); },
           .tag = "me"}};
}

}  // namespace forum
