// The audit log, for administrators.
#include <charconv>

#include "features/people/routes_shapes.h"
#include "features/people/store_accounts.h"
#include "features/people/store_audit.h"

namespace people {
namespace {

using base::Result;

json::object to_json(const AuditEntry& entry) {
  const auto& act = entry.act;
  auto details = base::parse_json(act.details);
  return {{"seq", entry.seq},
          {"at", base::to_rfc3339(entry.at)},
          {"who", act.who ? json::value(base::to_text(*act.who)) : json::value()},
          {"from", act.from},
          {"what", act.what},
          {"object", to_json(act.object)},
          {"details", details ? *details : json::object()},
          {"hash", entry.hash}};
}

Result<web::Response> show_audit(const web::Request& request, App& app) {
  AuditWanted wanted;
  wanted.limit = limit_in(request) + 1;
  wanted.newest_first = request.query.get("sort") == "-seq";
  const auto after = request.query.get("after");
  const auto* end = after.data() + after.size();
  if (!after.empty() && std::from_chars(after.data(), end, wanted.after).ptr != end)
    return base::invalid("after: this is no cursor: take \"next\" of the page before");
  if (const auto* who = request.query.find("who")) {
    auto person = person_named(app.db(), *who);
    if (!person) return base::Failure(person.error());
    wanted.who = person->id;
  }
  if (const auto* what = request.query.find("what")) wanted.what = *what;
  auto entries = list_audit(app.db(), wanted);
  if (!entries) return base::Failure(entries.error());
  return answer_page(
      request, *entries, [](const AuditEntry& entry) { return to_json(entry); },
      [](const AuditEntry& entry) { return std::to_string(entry.seq); });
}

Result<web::Response> verify(const web::Request&, App& app) {
  auto report = verify_audit(app.db());
  if (!report) return base::Failure(report.error());
  json::object value{{"intact", !report->first_broken.has_value()}, {"entries", report->entries}};
  if (report->first_broken) value["first_broken"] = *report->first_broken;
  return web::answer_json(value);
}

constexpr std::string_view kVerdict =
    R"({"type": "object", "required": ["intact", "entries"], "properties": {"intact": {"type": "boolean"},
        "entries": {"type": "integer"}, "first_broken": {"type": "integer", "description": "the first entry that is not as it was written"}}})";

}  // namespace

std::vector<web::NamedSchema> audit_schemas() {
  return {
      {"AuditEntry",
       R"({"type": "object", "required": ["seq", "at", "who", "from", "what", "object", "details", "hash"],
        "properties": {"seq": {"type": "integer"}, "at": {"type": "string", "format": "date-time"},
          "who": {"type": ["string", "null"], "description": "null: the program itself, or a stranger"}, "from": {"type": "string"},
          "what": {"type": "string"}, "object": {"$ref": "#/components/schemas/Ref"}, "details": {"type": "object"},
          "hash": {"type": "string", "description": "SHA-256 over the hash before and this entry"}}})"},
      {"Audit", R"({"type": "object", "required": ["items", "next"], "properties": {
        "items": {"type": "array", "items": {"$ref": "#/components/schemas/AuditEntry"}},
        "next": {"$ref": "#/components/schemas/Cursor"}}})"},
  };
}

std::vector<web::Route> audit_routes(App& app) {
  return {
      {.method = "GET",
       .pattern = "/api/v1/audit",
       .summary = "Who did which act of power on what, when, from where",
       .permission = "administrator",
       .scope = "admin",
       .parameters = with_page({{"who", web::In::query, R"({"type": "string"})", "A handle or id"},
                                {"what", web::In::query, R"({"type": "string"})", "Such as grant.give"},
                                {"sort", web::In::query, R"({"type": "string", "enum": ["seq", "-seq"]})",
                                 "-seq: newest first"}}),
       .response = {"Audit", R"({"items": [], "next": null})"},
       .errors = {kNoSession, kNotAllowed, {404, "who: nobody of that name"}},
       .handler = web::with(app, show_audit),
       .tag = "audit"},
      {.method = "GET",
       .pattern = "/api/v1/audit/verify",
       .summary = "Whether the audit log is as it was written",
       .permission = "administrator",
       .scope = "admin",
       .response = {kVerdict, R"({"intact": true, "entries": 12})"},
       .errors = {kNoSession, kNotAllowed},
       .handler = web::with(app, verify),
       .tag = "audit"},
  };
}

}  // namespace people
