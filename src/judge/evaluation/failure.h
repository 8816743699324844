// Turns what a cell said and how it ended into a Failure. Believes the warden first, the cell second.
#pragma once
#include <optional>
#include <string_view>

#include "judge/evaluation/evaluation.h"
#include "machine/sandbox/sandbox.h"

namespace evaluation {

// A failure message that a cell sent ("AGF1" and length-prefixed texts), or nothing where the bytes are no
// such message.
std::optional<Failure> failure_from(std::string_view bytes, Phase phase);

// Why a cell that was not done ended: limits first, then its own words, then its exit status.
Failure failure_of(const sandbox::Outcome& outcome, const std::optional<Failure>& said, Phase phase,
                   const sandbox::Limits& limits, double phase_seconds);

// A cell may name any file and line: takes away what is none of the submission's copied files, and none of
// the kit's own code, or a line that the file does not have.
void forget_untrue_place(Failure& failure, const std::string& name, const std::filesystem::path& submission,
                         const std::filesystem::path& code);

Failure machine_failure(const base::Error& error, Phase phase);

}  // namespace evaluation
