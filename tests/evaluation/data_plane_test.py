"""A matrix of a gigabyte costs a cell no copy: it is read from the memory that the preparation wrote.

Standard library only. $AGORA is the program (default: build/release/agora).
"""
import os
import re
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from support import EvaluationTest, Kit  # noqa: E402

ROWS, COLUMNS = 1 << 20, 128  # 1 GiB of float64
MOST_ANONYMOUS = 150 << 20  # what the environment and a million labels, predictions and row numbers take

PROBLEM = f"""
import numpy as np
import rampwf as rw
from sklearn.model_selection import KFold

problem_title = 'A large matrix'
Predictions = rw.prediction_types.make_regression(label_names=[])
score_types = [rw.score_types.RMSE(name='rmse', precision=3)]


class Workflow(rw.workflows.Regressor):
    # rampwf's own would copy X[train_is]
    def train_submission(self, module_path, X, y, train_is=None):
        from rampwf.utils.importing import import_module_from_source
        module = import_module_from_source(module_path + '/regressor.py', 'regressor')
        return module.Regressor().fit(X, y)


workflow = Workflow()


def get_cv(X, y):
    return KFold(2).split(X, y)


def get_train_data(path='.'):
    X = np.empty(({ROWS}, {COLUMNS}))
    X[:] = np.arange({COLUMNS})
    return X, np.arange({ROWS}, dtype=float)


def get_test_data(path='.'):
    X = np.zeros((1000, {COLUMNS}))
    return X, np.zeros(1000)
"""

REGRESSOR = """
import numpy as np


def anonymous():
    with open('/proc/self/smaps_rollup') as file:
        return next(int(line.split()[1]) << 10 for line in file if line.startswith('Anonymous:'))


class Regressor:
    def fit(self, X, y):
        total = sum(float(X[i:i + 4096].sum()) for i in range(0, len(X), 4096))
        print('HELD', X.nbytes, total, anonymous(), flush=True)
        return self

    def predict(self, X):
        return np.zeros(len(X))
"""


class DataPlane(EvaluationTest):
    def test_a_matrix_of_a_gigabyte_costs_a_fold_no_copy(self):
        kit = Kit(self, memory="4 GiB")
        (kit.folder / "problem.py").write_text(PROBLEM)
        mine = kit.submission("mine", regressor=REGRESSOR)
        for name in ("classifier", "feature_extractor"):
            (mine / f"{name}.py").unlink()
        run = kit.run("mine", "--output", quick=False)
        self.assert_scores(run)
        held = [tuple(map(float, words)) for words in re.findall(r"HELD (\S+) (\S+) (\S+)", run.err)]
        self.assertEqual(len(held), 2, str(run))
        for size, total, anonymous in held:
            self.assertEqual(size, 8 * ROWS * COLUMNS)
            self.assertEqual(total, ROWS * COLUMNS * (COLUMNS - 1) / 2)
            self.assertLess(anonymous, MOST_ANONYMOUS)


if __name__ == "__main__":
    unittest.main()
