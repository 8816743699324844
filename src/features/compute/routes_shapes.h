// An environment as the API tells it.
#pragma once
#include "base/json.h"
#include "features/compute/store.h"

namespace compute {

enum class Detail { item, whole };  // whole: its packages, what was asked for, what failed in its test

struct Shown {
  KeptEnvironment kept;
  std::vector<Use> uses;  // that the viewer may know of
  std::optional<people::Person> creator{};
};
base::json::object to_json(const Shown& shown, Detail detail);

}  // namespace compute
