"""X and y as the checks see them: rows as hashes, columns by name, labels as classes or numbers."""

import hashlib
import os
import re

import numpy as np
import pandas as pd

_CHUNK = 4096
_MOST_COLUMNS = 5000
_MOST_CLASSES = 100


def is_series_in_time(X):
    """Whether the order of the rows is the order of time, which everybody may know."""
    if hasattr(X, "data_vars") or hasattr(X, "isel"):
        return True
    index = getattr(X, "index", None)
    return isinstance(index, (pd.DatetimeIndex, pd.PeriodIndex, pd.TimedeltaIndex))


def count_rows(X):
    """The number of rows, or None where X has no plain rows (an xarray object, a kit's own container)."""
    if hasattr(X, "isel"):
        return None
    if _is_folder_and_ids(X):
        return len(X[1])
    if isinstance(X, (np.ndarray, pd.DataFrame, pd.Series, list)) or hasattr(X, "tocsr"):
        return X.shape[0] if hasattr(X, "shape") else len(X)
    return None


def hash_rows(X, root):
    """A uint64 for each row, equal where rows are equal, or None where X has no plain rows.

    The index of a DataFrame is left out. An id of a (folder, ids) pair stands for what its file holds.
    """
    if count_rows(X) is None:
        return None
    if _is_folder_and_ids(X):
        return np.array([_hash_file_or_text(os.path.join(root, X[0]), value) for value in X[1]], dtype=np.uint64)
    if isinstance(X, pd.Series):
        X = X.to_frame()
    if isinstance(X, pd.DataFrame):
        return _combined([_hash_values(X.iloc[:, i].to_numpy()) for i in range(X.shape[1])], len(X))
    if hasattr(X, "tocsr"):
        rows = X.tocsr()
        return np.array([_digest(rows.indices[a:b].tobytes() + rows.data[a:b].tobytes())
                         for a, b in zip(rows.indptr[:-1], rows.indptr[1:])], dtype=np.uint64)
    if isinstance(X, list):
        return _hash_each(X)
    return _hash_array(X)


def columns_of(X):
    """[(name, values)] of a table; of a DataFrame the index too, where it says more than the row number.

    Of a (folder, ids) pair the ids, their words without digits, and their digits: a name may tell what a file shows.
    """
    if _is_folder_and_ids(X):
        return _columns_of_ids([str(value) for value in X[1]])
    if isinstance(X, pd.DataFrame):
        columns = [(f"column {X.columns[i]!r}", X.iloc[:, i].to_numpy()) for i in range(min(X.shape[1], _MOST_COLUMNS))]
        plain = isinstance(X.index, (pd.RangeIndex, pd.MultiIndex)) or is_series_in_time(X)
        return columns if plain else [("the index", X.index.to_numpy()), *columns]
    if isinstance(X, np.ndarray) and X.ndim == 2:
        return [(f"column {i}", X[:, i]) for i in range(min(X.shape[1], _MOST_COLUMNS))]
    return []


def _columns_of_ids(ids):
    words = np.array([re.sub(r"\d+", "", name) for name in ids], dtype=object)
    digits = ["".join(re.findall(r"\d", name)) for name in ids]
    columns = [("the id", np.array(ids, dtype=object)), ("the id without its digits", words)]
    if all(digits) and max(map(len, digits)) <= 15:
        columns.append(("the number in the id", np.array([float(text) for text in digits])))
    return columns


class Label:
    """One column of y: `codes` number its distinct values (-1: missing), `numbers` is None for words."""

    def __init__(self, name, values, known_classes):
        self.name = name
        self.values = values
        self.codes, distinct = pd.factorize(values)
        self.distinct = len(distinct)
        self.numbers = to_numbers(values)
        self.is_classes = known_classes or self._looks_like_classes()

    def _looks_like_classes(self):
        if self.numbers is None or self.distinct == 2:
            return True
        finite = self.numbers[np.isfinite(self.numbers)]
        return bool(np.all(finite == np.round(finite))) and self.distinct <= min(_MOST_CLASSES, len(self.codes) / 5)


def labels_of(y, predictions):
    """The columns of y; none where it holds lists or an object of the kit's own."""
    if isinstance(y, pd.DataFrame):
        named = [(str(name), y.iloc[:, i].to_numpy()) for i, name in enumerate(y.columns)]
    else:
        array = _as_array(y)
        if array is None or array.ndim not in (1, 2):
            return []
        named = [("y", array)] if array.ndim == 1 else [(f"y[:, {i}]", array[:, i]) for i in range(array.shape[1])]
    is_multiclass = getattr(predictions, "label_names", None) is not None and hasattr(predictions, "y_pred_label_index")
    labels = []
    for name, values in named:
        try:
            labels.append(Label(name, values, known_classes=is_multiclass and len(named) == 1))
        except TypeError:  # lists and the like, which have no order and no equality
            return []
    return labels


def _as_array(y):
    """None where y is no plain array: an xarray object, lists of unequal lengths, nothing at all."""
    if not isinstance(y, (list, pd.Series, np.ndarray)):
        return None
    try:
        return np.asarray(y)
    except ValueError:
        return None


def to_numbers(values):
    """float64, or None where some value is no number."""
    if values.dtype.kind not in "biufO":
        return None
    try:
        return values.astype(np.float64)
    except (TypeError, ValueError):
        return None


def _is_folder_and_ids(X):
    return isinstance(X, tuple) and len(X) == 2 and isinstance(X[0], (str, os.PathLike)) and hasattr(X[1], "__len__")


def _digest(data):
    return int.from_bytes(hashlib.blake2b(data, digest_size=8).digest(), "little")


def _hash_file_or_text(folder, value):
    path = os.path.join(folder, str(value))
    if os.path.isfile(path):
        with open(path, "rb") as file:
            return _digest(file.read())
    return _digest(str(value).encode("utf-8", "replace"))


def _even(values):
    """One dtype for numbers of all widths, so that 1 and 1.0 hash alike."""
    return np.ascontiguousarray(values, dtype=np.float64) + 0.0  # + 0.0: no negative zero


def _hash_array(X):
    rows = X.reshape(len(X), -1)
    if X.dtype.kind not in "biuf":
        return _hash_each(rows.tolist())
    hashes = np.empty(len(X), dtype=np.uint64)
    for start in range(0, len(X), _CHUNK):
        for i, row in enumerate(_even(rows[start:start + _CHUNK]), start):
            hashes[i] = _digest(row.tobytes())
    return hashes


def _hash_values(values):
    if values.dtype.kind in "biuf":
        return pd.util.hash_array(_even(values))
    if values.dtype.kind in "mM":
        return pd.util.hash_array(values.astype(np.int64))
    return _hash_each(values)


def _hash_each(values):
    return np.fromiter((_digest(_bytes_of(value)) for value in values), dtype=np.uint64, count=len(values))


def _bytes_of(value):
    if isinstance(value, (list, tuple, np.ndarray)):
        try:
            return _even(value).tobytes()
        except (TypeError, ValueError):
            return b"".join(_bytes_of(part) + b"\x1f" for part in value)
    if isinstance(value, (int, float, np.number)):
        return repr(float(value)).encode()
    return str(value).encode("utf-8", "replace")


def _combined(hashes, rows):
    """Order counts: each column's hash is folded in and mixed (FNV's prime of 64 bits)."""
    combined = np.full(rows, 0xCBF29CE484222325, dtype=np.uint64)
    with np.errstate(over="ignore"):
        for column in hashes:
            combined = (combined ^ column) * np.uint64(0x100000001B3)
            combined ^= combined >> np.uint64(29)
    return combined
