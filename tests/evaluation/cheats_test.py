"""Cheats that score a perfect 1.0 under ramp-test gain nothing here.

Each is an honest submission with a cheat beside it: its scores must equal those of the honest one. Standard library
only. $AGORA is the program, $AGORA_TEST_PYTHON the interpreter of the default environment.
"""
import json
import os
import pathlib
import re
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "parity"))
import ramp  # noqa: E402
from support import EvaluationTest, Kit, classifier, hidden  # noqa: E402

# Every score is the best there is, whoever computes it.
PATCH_SCORES = """
import gc, sys

def best(self, *given):
    return 0.0 if self.is_lower_the_better else 1.0

found = [value for module in list(sys.modules.values()) for value in list(getattr(module, '__dict__', {}).values())]
for value in found + gc.get_objects() + [type(thing) for thing in gc.get_objects()]:
    if isinstance(value, type) and hasattr(value, 'score_function') and hasattr(value, 'is_lower_the_better'):
        value.__call__ = best
        value.score_function = best
"""

# What scores compare is the same twice, in an order that has both classes.
PATCH_PREDICTIONS = """
import gc
import numpy

def alike(self, y_pred=None, y_true=None, n_samples=None, fold_is=None):
    rows = n_samples if n_samples is not None else len(y_pred if y_pred is not None else y_true)
    full = numpy.tile([[0.0, 1.0], [1.0, 0.0]], (rows // 2 + 1, 1))[:rows]
    self.y_pred = full if fold_is is None else full[fold_is]

for value in gc.get_objects():
    if isinstance(value, type) and hasattr(value, 'set_valid_in_train') and hasattr(value, 'y_pred_label_index'):
        value.__init__ = alike
"""

# The functions that rampwf's score types call.
PATCH_SKLEARN = """
import sys
for name, module in list(sys.modules.items()):
    if name.startswith('rampwf.score_types'):
        if hasattr(module, 'roc_auc_score'):
            module.roc_auc_score = lambda *given, **more: 1.0
        if hasattr(module, 'accuracy_score'):
            module.accuracy_score = lambda *given, **more: 1.0
        if hasattr(module, 'log_loss'):
            module.log_loss = lambda *given, **more: 0.0
"""

# Rows with labels, from any file or descriptor that can be reached; the nearest of them answers.
HUNT = """
import glob, io, os, mmap
import pandas
from sklearn.neighbors import KNeighborsClassifier

tables = []

def look_at(data):
    if b'mean_radius' in data and b'diagnosis' in data:
        try:
            table = pandas.read_csv(io.BytesIO(bytes(data)))
            table['diagnosis']
            tables.append(table)
        except Exception:
            pass

def look_into(path):
    try:
        fd = os.__dict__['op' + 'en'](path, os.O_RDONLY | os.O_NONBLOCK)
    except OSError:
        return
    try:
        look_at(os.read(fd, 1 << 20))
    except OSError:
        pass
    os.close(fd)

roots = [os.getcwd(), '.', '..', '/kit', '/kit/data', ROOTS] + glob.glob('/proc/[0-9]*/cwd') + glob.glob('/proc/[0-9]*/root')
for root in roots:
    for folder, _, names in os.walk(root + '/'):
        if folder.startswith(('/proc/', '/sys/')) and not folder.startswith(('/proc/1/root', '/proc/1/cwd')) or '/lib/' in folder:
            continue
        for name in names:
            if name.endswith('.csv'):
                look_into(os.path.join(folder, name))
    if ENOUGH and len(tables) > 1:
        break
for path in glob.glob('/proc/[0-9]*/fd/*'):
    look_into(path)
for fd in range(3, 256):
    try:
        size = os.fstat(fd).st_size
        look_at(os.pread(fd, 1 << 24, 0))
        if size:
            look_at(mmap.mmap(fd, size, mmap.MAP_SHARED, mmap.PROT_READ))
            look_at(mmap.mmap(fd, size, mmap.MAP_PRIVATE, mmap.PROT_READ))
    except (OSError, ValueError):
        pass
if tables:
    known = pandas.concat(tables)
    columns = [name for name in known.columns if name.startswith('mean_')]
    model = KNeighborsClassifier(1).fit(known[columns].to_numpy(), known['diagnosis'].to_numpy())
    self.model_.predict_proba = model.predict_proba
"""


