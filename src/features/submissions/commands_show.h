// A submission as people read it, from the JSON that the server gives. Pure: texts out, nothing printed.
#pragma once
#include <string>
#include <vector>

#include "base/json.h"
#include "base/time.h"
#include "machine/terminal/terminal.h"

namespace submissions {

struct ShownColumn {
  std::string name;
  int precision = 4;
  bool is_lower_the_better = false;
};
// An event's score_columns, official first; without them, the names that the submission's scores have.
std::vector<ShownColumn> columns_of(const base::json::value& event, const base::json::value& submission);

// "starting_kit (#3)"
std::string label_of(const base::json::value& submission);
// One line while it waits or runs: "queued at place 3, about 40 s", "folds  ●●●··  3/5  about 4 s left".
std::string progress_text(const base::json::value& submission, base::Instant now);
// Per score a table of the folds, the means and what is bagged, as `agora kit run` prints it.
std::string scores_text(const base::json::value& submission, const std::vector<ShownColumn>& columns);
// "exception in fit, fold 2 (classifier.py, line 12)\n  ValueError: ..."; and the step to take.
std::string reason_text(const base::json::value& submission);
std::string next_step_of(const base::json::value& submission);

bool has_ended(const base::json::value& submission);
terminal::Exit exit_for(const base::json::value& submission);

// The head of a list and one row of it.
std::vector<std::string> list_head(const std::vector<ShownColumn>& columns, bool with_event, bool with_team);
std::vector<std::string> list_row(const base::json::value& submission,
                                  const std::vector<ShownColumn>& columns, bool with_event, bool with_team,
                                  base::Instant now);

}  // namespace submissions
