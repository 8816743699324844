"""`agora try`: the participant's own Python and rampwf must give the scores of the sealed cells, and errors in words."""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import support  # noqa: E402

support.use_client()
from agora import kits  # noqa: E402
from agora.errors import AgoraError, UsageError  # noqa: E402
from agora.trial import parent  # noqa: E402

KITS = support.ROOT / "kits"
AGORA = os.environ.get("AGORA", str(support.ROOT / "build" / "release" / "agora"))
PYTHON = os.environ.get("AGORA_TEST_PYTHON", sys.executable)  # with rampwf


class Scores(unittest.TestCase):
    def test_all_folds_score_as_in_sealed_cells(self):
        for name in ("breast_cancer", "river_flow", "plankton"):  # classes, a look-ahead check, images
            with self.subTest(name):
                done = subprocess.run([AGORA, "kit", "run", str(KITS / name), "--json"], capture_output=True, text=True)
                self.assertEqual(done.returncode, 0, done.stderr)
                sealed, tried = json.loads(done.stdout), parent.run(str(KITS / name), True, python=PYTHON).to_json()
                self.assertEqual((tried["official"], tried["sealed"]), (sealed["official"], False))
                self.assertEqual(tried["scores"].keys(), sealed["scores"].keys())
                self.compare(sealed["scores"], tried["scores"])
                for fold, own in zip(sealed["folds"], tried["folds"]):
                    self.compare({k: fold[k] for k in ("train", "valid", "test") if k in fold}, own)

    def compare(self, expected, seen):
        for name, value in expected.items():
            if isinstance(value, dict):
                self.compare(value, seen[name])
            else:
                self.assertAlmostEqual(seen[name], value, delta=1e-9, msg=name)

    def test_the_first_fold_alone_is_bagged_with_nothing(self):
        report = parent.run(str(KITS / "breast_cancer"), python=PYTHON)
        self.assertEqual((len(report.folds), report.folds_of, report.bagged), (1, 5, {}))


class InCopy(unittest.TestCase):
    """Each test has a kit of its own to break."""

    def setUp(self):
        self.folder = self.enterContext(support.private_folder())
        self.kit = self.folder / "kit"
        shutil.copytree(KITS / "breast_cancer", self.kit)
        self.code = self.kit / "submissions" / "starting_kit" / "classifier.py"

    def failed(self, code):
        self.code.write_text(code)
        with self.assertRaises(parent.Failed) as caught:
            parent.run(str(self.kit), python=PYTHON)
        return caught.exception.error

    def command(self, *words, python=PYTHON):
        env = dict(os.environ, PYTHONPATH=str(support.SOURCE))
        return subprocess.run([str(support.environment(support.HTTPX)), "-m", "agora", "try", *words, "--python",
                               str(python)], env=env, capture_output=True, text=True)


class Failures(InCopy):
    def test_what_a_submission_raises_is_told_with_its_own_line(self):
        error = self.failed("class Classifier:\n    def fit(self, X, y):\n        print('seen', X.shape)\n"
                            "        raise ValueError('too few')\n    def predict_proba(self, X):\n        pass\n")
        self.assertEqual({name: error[name] for name in ("kind", "phase", "fold", "message", "file", "line")},
                         {"kind": "exception", "phase": "fit", "fold": 0, "message": "too few",
                          "file": "submissions/starting_kit/classifier.py", "line": 4})
        self.assertNotIn("child.py", error["traceback"])

    def test_kinds_of_failures(self):
        head = "import numpy as np\nclass Classifier:\n    def fit(self, X, y):\n        {}\n" \
               "    def predict_proba(self, X):\n        {}\n"
        fine = "return np.ones((len(X), 2))"
        cases = {"syntax": "class Classifier\n", "shape": head.format("pass", "return np.ones((3, 2))"),
                 "memory": head.format("raise MemoryError()", fine), "exception": head.format("raise SystemExit(3)", fine)}
        for kind, code in cases.items():
            with self.subTest(kind):
                self.assertEqual(self.failed(code)["kind"], kind)

    def test_a_process_that_ends_itself_is_told(self):
        error = self.failed("import os\nclass Classifier:\n    def fit(self, X, y):\n        os._exit(7)\n")
        self.assertEqual((error["kind"], error["phase"]), ("exception", "fit"))
        self.assertIn("exit code 7", error["message"])

    def test_the_command_says_so_in_text_and_in_json(self):
        self.code.write_text("class Classifier:\n    def fit(self, X, y):\n        raise ValueError('too \\x1b[2J few')\n")
        said = self.command(str(self.kit))
        self.assertEqual((said.returncode, said.stdout), (1, ""))
        self.assertTrue(said.stderr.startswith(
            "error: exception in fit, fold 0 (submissions/starting_kit/classifier.py, line 3)\n"
            "  ValueError: too ?[2J few\n\nTraceback"), said.stderr)
        self.assertIn("\nnext: read the traceback", said.stderr)
        said = self.command(str(self.kit), "--json")
        self.assertEqual(json.loads(said.stdout)["error"]["kind"], "exception")

    def test_what_a_submission_prints_is_kept_out_of_the_json_and_shown_when_asked(self):
        self.code.write_text("import os\nprint('hello')\nos.system('echo deep')\n" + self.code.read_text())
        said = self.command(str(self.kit), "--json")
        self.assertEqual(said.returncode, 0, said.stderr)
        self.assertIn("roc_auc", json.loads(said.stdout)["scores"])
        self.assertNotIn("hello", said.stderr)
        self.assertIn("unsealed", said.stderr)
        said = self.command(str(self.kit), "--output")
        self.assertIn("hello\n", said.stderr)
        self.assertIn("deep\n", said.stderr)
        self.assertIn("fold 0 of 5", said.stdout)


