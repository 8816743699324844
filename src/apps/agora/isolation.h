// How well this machine can isolate strangers' code, finding by finding: for `agora doctor` and for the
// pages.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "machine/sandbox/sandbox.h"

namespace agora {

struct IsolationFact {
  std::string name;
  std::string_view state;  // good, partly (cells are isolated without it, though less well), missing
  std::string detail;      // what was seen
  std::string next_step;   // how to get it, or where good how to get better; may be empty
};

std::vector<IsolationFact> isolation_facts(const sandbox::Host& host);

}  // namespace agora
