#include "features/compute/routes_shapes.h"

#include "features/compute/routes.h"
#include "features/compute/rules.h"

namespace compute {
namespace {

namespace json = base::json;

json::value json_of(const std::optional<base::Instant>& instant) {
  return instant ? json::value(base::to_rfc3339(*instant)) : json::value();
}

json::value json_of(const std::optional<people::Person>& person) {
  if (!person) return nullptr;
  return json::object{{"id", base::to_text(person->id)}, {"handle", person->handle}, {"name", person->name}};
}

json::array json_of(const std::vector<Use>& uses) {
  json::array list;
  for (const auto& use : uses)
    list.push_back({{"kind", use.what.kind}, {"id", use.what.id}, {"slug", use.slug}, {"title", use.title}});
  return list;
}

json::array json_of(const std::vector<environments::Package>& packages) {
  json::array list;
  for (const auto& package : packages) list.push_back({{"name", package.name}, {"version", package.version}});
  return list;
}

// In a list: whether it passed, and how many failed.
json::value smoke_of(const KeptEnvironment& kept, Detail detail) {
  if (!kept.smoke) return nullptr;
  auto smoke = base::parse_json(*kept.smoke);
  if (!smoke || !smoke->is_object()) return nullptr;
  auto& object = smoke->as_object();
  const auto* failures = object.if_contains("failures");
  object["failed"] = failures != nullptr && failures->is_array() ? failures->as_array().size() : 0;
  if (detail == Detail::item) object.erase("failures");
  return std::move(*smoke);
}

constexpr std::string_view kSmoke = R"({"type": ["object", "null"],
  "required": ["passed", "at", "seconds", "packages", "modules", "failed", "fit", "fit_error"],
  "description": "null: it was not tested, or this machine cannot seal a cell",
  "properties": {
    "passed": {"type": "boolean"}, "at": {"type": "string", "format": "date-time"},
    "seconds": {"type": "number"}, "packages": {"type": "integer"},
    "modules": {"type": "integer", "description": "that were imported, or failed to be"},
    "failed": {"type": "integer"},
    "failures": {"type": "array", "items": {"type": "object", "required": ["package", "module", "error", "needs"],
      "properties": {"package": {"type": "string"}, "module": {"type": "string"},
        "error": {"type": "string", "description": "its last line"},
        "needs": {"type": "string", "description": "a display, a GPU, ...; empty: nothing known"}}}},
    "fit": {"type": "string", "description": "what was tried with it; empty: nothing"},
    "fit_error": {"type": "string"}}})";

constexpr std::string_view kEnvironment = R"({"type": "object",
  "required": ["id", "name", "state", "why", "kind", "source", "hash", "python", "platform", "package_count",
               "left_out_count", "is_checking", "smoke", "uses", "created_by", "created_at", "ended_at"],
  "properties": {
    "id": {"type": "string", "format": "ulid"}, "name": {"type": "string"},
    "state": {"type": "string", "enum": ["building", "ready", "failed", "retired"]},
    "why": {"type": "string", "description": "it failed"},
    "kind": {"type": "string", "enum": ["requirements", "pyproject", "conda", "modules", "prefix"]},
    "source": {"type": "string", "description": "the file's name"},
    "hash": {"type": "string", "description": "of the lock, the exact Python and the platform"},
    "python": {"type": "string"}, "platform": {"type": "string"},
    "package_count": {"type": "integer"}, "left_out_count": {"type": "integer"},
    "is_checking": {"type": "boolean"},
    "smoke": {"$ref": "#/components/schemas/SmokeTest"},
    "uses": {"type": "array", "description": "events whose problems are scored in it",
      "items": {"type": "object", "required": ["kind", "id", "slug", "title"],
        "properties": {"kind": {"type": "string"}, "id": {"type": "string"}, "slug": {"type": "string"},
                       "title": {"type": "string"}}}},
    "created_by": {"type": ["object", "null"], "required": ["id", "handle", "name"],
      "properties": {"id": {"type": "string"}, "handle": {"type": "string"}, "name": {"type": "string"}}},
    "created_at": {"type": "string", "format": "date-time"},
    "ended_at": {"type": ["string", "null"], "format": "date-time", "description": "its making"},
    "packages": {"type": "array", "items": {"type": "object", "required": ["name", "version"],
      "properties": {"name": {"type": "string"}, "version": {"type": "string"}}}},
    "asked": {"type": "string", "description": "the text of the source"},
    "extras": {"type": "array", "items": {"type": "string"}},
    "left_out": {"type": "array", "description": "what could not be taken over",
      "items": {"type": "object", "required": ["line", "what", "why"],
        "properties": {"line": {"type": "integer"}, "what": {"type": "string"}, "why": {"type": "string"}}}}}})";

}  // namespace

json::object to_json(const Shown& shown, Detail detail) {
  const auto& kept = shown.kept;
  json::object object{{"id", base::to_text(kept.id)},
                      {"name", kept.recipe.name},
                      {"state", word_for(kept.state)},
                      {"why", kept.why},
                      {"kind", environments::word_for(kept.recipe.kind)},
                      {"source", kept.recipe.source},
                      {"hash", kept.hash},
                      {"python", kept.python},
                      {"platform", kept.platform},
                      {"package_count", kept.packages.size()},
                      {"left_out_count", kept.left_out.size()},
                      {"is_checking", kept.state == State::ready && kept.job.has_value()},
                      {"smoke", smoke_of(kept, detail)},
                      {"uses", json_of(shown.uses)},
                      {"created_by", json_of(shown.creator)},
                      {"created_at", base::to_rfc3339(kept.created)},
                      {"ended_at", json_of(kept.ended)}};
  if (detail == Detail::item) return object;
  object["packages"] = json_of(kept.packages);
  object["asked"] = kept.recipe.text;
  json::array extras;
  for (const auto& extra : kept.recipe.extras) extras.emplace_back(extra);
  object["extras"] = std::move(extras);
  object["left_out"] = environments::to_json(kept.left_out);
  return object;
}

std::vector<web::NamedSchema> schemas() {
  return {{"SmokeTest", kSmoke}, {"Environment", kEnvironment}};
}

}  // namespace compute
