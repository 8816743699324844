// A new password for who forgot the old one.
#include "features/people/passwords.h"
#include "features/people/routes_shapes.h"
#include "features/people/rules.h"
#include "features/people/secrets.h"
#include "features/people/store_accounts.h"
#include "features/people/store_resets.h"

namespace people {
namespace {

using base::Result;

constexpr std::chrono::hours kCodeKept{24};

Result<web::Response> ask(const web::Request& request, App& app) {
  if (auto asked = ask_for_reset(app.db(), tidy_email(text_in(request, "email")), base::now()); !asked)
    return base::Failure(asked.error());
  auto answer = web::answer_nothing();
  answer.status = 202;
  return answer;
}

Result<web::Response> set_password(const web::Request& request, App& app) {
  const auto now = base::now();
  const auto code_hash = hash_of_secret(request.parameters.get("code"));
  const auto password = text_in(request, "password");
  auto person = person_of_reset(app.db(), code_hash, now);
  if (!person) return base::Failure(person.error());
  if (auto good = check_password(password, person->email, person->name); !good)
    return base::Failure(good.error());
  auto hash = hash_of_password(password);
  if (!hash) return base::Failure(hash.error());
  auto used = use_reset(app.db(), code_hash, *hash, act_of(request, "password.reset", kPlatform), now);
  if (!used) return base::Failure(used.error());
  return web::answer_nothing();
}

Result<web::Response> issue(const web::Request& request, App& app) {
  const auto now = base::now();
  auto person = person_named(app.db(), request.parameters.get("person"));
  if (!person) return base::Failure(person.error());
  const auto code = new_code();
  const auto act = act_of(request, "password.reset-issue", {"person", base::to_text(person->id)});
  auto issued = issue_reset(app.db(), person->id, hash_of_secret(code), now + kCodeKept, act, now);
  if (!issued) return base::Failure(issued.error());
  return web::answer_json(json::object{{"code", code}, {"expires_at", base::to_rfc3339(now + kCodeKept)}},
                          201);
}

Result<web::Response> show_resets(const web::Request& request, App& app) {
  auto after = after_in<ResetId>(request);
  if (!after) return base::Failure(after.error());
  auto rows = list_resets(app.db(), *after, limit_in(request) + 1);
  if (!rows) return base::Failure(rows.error());
  return answer_page(
      request, *rows,
      [](const ResetRow& row) {
        return json::object{{"id", base::to_text(row.id)},
                            {"person", to_json(row.person, Detail::all)},
                            {"asked_at", base::to_rfc3339(row.asked)}};
      },
      [](const ResetRow& row) { return base::to_text(row.id); });
}

constexpr std::string_view kEmail =
    R"({"type": "object", "required": ["email"], "additionalProperties": false, "properties": {"email": {"type": "string", "maxLength": 254}}})";
constexpr std::string_view kPassword =
    R"({"type": "object", "required": ["password"], "additionalProperties": false, "properties": {"password": {"type": "string", "maxLength": 1000}}})";
constexpr std::string_view kCode =
    R"({"type": "object", "required": ["code", "expires_at"], "properties": {"code": {"type": "string"}, "expires_at": {"type": "string", "format": "date-time"}}})";
constexpr std::string_view kResets =
    R"({"type": "object", "required": ["items", "next"], "properties": {"next": {"$ref": "#/components/schemas/Cursor"},
        "items": {"type": "array", "items": {"type": "object", "required": ["id", "person", "asked_at"], "properties": {
          "id": {"type": "string", "format": "ulid"}, "person": {"$ref": "#/components/schemas/Person"},
          "asked_at": {"type": "string", "format": "date-time"}}}}}})";

}  // namespace

std::vector<web::Route> reset_routes(App& app) {
  return {
      {.method = "POST",
       .pattern = "/api/v1/password-resets",
       .summary = "Ask the administrators for a new password: the answer is the same for every address",
       .permission = web::kOpen,
       .takes = web::Takes::json,
       .request = {kEmail, R"({"email": "ada@example.org"})"},
       .status = 202,
       .rate = "resets",
       .handler = web::with(app, ask),
       .tag = "people"},
      {.method = "GET",
       .pattern = "/api/v1/password-resets",
       .summary = "Who asked for a new password",
       .permission = "administrator",
       .scope = "admin",
       .parameters = with_page(),
       .response = {kResets, R"({"items": [], "next": null})"},
       .errors = {kNoSession, kNotAllowed},
       .handler = web::with(app, show_resets),
       .tag = "people"},
      {.method = "POST",
       .pattern = "/api/v1/password-resets/{code}",
       .summary = "Set a new password with an administrator's code: ends all sessions and tokens",
       .permission = web::kOpen,
       .takes = web::Takes::json,
       .request = {kPassword, R"({"password": "a better sentence"})"},
       .status = 204,
       .errors = {{400, "the password will not do"}, {404, "the code is not valid"}, kBusy},
       .rate = "resets",
       .handler = web::with(app, set_password),
       .tag = "people"},
      {.method = "POST",
       .pattern = "/api/v1/people/{person}/password-reset",
       .summary = "Issue a code for a new password: shown once",
       .permission = "administrator",
       .scope = "admin",
       .status = 201,
       .response = {kCode, R"({"code": "8sJtY0RkqWmB3xEoUe1VhL", "expires_at": "2026-03-02T12:00:00Z"})"},
       .errors = {kNoSession, kNotAllowed, {404, "nobody of that name"}},
       .handler = web::with(app, issue),
       .tag = "people"},
  };
}

}  // namespace people
