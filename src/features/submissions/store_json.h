// How lists and failures lie in JSON columns.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "features/submissions/submissions.h"

namespace submissions {

std::string json_of(const std::vector<kit::Finding>& findings);
std::string json_of(const std::vector<std::string>& words);
std::string json_of(const std::vector<evaluation::ScoreColumn>& columns);
std::string json_of(const evaluation::Failure& failure);

// What we wrote ourselves: anything else is read as nothing.
std::vector<kit::Finding> findings_from(std::string_view text);
std::vector<std::string> words_from(std::string_view text);
std::vector<evaluation::ScoreColumn> columns_from(std::string_view text);
evaluation::Failure failure_from(std::string_view text);

}  // namespace submissions
