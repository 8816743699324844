"""Labels of one fold: every label outside the fold's training part is replaced by one from inside it.

dtype, shape, container and index stay as they are: None, NaN or 0 would break workflows that look at all of y.
"""

import copy

import numpy as np


def mask_labels(y, train_is, use_last=False):
    """A copy of `y` in which only the labels at `train_is` are true.

    y: array, list, Series, DataFrame or xarray object with rows first. The mask is y[train_is[0]], or with `use_last`
    y[train_is[-1]]: a workflow that scores differently under the two reads labels that are none of its business.
    """
    indices = np.arange(len(y))[train_is] if isinstance(train_is, slice) else np.asarray(train_is)
    if indices.dtype == bool:
        indices = np.flatnonzero(indices)
    inside = np.zeros(len(y), dtype=bool)
    inside[indices] = True
    outside = np.flatnonzero(~inside)
    source = int(indices[-1 if use_last else 0])
    return _replaced(y, outside, source)


def _replaced(y, outside, source):
    if hasattr(y, "iloc"):
        masked = y.copy(deep=True)
        masked.iloc[outside] = _rows_like(y.iloc[[source] * len(outside)])
        return masked
    if hasattr(y, "isel"):
        masked = y.copy(deep=True)
        first = y.dims[0] if not isinstance(y.dims, dict) else next(iter(y.dims))
        masked[{first: outside}] = y.isel({first: source})
        return masked
    if isinstance(y, np.ndarray):
        masked = y.copy()
        if y.dtype == object:
            for i in outside:
                masked[i] = copy.deepcopy(y[source])
        else:
            masked[outside] = y[source]
        return masked
    outside = set(outside.tolist())
    return type(y)(copy.deepcopy(y[source]) if i in outside else value for i, value in enumerate(y))


def _rows_like(rows):
    return rows.to_numpy() if hasattr(rows, "to_numpy") else rows
