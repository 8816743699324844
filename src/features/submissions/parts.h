// What the room is made of, for its own files.
#pragma once
#include <atomic>
#include <list>
#include <mutex>
#include <stop_token>
#include <vector>

#include "features/submissions/judges.h"
#include "features/submissions/store.h"
#include "features/submissions/store_kits.h"

namespace submissions {

// The submissions and tries at work in this process, so that a cancel need not wait for the next beat of its
// job.
class AtWork {
 public:
  // Registers while it lives.
  class Entry {
   public:
    Entry(AtWork& all, const base::Ulid& id);
    ~Entry();
    Entry(const Entry&) = delete;
    Entry& operator=(const Entry&) = delete;
    std::stop_token token() const { return source_.get_token(); }
    void stop() { source_.request_stop(); }

   private:
    AtWork* all_;
    std::stop_source source_;
  };
  void stop(const base::Ulid& id);

 private:
  std::mutex guard_;
  std::list<std::pair<base::Ulid, std::stop_source>> sources_;  // few: what runs at a time
};

// Lets through at most one in each pause.
class Throttle {
 public:
  bool may_go(base::Instant now, base::Seconds pause);

 private:
  std::mutex guard_;
  base::Instant last_{};
};

struct Parts {
  storage::Database database;
  Settings settings;
  std::vector<Contest> contests;
  blobs::Store blobs;
  Kits kits;
  std::unique_ptr<Judges> judges;
  AtWork at_work{};
  Throttle queue_news{};

  const Contest* contest_of(std::string_view kind) const;
};

// Where a problem lies on this machine, for the judge: the public side for trials, or the hidden one.
base::Result<evaluation::ProblemSource> source_of(Parts& parts, const KeptProblem& kept, Step step);
// Prepared, and kept so.
evaluation::Judged<Ready> ready(Parts& parts, const KeptProblem& kept, Step step);

// Whether these files may be run: as Room::keep_files says.
base::Result<void> check_files(Parts& parts, const ProblemId& problem, const std::vector<File>& files);

// Lets the contest and whoever watches know what was just written of a submission. The one way in which a
// state changes: write, then this, in one transaction.
base::Result<void> save_and_tell(Parts& parts, storage::Transaction& tx, const KeptSubmission& kept,
                                 base::Instant now);
base::Result<void> tell(Parts& parts, storage::Transaction& tx, const Submission& submission,
                        base::Instant now);

// The Submission of the API.
base::Result<base::json::value> view(Parts& parts, storage::Session& session, const Submission& submission,
                                     const Sight& sight, base::Instant now);

base::Result<KeptSubmission> expect_kept(storage::Session& session, const SubmissionId& id);
base::Result<KeptProblem> expect_problem(storage::Session& session, const ProblemId& id);

}  // namespace submissions
