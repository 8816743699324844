#include "features/people/routes_shapes.h"

namespace people {

json::object to_json(const Person& person, Detail detail) {
  json::object value{{"id", base::to_text(person.id)}, {"handle", person.handle}, {"name", person.name}};
  if (detail == Detail::all) {
    value["email"] = person.email;
    value["standing"] = word_for(person.standing);
  }
  value["created_at"] = base::to_rfc3339(person.created);
  return value;
}

json::object to_json(const Ref& ref) {
  return {{"kind", ref.kind}, {"id", ref.id}};
}

json::value time_or_null(const std::optional<base::Instant>& instant) {
  return instant ? json::value(base::to_rfc3339(*instant)) : json::value();
}

std::optional<std::string> optional_text_in(const web::Request& request, std::string_view field) {
  const auto* value = base::find_member(request.json, field);
  if (value == nullptr || !value->is_string()) return std::nullopt;
  return std::string(value->get_string());
}

std::string text_in(const web::Request& request, std::string_view field) {
  return optional_text_in(request, field).value_or("");
}

std::vector<web::NamedSchema> people_schemas() {
  return {
      {"Person", R"({"type": "object", "required": ["id", "handle", "name", "created_at"],
        "description": "email and standing are there for the person and for administrators",
        "properties": {"id": {"type": "string", "format": "ulid"}, "handle": {"type": "string"},
          "name": {"type": "string"}, "email": {"type": "string"},
          "standing": {"type": "string", "enum": ["pending", "active", "refused", "closed"]},
          "created_at": {"type": "string", "format": "date-time"}}})"},
      {"Ref", R"({"type": "object", "required": ["kind", "id"], "additionalProperties": false,
        "properties": {"kind": {"type": "string"}, "id": {"type": "string"}}})"},
      {"Cursor", R"({"type": ["string", "null"], "description": "?after= of the next page"})"},
      {"Scope", R"({"type": "string", "enum": ["read", "submit", "organise", "admin", "worker"]})"},
      {"People", R"({"type": "object", "required": ["items", "next"], "properties": {
        "items": {"type": "array", "items": {"$ref": "#/components/schemas/Person"}},
        "next": {"$ref": "#/components/schemas/Cursor"}}})"},
  };
}

}  // namespace people
