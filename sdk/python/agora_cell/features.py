"""The problem's own zygote: problem.py is imported and X_train is loaded once, for all folds to fork from.

Handed: x_train. No label and no X_test ever comes here.
"""

import json

from agora_cell import kit, pages
from agora_cell.objects import read_object

problem = None
X_train = None
x_pages = []  # the memory that X_train's objects lie in; arrays are mapped and not among it


def run(channel, handed, argument):
    global problem, X_train, x_pages
    wanted = json.loads(argument)
    kit.seed_everything(wanted["seed"])
    problem = kit.load_problem(wanted.get("quick", False))
    before = pages.private_ranges()
    X_train = read_object(handed["x_train"])
    x_pages = pages.added(before, pages.private_ranges())
