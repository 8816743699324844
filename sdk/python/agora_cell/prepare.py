"""Preparation: the kit reads its data once; features, labels, folds and masked labels come out as separate memories.

Handed: x_train, x_test, labels, masked, truth, looks, meta (empty memories that the trusted side opened).
labels: (y_train, y_test) as one object. masked: a segment per fold, (y masked, train_is, valid_is). truth: NPY-free
float64 rows for scoring in C++. looks: a segment per look-ahead copy. meta: JSON that says where everything lies.
"""

import hashlib
import inspect
import json
import os
import pickle

import numpy as np

from agora_cell import failure, files_of_x, kit, look_ahead, masks, native
from agora_cell.beside import Beside
from agora_cell.kit import KitError
from agora_cell.objects import write_object


def run(channel, handed, argument):
    wanted = json.loads(argument)
    try:
        kit.seed_everything(wanted["seed"])
        meta = prepare(channel, handed, wanted)
        _write_text(handed["meta"], json.dumps(meta))
        channel.send(b"AGP1")
    except BaseException as error:  # the kit's own code may raise anything
        channel.send(failure.encode(failure.describe(error, kit.KIT, kit.KIT)))


def _write_text(fd, text):
    data = text.encode()
    os.pwrite(fd, data, 0)
    os.truncate(fd, len(data))


def prepare(channel, handed, wanted):
    memory = native.remember()
    problem = kit.load_problem(wanted.get("quick", False))
    X_train, y_train = read_part(problem, "get_train_data")
    X_train = loaded(X_train)
    folds = folds_of(problem, X_train, y_train)
    writing = Beside(lambda: _write_features(channel, handed["x_train"], X_train))
    X_test, y_test = read_part(problem, "get_test_data")
    X_test = loaded(X_test)
    meta = {
        "title": str(problem.problem_title),
        "elements": [str(name) for name in getattr(problem.workflow, "element_names", [])],
        "workflow": _told_apart(problem.workflow),
        "score_types": [_described(score_type, memory) for score_type in problem.score_types],
        "versions": native.versions(),
        "blas": native.blas_kernels(),
        "native": native.why_not_native(problem, memory) is None,
        "why_not_native": native.why_not_native(problem, memory) or "",
        "has_test": y_test is not None,
        "rows": {"train": len(y_train), "test": len(y_test) if y_test is not None else 0},
        "files": {"train": files_of_x.files_named_by(X_train, kit.KIT),
                  "test": files_of_x.files_named_by(X_test, kit.KIT) if X_test is not None else []},
    }
    meta["prediction_type"] = native.described_prediction_type(problem.Predictions, memory)
    is_shown = wanted.get("quick", False) and meta["prediction_type"] is not None  # public data: a figure is made of it
    meta["label_names"] = [str(name) for name in getattr(problem.Predictions, "label_names", [])] if is_shown else []
    meta["expected"] = {"train": _expected(problem, len(y_train)),
                        "test": _expected(problem, len(y_test)) if y_test is not None else None}
    meta["sizes"] = {"x_test": write_object(handed["x_test"], X_test),
                     "labels": write_object(handed["labels"], (y_train, y_test))}
    meta["folds"] = _write_folds(handed["masked"], y_train, folds, wanted)
    meta["truth"] = _write_truth(handed["truth"], problem, y_train, y_test) if meta["native"] or is_shown else None
    meta["truth_hash"] = _truth_hash(problem, y_train, y_test)
    meta["looks"] = _write_looks(handed["looks"], problem, X_train, X_test, wanted["seed"])
    meta["sizes"]["x_train"] = writing.result()
    return meta


def _write_features(channel, fd, X_train):
    size = write_object(fd, X_train)
    channel.send(b"AGP0")  # the problem's zygote may load X_train while the rest is read
    return size


def _described(score_type, memory):
    described = native.describe_score_type(score_type, memory)
    return described if isinstance(described, dict) else native.display_of(score_type)


def _told_apart(workflow):
    """What tells a workflow from another one: its class, that class's text where the kit wrote it, and its plain settings."""
    made_of = type(workflow)
    try:
        text = inspect.getsource(made_of) if made_of.__module__ == "problem" else ""
    except (OSError, TypeError):
        text = ""
    plain = {name: value for name, value in getattr(workflow, "__dict__", {}).items()
             if isinstance(value, (str, int, float, bool, type(None)))}
    return "\n".join([f"{made_of.__module__}.{made_of.__qualname__}", repr(sorted(plain.items())), text])


