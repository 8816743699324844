// Oneself: who one is here, the password, the sessions.
#include "features/people/passwords.h"
#include "features/people/routes_shapes.h"
#include "features/people/rules.h"
#include "features/people/secrets.h"
#include "features/people/store_accounts.h"

namespace people {
namespace {

using base::Result;

Result<web::Response> show_me(const web::Request& request, App&) {
  const auto& viewer = viewer_of(request);
  const auto now = base::now();
  json::array roles;
  for (const auto role : {kAdministrator, kOrganiser}) {
    const auto held = [&](const Grant& grant) {
      return grant.object == kPlatform && grant.role == role && (!grant.expires || *grant.expires > now);
    };
    if (std::any_of(viewer.grants.begin(), viewer.grants.end(), held)) roles.push_back(json::value(role));
  }
  json::value scopes;
  if (viewer.by_token) {
    json::array words;
    for (const auto& scope : viewer.scopes) words.push_back(json::value(scope));
    scopes = std::move(words);
  }
  return web::answer_json(json::object{{"person", to_json(*viewer.person, Detail::all)},
                                       {"roles", std::move(roles)},
                                       {"scopes", std::move(scopes)},
                                       {"by_token", viewer.by_token}});
}

Result<web::Response> change_me(const web::Request& request, App& app) {
  const auto& me = person_of(request);
  const auto name = optional_text_in(request, "name");
  if (!name) return web::answer_json(to_json(me, Detail::all));
  const auto tidy = tidy_name(*name);
  if (auto good = check_name(tidy); !good) return base::Failure(good.error());
  auto person = rename(app.db(), me.id, tidy, {}, base::now());
  if (!person) return base::Failure(person.error());
  return web::answer_json(to_json(*person, Detail::all));
}

Result<Account> account_with(App& app, const web::Request& request, std::string_view password) {
  const auto keys = keys_of_attempt(person_of(request).email, request.peer);
  auto attempt = begin_attempt(app.db(), keys, base::now());
  if (!attempt) return base::Failure(attempt.error());
  if (attempt->wait.count() > 0)
    return base::conflict("the password was wrong too often: try again in " +
                          std::to_string(attempt->wait.count()) + " s");
  auto account = find_account(app.db(), person_of(request).id);
  if (!account) return base::Failure(account.error());
  if (!*account) return base::not_found("this account is not there any more");
  auto fits = is_password(password, (*account)->password_hash);
  if (!fits) return base::Failure(fits.error());
  if (!*fits) return base::invalid("/old_password: this is not your present password");
  if (auto forgiven = forgive(app.db(), keys); !forgiven) return base::Failure(forgiven.error());
  return std::move(**account);
}

Result<web::Response> change_my_password(const web::Request& request, App& app) {
  const auto& me = person_of(request);
  const auto fresh = text_in(request, "new_password");
  if (auto good = check_password(fresh, me.email, me.name); !good) return base::Failure(good.error());
  auto account = account_with(app, request, text_in(request, "old_password"));
  if (!account) return base::Failure(account.error());
  auto hash = hash_of_password(fresh);
  if (!hash) return base::Failure(hash.error());
  const auto secret = new_session_secret();
  const NewSession session{hash_of_secret(secret), request.peer, agent_of(request), {}};
  const auto act = act_of(request, "password.change", {"person", base::to_text(me.id)});
  if (auto changed = change_password(app.db(), *account, *hash, session, act, base::now()); !changed)
    return base::Failure(changed.error());
  auto answer = web::answer_nothing();
  set_cookie(app, request, answer, secret);
  return answer;
}

Result<web::Response> show_sessions(const web::Request& request, App& app) {
  auto after = after_in<SessionId>(request);
  if (!after) return base::Failure(after.error());
  auto rows = list_sessions(app.db(), person_of(request).id, *after, limit_in(request) + 1, base::now());
  if (!rows) return base::Failure(rows.error());
  const auto mine = found_of(request)->session;
  return answer_page(
      request, *rows,
      [&](const SessionRow& row) {
        return json::object{{"id", base::to_text(row.id)},
                            {"from", row.address},
                            {"agent", row.agent},
                            {"created_at", base::to_rfc3339(row.created)},
                            {"last_used_at", base::to_rfc3339(row.last_used)},
                            {"expires_at", base::to_rfc3339(session_end(row.created, row.last_used))},
                            {"is_current", mine == row.id}};
      },
      [](const SessionRow& row) { return base::to_text(row.id); });
}

Result<web::Response> end_my_session(const web::Request& request, App& app) {
  auto id = id_in<SessionId>(request, "session");
  if (!id) return base::Failure(id.error());
  if (auto ended = end_session(app.db(), person_of(request).id, *id); !ended)
    return base::Failure(ended.error());
  return web::answer_nothing();
}

constexpr std::string_view kMe =
    R"({"type": "object", "required": ["person", "roles", "scopes", "by_token"], "properties": {
        "person": {"$ref": "#/components/schemas/Person"},
        "roles": {"type": "array", "items": {"type": "string"}, "description": "of the platform"},
        "scopes": {"type": ["array", "null"], "items": {"$ref": "#/components/schemas/Scope"}, "description": "of the token; null by session"},
        "by_token": {"type": "boolean"}}})";
