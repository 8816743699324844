"""Each score type on 1,000,000 rows: ours against rampwf's class, run turn by turn in one go; best of the turns.

Times are the processor's, both sides run in one thread: a shared machine disturbs them less than the clock's.
Bounds: at least 5 x as fast as rampwf; RMSE and its like, which are numpy's own loops, at least as fast (1 x).
Exits 1 where one is missed, and wherever a score differs by more than 1e-9.
"""
import copy
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time
import warnings

os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = "1"

import numpy as np  # noqa: E402
from rampwf import score_types as s  # noqa: E402
from rampwf.prediction_types import make_combined, make_multiclass, make_regression  # noqa: E402

warnings.simplefilter("ignore")
ROWS = int(os.environ.get("AGORA_BENCH_ROWS", 1_000_000))
TURNS = 5
BUILD = pathlib.Path(os.environ.get("AGORA_BUILD", pathlib.Path(__file__).parents[1] / "build/release"))


def described(score_type):
    json_type = {"class": type(score_type).__name__, "name": score_type.name, "parameters": {}}
    for name in ("adjusted", "threshold"):
        if hasattr(score_type, name):
            json_type["parameters"][name] = getattr(score_type, name)
    for name in ("bins", "score_matrix"):
        if hasattr(score_type, name):
            json_type["parameters"][name] = np.asarray(getattr(score_type, name)).tolist()
    if isinstance(score_type, s.Combined):
        json_type["weights"] = score_type.weights
        json_type["children"] = [described(child) for child in score_type.score_types]
    return json_type


def problems(rng):
    """(what, prediction type as JSON, truth, prediction, score types, bound)"""
    two, three, numbers = make_multiclass([0, 1]), make_multiclass([0, 1, 2]), make_regression()
    labels = rng.randint(2, size=ROWS)
    p = np.clip(0.4 * labels + 0.6 * rng.rand(ROWS), 0, 1)
    pair = (two(y_true=labels), two(y_pred=np.c_[1 - p, p]))
    yield ("2 classes", {"kind": "multiclass", "labels": 2}, *pair,
           [s.ROCAUC(), s.NormalizedGini(), s.BrierScore(), s.BrierSkillScore(), s.BrierScoreReliability(),
            s.BrierScoreResolution(), s.Accuracy(), s.NegativeLogLikelihood()], 5)
    labels = rng.randint(3, size=ROWS)
    p = rng.dirichlet(np.ones(3), ROWS)
    triple = (three(y_true=labels), three(y_pred=p))
    yield ("3 classes", {"kind": "multiclass", "labels": 3}, *triple,
           [s.Accuracy(), s.ClassificationError(), s.BalancedAccuracy(), s.MacroAveragedRecall(), s.F1Above(),
            s.NegativeLogLikelihood(), s.SoftAccuracy(np.array([[1, 0.5, 0], [0.5, 1, 0.5], [0, 0.5, 1]]))], 5)
    y = rng.normal(100, 20, ROWS)
    yield ("numbers", {"kind": "regression", "columns": 0}, numbers(y_true=y),
           numbers(y_pred=y + rng.normal(size=ROWS)), [s.RMSE(), s.RelativeRMSE(), s.NormalizedRMSE(), s.MARE()], 1)
    both = make_combined([three, make_regression([0])])
    yield ("combined", {"kind": "combined", "children": [{"kind": "multiclass", "labels": 3},
                                                         {"kind": "regression", "columns": 1}]},
           both(y_true=np.c_[labels.astype(float), y]), both(y_pred=np.c_[p, y + 1]),
           [s.Combined([s.ClassificationError(), s.MARE()], weights=[2 / 3, 1 / 3])], 5)


class Ours:
    def __init__(self):
        self.program = subprocess.Popen([BUILD / "scoring_bench"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        text=True)
        self.jobs = 0

    def say(self, line):
        self.program.stdin.write(line + "\n")
        self.program.stdin.flush()

    def add(self, job):
        self.say(json.dumps(job))
        self.jobs += 1
        return self.jobs - 1

    def run(self, index):
        self.say(f"run {index}")
        answer = json.loads(self.program.stdout.readline())
        return answer["seconds"], answer["score"]


def theirs(score_type, truth, prediction):
    score_type = copy.deepcopy(score_type)
    began = time.process_time()
    score = score_type.score_function(truth, prediction)
    return time.process_time() - began, float(score)


def measure(ours, folder):
    rng = np.random.RandomState(1)
    for what, prediction_type, truth, prediction, types, bound in problems(rng):
        files = {}
        for side, array in (("truth", truth.y_pred), ("prediction", prediction.y_pred)):
            files[side] = str(folder / f"{side}.npy")
            np.save(files[side], array)
        for score_type in types:
            job = ours.add({"score_type": described(score_type), "prediction_type": prediction_type, **files})
            turns = [(ours.run(job), theirs(score_type, truth, prediction)) for _ in range(TURNS)]
            mine, other = (min(turn[side][0] for turn in turns) for side in (0, 1))
            (_, my_score), (_, score) = turns[0]
            agrees = abs(my_score - score) <= 1e-9 * max(1, abs(score))
            yield f"{type(score_type).__name__} ({what})", mine, other, bound, agrees


def main():
    if not (BUILD / "scoring_bench").exists():
        print(f"error: {BUILD / 'scoring_bench'} is not built: make build", file=sys.stderr)
        return 3
    missed = 0
    print(f"{ROWS} rows, best of {TURNS} interleaved turns, ms\n{'':38}{'agora':>9}{'rampwf':>9}{'ratio':>8}{'bound':>7}")
    ours = Ours()
    with tempfile.TemporaryDirectory() as folder:
        for name, mine, other, bound, agrees in measure(ours, pathlib.Path(folder)):
            verdict = "" if other / mine >= bound else "  MISSED"
            verdict += "" if agrees else "  SCORES DIFFER"
            missed += verdict != ""
            print(f"{name:38}{mine * 1e3:9.2f}{other * 1e3:9.2f}{other / mine:8.1f}{bound:7}{verdict}", flush=True)
    ours.program.stdin.close()
    ours.program.wait()
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
