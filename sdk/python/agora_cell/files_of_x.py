"""Which files of the kit the values of X name: only those are mounted in the cells that see X.

A string in X, or an id of a (folder, ids) pair, names `v`, `folder/v` or `data/v`: the first that exists.
"""

import os

import numpy as np

_LONGEST_NAME = 1024


def files_named_by(X, root):
    """Sorted paths relative to `root` of the regular files that X names; links and paths that leave the kit are none."""
    folder, values = _folder_and_values(X)
    named = set()
    for value in values:
        if not isinstance(value, (str, np.str_)) or not value or len(value) > _LONGEST_NAME or "\0" in value:
            continue
        path = _first_that_exists(str(value), folder, root)
        if path is not None:
            named.add(path)
    return sorted(named)


def _folder_and_values(X):
    if isinstance(X, tuple) and len(X) == 2 and isinstance(X[0], (str, os.PathLike)):
        return os.fspath(X[0]), [str(value) for value in _flat(X[1])]
    return None, _flat(X)


def _flat(X):
    """Every value of X that may be a string; numeric columns are skipped unread."""
    if isinstance(X, str):
        return [X]
    if hasattr(X, "data_vars"):
        return [value for name in X.data_vars for value in _flat(X[name].values)]
    if hasattr(X, "select_dtypes"):
        columns = X.select_dtypes(include=["object", "string", "category"])
        return [value for i in range(columns.shape[1]) for value in columns.iloc[:, i].tolist()]
    array = X.values if hasattr(X, "values") and not callable(X.values) else X
    if isinstance(array, np.ndarray):
        return array.ravel().tolist() if array.dtype.kind in "OUS" else []
    if isinstance(array, (list, tuple)):
        return [value for part in array for value in (_flat(part) if isinstance(part, (list, tuple)) else [part])]
    return []


def _first_that_exists(value, folder, root):
    candidates = [value]
    if folder is not None:
        candidates.append(os.path.join(folder, value))
    candidates.append(os.path.join("data", value))
    for candidate in candidates:
        path = os.path.normpath(os.path.join(root, candidate))
        if not path.startswith(root + os.sep) or not os.path.isfile(path):
            continue
        if os.path.realpath(path) == path:
            return os.path.relpath(path, root)
    return None
