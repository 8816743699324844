// Tokens for programs: made by whoever signed in with the password, shown once.
#include "features/people/routes_shapes.h"
#include "features/people/rules.h"
#include "features/people/secrets.h"
#include "features/people/store_tokens.h"

namespace people {
namespace {

using base::Result;
using std::chrono::hours;

json::object to_json(const TokenRow& token) {
  json::array scopes;
  for (const auto& scope : token.scopes) scopes.push_back(json::value(scope));
  return {{"id", base::to_text(token.id)},
          {"name", token.name},
          {"scopes", std::move(scopes)},
          {"created_at", base::to_rfc3339(token.created)},
          {"expires_at", base::to_rfc3339(token.expires)},
          {"last_used_at", time_or_null(token.last_used)}};
}

Result<web::Response> show_tokens(const web::Request& request, App& app) {
  auto after = after_in<TokenId>(request);
  if (!after) return base::Failure(after.error());
  auto rows = list_tokens(app.db(), person_of(request).id, *after, limit_in(request) + 1, base::now());
  if (!rows) return base::Failure(rows.error());
  return answer_page(
      request, *rows, [](const TokenRow& row) { return to_json(row); },
      [](const TokenRow& row) { return base::to_text(row.id); });
}

Result<web::Response> make_token(const web::Request& request, App& app) {
  const auto now = base::now();
  const auto* days = base::find_member(request.json, "expires_in_days");
  const auto life = hours(24) * (days != nullptr ? days->to_number<int>() : 90);
  TokenRow token{TokenId(base::make_ulid(now)), tidy_name(text_in(request, "name")), {}, now, now + life, {}};
  if (auto good = check_name(token.name); !good) return base::Failure(good.error());
  for (const auto& scope : request.json.at("scopes").as_array()) token.scopes.emplace_back(scope.as_string());
  const auto secret = new_token();
  auto value = to_json(token);
  const auto act = act_of(request, "token.create", {"token", base::to_text(token.id)}, base::to_text(value));
  if (auto made = add_token(app.db(), person_of(request).id, token, hash_of_secret(secret), act, now); !made)
    return base::Failure(made.error());
  value["token"] = secret;
  return web::answer_created("/api/v1/me/tokens/" + base::to_text(token.id), value);
}

Result<web::Response> drop_token(const web::Request& request, App& app) {
  auto id = id_in<TokenId>(request, "token");
  if (!id) return base::Failure(id.error());
  const auto* found = found_of(request);
  if (found->token && *found->token != *id)
    return base::Failure({base::ErrorKind::forbidden,
                          "a token may remove itself alone: sign in with the password to remove others",
                          {}});
  const auto act = act_of(request, "token.remove", {"token", base::to_text(*id)});
  if (auto gone = remove_token(app.db(), person_of(request).id, *id, act, base::now()); !gone)
    return base::Failure(gone.error());
  return web::answer_nothing();
}

constexpr std::string_view kNewToken =
    R"({"type": "object", "required": ["name", "scopes"], "additionalProperties": false, "properties": {
        "name": {"type": "string", "minLength": 1, "maxLength": 100, "description": "what uses it"},
        "scopes": {"type": "array", "minItems": 1, "uniqueItems": true, "items": {"$ref": "#/components/schemas/Scope"}},
        "expires_in_days": {"type": "integer", "minimum": 1, "maximum": 366, "default": 90}}})";
constexpr std::string_view kMade =
    R"({"id": "01J9ZQ6W4T1V8N3M5K7R2B0XCD", "name": "laptop", "scopes": ["read", "submit"],
        "created_at": "2026-03-01T12:00:00Z", "expires_at": "2026-05-30T12:00:00Z", "last_used_at": null,
        "token": "agora_8sJtY0RkqWmB3xEoUe1VhLz5CnAa7fPdGi2Tb6KrQvM"})";

}  // namespace

std::vector<web::NamedSchema> token_schemas() {
  return {
      {"Token",
       R"({"type": "object", "required": ["id", "name", "scopes", "created_at", "expires_at", "last_used_at"],
        "properties": {"id": {"type": "string", "format": "ulid"}, "name": {"type": "string"},
          "scopes": {"type": "array", "items": {"$ref": "#/components/schemas/Scope"}},
          "created_at": {"type": "string", "format": "date-time"}, "expires_at": {"type": "string", "format": "date-time"},
          "last_used_at": {"type": ["string", "null"], "format": "date-time"},
          "token": {"type": "string", "description": "the secret, shown once, when it is made"}}})"},
      {"Tokens", R"({"type": "object", "required": ["items", "next"], "properties": {
        "items": {"type": "array", "items": {"$ref": "#/components/schemas/Token"}},
        "next": {"$ref": "#/components/schemas/Cursor"}}})"},
  };
}

std::vector<web::Route> token_routes(App& app) {
  return {
      {.method = "GET",
       .pattern = "/api/v1/me/tokens",
       .summary = "My tokens, without their secrets",
       .permission = "signed-in",
       .scope = "read",
       .parameters = with_page(),
       .response = {"Tokens", R"({"items": [], "next": null})"},
       .errors = {kNoSession, kNotAllowed},
       .handler = web::with(app, show_tokens),
       .tag = "me"},
      // Not keyed: what is remembered of a keyed request would hold the secret.
      {.method = "POST",
       .pattern = "/api/v1/me/tokens",
       .summary = "Make a token for a program: shown once",
       .permission = "session",
       .takes = web::Takes::json,
       .request = {kNewToken, R"({"name": "laptop", "scopes": ["read", "submit"]})"},
       .status = 201,
       .response = {"Token", kMade},
       .errors = {kNoSession, kNotAllowed, {409, "there are a hundred already"}},
       .handler = web::with(app, make_token),
       .tag = "me"},
      {.method = "DELETE",
       .pattern = "/api/v1/me/tokens/{token}",
       .summary = "Remove a token: it ends at once",
       .permission = "signed-in",
       .status = 204,
       .errors = {kNoSession, kNotAllowed, {404, "no such token of mine"}},
       .handler = web::with(app, drop_token),
       .tag = "me"},
  };
}

}  // namespace people
