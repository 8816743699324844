// For this room's tests: a sound kit as values, and ways to look through findings.
#pragma once
#include <string>
#include <string_view>

#include "core/kit/kit.h"

namespace kit::samples {

inline constexpr std::string_view kProblem = R"py("""River flow, three days ahead."""
import os

import numpy as np
import pandas as pd
import rampwf as rw
from sklearn.model_selection import (
    ShuffleSplit,  # random folds
)

problem_title = 'River flow ' \
    'in three days'
_TARGET, _UNITS = 'flow', "m\u00b3/s"
Predictions = rw.prediction_types.make_regression(label_names=[_TARGET])
workflow = rw.workflows.Estimator()
score_types = [
    rw.score_types.RMSE(name='rmse', precision=3),
]


def get_cv(X, y):
    n_splits = 2 if os.getenv('RAMP_TEST_MODE') else 5
    return ShuffleSplit(n_splits, test_size=.2, random_state=57).split(X)


def _read(path, part):
    """One row a day.

    It's the gauge's own unit; (brackets [here mean nothing."""
    days = pd.read_csv(os.path.join(path, 'data', f'{part!r:>{10}}.csv'))
    if len(days) < 0x10 and not days[_TARGET].isna().all():
        raise ValueError(rf'too few days: \d in {part}')
    y = days[_TARGET].values.astype(np.float64)
    return days.drop(columns=_TARGET), y


def get_train_data(path='.'):
    return _read(path, 'train')


def get_test_data(path='.'):
    return _read(path, 'test')
)py";

inline constexpr std::string_view kRegressor = R"py(from sklearn.linear_model import Ridge


def get_estimator():
    return Ridge(alpha=1e-3)
)py";

inline void put(Tree& tree, const std::string& path, std::string_view text) {
  std::erase_if(tree.entries, [&](const Entry& entry) { return entry.path == path; });
  tree.entries.push_back({path, text.size(), false});
  tree.texts.insert_or_assign(path, std::string(text));
}

inline void put_file(Tree& tree, const std::string& path, std::uint64_t size = 100) {
  tree.entries.push_back({path, size, false});
}

inline void remove(Tree& tree, std::string_view path) {
  std::erase_if(tree.entries, [&](const Entry& entry) { return entry.path == path; });
  tree.texts.erase(std::string(path));
}

inline Tree sound_kit() {
  Tree tree;
  put(tree, "problem.py", kProblem);
  put(tree, "statement.md", "# River flow\n");
  put(tree, "submissions/starting_kit/estimator.py", kRegressor);
  put(tree, "submissions/ridge/estimator.py", kRegressor);
  put_file(tree, "data/train.csv");
  put_file(tree, "data/test.csv");
  return tree;
}

inline std::string all_text(const std::vector<Finding>& findings) {
  std::string all;
  for (const auto& finding : findings) all += to_text(finding) + "\n";
  return all;
}

// Whether a finding's text begins with `start` ("problem.py:3: error") and holds `part`.
inline bool finds(const std::vector<Finding>& findings, std::string_view start, std::string_view part) {
  for (const auto& finding : findings) {
    const auto text = to_text(finding);
    if (text.starts_with(start) && text.find(part) != std::string::npos) return true;
  }
  return false;
}

inline std::string replaced(std::string_view text, std::string_view from, std::string_view to) {
  std::string result(text);
  const auto at = result.find(from);
  return at == std::string::npos ? "the text has no such part" : result.replace(at, from.size(), to);
}

}  // namespace kit::samples
