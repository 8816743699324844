"""The trusted look-ahead check: copies of X whose future is changed from an index on."""

import numpy as np


def find_check(workflow, depth=3):
    """rampwf's TimeSeriesFeatureExtractor that the workflow is or holds, or None."""
    from rampwf.workflows import TimeSeriesFeatureExtractor

    if isinstance(workflow, TimeSeriesFeatureExtractor):
        return workflow
    if depth == 0 or not hasattr(workflow, "__dict__"):
        return None
    for value in vars(workflow).values():
        held = value if isinstance(value, (list, tuple)) else [value]
        for part in held:
            found = find_check(part, depth - 1) if hasattr(part, "__dict__") else None
            if found is not None:
                return found
    return None


def changed_after(X, index, generator):
    """A full-length copy of the Dataset X that differs from step n_burn_in + index on."""
    start = int(X.n_burn_in) + int(index)
    changed = X.copy(deep=True)
    for name in list(changed.data_vars):
        variable = changed[name]
        if "time" not in variable.dims or variable.dtype.kind not in "fiu":
            continue
        future = {"time": slice(start, None)}
        shape = variable[future].shape
        values = variable[future].values
        noise = generator.normal(size=shape) * (np.nanstd(variable.values) + 1.0)
        variable[future] = (values + noise).astype(variable.dtype)
    return changed