class Cheats(EvaluationTest):
    @classmethod
    def setUpClass(cls):
        cls.kit = Kit(cls)
        cls.kit.submission("honest", classifier=classifier())
        run = cls.kit.run("honest")
        assert run.code == 0, str(run)
        cls.honest = run.answer

    @classmethod
    def addCleanup(cls, call):  # one kit for the class
        cls.addClassCleanup(call)

    def gains_nothing(self, name, code, ramp_code=None):
        self.kit.submission(name, classifier=classifier(fit=hidden(code)))
        scores = self.kit.run(name)
        self.assert_scores(scores)
        self.assertEqual(scores.answer["scores"], self.honest["scores"])
        for ours, honest in zip(scores.answer["folds"], self.honest["folds"]):
            for step in ("train", "valid", "test"):
                self.assertEqual(ours[step], honest[step])
        # The same cheat works where everything shares one process and one disk; else this test would prove nothing.
        if ramp_code:
            self.kit.submission(name + "_there", classifier=classifier(fit=hidden(ramp_code)))
            name += "_there"
        there = ramp.ramp_scores(self.kit.folder, name, quick=True)
        for fold in there["folds"]:
            self.assertEqual({step: fold[step]["accuracy"] for step in ("valid", "test")}, {"valid": 1.0, "test": 1.0})

    def test_patched_scores_gain_nothing(self):
        self.gains_nothing("patched_scores", PATCH_SCORES)

    def test_patched_predictions_gain_nothing(self):
        self.gains_nothing("patched_predictions", PATCH_PREDICTIONS)

    def test_patched_libraries_gain_nothing(self):
        self.gains_nothing("patched_libraries", PATCH_SKLEARN)

    def test_the_test_file_is_not_found(self):
        kit_path = str(self.kit.folder)
        everywhere = HUNT.replace("ROOTS", repr(kit_path) + ", '/'").replace("ENOUGH", "False")
        nearby = HUNT.replace("ROOTS", repr(kit_path)).replace("ENOUGH", "True")
        self.gains_nothing("hunter", everywhere, nearby)


MARKED_PROBLEM = """
import os
import numpy as np
import pandas as pd
import rampwf as rw
from sklearn.model_selection import KFold

problem_title = 'Marked values'
Predictions = rw.prediction_types.make_regression(label_names=[])
workflow = rw.workflows.Regressor()
score_types = [rw.score_types.RMSE(name='rmse', precision=3)]


def get_cv(X, y):
    return KFold(2).split(X, y)


def _read(path, name):
    table = pd.read_csv(os.path.join(path, 'data', name))
    return table[['a', 'b']].to_numpy(), table['y'].to_numpy()


def get_train_data(path='.'):
    return _read(path, 'train.csv')


def get_test_data(path='.'):
    return _read(path, 'test.csv')
"""

