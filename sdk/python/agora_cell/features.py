"""The problem's own zygote: problem.py is imported and X_train is loaded once, for all folds to fork from.

Handed: x_train. No label and no X_test ever comes here.
"""

import json

from agora_cell import kit
from agora_cell.objects import read_object

problem = None
X_train = None


def run(channel, handed, argument):
    global problem, X_train
    wanted = json.loads(argument)
    kit.seed_everything(wanted["seed"])
    problem = kit.load_problem(wanted.get("quick", False))
    X_train = read_object(handed["x_train"])
