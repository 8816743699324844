// What a job does to judge code, whatever becomes of it: lay its files out, run it, sum up what it cost.
#pragma once
#include <filesystem>
#include <optional>
#include <stop_token>

#include "features/submissions/parts.h"
#include "machine/engine/queue.h"
#include "machine/engine/run.h"

namespace submissions {

// A later claim of the same job has the higher number, whatever ended the one before.
int attempt_number(const engine::Task& task);

// A file for the judge to copy.
base::Result<void> lay_out(const std::filesystem::path& folder, std::string_view path,
                           std::string_view bytes);

struct Judgement {
  std::optional<Ready> ready{};  // none where the problem could not be prepared
  evaluation::Evaluation evaluation{};
};
// A trial is one fold of public data, the hidden step all of them.
Judgement judge(Parts& parts, const KeptProblem& problem, Step step, const evaluation::Submission& submission,
                evaluation::Observer& observer, std::stop_token stop);

struct Costs {  // means over the folds, and the largest memory
  double fit_seconds = 0, predict_seconds = 0;
  std::optional<std::uint64_t> peak_memory_bytes{};
};
Costs costs_of(const evaluation::Evaluation& evaluation);

// The end of a job that was stopped, where somebody cancelled it. Fails, so that another attempt follows,
// where the program stops, and with `conflict` where another one has begun.
base::Result<void> end_if_cancelled(storage::Transaction& tx, const engine::Task& task, base::Instant now);

// A job whose work is no longer wanted has nothing to do.
base::Result<void> finish_in_vain(Parts& parts, const engine::Task& task);

}  // namespace submissions