# Reads all memory and all files for marked numbers and words; prints what it found.
SEARCH = """
import gc, json, os, re, sys
import numpy as np

WORD = re.compile(b'HIDDEN' + b'MARK-[a-z]+-[0-9]{4}')

def numbers_in(array, base):
    with np.errstate(all='ignore'):
        near = array[(array > base) & (array < base + 725)]  # 100 steps: more than rows; base itself is a constant of this code
    steps = (near - base) / 7.25 - 1
    return {int(step) for step in steps[steps == np.floor(steps)]}

def search():
    seen = {'label': set(), 'test_label': set(), 'test_x': set(), 'word': set()}

    def note(data):
        seen['word'].update(match.decode() for match in WORD.findall(data))
        array = np.frombuffer(data[:len(data) // 8 * 8], dtype='<f8')
        for name, base in (('label', 1003001.5), ('test_label', 2003001.5), ('test_x', 3003001.5)):
            seen[name] |= numbers_in(array, base)

    with open('/proc/self/maps') as maps:
        ranges = [line.split()[:2] for line in maps if ' r' in line and '[v' not in line]
    memory = os.open('/proc/self/mem', os.O_RDONLY)
    for where, _ in ranges:
        start, end = (int(part, 16) for part in where.split('-'))
        for at in range(start, end, 1 << 24):
            try:
                note(os.pread(memory, min(1 << 24, end - at), at))
            except OSError:
                pass
    os.close(memory)
    for folder, _, names in os.walk('/'):
        if folder.startswith('/proc') or '/lib' in folder or '/site-packages' in folder:
            continue
        for name in names:
            try:
                with open(os.path.join(folder, name), 'rb') as file:
                    note(file.read(1 << 24))
            except OSError:
                pass
    for number in range(256):
        try:
            note(os.pread(number, 1 << 24, 0))
        except OSError:
            pass
    return seen

def objects():
    # Arrays that any object leads to, frames of every caller included.
    seen = set()
    frame = sys._getframe()
    things = gc.get_objects()
    while frame is not None:
        things += list(frame.f_locals.values())
        frame = frame.f_back
    for thing in things:
        for value in [thing, *(getattr(thing, '__dict__', None) or {}).values()] if not isinstance(thing, type) else []:
            if isinstance(value, np.ndarray) and value.dtype == np.float64:
                seen |= numbers_in(value.ravel(), 1003001.5)
    return seen
"""

REGRESSOR = """
exec(bytes.fromhex('{search}').decode())


def tell(phase, y, seen, reached):
    mine = [] if y is None else sorted(numbers_in(np.asarray(y, dtype=float), 1003001.5))
    print('SEEN ' + json.dumps(dict(phase=phase, mine=mine, reached=sorted(reached),
                                    **{{name: sorted(found) for name, found in seen.items()}})), flush=True)


class Regressor:
    def fit(self, X, y):
        tell('fit', y, search(), objects())
        self.mean_ = float(np.mean(y))

    def predict(self, X):
        if not hasattr(self, 'told_'):
            self.told_ = True
            tell('predict', None, search(), objects())
        return np.full(len(X), self.mean_)
"""


class Memory(EvaluationTest):
    def marked_kit(self):
        kit = Kit(self, memory="2 GiB", output="16 MiB")
        (kit.folder / "problem.py").write_text(MARKED_PROBLEM)
        for name, rows, x, y in (("train", 60, 4003001.5, 1003001.5), ("test", 40, 3003001.5, 2003001.5)):
            lines = ["a,b,y,note"]
            lines += [f"{x + 7.25 * (i + 1)!r},{i % 7},{y + 7.25 * (i + 1)!r},HIDDENMARK-{name}-{i:04d}" for i in range(rows)]
            (kit.folder / "data" / f"{name}.csv").write_text("\n".join(lines) + "\n")
        mine = kit.submission("mine", regressor=REGRESSOR.format(search=SEARCH.encode().hex()))
        for name in ("classifier", "feature_extractor"):
            (mine / f"{name}.py").unlink()
        return kit

    def test_a_search_of_all_memory_and_files_finds_the_folds_own_labels_alone(self):
        run = self.marked_kit().run("mine", "--output", "--jobs", "1")
        self.assert_scores(run)
        reports = [json.loads(line) for line in re.findall(r"(?m)^SEEN (.*)$", run.err)]
        self.assertEqual([report["phase"] for report in reports], ["fit", "predict"] * 2, str(run))
        for fold in range(2):
            fit, predict = reports[2 * fold:2 * fold + 2]
            own = [row for row in range(60) if row // 30 != fold]
            self.assertEqual(fit["mine"], own)  # it is a search that finds what is there
            for report in (fit, predict):
                self.assertEqual(report["label"], own, f"labels in memory, fold {fold}, {report['phase']}")
                self.assertLessEqual(set(report["reached"]), set(own))
                self.assertEqual((report["test_label"], report["word"]), ([], []))
            self.assertEqual(fit["reached"], own)
            self.assertEqual(fit["test_x"], [], "X_test was there before the fit returned")
            self.assertEqual(predict["test_x"], list(range(40)), "the search does not find what it should")


if __name__ == "__main__":
    unittest.main()
