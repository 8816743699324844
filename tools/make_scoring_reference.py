"""Writes src/core/scoring/reference/*.json: scores that the real rampwf gives to random predictions.

Run it with the default environment's Python and read the diff:

    $AGORA_TEST_PYTHON tools/make_scoring_reference.py

Each case holds the arrays of Predictions(...).y_pred and, for each score type, the score, or `null` where
rampwf raises or answers NaN or infinity (there Agora must refuse).
"""
import json
import pathlib
import platform
import warnings

import numpy as np
import pandas
import rampwf
import scipy
import sklearn
from rampwf.prediction_types import make_combined, make_multiclass, make_regression
from rampwf.score_types import (
    MARE, RMSE, ROCAUC, Accuracy, BalancedAccuracy, BrierScore, BrierScoreReliability, BrierScoreResolution,
    BrierSkillScore, ClassificationError, Combined, F1Above, MacroAveragedRecall, MakeCombined,
    NegativeLogLikelihood, NormalizedGini, NormalizedRMSE, RelativeRMSE, SoftAccuracy)
from rampwf.utils.combine import get_score_cv_bags

FOLDER = pathlib.Path(__file__).parent.parent / "src/core/scoring/reference"
DTYPES = {"float32": "f4", "float64": "f8", "int16": "i2", "int32": "i4", "int64": "i8", "bool": "b1"}

warnings.simplefilter("ignore")
rng = np.random.RandomState(20260301)
MATRICES = {k: rng.normal(size=(k, k)).round(3) for k in (1, 2, 3, 5, 9)}


def numbers(values):
    return [None if np.isnan(x) else float(x) for x in np.asarray(values, dtype=float).ravel()]


def array(values):
    values = np.asarray(values)
    columns = 0 if values.ndim == 1 else values.shape[1]
    dtype = DTYPES.get(str(values.dtype), "f8")
    return {"dtype": dtype, "rows": len(values), "columns": columns, "values": numbers(values)}


def described(score_type):
    """The JSON that a preparation cell writes for a score type."""
    kind = type(score_type).__name__
    json_type = {"class": kind, "name": score_type.name, "precision": score_type.precision,
                 "is_lower_the_better": bool(score_type.is_lower_the_better), "parameters": {}}
    if kind == "Combined":
        json_type["weights"] = list(score_type.weights)
        json_type["children"] = [described(child) for child in score_type.score_types]
    elif kind == "MakeCombined":
        json_type["index"] = score_type.index
        json_type["children"] = [described(score_type.score_type)]
    for name in ("adjusted", "threshold"):
        if hasattr(score_type, name):
            json_type["parameters"][name] = getattr(score_type, name)
    for name in ("bins", "score_matrix"):
        if hasattr(score_type, name):
            json_type["parameters"][name] = np.asarray(getattr(score_type, name)).tolist()
    return json_type


def scored(score_type, truth, prediction):
    try:
        score = float(score_type.score_function(truth, prediction))
    except Exception:
        return None
    return score if np.isfinite(score) else None


def case(what, prediction_type, truth, prediction, score_types):
    return {"what": what, "prediction_type": prediction_type, "truth": array(truth.y_pred),
            "prediction": array(prediction.y_pred),
            "scores": [{"score_type": described(s), "score": scored(s, truth, prediction)} for s in score_types]}


def class_score_types(k):
    matrix = 1 - np.abs(np.subtract.outer(np.arange(k), np.arange(k))) / max(k - 1, 1)
    return [Accuracy(), ClassificationError(), BalancedAccuracy(), BalancedAccuracy(adjusted=False),
            MacroAveragedRecall(), F1Above(), F1Above(threshold=0.2), F1Above(threshold=0), ROCAUC(),
            NegativeLogLikelihood(), SoftAccuracy(matrix), SoftAccuracy(MATRICES[k]),
            BrierScore(), BrierSkillScore(), BrierScoreReliability(), BrierScoreResolution(),
            BrierScoreReliability(bins=np.array([0, 0.3, 0.31, 0.7, 0.9])),
            BrierScoreResolution(bins=np.array([0.0, 0.5, 1.0])), NormalizedGini()]


LABEL_SCORE_TYPES = (Accuracy, ClassificationError, BalancedAccuracy, MacroAveragedRecall, F1Above)


