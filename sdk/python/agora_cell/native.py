"""Which score types and prediction types are rampwf's own, method for method, and so may be scored in C++.

A kit may subclass, patch or imitate them: then its own classes score, in a cell. `remember` is called before the
kit's problem.py is imported, so that a patched rampwf is seen as well.
"""

import types

TESTED_VERSIONS = {("0.7.0", "1.2")}  # rampwf, scikit-learn's first two numbers: log loss differs between versions

SCORE_PARAMETERS = {
    "Accuracy": (), "ClassificationError": (), "BalancedAccuracy": ("adjusted",), "MacroAveragedRecall": (),
    "ROCAUC": (), "NegativeLogLikelihood": (), "F1Above": ("threshold",), "BrierScore": (), "BrierSkillScore": (),
    "BrierScoreReliability": ("bins",), "BrierScoreResolution": ("bins",), "RMSE": (), "RelativeRMSE": (),
    "NormalizedRMSE": (), "MARE": (), "NormalizedGini": (), "SoftAccuracy": ("score_matrix",),
}


def _modules():
    from rampwf import prediction_types, score_types

    return score_types, prediction_types


def _functions_of(cls):
    """Every function of a class and its bases, by name, with the code that it would run."""
    found = {}
    for base in reversed(cls.__mro__[:-1]):
        for name, value in vars(base).items():
            if isinstance(value, (classmethod, staticmethod)):
                value = value.__func__
            if isinstance(value, property):
                value = value.fget
            if isinstance(value, types.FunctionType):
                found[name] = (value.__code__, repr(value.__defaults__))
    return found


def remember():
    """The code of rampwf's own classes, before any kit could touch them."""
    score_types, prediction_types = _modules()
    names = [*SCORE_PARAMETERS, "Combined", "MakeCombined"]
    memory = {name: (getattr(score_types, name), _functions_of(getattr(score_types, name))) for name in names}
    memory["multiclass"] = _functions_of(prediction_types.make_multiclass(["a", "b"]))
    memory["regression"] = _functions_of(prediction_types.make_regression(["a"]))
    memory["combined"] = _functions_of(prediction_types.make_combined([]))
    return memory


def versions():
    import numpy
    import rampwf
    import sklearn

    return {"rampwf": rampwf.__version__, "scikit-learn": sklearn.__version__, "numpy": numpy.__version__}


def blas_kernels():
    """The kernels that BLAS and OpenMP libraries chose on this processor, as threadpoolctl names them."""
    try:
        from threadpoolctl import threadpool_info
    except ImportError:
        return []
    return sorted({" ".join(str(info[key]) for key in ("internal_api", "version", "architecture") if info.get(key))
                   for info in threadpool_info()})


def describe_prediction_type(cls, memory):
    """JSON for the C++ side, or a sentence that says why the kit's own class must be used."""
    functions = _functions_of(cls)
    for kind in ("multiclass", "regression", "combined"):
        if functions == memory[kind]:
            return _described_kind(cls, kind, memory)
    return f"Predictions is a class of the kit's own ({cls.__module__}.{cls.__qualname__})"


def described_prediction_type(cls, memory):
    """JSON for the C++ side, or None where the kit's own class must be used."""
    described = describe_prediction_type(cls, memory)
    return described if isinstance(described, dict) else None


def _described_kind(cls, kind, memory):
    if kind == "multiclass":
        return {"kind": "multiclass", "labels": len(cls.label_names)}
    if kind == "regression":
        return {"kind": "regression", "columns": int(cls.n_columns)}
    children = [describe_prediction_type(child, memory) for child in cls.Predictions_list]
    wrong = next((child for child in children if isinstance(child, str)), None)
    return wrong or {"kind": "combined", "children": children}


def describe_score_type(score_type, memory):
    """JSON for the C++ side, or a sentence that says why the kit's own class must be used."""
    cls = type(score_type)
    known = memory.get(cls.__name__)
    if known is None or known[0] is not cls or known[1] != _functions_of(cls):
        return f"score type {getattr(score_type, 'name', cls.__name__)!r} is not rampwf's own"
    if any(callable(value) and not isinstance(value, type) and not hasattr(value, "score_function")
           for value in vars(score_type).values()):
        return f"score type {score_type.name!r} has methods of its own"
    described = {"class": cls.__name__, **display_of(score_type)}
    if cls.__name__ == "Combined":
        described["weights"] = [float(weight) for weight in score_type.weights]
        children = list(score_type.score_types)
    elif cls.__name__ == "MakeCombined":
        described["index"] = int(score_type.index)
        children = [score_type.score_type]
    else:
        described["parameters"] = {name: _plain(getattr(score_type, name)) for name in SCORE_PARAMETERS[cls.__name__]}
        return described
    described["children"] = [describe_score_type(child, memory) for child in children]
    return next((child for child in described["children"] if isinstance(child, str)), described)


def _plain(value):
    import numpy as np

    return value.tolist() if isinstance(value, (np.ndarray, np.generic)) else value


def display_of(score_type):
    """Name, precision and direction, as people see them."""
    return {"name": str(score_type.name), "precision": int(score_type.precision),
            "is_lower_the_better": bool(score_type.is_lower_the_better)}


def why_not_native(problem, memory):
    """None where everything is rampwf's own in tested versions, else the reason, shown by `kit check`."""
    seen = versions()
    pair = (seen["rampwf"], ".".join(seen["scikit-learn"].split(".")[:2]))
    if pair not in TESTED_VERSIONS:
        return f"rampwf {pair[0]} with scikit-learn {pair[1]} is no pair that was tested"
    described = [describe_prediction_type(problem.Predictions, memory),
                 *(describe_score_type(score_type, memory) for score_type in problem.score_types)]
    return next((reason for reason in described if isinstance(reason, str)), None)
