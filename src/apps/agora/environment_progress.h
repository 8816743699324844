// Making an environment, as people see it: one line on a terminal, drawn over and over, gone at the end.
#pragma once
#include <memory>
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
  void clear();

 private:
  bool drawn_ = false;
};

// Steps as such a line, or all that is said, line by line, on standard error.
class Watching {
 public:
  explicit Watching(bool whole_log) : line_(std::make_shared<StepLine>()), whole_log_(whole_log) {}
  environments::Progress progress() const;
  environments::OnLine said() const;
  void end() const { line_->clear(); }

 private:
  std::shared_ptr<StepLine> line_;
  bool whole_log_ = false;
};

// By name; `default` is made at its first use.
base::Result<environments::Environment> ensure_environment(const std::string& name);

}  // namespace agora