def probabilities(kind, n, k):
    p = rng.dirichlet(np.ones(k), n)
    if kind == "float32":
        return p.astype(np.float32)
    if kind == "ties":
        return p.round(1)
    if kind == "certain":
        return np.eye(k)[rng.randint(k, size=n)]
    if kind == "extreme":
        return np.where(p > 0.5, 1 - 10.0 ** -rng.randint(1, 20, (n, k)), 10.0 ** -rng.randint(1, 20, (n, k)))
    if kind == "extreme float32":
        return (10.0 ** -rng.uniform(0, 12, (n, k))).astype(np.float32)
    if kind == "unnormalised":
        return rng.uniform(0, 3, (n, k)).round(2)
    if kind == "negative":
        return rng.normal(size=(n, k))
    if kind == "whole":
        return np.eye(k, dtype=np.int64)[rng.randint(k, size=n)]
    if kind == "true and false":
        return np.eye(k, dtype=bool)[rng.randint(k, size=n)]
    if kind == "zeros":
        return np.where(rng.rand(n, 1) < 0.4, 0.0, p)
    if kind == "nan":
        return np.where(rng.rand(n, k) < 0.2, np.nan, p)
    if kind == "column-major":
        return np.asfortranarray(p)
    return p


def truth_labels(n, k, labels, missing):
    chosen = rng.choice(k, size=max(1, k - 1), replace=False) if missing else np.arange(k)
    return np.array(labels)[rng.choice(chosen, size=n)]


def class_cases():
    kinds = ["plain", "float32", "ties", "certain", "extreme", "extreme float32", "unnormalised", "negative",
             "whole", "true and false", "zeros", "nan", "column-major"]
    for k in (1, 2, 3, 5, 9):
        for kind in kinds:
            for n, missing in ((1, False), (2, False), (13, False), (26, True)):
                if k > 3 and n == 2:
                    continue
                labels = [f"class {c}" for c in range(k)] if k == 3 else list(range(1, k + 1))
                Predictions = make_multiclass(labels)
                truth = Predictions(y_true=truth_labels(n, k, labels, missing))
                prediction = Predictions(y_pred=probabilities(kind, n, k))
                types = class_score_types(k)
                if kind == "nan":
                    types = [s for s in types if isinstance(s, LABEL_SCORE_TYPES)]
                what = f"{k} classes, {n} rows, {kind}" + (", a class missing" if missing else "")
                yield case(what, {"kind": "multiclass", "labels": k}, truth, prediction, types)
    Predictions = make_multiclass([0, 1, 2])
    several = np.empty(9, dtype=object)
    several[:] = [[0], [1], [2], [0, 1], [1, 2], [0, 2], [2], [1], [0]]
    yield case("rows of several labels", {"kind": "multiclass", "labels": 3}, Predictions(y_true=several),
               Predictions(y_pred=probabilities("plain", 9, 3)), class_score_types(3))
    for n in (150, 1100, 2600):
        Predictions = make_multiclass([0, 1])
        yield case(f"{n} rows in two classes", {"kind": "multiclass", "labels": 2},
                   Predictions(y_true=rng.randint(2, size=n)),
                   Predictions(y_pred=probabilities("plain", n, 2).round(3)), class_score_types(2))


