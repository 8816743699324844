// Grants, given and taken by administrators. What rooms grant by themselves (who joins an event) is theirs.
#include "features/people/routes_shapes.h"
#include "features/people/rules.h"
#include "features/people/store_grants.h"

namespace people {
namespace {

using base::Result;

json::object to_json(const GrantRow& row) {
  return {{"id", base::to_text(row.id)},
          {"subject", to_json(row.grant.subject)},
          {"object", to_json(row.grant.object)},
          {"role", row.grant.role},
          {"expires_at", time_or_null(row.grant.expires)},
          {"created_at", base::to_rfc3339(row.created)}};
}

Result<web::Response> show_grants(const web::Request& request, App& app) {
  auto after = after_in<GrantId>(request);
  if (!after) return base::Failure(after.error());
  GrantsWanted wanted{{}, {}, *after, limit_in(request) + 1};
  if (const auto* kind = request.query.find("object_kind")) wanted.object_kind = *kind;
  if (const auto* id = request.query.find("object_id")) wanted.object_id = *id;
  auto rows = list_grants(app.db(), wanted, base::now());
  if (!rows) return base::Failure(rows.error());
  return answer_page(
      request, *rows, [](const GrantRow& row) { return to_json(row); },
      [](const GrantRow& row) { return base::to_text(row.id); });
}

Ref ref_in(const web::Request& request, std::string_view field) {
  const auto& ref = request.json.at(field).as_object();
  return {std::string(ref.at("kind").as_string()), std::string(ref.at("id").as_string())};
}

Result<web::Response> give(const web::Request& request, App& app) {
  const auto now = base::now();
  Grant grant{ref_in(request, "subject"), ref_in(request, "object"), text_in(request, "role"), {}};
  if (const auto text = optional_text_in(request, "expires_at")) {
    auto expires = base::instant_from_rfc3339(*text);
    if (!expires) return base::Failure(expires.error());
    grant.expires = *expires;
  }
  if (auto good = check_grant(grant, now); !good) return base::Failure(good.error());
  const auto act = act_of(request, "grant.give", grant.object,
                          base::to_text(json::object{{"subject_kind", grant.subject.kind},
                                                     {"subject_id", grant.subject.id},
                                                     {"role", grant.role},
                                                     {"expires_at", time_or_null(grant.expires)}}));
  auto row = give_grant(app.db(), grant, act, now);
  if (!row) return base::Failure(row.error());
  return web::answer_created("/api/v1/grants/" + base::to_text(row->id), to_json(*row));
}

Result<web::Response> take(const web::Request& request, App& app) {
  auto id = id_in<GrantId>(request, "grant");
  if (!id) return base::Failure(id.error());
  if (auto taken = take_grant(app.db(), *id, act_of(request, "grant.take", kPlatform), base::now()); !taken)
    return base::Failure(taken.error());
  return web::answer_nothing();
}

constexpr std::string_view kNew =
    R"({"type": "object", "required": ["subject", "object", "role"], "additionalProperties": false, "properties": {
        "subject": {"$ref": "#/components/schemas/Ref"}, "object": {"$ref": "#/components/schemas/Ref"},
        "role": {"type": "string", "maxLength": 64}, "expires_at": {"type": ["string", "null"], "format": "date-time"}}})";
constexpr std::string_view kNewExample =
    R"({"subject": {"kind": "person", "id": "01J9ZQ6W4T1V8N3M5K7R2B0XCD"}, "object": {"kind": "platform", "id": "platform"}, "role": "organiser"})";
constexpr std::string_view kGrant =
    R"({"id": "01J9ZQ6W4T1V8N3M5K7R2B0XCE", "subject": {"kind": "person", "id": "01J9ZQ6W4T1V8N3M5K7R2B0XCD"},
        "object": {"kind": "platform", "id": "platform"}, "role": "organiser", "expires_at": null, "created_at": "2026-03-01T12:00:00Z"})";

}  // namespace

std::vector<web::NamedSchema> grant_schemas() {
  return {
      {"Grant",
       R"({"type": "object", "required": ["id", "subject", "object", "role", "expires_at", "created_at"],
        "properties": {"id": {"type": "string", "format": "ulid"}, "subject": {"$ref": "#/components/schemas/Ref"},
          "object": {"$ref": "#/components/schemas/Ref"}, "role": {"type": "string"},
          "expires_at": {"type": ["string", "null"], "format": "date-time"}, "created_at": {"type": "string", "format": "date-time"}}})"},
      {"Grants", R"({"type": "object", "required": ["items", "next"], "properties": {
        "items": {"type": "array", "items": {"$ref": "#/components/schemas/Grant"}},
        "next": {"$ref": "#/components/schemas/Cursor"}}})"},
  };
}

std::vector<web::Route> grant_routes(App& app) {
  return {
      {.method = "GET",
       .pattern = "/api/v1/grants",
       .summary = "Who holds which role on what",
       .permission = "administrator",
       .scope = "admin",
       .parameters =
           with_page({{"object_kind", web::In::query, R"({"type": "string"})", "Such as platform or event"},
                      {"object_id", web::In::query, R"({"type": "string"})", "One object of that kind"}}),
       .response = {"Grants", R"({"items": [], "next": null})"},
       .errors = {kNoSession, kNotAllowed},
       .handler = web::with(app, show_grants),
       .tag = "grants"},
      {.method = "POST",
       .pattern = "/api/v1/grants",
       .summary =
           "Grant a role: roles of the platform are administrator and organiser; again changes the expiry",
       .permission = "administrator",
       .scope = "admin",
       .takes = web::Takes::json,
       .request = {kNew, kNewExample},
       .status = 201,
       .response = {"Grant", kGrant},
       .errors =
           {{400, "the grant makes no sense"}, kNoSession, kNotAllowed, {404, "no such person or group"}},
       .retry = web::Retry::keyed,
       .handler = web::with(app, give),
       .tag = "grants"},
      {.method = "DELETE",
       .pattern = "/api/v1/grants/{grant}",
       .summary = "Take a role away: it ends at once",
       .permission = "administrator",
       .scope = "admin",
       .status = 204,
       .errors =
           {kNoSession, kNotAllowed, {404, "no such grant"}, {409, "nobody would be left to administer"}},
       .handler = web::with(app, take),
       .tag = "grants"},
  };
}

}  // namespace people
