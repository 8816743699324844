#include "apps/agora/platform_routes.h"

#include <fmt/format.h>

#include "base/hash.h"

namespace agora {
namespace fs = std::filesystem;
namespace json = base::json;
namespace {

constexpr std::string_view kHealth = R"({"type": "object", "required": ["status", "version"],
  "properties": {"status": {"type": "string", "enum": ["ok"]}, "version": {"type": "string"}}})";
constexpr std::string_view kClient =
    R"({"type": "object", "required": ["name", "url", "sha256", "size_bytes"],
  "properties": {"name": {"type": "string"}, "url": {"type": "string"}, "sha256": {"type": "string"},
                 "size_bytes": {"type": "integer"}}})";

base::Result<fs::path> find_wheel(const fs::path& folder) {
  std::error_code failed;
  for (const auto& entry : fs::directory_iterator(folder, failed))
    if (entry.path().extension() == ".whl") return entry.path();
  return base::not_found("this center has no Python client to hand out: `make build` makes it");
}

web::Route health_route() {
  web::Route route{"GET", "/api/v1/health", "Whether the center answers", web::kOpen};
  route.response = {kHealth, R"({"status": "ok", "version": "0.1.0"})"};
  route.tag = "platform";
  route.handler = [](const web::Request&) -> base::Result<web::Response> {
    return web::answer_json(json::object{{"status", "ok"}, {"version", AGORA_VERSION}});
  };
  return route;
}

web::Route client_route(const fs::path& folder) {
  web::Route route{"GET", "/api/v1/client", "The Python client's newest wheel", web::kOpen};
  route.response = {kClient, R"({"name": "agora_client-0.1.0-py3-none-any.whl",
    "url": "/api/v1/client/agora_client-0.1.0-py3-none-any.whl", "sha256": "ab", "size_bytes": 40000})"};
  route.errors = {{404, "This center has no wheel"}};
  route.tag = "platform";
  route.handler = [folder](const web::Request&) -> base::Result<web::Response> {
    const auto wheel = find_wheel(folder);
    if (!wheel) return tl::unexpected(wheel.error());
    const auto hash = base::sha256_of_file(*wheel);
    if (!hash) return tl::unexpected(hash.error());
    const auto name = wheel->filename().string();
    return web::answer_json(json::object{{"name", name},
                                         {"url", fmt::format("/api/v1/client/{}", name)},
                                         {"sha256", *hash},
                                         {"size_bytes", fs::file_size(*wheel)}});
  };
  return route;
}

web::Route wheel_route(const fs::path& folder) {
  web::Route route{"GET", "/api/v1/client/{file}", "The wheel itself, for pip", web::kOpen};
  route.response.media_type = "application/zip";
  route.errors = {{404, "There is no such file"}};
  route.tag = "platform";
  route.handler = [folder](const web::Request& request) -> base::Result<web::Response> {
    const auto wheel = find_wheel(folder);
    if (!wheel) return tl::unexpected(wheel.error());
    const auto name = wheel->filename().string();
    if (request.parameters.get("file") != name) return base::not_found(fmt::format("the wheel is {}", name));
    const auto hash = base::sha256_of_file(*wheel);
    if (!hash) return tl::unexpected(hash.error());
    return web::answer_file(*wheel, {.content_type = "application/zip",
                                     .name = name,
                                     .sha256 = *hash,
                                     .trust = web::Trust::ours,
                                     .disposition = web::Disposition::downloaded});
  };
  return route;
}

}  // namespace

std::vector<web::Route> platform_routes(const fs::path& client_folder) {
  return {health_route(), client_route(client_folder), wheel_route(client_folder)};
}

}  // namespace agora
