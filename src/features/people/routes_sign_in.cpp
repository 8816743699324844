// Sign-up, sign-in, sign-out.
#include <fmt/format.h>

#include "base/log.h"
#include "features/people/passwords.h"
#include "features/people/routes_shapes.h"
#include "features/people/rules.h"
#include "features/people/secrets.h"
#include "features/people/store_accounts.h"

namespace people {
namespace {

using base::Result;

Result<web::Response> sign_up_person(const web::Request& request, App& app) {
  const auto now = base::now();
  NewAccount account{tidy_email(text_in(request, "email")), tidy_name(text_in(request, "name")), {}, {}};
  if (const auto code = optional_text_in(request, "invitation"); code && !code->empty())
    account.code_hash = hash_of_secret(*code);
  const auto password = text_in(request, "password");
  for (const auto& check : {check_email(account.email), check_name(account.name),
                            check_password(password, account.email, account.name)})
    if (!check) return base::Failure(check.error());
  // Hashing is dear: only for those who will be let in.
  if (auto good = check_sign_up(app.db(), account.email, account.code_hash, now); !good)
    return base::Failure(good.error());
  auto hash = hash_of_password(password);
  if (!hash) return base::Failure(hash.error());
  account.password_hash = std::move(*hash);
  auto person = sign_up(app.db(), account, act_of(request, "person.sign-up", kPlatform), now);
  if (!person) return base::Failure(person.error());
  return web::answer_created("/api/v1/people/" + person->handle, to_json(*person, Detail::all));
}

web::Response too_many(std::chrono::seconds wait) {
  auto refusal = web::problem(
      429, fmt::format("there were too many failures to sign in: try again in {} s", wait.count()));
  refusal.headers.add("Retry-After", std::to_string(wait.count()));
  return refusal;
}

// The same answer in the same time, whether the account or the password is wrong.
base::Failure wrong_pair() {
  return base::Failure({base::ErrorKind::unauthenticated, "the address or the password is wrong", {}});
}

void note_burst(const web::Request& request, App& app, const std::optional<Account>& account, int failures) {
  if (!is_worth_a_line(failures)) return;
  const Ref object =
      account ? Ref{"person", base::to_text(account->person.id)} : Ref{"address", request.peer};
  const auto act =
      act_of(request, "sign-in.failures", object, base::to_text(json::object{{"failures", failures}}));
  if (auto noted = note_failures(app.db(), act, base::now()); !noted)
    base::log_error(fmt::format("a burst of failures to sign in was not noted: {}", noted.error().message));
}

Result<web::Response> sign_in(const web::Request& request, App& app) {
  const auto now = base::now();
  const auto email = tidy_email(text_in(request, "email"));
  const auto password = text_in(request, "password");
  const auto keys = keys_of_attempt(email, request.peer);
  auto attempt = begin_attempt(app.db(), keys, now);
  if (!attempt) return base::Failure(attempt.error());
  if (attempt->wait.count() > 0) return too_many(attempt->wait);
  auto account = find_account(app.db(), email);
  if (!account) return base::Failure(account.error());
  bool right = false;
  if (*account) {
    auto fits = is_password(password, (*account)->password_hash);
    if (!fits) return base::Failure(fits.error());
    right = *fits;
  } else if (auto wasted = waste_a_hash(password); !wasted) {
    return base::Failure(wasted.error());
  }
  if (!right) {
    note_burst(request, app, *account, attempt->failures);
    return wrong_pair();
  }
  if (auto may = why_not_signed_in((*account)->person.standing); !may) return base::Failure(may.error());
  const auto secret = new_session_secret();
  NewSession fresh{hash_of_secret(secret), request.peer, agent_of(request), {}};
  const auto* before = found_of(request);
  if (before != nullptr) fresh.instead_of = before->session;
  auto session = begin_session(app.db(), **account, fresh, keys, now);
  if (!session) return base::Failure(session.error());
  if (before != nullptr) touch(before->viewer.person->id);
  base::log_info(fmt::format("{} signed in from {}", (*account)->person.handle, request.peer));
  auto answer = web::answer_json(
      json::object{{"person", to_json((*account)->person, Detail::all)},
                   {"expires_at", base::to_rfc3339(session_end(session->created, session->last_used))}});
  set_cookie(app, request, answer, secret);
  return answer;
}

Result<web::Response> sign_out(const web::Request& request, App& app) {
  if (const auto* found = found_of(request); found != nullptr && found->session)
    if (auto ended = end_session(app.db(), found->viewer.person->id, *found->session);
        !ended && ended.error().kind != base::ErrorKind::not_found)
      return base::Failure(ended.error());
  auto answer = web::answer_nothing();
  drop_cookie(app, request, answer);
  return answer;
}

constexpr std::string_view kSignUp =
    R"({"type": "object", "required": ["email", "name", "password"], "additionalProperties": false,
        "properties": {"email": {"type": "string", "maxLength": 254}, "name": {"type": "string", "maxLength": 200},
          "password": {"type": "string", "maxLength": 1000}, "invitation": {"type": ["string", "null"], "maxLength": 100}}})";
constexpr std::string_view kSignIn =
    R"({"type": "object", "required": ["email", "password"], "additionalProperties": false,
        "properties": {"email": {"type": "string", "maxLength": 254}, "password": {"type": "string", "maxLength": 1000}}})";
constexpr std::string_view kSignedIn =
    R"({"type": "object", "required": ["person", "expires_at"], "properties": {
        "person": {"$ref": "#/components/schemas/Person"}, "expires_at": {"type": "string", "format": "date-time"}}})";

}  // namespace

std::vector<web::Route> sign_in_routes(App& app) {
  // No Idempotency-Key here: what is kept of a keyed request would be a fast hash of a password.
  return {
      {.method = "POST",
       .pattern = "/api/v1/sign-up",
       .summary = "Make an account",
       .permission = web::kOpen,
       .takes = web::Takes::json,
       .request =
           {kSignUp,
            R"({"email": "ada@example.org", "name": "Ada Lovelace", "password": "a sentence is good"})"},
       .status = 201,
       .response = {"Person", kPersonExample},
       .errors = {{400, "the address, the name or the password will not do"},
                  {403, "an invitation is needed, or this one is not valid"},
                  {409, "the address has an account"},
                  {429, "too many sign-ups from this address"},
                  kBusy},
       .rate = "sign-up",
       .handler = web::with(app, sign_up_person),
       .tag = "people"},
      {.method = "POST",
       .pattern = "/api/v1/sign-in",
       .summary = "Begin a session: sets the cookie agora_session",
       .permission = web::kOpen,
       .takes = web::Takes::json,
       .request = {kSignIn, R"({"email": "ada@example.org", "password": "a sentence is good"})"},
       .response = {kSignedIn, R"({"person": {"id": "01J9ZQ6W4T1V8N3M5K7R2B0XCD", "handle": "ada-lovelace",
          "name": "Ada Lovelace", "created_at": "2026-03-01T12:00:00Z"}, "expires_at": "2026-03-15T12:00:00Z"})"},
       .errors = {{401, "the address or the password is wrong"},
                  {403, "the account is pending, refused or closed"},
                  {429, "too many failures: Retry-After says how long to wait"},
                  kBusy},
       .rate = "sign-in",
       .handler = web::with(app, sign_in),
       .tag = "people"},
      {.method = "POST",
       .pattern = "/api/v1/sign-out",
       .summary = "End this session",
       .permission = web::kOpen,
       .status = 204,
       .handler = web::with(app, sign_out),
       .tag = "people"},
  };
}

}  // namespace people