def regression_cases():
    types = [RMSE(), RelativeRMSE(), NormalizedRMSE(), MARE()]
    pairs = [("f8", "f8"), ("f4", "f4"), ("f8", "f4"), ("f4", "f8"), ("i8", "f8"), ("i4", "f4"), ("i2", "f4"),
             ("i8", "i8"), ("i4", "i4")]
    for columns in (0, 1, 2, 3):
        for truth_dtype, dtype in pairs:
            for n in (1, 2, 9, 60, 411):
                if n == 411 and columns > 1:
                    continue
                shape = n if columns == 0 else (n, columns)
                y_true = (rng.normal(scale=20, size=shape) + 50).round(3).astype(truth_dtype)
                y_pred = (y_true + rng.normal(scale=3, size=shape)).round(3).astype(dtype)
                Predictions = make_regression(list(range(columns)))
                yield case(f"{columns} columns, {n} rows, {truth_dtype} against {dtype}",
                           {"kind": "regression", "columns": columns}, Predictions(y_true=y_true),
                           Predictions(y_pred=y_pred), types)
    Predictions = make_regression()
    for n in (8192, 8193):  # numpy adds a whole array in parts of 8192
        y_true = rng.randint(1, 100, n).astype("f4")
        y_pred = (y_true + rng.randint(-9, 9, n) / 8).astype("f4")
        yield case(f"{n} rows of float32", {"kind": "regression", "columns": 0}, Predictions(y_true=y_true),
                   Predictions(y_pred=y_pred), types)
    for what, y_true, y_pred in [("a zero in truth", [1.0, 0.0, 2.0], [1.0, 0.5, 2.5]),
                                 ("a zero in both", [1.0, 0.0, 2.0], [1.0, 0.0, 2.5]),
                                 ("a truth of one value", [3.0, 3.0, 3.0], [3.0, 2.0, 4.0]),
                                 ("large and small", [1e12, 1e-12, -1e12], [1e12 + 1, 2e-12, -1e12])]:
        yield case(what, {"kind": "regression", "columns": 0}, Predictions(y_true=np.array(y_true)),
                   Predictions(y_pred=np.array(y_pred)), types)


def combined_type(parts):
    """Prediction types and their JSON for parts such as [('multiclass', 3), ('regression', 1)]."""
    made = [make_multiclass(list(range(n))) if kind == "multiclass" else make_regression(list(range(n)))
            for kind, n in parts]
    name = {"multiclass": "labels", "regression": "columns"}
    json_type = {"kind": "combined", "children": [{"kind": kind, name[kind]: n} for kind, n in parts]}
    return make_combined(made), json_type


def combined_arrays(parts, n):
    truths, predictions = [], []
    for kind, width in parts:
        if kind == "multiclass":
            truths.append(rng.randint(width, size=(n, 1)).astype(float))
            predictions.append(rng.dirichlet(np.ones(width), n))
        else:
            truths.append(rng.normal(10, 2, (n, width)).round(3))
            predictions.append(truths[-1] + rng.normal(0, 0.5, (n, width)).round(3))
    return np.concatenate(truths, axis=1), np.concatenate(predictions, axis=1)


def combined_score_types(parts):
    first, second = parts[0][0], parts[1][0]
    of = {"multiclass": [ClassificationError(), NegativeLogLikelihood()], "regression": [MARE(), RMSE()]}
    for a in of[first]:
        for b in of[second]:
            yield Combined([a, b], weights=[2.0 / 3, 1.0 / 3])
            yield Combined([a, b], weights=[0.25, 3])
        yield MakeCombined(a, 0)
    yield MakeCombined(of[second][0], 1)
    yield MakeCombined(of[second][1], -1 if len(parts) == 2 else 1)
    yield MakeCombined(of[second][1], 7)
    yield Combined([of[first][0], of[second][1]], weights=[0.5])


PARTS = [[("multiclass", 4), ("regression", 1)], [("regression", 2), ("multiclass", 2)],
         [("multiclass", 3), ("multiclass", 2)], [("regression", 1), ("regression", 3), ("multiclass", 2)]]


def combined_cases():
    for parts in PARTS:
        Predictions, json_type = combined_type(parts)
        for n in (1, 7, 40):
            y_true, y_pred = combined_arrays(parts, n)
            for dtype in (np.float64, np.float32):
                yield case(f"{parts}, {n} rows, {np.dtype(dtype)}", json_type, Predictions(y_true=y_true),
                           Predictions(y_pred=y_pred.astype(dtype)), combined_score_types(parts))


def bag_case(what, Predictions, json_type, y_true, folds, score_type):
    truth = Predictions(y_true=y_true)
    predictions = [Predictions(y_pred=p) for rows, p in folds]
    rows = [r for r, p in folds]
    bagged, scores = get_score_cv_bags(score_type, predictions, truth, test_is_list=rows)
    seen = sorted(set(np.concatenate(rows).tolist()))
    return {"what": what, "prediction_type": json_type, "truth": array(truth.y_pred),
            "folds": [{"rows": np.asarray(r).tolist(), "prediction": array(p)} for r, p in folds],
            "score_type": described(score_type), "bagged": array(bagged.y_pred), "seen": seen, "scores": scores}


def shuffled_folds(n, count, predict):
    return [(rows, predict(len(rows))) for rows in
            (rng.permutation(n)[:max(1, int(0.4 * n))] for _ in range(count))]


