#include "apps/agora/environment_progress.h"

#include <cstdio>

#include <fmt/format.h>

#include "apps/agora/command.h"
#include "base/config.h"

namespace agora {

StepLine::~StepLine() {
  clear();
}

void StepLine::clear() {
  if (drawn_) fmt::print(stderr, "\r\x1b[K");
  drawn_ = false;
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

environments::Progress Watching::progress() const {
  if (whole_log_) return [](const environments::Step&) {};
  return [line = line_](const environments::Step& step) { line->draw(step); };
}

environments::OnLine Watching::said() const {
  if (!whole_log_) return {};
  return [](std::string_view text) { fmt::print(stderr, "{}\n", text); };
}

base::Result<environments::Environment> ensure_environment(const std::string& name) {
  if (name != environments::kDefault) return environments::find(base::agora_home(), name);
  StepLine line;
  return environments::ensure_default(base::agora_home(), [&](const auto& step) { line.draw(step); });
}

}  // namespace agora
