#include "apps/agora/fold_progress.h"

#include <algorithm>
#include <cstdio>

#include <fmt/format.h>

namespace agora {

using evaluation::Phase;

FoldProgress::FoldProgress(std::string title)
    : title_(std::move(title)), painter_([this](const std::stop_token& stop) { tick(stop); }) {}

FoldProgress::~FoldProgress() {
  painter_.request_stop();
  painter_.join();
  std::fputs("\r\x1b[K", stderr);
  std::fflush(stderr);
}

void FoldProgress::entered(Phase phase) {
  const std::scoped_lock lock(guard_);
  if (phase == Phase::prepare) phase_ = "preparing the data";
  if (phase == Phase::fit) phase_ = "folds";
  if (phase == Phase::score) phase_ = "scoring";
  changed_.notify_one();
}

void FoldProgress::folds_known(int count) {
  const std::scoped_lock lock(guard_);
  folds_.assign(static_cast<std::size_t>(count), State::waiting);
  since_folds_ = base::Stopwatch();
}

void FoldProgress::set(int fold, State state) {
  const std::scoped_lock lock(guard_);
  folds_[static_cast<std::size_t>(fold)] = state;
  changed_.notify_one();
}

void FoldProgress::fold_fitting(int fold) {
  set(fold, State::fitting);
}
void FoldProgress::fold_predicting(int fold, double) {
  set(fold, State::predicting);
}
void FoldProgress::fold_done(int fold) {
  set(fold, State::done);
}

std::string FoldProgress::line() const {
  const std::scoped_lock lock(guard_);
  std::string text = fmt::format("{}  {}", title_, phase_);
  if (folds_.empty()) return fmt::format("{} ... {:.0f} s", text, since_start_.seconds());
  static constexpr const char* kMarks[] = {"·", "◔", "◑", "●"};
  text += "  ";
  for (const auto state : folds_) text += kMarks[static_cast<int>(state)];
  const auto done = std::count(folds_.begin(), folds_.end(), State::done);
  text += fmt::format("  {}/{}", done, folds_.size());
  const auto elapsed = since_folds_.seconds();
  if (done > 0 && static_cast<std::size_t>(done) < folds_.size())
    text += fmt::format("  about {:.0f} s left",
                        elapsed / static_cast<double>(done) *
                            static_cast<double>(folds_.size() - static_cast<std::size_t>(done)));
  return text;
}

void FoldProgress::tick(const std::stop_token& stop) {
  std::mutex own;
  std::unique_lock lock(own);
  while (!stop.stop_requested()) {
    fmt::print(stderr, "\r\x1b[K{}", line());
    std::fflush(stderr);
    changed_.wait_for(lock, stop, std::chrono::milliseconds(200), [] { return false; });
  }
}

}  // namespace agora
