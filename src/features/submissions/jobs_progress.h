// A run's news, written by a thread of its own: what the evaluation waits for is never a disk.
#pragma once
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

#include "features/submissions/parts.h"

namespace submissions {

// One attempt at one submission: what it may still write, and who is told.
struct Attempt {
  SubmissionId submission;
  int run = 1;
  int number = 1;  // of the job; a later attempt has a higher one
};

// Reads the submission, refuses with `conflict` what a later attempt, run or end has overtaken, lets `change`
// change it, writes it and tells everybody.
base::Result<void> advance(Parts& parts, storage::Transaction& tx, const Attempt& attempt, base::Instant now,
                           const std::function<void(KeptSubmission&)>& change);

// Does its work in the order in which it was given; between, writes how many folds are done, at most every
// 150 ms. What fails is logged, and asks the run to stop where a later attempt has taken over.
class Progress final : public evaluation::Observer {
 public:
  Progress(Parts& parts, Attempt attempt, std::function<void()> overtaken);
  ~Progress() override;

  using Work = std::function<base::Result<void>()>;
  void post(Work work);
  void finish();  // waits for all that was posted; later folds are not written any more

  void fold_done(int fold) override;

 private:
  void write();
  bool wait(std::unique_lock<std::mutex>& lock);
  base::Result<void> write_folds(int done);
  void note(const base::Result<void>& result);

  Parts& parts_;
  const Attempt attempt_;
  const std::function<void()> overtaken_;
  std::mutex guard_;
  std::condition_variable changed_;
  std::deque<Work> works_;
  int done_ = 0;
  int written_ = 0;
  std::chrono::steady_clock::time_point next_{};  // when folds may be written again
  bool ending_ = false;
  std::jthread thread_;  // last: it uses all above
};

}  // namespace submissions
