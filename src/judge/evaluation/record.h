// What an evaluation depended on, by hash and in words.
#pragma once
#include "judge/evaluation/evaluation.h"

namespace evaluation {

// Everything but the submission's code and the versions, which are known later.
base::Result<Record> record_of(const ProblemSource& source, const environments::Environment& environment);

base::Result<std::string> code_hash(const Submission& submission);

std::string cpu_text();  // model and vector extensions, as /proc/cpuinfo names them

}  // namespace evaluation
