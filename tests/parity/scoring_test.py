"""`agora score` against rampwf's score types, live, on data larger than the reference files hold.

Run with the default environment's Python ($AGORA_TEST_PYTHON) and $AGORA, the path of the program.
"""
import json
import os
import pathlib
import subprocess
import tempfile
import unittest
import warnings

import numpy as np
from rampwf import score_types
from rampwf.prediction_types import make_multiclass, make_regression

warnings.simplefilter("ignore")
ROWS = 200_000


def agora_score(metric, truth, prediction, parameters=None):
    with tempfile.TemporaryDirectory() as folder:
        files = {side: pathlib.Path(folder) / f"{side}.npy" for side in ("truth", "predictions")}
        np.save(files["truth"], truth)
        np.save(files["predictions"], prediction)
        words = [os.environ["AGORA"], "score", metric, "--json"]
        for side, path in files.items():
            words += [f"--{side}", str(path)]
        for name, value in (parameters or {}).items():
            words += ["--parameter", f"{name}={json.dumps(value)}"]
        ran = subprocess.run(words, capture_output=True, text=True)
        return json.loads(ran.stdout)


class Parity(unittest.TestCase):
    def setUp(self):
        self.rng = np.random.RandomState(int(os.environ.get("AGORA_TEST_SEED", "7")))

    def compare(self, metric, score_type, truth, prediction, parameters=None):
        expected = float(score_type.score_function(truth, prediction))
        answer = agora_score(metric, truth.y_pred, prediction.y_pred, parameters)
        self.assertNotIn("error", answer, metric)
        self.assertEqual(answer["rows"], len(truth.y_pred))
        self.assertLessEqual(abs(answer["score"] - expected), 1e-9 * max(1, abs(expected)),
                             f"{metric}: {answer['score']!r} instead of {expected!r}")

    def classes(self, k, make=None):
        Predictions = make_multiclass(list(range(k)))
        labels = self.rng.randint(k, size=ROWS)
        p = self.rng.dirichlet(np.ones(k), ROWS)
        p[np.arange(ROWS), labels] += self.rng.rand(ROWS) * 0.5
        return Predictions(y_true=labels), Predictions(y_pred=make(p) if make else p)

    def class_metrics(self, truth, prediction, k):
        matrix = 1 - np.abs(np.subtract.outer(np.arange(k), np.arange(k))) / k
        s = score_types
        yield "accuracy", s.Accuracy(), None
        yield "zero_one_loss", s.ClassificationError(), None
        yield "balanced_accuracy", s.BalancedAccuracy(), {"adjusted": True}
        yield "balanced_accuracy", s.BalancedAccuracy(adjusted=False), None
        yield "recall_macro", s.MacroAveragedRecall(), None
        yield "f1_above", s.F1Above(threshold=0.6), {"threshold": 0.6}
        yield "log_loss", s.NegativeLogLikelihood(), None
        yield "soft_accuracy", s.SoftAccuracy(matrix), {"score_matrix": matrix.tolist()}
        if k == 2:
            yield "roc_auc", s.ROCAUC(), None
            yield "normalized_gini", s.NormalizedGini(), None
            yield "brier_reliability", s.BrierScoreReliability(), {"forecast": "centers"}
            yield "brier_resolution", s.BrierScoreResolution(), None
            if prediction.y_pred.max() <= 1:
                yield "brier_score_loss", s.BrierScore(), None
                yield "brier_skill_score", s.BrierSkillScore(), None

    def check_classes(self, k, make=None):
        truth, prediction = self.classes(k, make)
        for metric, score_type, parameters in self.class_metrics(truth, prediction, k):
            with self.subTest(metric=metric):
                self.compare(metric, score_type, truth, prediction, parameters)

    def test_unnormalised_probabilities_of_five_classes(self):
        self.check_classes(5)

    def test_probabilities_of_two_classes(self):
        self.check_classes(2, lambda p: p / p.sum(axis=1, keepdims=True))

    def test_many_ties(self):
        self.check_classes(2, lambda p: (p / p.sum(axis=1, keepdims=True)).round(2))

    def test_float32(self):
        self.check_classes(2, lambda p: (p / p.sum(axis=1, keepdims=True)).astype(np.float32))
        self.check_classes(3, lambda p: p.astype(np.float32))

    def test_column_major_and_whole_numbers(self):
        self.check_classes(3, np.asfortranarray)
        self.check_classes(3, lambda p: (p > 0.5).astype(np.int32))

    def test_numbers(self):
        names = {"root_mean_squared_error": "RMSE", "relative_rmse": "RelativeRMSE",
                 "normalized_rmse": "NormalizedRMSE", "mean_absolute_relative_error": "MARE"}
        for columns in (0, 3):
            shape = ROWS if columns == 0 else (ROWS, columns)
            Predictions = make_regression(list(range(columns)))
            y = self.rng.normal(100, 20, shape)
            for truth_dtype, dtype in (("f8", "f8"), ("f4", "f4"), ("f8", "f4"), ("f4", "f8"), ("i8", "f8")):
                truth = Predictions(y_true=y.astype(truth_dtype))
                prediction = Predictions(y_pred=(y + self.rng.normal(size=shape)).astype(dtype))
                for metric, name in names.items():
                    with self.subTest(metric=metric, columns=columns, dtypes=(truth_dtype, dtype)):
                        self.compare(metric, getattr(score_types, name)(), truth, prediction)


if __name__ == "__main__":
    unittest.main()
