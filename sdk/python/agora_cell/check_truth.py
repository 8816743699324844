"""Whether a public file holds the hidden labels: columns of texts, tables and arrays, compared as sequences."""

import os

import numpy as np

_TABLES = (".csv", ".tsv", ".txt", ".dat")
_PACKINGS = (".gz", ".bz2", ".xz", ".zip")
_LARGEST = 512 << 20


def files_that_hold(key, sought, root):
    """[(file, column)] of the files below `root` that hold the sequence `key` (check_leaks.joined of the labels)."""
    from agora_cell.check_leaks import joined

    found = []
    for path in _candidates(root):
        for name, values in _columns(path):
            if len(values) >= sought and key in joined(values):
                found.append((os.path.relpath(path, root), name))
    return found


def _candidates(root):
    for folder, _, names in os.walk(root):
        for name in sorted(names):
            path = os.path.join(folder, name)
            plain = name.lower()
            for packing in _PACKINGS:
                plain = plain.removesuffix(packing)
            is_array = name.lower().endswith((".npy", ".npz"))
            if (plain.endswith(_TABLES) or is_array) and not os.path.islink(path) and os.path.getsize(path) <= _LARGEST:
                yield path


def _columns(path):
    try:
        return list(_array_columns(path) if path.lower().endswith((".npy", ".npz")) else _table_columns(path))
    except Exception:  # whatever it is, it is no table that somebody reads labels from
        return []


def _array_columns(path):
    loaded = np.load(path, allow_pickle=False)
    arrays = {"": loaded} if isinstance(loaded, np.ndarray) else {f"{name}, ": loaded[name] for name in loaded.files}
    for name, array in arrays.items():
        if array.ndim == 1:
            yield f"{name}all values".removesuffix(", "), array
        elif array.ndim == 2 and array.shape[1] <= 1000:
            for i in range(array.shape[1]):
                yield f"{name}column {i}", array[:, i]


def _table_columns(path):
    import pandas as pd

    separators = [r"\t"] if ".tsv" in os.path.basename(path).lower() else [",", ";", r"\s+"]
    tables = [pd.read_csv(path, header=None, dtype=str, sep=separator, on_bad_lines="skip", keep_default_na=False)
              for separator in separators]
    table = max(tables, key=lambda candidate: candidate.shape[1])
    for i in range(table.shape[1]):
        yield f"column {table.iloc[0, i]!r}", table.iloc[:, i].to_numpy(dtype=object)
