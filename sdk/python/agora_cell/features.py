"""The problem's own zygote: problem.py is imported and X_train is loaded once, for all folds to fork from.

It is born while the preparation cell still reads, and uses that time to import what submissions usually import, so
that no fold has to. Handed: x_train, and written, a pipe that holds a byte once x_train is whole. No label and no
X_test ever comes here.
"""

import json
import os
import select

from agora_cell import kit, usual
from agora_cell.objects import read_object

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
    for name in usual.NAMES:
        if select.select([pipe], [], [], 0)[0]:
            return
        usual.load(name)
