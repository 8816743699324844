// Takes the way to an environment out of what is shown to people: where this machine keeps it is none of
// their concern, and makes the lines long.
#pragma once
#include <string>
#include <string_view>

#include "judge/environments/environments.h"
#include "judge/evaluation/evaluation.h"

namespace evaluation {

// ".../site-packages/sklearn/base.py" becomes "site-packages/sklearn/base.py", the standard library's
// ".../lib/python3.11/json/decoder.py" becomes "python3.11/json/decoder.py".
std::string with_short_paths(std::string_view text, const environments::Environment& environment);
Failure with_short_paths(Failure failure, const environments::Environment& environment);

}  // namespace evaluation
