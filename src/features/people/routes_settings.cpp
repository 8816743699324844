// The platform's settings.
#include <fmt/format.h>

#include "base/hash.h"
#include "features/people/routes_shapes.h"
#include "features/people/rules.h"
#include "features/people/store_settings.h"

namespace people {
namespace {

using base::Result;

json::object to_json(const Values& values) {
  json::object object;
  for (const auto& [name, value] : values) object[name] = value;
  return object;
}

std::string etag_of(const Values& values) {
  return fmt::format("\"{}\"", base::sha256_hex(base::to_text(to_json(values))).substr(0, 32));
}

web::Response answer(const Values& values) {
  auto response = web::answer_json(to_json(values));
  response.headers.add("ETag", etag_of(values));
  return response;
}

Result<web::Response> show_settings(const web::Request&, App& app) {
  auto values = all_settings(app.db());
  if (!values) return base::Failure(values.error());
  return answer(*values);
}

Result<web::Response> change(const web::Request& request, App& app) {
  if (request.headers.has("If-Match")) {
    auto present = all_settings(app.db());
    if (!present) return base::Failure(present.error());
    if (auto stale = web::why_not_current(request, etag_of(*present))) return std::move(*stale);
  }
  Values changes;
  if (const auto name = optional_text_in(request, "center_name")) {
    changes["center_name"] = tidy_name(*name);
    if (auto good = check_name(changes["center_name"]); !good)
      return base::invalid("/center_name: a name has 1 to 100 characters, and no control characters");
  }
  if (const auto notice = optional_text_in(request, "notice")) {
    changes["notice"] = tidy_name(*notice);
    if (auto good = check_notice(changes["notice"]); !good) return base::Failure(good.error());
  }
  if (const auto mode = optional_text_in(request, "sign_up")) changes["sign_up"] = *mode;
  const auto act = act_of(request, "settings.change", kPlatform, base::to_text(to_json(changes)));
  auto values =
      changes.empty() ? all_settings(app.db()) : change_settings(app.db(), changes, act, base::now());
  if (!values) return base::Failure(values.error());
  return answer(*values);
}

constexpr std::string_view kChange =
    R"({"type": "object", "additionalProperties": false, "properties": {"center_name": {"type": "string", "minLength": 1, "maxLength": 200},
        "notice": {"type": "string", "maxLength": 1000, "description": "one line, at most 200 characters; empty: none"},
        "sign_up": {"type": "string", "enum": ["open", "invited", "approved"]}}})";
constexpr std::string_view kExample =
    R"({"center_name": "Center for Data Science", "notice": "Closed for repairs on Friday", "sign_up": "invited"})";

}  // namespace

std::vector<web::NamedSchema> setting_schemas() {
  return {{"Settings", R"({"type": "object", "required": ["center_name", "notice", "sign_up"], "properties": {
    "center_name": {"type": "string"}, "notice": {"type": "string", "description": "on every page; empty: none"}, "sign_up": {"type": "string", "enum": ["open", "invited", "approved"],
      "description": "who may make an account: anyone, who was invited, or anyone with an administrator's approval"}}})"}};
}

std::vector<web::Route> setting_routes(App& app) {
  return {
      {.method = "GET",
       .pattern = "/api/v1/settings",
       .summary = "The center's name, its notice, and how to sign up",
       .permission = web::kOpen,
       .scope = "read",
       .response = {"Settings", kExample},
       .sends_etag = true,
       .handler = web::with(app, show_settings),
       .tag = "settings"},
      {.method = "PATCH",
       .pattern = "/api/v1/settings",
       .summary = "Change settings; heeds If-Match",
       .permission = "administrator",
       .scope = "admin",
       .parameters = {{"If-Match", web::In::header, R"({"type": "string"})", "The ETag of what was read"}},
       .takes = web::Takes::json,
       .request = {kChange, R"({"sign_up": "open"})"},
       .response = {"Settings", kExample},
       .errors = {{400, "the name or the notice will not do"},
                  kNoSession,
                  kNotAllowed,
                  {409, "someone changed them meanwhile"}},
       .handler = web::with(app, change),
       .tag = "settings"},
  };
}

}  // namespace people
