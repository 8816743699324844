#include "apps/agora/env_text.h"

#include <fmt/format.h>

#include "judge/environments/smoke.h"

namespace agora {

namespace {

using environments::Environment;

std::string counted(int count, std::string_view what) {
  return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

void print_left_out(const environments::Origin& origin) {
  if (origin.left_out.empty()) return;
  std::vector<std::vector<std::string>> rows{{"line", "not taken over", "why"}};
  for (const auto& one : origin.left_out) rows.push_back({std::to_string(one.line), one.what, one.why});
  fmt::print("\nmade from {}, but for:\n{}", origin.source, table_text(rows));
}

void print_smoke(const Environment& environment) {
  const auto smoke = environments::last_smoke(environment);
  if (!smoke) {
    fmt::print("\nnot tested yet: `agora env check {}` imports everything\n", environment.name);
    return;
  }
  fmt::print("\n{}: {} of {} of {} imported in {:.1f} s\n", smoke->passed() ? "tested" : "test failed",
             smoke->modules - static_cast<int>(smoke->failures.size()), counted(smoke->modules, "module"),
             counted(smoke->packages, "package"), smoke->seconds);
  if (!smoke->fit.empty())
    fmt::print("{}{}\n", smoke->fit, smoke->fit_error.empty() ? "" : ": " + smoke->fit_error);
  if (smoke->failures.empty()) return;
  std::vector<std::vector<std::string>> rows{{"package", "module", "needs", "error"}};
  for (const auto& one : smoke->failures) rows.push_back({one.package, one.module, one.needs, one.error});
  fmt::print("\n{}", table_text(rows));
}

}  // namespace

base::json::object to_json(const Environment& environment) {
  base::json::array packages;
  for (const auto& package : environment.packages)
    packages.push_back({{"name", package.name}, {"version", package.version}});
  base::json::object object{{"name", environment.name},
                            {"lock", environment.lock},
                            {"python", environment.python.string()},
                            {"packages", std::move(packages)},
                            {"hash", environment.hash}};
  if (environment.origin) {
    object["source"] = word_for(environment.origin->kind);
    object["left_out"] = environments::to_json(environment.origin->left_out);
  }
  if (const auto smoke = environments::last_smoke(environment))
    object["smoke"] = environments::to_json(*smoke);
  return object;
}

void print_environment(const Environment& environment) {
  fmt::print("{}  Python {}, {}\n{}\n\n", environment.name, environment.python_version, environment.platform,
             environment.python.string());
  std::vector<std::vector<std::string>> rows{{"package", "version"}};
  for (const auto& package : environment.packages) rows.push_back({package.name, package.version});
  fmt::print("{}", table_text(rows));
  if (environment.origin) print_left_out(*environment.origin);
  print_smoke(environment);
}

Exit show_result(const base::Result<Environment>& environment, bool as_json) {
  if (!environment) return report_failure(environment.error(), as_json);
  if (as_json)
    print_json(to_json(*environment));
  else
    print_environment(*environment);
  return Exit::done;
}

}  // namespace agora
