#include "apps/agora/environment_progress.h"

#include <cstdio>

#include <fmt/format.h>

#include "apps/agora/command.h"
#include "base/config.h"

namespace agora {

StepLine::~StepLine() {
  if (drawn_) fmt::print(stderr, "\r\x1b[K");
}

void StepLine::draw(const environments::Step& step) {
  if (!draws_progress()) return;
  std::string text = step.what;
  if (step.total > 0) text += fmt::format(" {} of {}", step.done, step.total);
  if (!step.item.empty()) text += fmt::format(" ({})", step.item);
  fmt::print(stderr, "\r\x1b[K{}", text);
  std::fflush(stderr);
  drawn_ = true;
}

base::Result<environments::Environment> ensure_environment(const std::string& name) {
  if (name != environments::kDefault) return environments::find(base::agora_home(), name);
  StepLine line;
  return environments::ensure_default(base::agora_home(), [&](const auto& step) { line.draw(step); });
}

}  // namespace agora
