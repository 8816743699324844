// The parts of a kit's check, each in the file of its name. Only this room knows them.
#pragma once
#include "judge/evaluation/evaluation.h"
#include "machine/sandbox/sandbox.h"

namespace evaluation {

// check_data.cpp: the check cell, which reads the data of `source` (and the kit's own, where that is
// another).
Judged<DataCheck> run_check_cell(sandbox::Warden& warden, const sandbox::Cell& zygote,
                                 const ProblemSource& source);

// check_runs.cpp: the four runs of one submission. Adds to `check`; `best` is the official score's best
// value.
void check_runs(Judge& judge, const ProblemSource& source, const Submission& submission,
                std::optional<double> best, const Watch& watch, KitCheck& check);

// A failure of a kit's or of its submission as a finding, with the place it points to.
kit::Finding finding_of(const Failure& failure, std::string_view when, std::string_view otherwise_file);

}  // namespace evaluation
