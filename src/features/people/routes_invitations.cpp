// Invitations, made by administrators.
#include "features/people/routes_shapes.h"
#include "features/people/rules.h"
#include "features/people/secrets.h"
#include "features/people/store_invitations.h"

namespace people {
namespace {

using base::Result;

json::value text_or_null(const std::optional<std::string>& text) {
  return text ? json::value(*text) : json::value();
}

json::object to_json(const InvitationRow& row) {
  return {{"id", base::to_text(row.id)},
          {"email", text_or_null(row.email)},
          {"role", text_or_null(row.role)},
          {"created_at", base::to_rfc3339(row.created)},
          {"expires_at", base::to_rfc3339(row.expires)}};
}

Result<web::Response> show_invitations(const web::Request& request, App& app) {
  auto after = after_in<InvitationId>(request);
  if (!after) return base::Failure(after.error());
  auto rows = list_invitations(app.db(), *after, limit_in(request) + 1, base::now());
  if (!rows) return base::Failure(rows.error());
  return answer_page(
      request, *rows, [](const InvitationRow& row) { return to_json(row); },
      [](const InvitationRow& row) { return base::to_text(row.id); });
}

Result<web::Response> invite(const web::Request& request, App& app) {
  const auto now = base::now();
  const auto* days = base::find_member(request.json, "expires_in_days");
  const auto life = std::chrono::hours(24) * (days != nullptr ? days->to_number<int>() : 14);
  InvitationRow row{InvitationId(base::make_ulid(now)), optional_text_in(request, "email"),
                    optional_text_in(request, "role"), now, now + life};
  if (row.email) {
    row.email = tidy_email(*row.email);
    if (auto good = check_email(*row.email); !good) return base::Failure(good.error());
  }
  const auto code = new_code();
  auto value = to_json(row);
  const auto act =
      act_of(request, "invitation.create", {"invitation", base::to_text(row.id)}, base::to_text(value));
  if (auto made = add_invitation(app.db(), row, hash_of_secret(code), act, now); !made)
    return base::Failure(made.error());
  value["code"] = code;
  return web::answer_created("/api/v1/invitations/" + base::to_text(row.id), value);
}

Result<web::Response> withdraw(const web::Request& request, App& app) {
  auto id = id_in<InvitationId>(request, "invitation");
  if (!id) return base::Failure(id.error());
  const auto act = act_of(request, "invitation.remove", {"invitation", base::to_text(*id)});
  if (auto gone = remove_invitation(app.db(), *id, act, base::now()); !gone)
    return base::Failure(gone.error());
  return web::answer_nothing();
}

constexpr std::string_view kNew =
    R"({"type": "object", "additionalProperties": false, "properties": {
        "email": {"type": ["string", "null"], "maxLength": 254, "description": "who alone may use it"},
        "role": {"type": ["string", "null"], "enum": ["administrator", "organiser", null]},
        "expires_in_days": {"type": "integer", "minimum": 1, "maximum": 366, "default": 14}}})";
constexpr std::string_view kMade =
    R"({"id": "01J9ZQ6W4T1V8N3M5K7R2B0XCD", "email": null, "role": "organiser", "created_at": "2026-03-01T12:00:00Z",
        "expires_at": "2026-03-15T12:00:00Z", "code": "8sJtY0RkqWmB3xEoUe1VhL"})";

}  // namespace

std::vector<web::NamedSchema> invitation_schemas() {
  return {
      {"Invitation", R"({"type": "object", "required": ["id", "email", "role", "created_at", "expires_at"],
        "properties": {"id": {"type": "string", "format": "ulid"}, "email": {"type": ["string", "null"]},
          "role": {"type": ["string", "null"]}, "created_at": {"type": "string", "format": "date-time"},
          "expires_at": {"type": "string", "format": "date-time"},
          "code": {"type": "string", "description": "for the sign-up, shown once, when it is made"}}})"},
      {"Invitations", R"({"type": "object", "required": ["items", "next"], "properties": {
        "items": {"type": "array", "items": {"$ref": "#/components/schemas/Invitation"}},
        "next": {"$ref": "#/components/schemas/Cursor"}}})"},
  };
}

std::vector<web::Route> invitation_routes(App& app) {
  return {
      {.method = "GET",
       .pattern = "/api/v1/invitations",
       .summary = "Invitations that may still be used",
       .permission = "administrator",
       .scope = "admin",
       .parameters = with_page(),
       .response = {"Invitations", R"({"items": [], "next": null})"},
       .errors = {kNoSession, kNotAllowed},
       .handler = web::with(app, show_invitations),
       .tag = "people"},
      // Not keyed: what is remembered of a keyed request would hold the code.
      {.method = "POST",
       .pattern = "/api/v1/invitations",
       .summary = "Invite someone: the code is shown once",
       .permission = "administrator",
       .scope = "admin",
       .takes = web::Takes::json,
       .request = {kNew, R"({"role": "organiser"})"},
       .status = 201,
       .response = {"Invitation", kMade},
       .errors = {{400, "the address will not do"}, kNoSession, kNotAllowed},
       .handler = web::with(app, invite),
       .tag = "people"},
      {.method = "DELETE",
       .pattern = "/api/v1/invitations/{invitation}",
       .summary = "Withdraw an invitation",
       .permission = "administrator",
       .scope = "admin",
       .status = 204,
       .errors = {kNoSession, kNotAllowed, {404, "no such invitation"}},
       .handler = web::with(app, withdraw),
       .tag = "people"},
  };
}

}  // namespace people
