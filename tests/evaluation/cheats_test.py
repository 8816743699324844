"""Cheats that score a perfect 1.0 under ramp-test gain nothing here.

Each is an honest submission with a cheat beside it: its scores must equal those of the honest one. Standard library
only. $AGORA is the program, $AGORA_TEST_PYTHON the interpreter of the default environment.
"""
import os
import pathlib
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
for folder in ("parity", "attacks"):
    sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / folder))
import ramp  # noqa: E402
from cheat_code import PATCH_PREDICTIONS, PATCH_SCORES, PATCH_SKLEARN  # noqa: E402
from support import EvaluationTest, Kit, classifier, hidden  # noqa: E402

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


if __name__ == "__main__":
    unittest.main()