def bag_cases():
    for k in (2, 3, 9):
        Predictions = make_multiclass(list(range(k)))
        json_type = {"kind": "multiclass", "labels": k}
        for kind in ("plain", "float32", "certain", "unnormalised", "negative", "whole", "zeros"):
            for n, count in ((1, 1), (23, 1), (23, 5), (17, 12)):
                y_true = rng.randint(k, size=n)
                folds = shuffled_folds(n, count, lambda m: probabilities(kind, m, k))
                yield bag_case(f"{k} classes, {n} rows, {count} folds, {kind}", Predictions, json_type, y_true,
                               folds, Accuracy())
        every = [(np.arange(11), probabilities("plain", 11, k)) for _ in range(9)]
        yield bag_case(f"{k} classes, all rows in 9 folds", Predictions, json_type, rng.randint(k, size=11), every,
                       NegativeLogLikelihood() if k == 3 else Accuracy())
    for columns in (0, 1, 3):
        Predictions = make_regression(list(range(columns)))
        for n, count in ((1, 1), (1, 12), (20, 6), (20, 21)):
            shape = (lambda m: m) if columns == 0 else (lambda m: (m, columns))
            for dtype in (np.float64, np.float32, np.int64):
                folds = shuffled_folds(n, count, lambda m: (100 * rng.normal(size=shape(m))).astype(dtype))
                yield bag_case(f"{columns} columns, {n} rows, {count} folds, {np.dtype(dtype)}", Predictions,
                               {"kind": "regression", "columns": columns}, rng.normal(size=shape(n)), folds, RMSE())
    for parts in PARTS[:2]:
        Predictions, json_type = combined_type(parts)
        first = ClassificationError() if parts[0][0] == "multiclass" else MARE()
        second = MARE() if parts[0][0] == "multiclass" else ClassificationError()
        for n, count in ((15, 1), (15, 6), (30, 11)):
            y_true, _ = combined_arrays(parts, n)
            folds = shuffled_folds(n, count, lambda m: combined_arrays(parts, m)[1])
            yield bag_case(f"{parts}, {n} rows, {count} folds", Predictions, json_type, y_true, folds,
                           Combined([first, second], weights=[2.0 / 3, 1.0 / 3]))
    Predictions = make_multiclass([0, 1])
    twice = [(np.array([0, 1, 1, 2]), probabilities("plain", 4, 2)), (np.array([3, 0]), probabilities("plain", 2, 2))]
    yield bag_case("a row twice in a fold", Predictions, {"kind": "multiclass", "labels": 2},
                   np.array([0, 1, 1, 0, 1]), twice, Accuracy())
    holes = probabilities("plain", 5, 2)
    holes[2, 0] = np.nan
    yield bag_case("a NaN that only one fold predicts", Predictions, {"kind": "multiclass", "labels": 2},
                   np.array([0, 1, 1, 0, 1]), [(np.arange(5), holes), (np.array([0]), holes[:1])], Accuracy())


def pointing(one, table):
    """The case with places in `table` instead of score types."""
    def place(score_type):
        if score_type not in table:
            table.append(score_type)
        return table.index(score_type)
    if "score_type" in one:
        return one | {"score_type": place(one["score_type"])}
    return one | {"scores": [[place(s["score_type"]), s["score"]] for s in one["scores"]]}


def write(name, cases):
    made_with = {"python": platform.python_version(), "numpy": np.__version__, "scipy": scipy.__version__,
                 "pandas": pandas.__version__, "scikit-learn": sklearn.__version__,
                 "ramp-workflow": rampwf.__version__}
    table = []  # each score type once; cases point into it
    lines = [json.dumps(pointing(c, table), allow_nan=False) for c in cases]
    path = FOLDER / f"{name}.json"
    types = ",\n".join(json.dumps(t) for t in table)
    path.write_text('{"made_with": ' + json.dumps(made_with) + ',\n"score_types": [\n' + types +
                    '\n],\n"cases": [\n' + ",\n".join(lines) + "\n]}\n")
    print(f"{path}: {len(lines)} cases, {path.stat().st_size // 1024} KiB")


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    write("classes", class_cases())
    write("regression", regression_cases())
    write("combined", combined_cases())
    write("bagging", bag_cases())
