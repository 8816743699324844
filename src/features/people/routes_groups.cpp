// Groups: seen by everyone who signed in, kept by administrators.
#include "features/people/routes_shapes.h"
#include "features/people/rules.h"
#include "features/people/store_accounts.h"
#include "features/people/store_groups.h"

namespace people {
namespace {

using base::Result;

json::object to_json(const GroupRow& row) {
  return {{"id", base::to_text(row.id)},
          {"name", row.name},
          {"title", row.title},
          {"member_count", row.members},
          {"created_at", base::to_rfc3339(row.created)}};
}

Result<web::Response> show_groups(const web::Request& request, App& app) {
  auto rows = list_groups(app.db(), request.query.get("after"), limit_in(request) + 1);
  if (!rows) return base::Failure(rows.error());
  return answer_page(
      request, *rows, [](const GroupRow& row) { return to_json(row); },
      [](const GroupRow& row) { return row.name; });
}

Result<GroupRow> group_in(const web::Request& request, App& app) {
  return group_named(app.db(), request.parameters.get("group"));
}

Result<web::Response> show_group(const web::Request& request, App& app) {
  auto group = group_in(request, app);
  if (!group) return base::Failure(group.error());
  return web::answer_json(to_json(*group));
}

Result<web::Response> show_members(const web::Request& request, App& app) {
  auto group = group_in(request, app);
  if (!group) return base::Failure(group.error());
  auto people = list_members(app.db(), group->id, request.query.get("after"), limit_in(request) + 1);
  if (!people) return base::Failure(people.error());
  return answer_page(
      request, *people, [](const Person& person) { return to_json(person, Detail::name_only); },
      [](const Person& person) { return person.handle; });
}

Result<web::Response> make_group(const web::Request& request, App& app) {
  const auto now = base::now();
  const GroupRow row{GroupId(base::make_ulid(now)), text_in(request, "name"),
                     tidy_name(text_in(request, "title")), now, 0};
  if (!is_word(row.name))
    return base::invalid(
        "/name: a group's name holds lower-case letters, digits, - and _, and begins with a letter");
  if (row.title.empty()) return base::invalid("/title: a group needs a title for people to read");
  const auto act = act_of(request, "group.create", {"group", base::to_text(row.id)},
                          base::to_text(json::object{{"name", row.name}, {"title", row.title}}));
  if (auto made = add_group(app.db(), row, act, now); !made) return base::Failure(made.error());
  return web::answer_created("/api/v1/groups/" + row.name, to_json(row));
}

Result<web::Response> drop_group(const web::Request& request, App& app) {
  auto group = group_in(request, app);
  if (!group) return base::Failure(group.error());
  const auto act = act_of(request, "group.remove", {"group", base::to_text(group->id)},
                          base::to_text(json::object{{"name", group->name}}));
  if (auto gone = remove_group(app.db(), *group, act, base::now()); !gone) return base::Failure(gone.error());
  return web::answer_nothing();
}

using Change = Result<void> (*)(const storage::Database&, const GroupRow&, const PersonId&, const Act&,
                                base::Instant);
Result<web::Response> change_member(const web::Request& request, App& app, std::string_view what,
                                    Change change) {
  auto group = group_in(request, app);
  if (!group) return base::Failure(group.error());
  auto person = person_named(app.db(), request.parameters.get("person"));
  if (!person) return base::Failure(person.error());
  const auto act = act_of(request, what, {"group", base::to_text(group->id)},
                          base::to_text(json::object{{"person", base::to_text(person->id)}}));
  if (auto done = change(app.db(), *group, person->id, act, base::now()); !done)
    return base::Failure(done.error());
  return web::answer_nothing();
}
Result<web::Response> put_member(const web::Request& request, App& app) {
  return change_member(request, app, "group.add-member", add_member);
}
Result<web::Response> drop_member(const web::Request& request, App& app) {
  return change_member(request, app, "group.remove-member", remove_member);
}

constexpr std::string_view kNew =
    R"({"type": "object", "required": ["name", "title"], "additionalProperties": false, "properties": {
        "name": {"type": "string", "minLength": 1, "maxLength": 64, "description": "lower-case letters, digits, - and _"},
        "title": {"type": "string", "minLength": 1, "maxLength": 200}}})";
