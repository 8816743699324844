"""A small kit whose hidden values are canaries: every number and word says what it is and where it should not be.

Labels follow no rule that a model could learn, so a good score would be a leak by itself. The public data of the kit
holds other numbers. Standard library only.
"""
import json
import os
import pathlib
import re
import textwrap

STEP = 7.25
TRAIN_ROWS, TEST_ROWS = 60, 40
BASES = {"label": 1003001.5, "test label": 2003001.5, "test row": 3003001.5, "train row": 4003001.5}
PUBLIC_BASES = {"label": 5003001.5, "test label": 5103001.5, "test row": 5203001.5, "train row": 5303001.5}
WORD = "HIDDEN" + "MARK"  # in two parts, so that no source of ours holds it
BEACON = "BEACON" + "MARK"  # in a file that cells may read: a search that finds it is a search

LIMITS = {"prepare_seconds": 60, "fit_seconds": 2, "predict_seconds": 2, "score_seconds": 60, "memory": "256 MiB",
          "output": "64 KiB", "processes": 16, "submission": "1 MiB"}

PROBLEM = """
import os
import numpy as np
import pandas as pd
import rampwf as rw
from sklearn.model_selection import KFold

problem_title = 'Canaries'
Predictions = rw.prediction_types.make_regression(label_names=[])
workflow = rw.workflows.Regressor()
{score_types}


def get_cv(X, y):
    return KFold(2).split(X, y)


def _read(path, name):
    table = pd.read_csv(os.path.join(path, 'data', name))
    return table[['a', 'b']].to_numpy(dtype=float), table['y'].to_numpy()


def get_train_data(path='.'):
    return _read(path, 'train.csv')


def get_test_data(path='.'):
    return _read(path, 'test.csv')
"""
SCORES = "score_types = [rw.score_types.RMSE(name='rmse', precision=3)]"
# Computed by no code of ours, so in a scoring cell.
OWN_SCORES = """

class Gap(rw.score_types.BaseScoreType):
    is_lower_the_better = True
    minimum, maximum = 0.0, float('inf')

    def __init__(self, name='gap', precision=3):
        self.name, self.precision = name, precision

    def __call__(self, y_true, y_pred):
        return float(np.abs(y_true - y_pred).mean())


score_types = [Gap()]
"""

HONEST = """
import numpy as np
{before}


class Regressor:
    def fit(self, X, y):
        {fit}
        A = np.column_stack([X - 4000000, np.ones(len(X))])
        self.weights_ = np.linalg.lstsq(A, y, rcond=None)[0]

    def predict(self, X):
        A = np.column_stack([X - 4000000, np.ones(len(X))])
        y_pred = A @ self.weights_
        {predict}
        return y_pred
"""

# What attacks are written in. The name shows on the host what is left of an attack.
WORDS = """
import ctypes, errno, json, os, socket, sys, time
libc = ctypes.CDLL(None, use_errno=True)

def call(number, *given):
    answer = libc.syscall(ctypes.c_long(number), *(ctypes.c_long(g) if isinstance(g, int) else g for g in given))
    if answer < 0:
        raise OSError(ctypes.get_errno(), 'syscall')
    return answer

def attempt(name, action):
    try:
        print('GOT', name, repr(action())[:200], flush=True)
    except (OSError, ValueError) as error:
        number = getattr(error, 'errno', None)
        print('REFUSED', name, errno.errorcode.get(number, number), flush=True)

def be_called(name):
    with open('/proc/self/comm', 'w') as file:
        file.write(name)
"""


def place_of(row, rows):
    return (17 * row + 5) % rows


def rows_of(base_x, base_y, rows):
    return [(base_x + STEP * (i + 1), i % 7, base_y + STEP * (place_of(i, rows) + 1)) for i in range(rows)]


def write_data(folder, bases, word):
    folder.mkdir(parents=True)
    for name, x, y, rows in (("train", "train row", "label", TRAIN_ROWS), ("test", "test row", "test label", TEST_ROWS)):
        lines = ["a,b,y,note"] + [f"{a!r},{b},{label!r},{word}-{name}-{i:04d}"
                                  for i, (a, b, label) in enumerate(rows_of(bases[x], bases[y], rows))]
        (folder / f"{name}.csv").write_text("\n".join(lines) + "\n")


def write_kit(folder, scores=SCORES, environment="default", files=(), **limits):
    """The kit in `folder`; returns its folder and that of its hidden data."""
    kit, hidden = folder / "kit", folder / "hidden"
    write_data(kit / "data", PUBLIC_BASES, "PUBLIC")
    write_data(hidden, BASES, WORD)
    (kit / "problem.py").write_text(PROBLEM.format(score_types=scores))
    (kit / "beacon").mkdir()
    (kit / "beacon/beacon.txt").write_text(BEACON + "\n" + "x" * (1 << 20))
    (kit / "statement.md").write_text("Numbers that say what they are.\n")
    rows = [f"{key} = {json.dumps(value)}" for key, value in {**LIMITS, **limits}.items()]
    (kit / "kit.toml").write_text(f'title = "Canaries"\nenvironment = "{environment}"\n'
                                  f'files = {json.dumps(["beacon/beacon.txt", *files])}\n[limits]\n' + "\n".join(rows) + "\n")
    write_submission(kit / "submissions/starting_kit", honest())
    for path in [folder, *folder.rglob("*")]:
        os.chmod(path, 0o755 if path.is_dir() else 0o644)
    return kit, hidden


def write_submission(folder, code, mode="w"):
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / "regressor.py", mode) as file:
        file.write(code)
    os.chmod(folder, 0o755)
    return folder


def honest(fit="pass", predict="pass", before=""):
    """A model that does its work, and before that, at import, in fit or in predict, what an attack wants."""
    return HONEST.format(fit=fit, predict=predict, before=before)


def unread(code, words=WORDS, name=""):
    """Code that rampwf's filter of words does not read; it runs with the names of its caller, and may set y_pred."""
    if code == "pass":
        return code
    call = f"be_called({name!r})\n" if name else ""
    text = (words + call + textwrap.dedent(code)).encode().hex()
    return (f"scope = {{**globals(), **locals()}}; exec(bytes.fromhex('{text}').decode(), scope); "
            "y_pred = scope.get('y_pred')")


NUMBER = re.compile(r"\d{7}(?:\.\d+)?")


def canaries_in(text):
    """What hidden things a text tells, as (what, place): labels and rows by their number, words as they are."""
    found = {("word", word) for word in re.findall(WORD + r"[-\w]*", text)}
    for digits in NUMBER.findall(text):
        for what, base in BASES.items():
            steps = (float(digits) - base) / STEP - 1
            if 0 <= steps < max(TRAIN_ROWS, TEST_ROWS) and steps == int(steps):
                found.add((what, int(steps)))
    return found


def own_labels(fold):
    """Labels that the cell of a fold was given, as places in `canaries_in`: KFold(2) without shuffling."""
    half = TRAIN_ROWS // 2
    return {("label", place_of(row, TRAIN_ROWS)) for row in range(TRAIN_ROWS) if row // half != fold}
