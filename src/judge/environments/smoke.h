// The smoke test: imports all that an environment holds and fits something small, in a sealed cell. What
// comes back was said by packages' code, and is believed as far as a test is.
#pragma once
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/time.h"
#include "judge/environments/environments.h"

namespace environments {

struct ImportFailure {
  std::string package;
  std::string module;
  std::string error;  // its last line
  std::string needs;  // "a display", "a GPU"; empty: nothing that is known of
};

struct Smoke {
  base::Instant at{};
  double seconds = 0;
  int packages = 0;
  int modules = 0;
  std::vector<ImportFailure> failures;
  std::string fit;        // "scikit-learn 1.2.2: ..."; empty: neither scikit-learn nor numpy is there
  std::string fit_error;  // empty where it went well
  bool passed() const { return failures.empty() && fit_error.empty(); }
};

// Keeps its result in the environment's folder. `warden` is agora-warden, empty: beside this program. Fails
// with `unavailable` where this machine cannot seal a cell, or the cell ended before the test did.
base::Result<Smoke> smoke_test(const Environment& environment, const std::filesystem::path& warden,
                               const Progress& progress, const OnLine& said = {});

std::optional<Smoke> last_smoke(const Environment& environment);  // nothing where it was never tested

base::json::object to_json(const Smoke& smoke);

}  // namespace environments
