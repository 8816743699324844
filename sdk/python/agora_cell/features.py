"""The problem's own zygote: problem.py is imported and X_train is loaded once, for all folds to fork from.

It is born while the preparation cell still reads, and uses that time to import what submissions usually import, so
that no fold has to. Handed: x_train, and written, a pipe that holds a byte once x_train is whole. No label and no
X_test ever comes here.
"""

import importlib
import json
import os
import select

from agora_cell import kit
from agora_cell.objects import read_object

# Parts of the default environment's packages that importing the packages leaves out.
_USUAL = ("sklearn.ensemble", "sklearn.pipeline", "sklearn.compose", "sklearn.impute", "sklearn.feature_extraction",
          "sklearn.feature_selection", "sklearn.cluster", "sklearn.gaussian_process", "sklearn.neural_network",
          "sklearn.calibration", "sklearn.naive_bayes", "sklearn.discriminant_analysis", "scipy.signal")

problem = None
X_train = None


def run(channel, handed, argument):
    global problem, X_train
    wanted = json.loads(argument)
    kit.seed_everything(wanted["seed"])
    problem = kit.load_problem(wanted.get("quick", False))
    if "written" in handed:
        _import_until_readable(handed["written"])
        if not os.read(handed["written"], 1):
            raise EOFError("the preparation ended before it had written X_train")
    X_train = read_object(handed["x_train"])


def _import_until_readable(pipe):
    for name in _USUAL:
        if select.select([pipe], [], [], 0)[0]:
            return
        try:
            importlib.import_module(name)
        except ImportError:
            pass  # another environment, with packages of its own