class Missing(InCopy):
    def test_a_python_without_rampwf_is_named_with_the_command_that_gets_it(self):
        bare = support.environment()
        said = self.command(str(self.kit), python=bare)
        self.assertEqual((said.returncode, said.stdout), (1, ""))
        self.assertEqual(said.stderr, f"error: this Python ({bare}) has no numpy, which the kit needs: "
                                      f"{bare} -m pip install numpy ramp-workflow\n")

    def test_what_a_kit_imports_beyond_is_named_by_its_package(self):
        problem = self.kit / "problem.py"
        problem.write_text("import skimage_not_there.io\n" + problem.read_text())
        with self.assertRaisesRegex(AgoraError, "has no skimage_not_there.*pip install skimage_not_there$"):
            parent.run(str(self.kit), python=PYTHON)
        (self.kit / "requirements.txt").write_text("numpy\n")
        with self.assertRaisesRegex(AgoraError, "pip install -r .*requirements.txt$"):
            parent.run(str(self.kit), python=PYTHON)
        self.assertEqual(kits.package_of("skimage.io"), "scikit-image")

    def test_what_a_submission_imports_is_the_submissions_failure(self):
        self.code.write_text("import not_there\n")
        with self.assertRaises(parent.Failed) as caught:
            parent.run(str(self.kit), python=PYTHON)
        self.assertEqual(caught.exception.error["exception_class"], "ModuleNotFoundError")

    def test_paths_that_hold_no_submission_are_refused(self):
        for path, words in ((self.folder, "is in no starter kit"), (self.kit / "none", "is in no starter kit"),
                            (None, "is in no starter kit")):
            with self.subTest(path), self.assertRaisesRegex(UsageError, words):
                parent.run(path and str(path), python=PYTHON)
        os.chdir(self.kit)
        with self.assertRaisesRegex(UsageError, 'no submission "none" in .*: there are all_measurements, kernel'):
            parent.run("none", python=PYTHON)


class Places(InCopy):
    def test_a_submission_is_found_from_where_one_stands(self):
        own = self.kit / "submissions" / "starting_kit"
        for here, given in ((self.kit, None), (self.kit / "data", None), (self.kit, "starting_kit"), (self.folder, "kit"),
                            (self.folder, "kit/submissions/starting_kit"), (own, "."), (self.kit, str(own))):
            with self.subTest(given=given, here=here.name):
                os.chdir(here)
                self.assertEqual(parent.find_submission(given), (self.kit, own))

    def test_a_submission_that_lies_elsewhere_runs(self):
        elsewhere = self.folder / "elsewhere"
        shutil.copytree(self.code.parent, elsewhere)
        os.chdir(self.kit)
        report = parent.run(str(elsewhere), quick=True, python=PYTHON)
        self.assertEqual((report.submission, report.folds_of), ("elsewhere", 2))


class Data(InCopy):
    def test_the_training_part_is_read_by_the_kits_own_reader(self):
        before, path = os.getcwd(), list(sys.path)
        try:
            X, y = kits.read_train_data(self.kit)
        except AgoraError as error:
            self.assertIn("pip install", str(error))
            raise
        self.assertEqual((len(X), X.shape[1], os.getcwd(), sys.path), (len(y), X.shape[1], before, path))
        self.assertEqual(set(y), {"benign", "malignant"})


if __name__ == "__main__":
    unittest.main()
