"""A RAMP kit's problem.py, imported as the real rampwf imports it."""

import os
import random
import sys
from inspect import signature

KIT = "/kit"


class KitError(Exception):
    """What is wrong with the kit, with the file and the next step in words."""


def seed_everything(seed):
    """Python's and NumPy's global generators, from the evaluation's recorded seed."""
    import numpy as np

    random.seed(seed)
    np.random.seed(seed % 2**32)


def load_problem(quick=False, root=KIT):
    """Imports the problem.py of `root`, which becomes the working directory; a missing name is a KitError."""
    if quick:
        os.environ["RAMP_TEST_MODE"] = "1"
    else:
        os.environ.pop("RAMP_TEST_MODE", None)
    os.chdir(root)
    external = os.path.join(root, "external_imports")
    if os.path.isdir(external) and external not in sys.path:
        sys.path.append(external)
    from rampwf.utils.importing import import_module_from_source

    problem = import_module_from_source(os.path.join(root, "problem.py"), "problem")
    for name in ("problem_title", "Predictions", "workflow", "score_types", "get_cv", "get_train_data", "get_test_data"):
        if not hasattr(problem, name):
            raise KitError(f"problem.py has no `{name}`: every RAMP kit defines it")
    return problem


def takes_fold(workflow):
    """Whether test_submission asks for the fold, decided as rampwf decides it."""
    parameters = list(signature(workflow.test_submission).parameters)
    return len(parameters) == 3 and parameters[2] == "fold"


def predict(workflow, trained, X, fold, with_fold):
    if with_fold:
        return workflow.test_submission(trained, X, fold)
    return workflow.test_submission(trained, X)
