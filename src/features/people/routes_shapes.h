// This room's values as JSON, their schemas, and what every list of it does.
#pragma once
#include "base/json.h"
#include "features/people/routes_room.h"

namespace people {

namespace json = base::json;

enum class Detail { name_only, all };  // all: e-mail and standing too
json::object to_json(const Person& person, Detail detail);
json::object to_json(const Ref& ref);
json::value time_or_null(const std::optional<base::Instant>& instant);

// A field that the schema asked for, or may be absent.
std::string text_in(const web::Request& request, std::string_view field);
std::optional<std::string> optional_text_in(const web::Request& request, std::string_view field);
// Fails with `not_found`, as an unknown id does.
template <class Id>
base::Result<Id> id_in(const web::Request& request, std::string_view parameter) {
  const auto id = base::ulid_from(request.parameters.get(parameter));
  if (!id) return base::not_found("there is nothing with this id");
  return Id(*id);
}

// ?limit= and ?after=. `limit` is one more than is shown, to see whether more follow.
inline constexpr std::string_view kLimitSchema =
    R"({"type": "integer", "minimum": 1, "maximum": 200, "default": 50})";
std::vector<web::Parameter> with_page(std::vector<web::Parameter> parameters = {});
int limit_in(const web::Request& request);
// Fails with `invalid` on a cursor that is none.
template <class Id>
base::Result<std::optional<Id>> after_in(const web::Request& request) {
  const auto text = request.query.get("after");
  if (text.empty()) return std::optional<Id>();
  const auto id = base::ulid_from(text);
  if (!id) return base::invalid("after: this is no cursor: take \"next\" of the page before");
  return std::optional<Id>(Id(*id));
}
// `items` may hold one more than the limit.
template <class Item, class ToJson, class ToCursor>
web::Response answer_page(const web::Request& request, const std::vector<Item>& items, ToJson to_json,
                          ToCursor to_cursor) {
  const auto limit = static_cast<std::size_t>(limit_in(request));
  json::array shown;
  for (std::size_t i = 0; i < items.size() && i < limit; ++i) shown.push_back(to_json(items[i]));
  json::value next;
  if (items.size() > limit) next = json::value(std::string(to_cursor(items[limit - 1])));
  return web::answer_json(json::object{{"items", std::move(shown)}, {"next", std::move(next)}});
}

std::vector<web::NamedSchema> people_schemas();
std::vector<web::NamedSchema> token_schemas();
std::vector<web::NamedSchema> invitation_schemas();
std::vector<web::NamedSchema> group_schemas();
std::vector<web::NamedSchema> grant_schemas();
std::vector<web::NamedSchema> setting_schemas();
std::vector<web::NamedSchema> audit_schemas();

inline constexpr std::string_view kPersonExample =
    R"({"id": "01J9ZQ6W4T1V8N3M5K7R2B0XCD", "handle": "ada-lovelace", "name": "Ada Lovelace",
        "email": "ada@example.org", "standing": "active", "created_at": "2026-03-01T12:00:00Z"})";

// Rows of `errors` that many routes share.
inline const web::ErrorRow kNoSession{401, "nobody is signed in"};
inline const web::ErrorRow kNotAllowed{403, "the role or the token's scope is missing"};
inline const web::ErrorRow kBusy{
    503, "many passwords are checked at this moment: Retry-After says how long to wait"};

}  // namespace people