def read_part(problem, name):
    both = getattr(problem, name)(path=".")
    if not isinstance(both, tuple) or len(both) != 2:
        raise KitError(f"problem.{name} returns {type(both).__name__}: return the pair (X, y)")
    X, y = both
    if y is None and name == "get_train_data":
        raise KitError("problem.get_train_data returns no labels: return the pair (X, y)")
    if y is not None and len(y) == 0:
        raise KitError(f"problem.{name} returns no rows: the data is empty")
    return X, y


def loaded(X):
    """Lazy objects are read now: the pickle of a lazy xarray object is only the path of its file."""
    return X.load() if hasattr(X, "load") and hasattr(X, "isel") else X


def folds_of(problem, X, y):
    folds = list(problem.get_cv(X, y))
    if not folds:
        raise KitError("problem.get_cv returns no fold: return pairs (train_is, valid_is)")
    checked = []
    for number, fold in enumerate(folds):
        if len(fold) != 2:
            raise KitError(f"fold {number} of problem.get_cv is no pair (train_is, valid_is)")
        parts = [_indices(part, len(y), number) for part in fold]
        shared = np.intersect1d(*parts)
        if shared.size:
            raise KitError(f"fold {number} of problem.get_cv overlaps: {shared.size} rows (first: {shared[0]}) are in "
                           "train_is and in valid_is; make them disjoint")
        checked.append((fold, parts))
    return checked


def _indices(part, rows, number):
    indices = np.arange(rows)[part] if isinstance(part, slice) else np.asarray(part)
    if indices.dtype == bool:
        indices = np.flatnonzero(indices)
    if indices.size == 0:
        raise KitError(f"fold {number} of problem.get_cv is empty: both train_is and valid_is need rows")
    if indices.dtype.kind not in "iu" or indices.ndim != 1:
        raise KitError(f"fold {number} of problem.get_cv holds {indices.dtype} values: give row numbers")
    if indices.min() < -rows or indices.max() >= rows:
        raise KitError(f"fold {number} of problem.get_cv names row {indices.max()}, but there are {rows} rows")
    return np.where(indices < 0, indices + rows, indices).astype(np.int64)


def _write_folds(fd, y_train, folds, wanted):
    """Each fold's segment and its row numbers, the latter after all segments as int64."""
    described, at = [], 0
    for fold, parts in folds:
        masked = y_train if wanted.get("mask") == "none" else masks.mask_labels(
            y_train, parts[0], use_last=wanted.get("mask") == "last")
        size = write_object(fd, (masked, fold[0], fold[1]), at)
        described.append({"offset": at, "size": size})
        at += size
    for entry, (_, parts) in zip(described, folds):
        for name, part in zip(("train", "valid"), parts):
            os.pwrite(fd, part.astype("<i8").tobytes(), at)
            entry[name] = {"offset": at, "rows": len(part)}
            at += part.nbytes
    return described


def _expected(problem, rows):
    """What predictions must look like: the shape of the container that bagging fills."""
    empty = problem.Predictions(n_samples=rows).y_pred
    if empty.dtype == object:
        return {"form": "ragged", "rows": rows}
    return {"form": "dense", "rows": int(empty.shape[0]), "columns": int(empty.shape[1]) if empty.ndim == 2 else 0}


def _write_truth(fd, problem, y_train, y_test):
    places, at = {}, 0
    for name, y in (("train", y_train), ("test", y_test)):
        if y is None:
            continue
        truth = np.ascontiguousarray(problem.Predictions(y_true=y).y_pred, dtype="<f8")
        os.pwrite(fd, truth.tobytes(), at)
        places[name] = {"offset": at, "rows": truth.shape[0], "columns": truth.shape[1] if truth.ndim == 2 else 0}
        at += truth.nbytes
    return places


def _truth_hash(problem, y_train, y_test):
    """Of the labels as the kit's Predictions see them: another one, or other label names, makes another hash."""
    digest = hashlib.sha256()
    for y in (y_train, y_test):
        digest.update(pickle.dumps(None if y is None else problem.Predictions(y_true=y).y_pred, protocol=4))
    return digest.hexdigest()


def _write_looks(fd, problem, X_train, X_test, seed):
    """Segments of changed copies of X_train and X_test, one pair for each check index; empty where there is no check."""
    check = look_ahead.find_check(problem.workflow)
    if check is None:
        return []
    generator = np.random.default_rng(seed)
    looks, at = [], 0
    for index in sorted({int(index) for index in check.check_indexs}):
        entry = {"index": index}
        for name, X in (("train", X_train), ("test", X_test)):
            if X is None:
                continue
            size = write_object(fd, look_ahead.changed_after(X, index, generator), at)
            entry[name] = {"offset": at, "size": size}
            at += size
        looks.append(entry)
    return looks
