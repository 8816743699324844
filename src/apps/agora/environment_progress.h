// Making an environment, as people see it: one line on a terminal, drawn over and over, gone at the end.
#pragma once
#include <string>

#include "base/result.h"
#include "judge/environments/environments.h"

namespace agora {

class StepLine {
 public:
  StepLine() = default;
  StepLine(const StepLine&) = delete;
  StepLine& operator=(const StepLine&) = delete;
  ~StepLine();
  void draw(const environments::Step& step);

 private:
  bool drawn_ = false;
};

// By name; `default` is made at its first use.
base::Result<environments::Environment> ensure_environment(const std::string& name);

}  // namespace agora