constexpr std::string_view kMeExample =
    R"({"person": {"id": "01J9ZQ6W4T1V8N3M5K7R2B0XCD", "handle": "ada-lovelace", "name": "Ada Lovelace",
        "created_at": "2026-03-01T12:00:00Z"}, "roles": ["organiser"], "scopes": null, "by_token": false})";
constexpr std::string_view kRename =
    R"({"type": "object", "additionalProperties": false, "properties": {"name": {"type": "string", "maxLength": 200}}})";
constexpr std::string_view kPasswords =
    R"({"type": "object", "required": ["old_password", "new_password"], "additionalProperties": false, "properties": {
        "old_password": {"type": "string", "maxLength": 1000}, "new_password": {"type": "string", "maxLength": 1000}}})";
constexpr std::string_view kSessions =
    R"({"type": "object", "required": ["items", "next"], "properties": {"next": {"$ref": "#/components/schemas/Cursor"},
        "items": {"type": "array", "items": {"type": "object",
          "required": ["id", "from", "agent", "created_at", "last_used_at", "expires_at", "is_current"],
          "properties": {"id": {"type": "string", "format": "ulid"}, "from": {"type": "string"}, "agent": {"type": "string"},
            "created_at": {"type": "string", "format": "date-time"}, "last_used_at": {"type": "string", "format": "date-time"}, "expires_at": {"type": "string", "format": "date-time"},
            "is_current": {"type": "boolean"}}}}}})";

}  // namespace

std::vector<web::Route> me_routes(App& app) {
  return {
      {.method = "GET",
       .pattern = "/api/v1/me",
       .summary = "Who I am here, and what this session or token may",
       .permission = "signed-in",
       .response = {kMe, kMeExample},
       .errors = {kNoSession},
       .handler = web::with(app, show_me),
       .tag = "me"},
      {.method = "PATCH",
       .pattern = "/api/v1/me",
       .summary = "Change my name",
       .permission = "session",
       .takes = web::Takes::json,
       .request = {kRename, R"({"name": "Ada King"})"},
       .response = {"Person", kPersonExample},
       .errors = {{400, "the name will not do"}, kNoSession, kNotAllowed},
       .handler = web::with(app, change_me),
       .tag = "me"},
      {.method = "POST",
       .pattern = "/api/v1/me/password",
       .summary = "Change my password: ends all other sessions",
       .permission = "session",
       .takes = web::Takes::json,
       .request = {kPasswords,
                   R"({"old_password": "a sentence is good", "new_password": "a better sentence"})"},
       .status = 204,
       .errors = {{400, "the present password is wrong, or the new one will not do"},
                  kNoSession,
                  kNotAllowed,
                  {409, "it was wrong too often"},
                  kBusy},
       .rate = "sign-in",
       .handler = web::with(app, change_my_password),
       .tag = "me"},
      {.method = "GET",
       .pattern = "/api/v1/me/sessions",
       .summary = "Where I am signed in",
       .permission = "session",
       .parameters = with_page(),
       .response =
           {kSessions,
            R"({"items": [{"id": "01J9ZQ6W4T1V8N3M5K7R2B0XCD", "from": "192.0.2.1", "agent": "Firefox",
          "created_at": "2026-03-01T12:00:00Z", "last_used_at": "2026-03-01T12:00:00Z",
          "expires_at": "2026-03-15T12:00:00Z", "is_current": true}], "next": null})"},
       .errors = {kNoSession, kNotAllowed},
       .handler = web::with(app, show_sessions),
       .tag = "me"},
      {.method = "DELETE",
       .pattern = "/api/v1/me/sessions/{session}",
       .summary = "End one of my sessions",
       .permission = "session",
       .status = 204,
       .errors = {kNoSession, kNotAllowed, {404, "no such session of mine"}},
       .handler = web::with(app, end_my_session),
       .tag = "me"},
  };
}

}  // namespace people