constexpr std::string_view kGroup =
    R"({"id": "01J9ZQ6W4T1V8N3M5K7R2B0XCD", "name": "coaches", "title": "Coaches", "member_count": 0, "created_at": "2026-03-01T12:00:00Z"})";
const web::ErrorRow kNoGroup{404, "no such group or person"};
const web::ErrorRow kLastOne{409, "nobody would be left to administer"};

std::vector<web::Route> member_routes(App& app) {
  return {
      {.method = "GET",
       .pattern = "/api/v1/groups/{group}/members",
       .summary = "Who is in a group",
       .permission = "signed-in",
       .scope = "read",
       .parameters = with_page(),
       .response = {"People", R"({"items": [], "next": null})"},
       .errors = {kNoSession, kNotAllowed, kNoGroup},
       .handler = web::with(app, show_members),
       .tag = "groups"},
      {.method = "PUT",
       .pattern = "/api/v1/groups/{group}/members/{person}",
       .summary = "Take a person into a group",
       .permission = "administrator",
       .scope = "admin",
       .status = 204,
       .errors = {kNoSession, kNotAllowed, kNoGroup},
       .handler = web::with(app, put_member),
       .tag = "groups"},
      {.method = "DELETE",
       .pattern = "/api/v1/groups/{group}/members/{person}",
       .summary = "Take a person out of a group",
       .permission = "administrator",
       .scope = "admin",
       .status = 204,
       .errors = {kNoSession, kNotAllowed, kNoGroup, kLastOne},
       .handler = web::with(app, drop_member),
       .tag = "groups"},
  };
}

}  // namespace

std::vector<web::NamedSchema> group_schemas() {
  return {
      {"Group",
       R"({"type": "object", "required": ["id", "name", "title", "member_count", "created_at"], "properties": {
        "id": {"type": "string", "format": "ulid"}, "name": {"type": "string"}, "title": {"type": "string"},
        "member_count": {"type": "integer"}, "created_at": {"type": "string", "format": "date-time"}}})"},
      {"Groups", R"({"type": "object", "required": ["items", "next"], "properties": {
        "items": {"type": "array", "items": {"$ref": "#/components/schemas/Group"}},
        "next": {"$ref": "#/components/schemas/Cursor"}}})"},
  };
}

std::vector<web::Route> group_routes(App& app) {
  std::vector<web::Route> all{
      {.method = "GET",
       .pattern = "/api/v1/groups",
       .summary = "The groups",
       .permission = "signed-in",
       .scope = "read",
       .parameters = with_page(),
       .response = {"Groups", R"({"items": [], "next": null})"},
       .errors = {kNoSession, kNotAllowed},
       .handler = web::with(app, show_groups),
       .tag = "groups"},
      {.method = "POST",
       .pattern = "/api/v1/groups",
       .summary = "Make a group",
       .permission = "administrator",
       .scope = "admin",
       .takes = web::Takes::json,
       .request = {kNew, R"({"name": "coaches", "title": "Coaches"})"},
       .status = 201,
       .response = {"Group", kGroup},
       .errors =
           {{400, "the name or title will not do"}, kNoSession, kNotAllowed, {409, "the name is taken"}},
       .retry = web::Retry::keyed,
       .handler = web::with(app, make_group),
       .tag = "groups"},
      {.method = "GET",
       .pattern = "/api/v1/groups/{group}",
       .summary = "A group, by name or id",
       .permission = "signed-in",
       .scope = "read",
       .response = {"Group", kGroup},
       .errors = {kNoSession, kNotAllowed, kNoGroup},
       .handler = web::with(app, show_group),
       .tag = "groups"},
      {.method = "DELETE",
       .pattern = "/api/v1/groups/{group}",
       .summary = "Remove a group and its grants",
       .permission = "administrator",
       .scope = "admin",
       .status = 204,
       .errors = {kNoSession, kNotAllowed, kNoGroup, kLastOne},
       .handler = web::with(app, drop_group),
       .tag = "groups"},
  };
  for (auto& route : member_routes(app)) all.push_back(std::move(route));
  return all;
}

}  // namespace people
