#include "features/submissions/parts.h"

#include "features/submissions/store_events.h"

namespace submissions {

AtWork::Entry::Entry(AtWork& all, const base::Ulid& id) : all_(&all) {
  const std::scoped_lock lock(all_->guard_);
  all_->sources_.emplace_back(id, source_);
}

AtWork::Entry::~Entry() {
  const std::scoped_lock lock(all_->guard_);
  all_->sources_.remove_if([this](const auto& entry) { return entry.second == source_; });
}

void AtWork::stop(const base::Ulid& id) {
  const std::scoped_lock lock(guard_);
  for (auto& [at_work, source] : sources_)
    if (at_work == id) source.request_stop();
}

bool Throttle::may_go(base::Instant now, base::Seconds pause) {
  const std::scoped_lock lock(guard_);
  if (last_ != base::Instant{} && now - last_ < pause) return false;
  last_ = now;
  return true;
}

const Contest* Parts::contest_of(std::string_view kind) const {
  for (const auto& contest : contests)
    if (contest.kind == kind) return &contest;
  return nullptr;
}

base::Result<evaluation::ProblemSource> source_of(Parts& parts, const KeptProblem& kept, Step step) {
  evaluation::ProblemSource source;
  auto folder = parts.kits.folder_of(kept.kit_blob, Side::kit);
  if (!folder) return tl::unexpected(folder.error());
  auto tree = evaluation::read_tree(*folder);
  if (!tree) return tl::unexpected(tree.error());
  auto reading = kit::read_kit(*tree);
  if (!reading.kit) return base::invalid("the kit is none: its check says why");
  source.kit = std::move(*folder);
  source.facts = std::move(*reading.kit);
  source.quick = step == Step::trial;
  if (step == Step::hidden && kept.data_blob) {
    auto data = parts.kits.folder_of(*kept.data_blob, Side::hidden_data);
    if (!data) return tl::unexpected(data.error());
    source.data = std::move(*data);
  }
  return source;
}

evaluation::Judged<Ready> ready(Parts& parts, const KeptProblem& kept, Step step) {
  const auto key = step == Step::trial ? "trial " + kept.kit_blob
                                       : "hidden " + kept.kit_blob + " " + kept.data_blob.value_or("public");
  return parts.judges->ready(key, kept.problem.environment, [&] { return source_of(parts, kept, step); });
}

base::Result<void> tell(Parts& parts, storage::Transaction& tx, const Submission& submission,
                        base::Instant now) {
  // As the author sees it, and never with test scores, which a release may have shown by now.
  const Sight of_author{.sees = true, .sees_code = true, .is_author = true};
  auto shown = view(parts, tx, submission, of_author, now);
  if (!shown) return tl::unexpected(shown.error());
  return tell_of(tx, submission, base::to_text(*shown), now);
}

base::Result<void> save_and_tell(Parts& parts, storage::Transaction& tx, const KeptSubmission& kept,
                                 base::Instant now) {
  if (auto saved = update_submission(tx, kept); !saved) return saved;
  const auto* contest = parts.contest_of(kept.submission.contest.kind);
  if (contest != nullptr && contest->changed)
    if (auto heard = contest->changed(tx, kept.submission, now); !heard) return heard;
  return tell(parts, tx, kept.submission, now);
}

base::Result<KeptSubmission> expect_kept(storage::Session& session, const SubmissionId& id) {
  auto kept = find_kept(session, id);
  if (!kept) return tl::unexpected(kept.error());
  if (!*kept) return base::not_found("there is no submission " + base::to_text(id));
  return std::move(**kept);
}

base::Result<KeptProblem> expect_problem(storage::Session& session, const ProblemId& id) {
  auto kept = find_kept_problem(session, id);
  if (!kept) return tl::unexpected(kept.error());
  if (!*kept) return base::not_found("there is no problem " + base::to_text(id));
  return std::move(**kept);
}

}  // namespace submissions
