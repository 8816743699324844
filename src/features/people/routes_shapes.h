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

using web::after_in;
using web::answer_page;
using web::limit_in;
using web::with_page;

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
