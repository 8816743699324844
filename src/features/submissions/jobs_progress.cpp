#include "features/submissions/jobs_progress.h"

#include <fmt/format.h>

#include "base/log.h"
#include "features/submissions/rules.h"

namespace submissions {
namespace {

constexpr std::chrono::milliseconds kPause{150};

}  // namespace

base::Result<void> advance(Parts& parts, storage::Transaction& tx, const Attempt& attempt, base::Instant now,
                           const std::function<void(KeptSubmission&)>& change) {
  auto kept = expect_kept(tx, attempt.submission);
  if (!kept) return tl::unexpected(kept.error());
  if (kept->submission.runs != attempt.run || kept->attempt > attempt.number ||
      has_ended(kept->submission.state))
    return base::conflict("another attempt at this submission has taken over");
  kept->attempt = attempt.number;
  change(*kept);
  return save_and_tell(parts, tx, *kept, now);
}

Progress::Progress(Parts& parts, Attempt attempt, std::function<void()> overtaken)
    : parts_(parts), attempt_(attempt), overtaken_(std::move(overtaken)), thread_([this] { write(); }) {}

Progress::~Progress() {
  finish();
}

void Progress::post(Work work) {
  const std::scoped_lock lock(guard_);
  works_.push_back(std::move(work));
  changed_.notify_all();
}

void Progress::finish() {
  {
    const std::scoped_lock lock(guard_);
    ending_ = true;
    changed_.notify_all();
  }
  if (thread_.joinable()) thread_.join();
}

void Progress::fold_done(int) {
  const std::scoped_lock lock(guard_);
  ++done_;
  changed_.notify_all();
}

// Until there is something to write; false at the end.
bool Progress::wait(std::unique_lock<std::mutex>& lock) {
  while (works_.empty()) {
    if (ending_) return false;
    if (done_ == written_)
      changed_.wait(lock);
    else if (changed_.wait_until(lock, next_) == std::cv_status::timeout)
      return true;
  }
  return true;
}

void Progress::write() {
  std::unique_lock lock(guard_);
  while (wait(lock)) {
    Work work;
    if (works_.empty()) {
      work = [this, done = done_] { return write_folds(done); };
      written_ = done_;
      next_ = std::chrono::steady_clock::now() + kPause;
    } else {
      work = std::move(works_.front());
      works_.pop_front();
    }
    lock.unlock();
    note(work());
    lock.lock();
  }
}

base::Result<void> Progress::write_folds(int done) {
  const auto now = base::now();
  return storage::transact(parts_.database, [&](storage::Transaction& tx) -> base::Result<void> {
    auto noted = note_progress(tx, attempt_.submission, attempt_.run, attempt_.number, done);
    if (!noted) return tl::unexpected(noted.error());
    if (!*noted) return base::conflict("another attempt at this submission has taken over");
    auto kept = expect_kept(tx, attempt_.submission);
    if (!kept) return tl::unexpected(kept.error());
    return tell(parts_, tx, kept->submission, now);
  });
}

void Progress::note(const base::Result<void>& result) {
  if (result) return;
  if (result.error().kind == base::ErrorKind::conflict) return overtaken_();
  base::log_warning(fmt::format("news of submission {} could not be written: {} {}",
                                base::to_text(attempt_.submission), result.error().message,
                                result.error().detail));
}

}  // namespace submissions
