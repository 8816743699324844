// The people of the center: found by anyone who signed in, decided about by administrators.
#include "features/people/routes_shapes.h"
#include "features/people/store_accounts.h"

namespace people {
namespace {

using base::Result;

// Addresses and standings are for administrators; a token shows them only where it has their scope.
bool sees_all(const web::Request& request) {
  const auto& viewer = viewer_of(request);
  return is_administrator(viewer, base::now()) && check_scope(viewer, "admin").has_value();
}
Detail detail_of(const web::Request& request, const Person& person) {
  return sees_all(request) || person.id == person_of(request).id ? Detail::all : Detail::name_only;
}
bool is_shown(const web::Request& request, const Person& person) {
  const bool was_here = person.standing == Standing::active || person.standing == Standing::closed;
  return was_here || detail_of(request, person) == Detail::all;
}

Result<web::Response> show_people(const web::Request& request, App& app) {
  PeopleWanted wanted{std::string(request.query.get("query")),
                      {},
                      sees_all(request),
                      std::string(request.query.get("after")),
                      limit_in(request) + 1};
  wanted.standing = standing_from(request.query.get("standing"));
  if (!sees_all(request)) {
    if (wanted.standing && *wanted.standing != Standing::active)
      return base::Failure(
          {base::ErrorKind::forbidden, "standing: only administrators see who is not active", {}});
    wanted.standing = Standing::active;
  }
  auto people = list_people(app.db(), wanted);
  if (!people) return base::Failure(people.error());
  return answer_page(
      request, *people, [&](const Person& person) { return to_json(person, detail_of(request, person)); },
      [](const Person& person) { return person.handle; });
}

Result<Person> seen_person(const web::Request& request, App& app) {
  auto person = person_named(app.db(), request.parameters.get("person"));
  if (person && !is_shown(request, *person))
    return base::not_found("there is nobody with the handle or id " +
                           std::string(request.parameters.get("person")));
  return person;
}

Result<web::Response> show_person(const web::Request& request, App& app) {
  auto person = seen_person(request, app);
  if (!person) return base::Failure(person.error());
  return web::answer_json(to_json(*person, detail_of(request, *person)));
}

Result<web::Response> change_person(const web::Request& request, App& app) {
  auto person = seen_person(request, app);
  if (!person) return base::Failure(person.error());
  const auto name = optional_text_in(request, "name");
  if (!name) return web::answer_json(to_json(*person, Detail::all));
  const auto tidy = tidy_name(*name);
  if (auto good = check_name(tidy); !good) return base::Failure(good.error());
  const auto act = act_of(request, "person.rename", {"person", base::to_text(person->id)},
                          base::to_text(json::object{{"from", person->name}, {"to", tidy}}));
  auto renamed = rename(app.db(), person->id, tidy, act, base::now());
  if (!renamed) return base::Failure(renamed.error());
  return web::answer_json(to_json(*renamed, Detail::all));
}

struct Verb {
  Decision decision;
  std::string_view what;  // in the audit log
};
web::Handler deciding(App& app, Verb verb) {
  return [&app, verb](const web::Request& request) -> Result<web::Response> {
    auto person = person_named(app.db(), request.parameters.get("person"));
    if (!person) return base::Failure(person.error());
    const auto act = act_of(request, verb.what, {"person", base::to_text(person->id)});
    auto after = decide(app.db(), person->id, verb.decision, act, base::now());
    if (!after) return base::Failure(after.error());
    return web::answer_json(to_json(*after, Detail::all));
  };
}

web::Route decision_route(App& app, std::string_view pattern, std::string_view summary, Verb verb) {
  return {.method = "POST",
          .pattern = pattern,
          .summary = summary,
          .permission = "administrator",
          .scope = "admin",
          .response = {"Person", kPersonExample},
          .errors = {kNoSession,
                     kNotAllowed,
                     {404, "nobody of that name"},
                     {409, "the account's standing does not allow it"}},
          .handler = deciding(app, verb),
          .tag = "people"};
}

constexpr std::string_view kStandings =
    R"({"type": "string", "enum": ["pending", "active", "refused", "closed"]})";
constexpr std::string_view kRename =
    R"({"type": "object", "additionalProperties": false, "properties": {"name": {"type": "string", "maxLength": 200}}})";

}  // namespace

std::vector<web::Route> people_routes(App& app) {
  return {
      {.method = "GET",
       .pattern = "/api/v1/people",
       .summary = "People by name or handle",
       .permission = "signed-in",
       .scope = "read",
       .parameters = with_page(
           {{"query", web::In::query, R"({"type": "string", "maxLength": 100})", "Part of a name or handle"},
            {"standing", web::In::query, kStandings, "For administrators; others see who is active"}}),
       .response = {"People", R"({"items": [{"id": "01J9ZQ6W4T1V8N3M5K7R2B0XCD", "handle": "ada-lovelace",
          "name": "Ada Lovelace", "created_at": "2026-03-01T12:00:00Z"}], "next": null})"},
       .errors = {kNoSession, kNotAllowed},
       .handler = web::with(app, show_people),
       .tag = "people"},
      {.method = "GET",
       .pattern = "/api/v1/people/{person}",
       .summary = "A person, by handle or id",
       .permission = "signed-in",
       .scope = "read",
       .response = {"Person", kPersonExample},
       .errors = {kNoSession, kNotAllowed, {404, "nobody of that name"}},
       .handler = web::with(app, show_person),
       .tag = "people"},
      {.method = "PATCH",
       .pattern = "/api/v1/people/{person}",
       .summary = "Change a person's name",
       .permission = "administrator",
       .scope = "admin",
       .takes = web::Takes::json,
       .request = {kRename, R"({"name": "Ada King"})"},
       .response = {"Person", kPersonExample},
       .errors = {{400, "the name will not do"}, kNoSession, kNotAllowed, {404, "nobody of that name"}},
       .handler = web::with(app, change_person),
       .tag = "people"},
      decision_route(app, "/api/v1/people/{person}/approve", "Let a pending or refused account in",
                     {Decision::approve, "person.approve"}),
      decision_route(app, "/api/v1/people/{person}/refuse", "Refuse a pending account",
                     {Decision::refuse, "person.refuse"}),
      decision_route(app, "/api/v1/people/{person}/close",
                     "Close an account: its sessions and tokens end at once",
                     {Decision::close, "person.close"}),
      decision_route(app, "/api/v1/people/{person}/reopen", "Open a closed account again",
                     {Decision::reopen, "person.reopen"}),
  };
}

}  // namespace people
