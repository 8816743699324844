"""Kits that are changed on the fly, and runs of `agora kit run` on them. Standard library only."""
import json
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import textwrap
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
AGORA = os.environ.get("AGORA", str(ROOT / "build/release/agora"))
BREAST_CANCER = ROOT / "kits" / "breast_cancer"
RUN_SECONDS = 240  # far above every limit of the kits here: a run that hangs is a failure, not a wait

LIMITS = {"prepare_seconds": 60, "fit_seconds": 60, "predict_seconds": 60, "score_seconds": 60,
          "memory": "1 GiB", "processes": 16}

HONEST = """
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler


class Classifier:
    def fit(self, X, y):
        self.model_ = make_pipeline(StandardScaler(), LogisticRegression(random_state=57)).fit(X, y)
        {fit}

    def predict_proba(self, X):
        y_pred = self.model_.predict_proba(X)
        {predict}
        return y_pred
"""


def classifier(fit="pass", predict="pass", before=""):
    """A classifier that does its work, and then what the test wants in fit or in predict."""
    parts = {name: textwrap.indent(textwrap.dedent(code).strip("\n"), " " * 8).strip()
             for name, code in (("fit", fit), ("predict", predict))}
    return textwrap.dedent(before) + HONEST.format(**parts)


def hidden(code):
    """Code that rampwf's filter of words does not read; it runs with the names of its caller."""
    return f"exec(bytes.fromhex('{textwrap.dedent(code).encode().hex()}').decode(), {{**globals(), **locals()}})"


class Run:
    """How one `agora kit run` ended."""

    def __init__(self, done):
        self.code, self.out, self.err = done.returncode, done.stdout, done.stderr
        self.answer = json.loads(self.out) if self.out.startswith("{") else None

    @property
    def error(self):
        return (self.answer or {}).get("error")

    def __str__(self):
        return f"exit {self.code}\nout: {self.out[-3000:]}\nerr: {self.err[-3000:]}"


class Kit:
    """A copy of a kit that a test may change; `agora kit run` on it."""

    def __init__(self, test, source=BREAST_CANCER, **limits):
        folder = tempfile.TemporaryDirectory(prefix="evaluation-test-")
        test.addCleanup(folder.cleanup)
        os.chmod(folder.name, 0o755)
        self.folder = pathlib.Path(folder.name) / source.name
        shutil.copytree(source, self.folder, ignore=shutil.ignore_patterns("training_output", "__pycache__"))
        self.limit(**limits)

    def limit(self, **limits):
        path = self.folder / "kit.toml"
        text = path.read_text().partition("[limits]")[0]
        rows = [f'{key} = {json.dumps(value)}' for key, value in {**LIMITS, **limits}.items()]
        path.write_text(text + "[limits]\n" + "\n".join(rows) + "\n")
        return self

    def change(self, file, old, new):
        path = self.folder / file
        text = path.read_text()
        assert old in text, f"{old!r} is not in {file}"
        path.write_text(text.replace(old, new))
        return self

    def submission(self, name, **files):
        """A folder below submissions/ with these element files; what is not given is the starting kit's."""
        target = self.folder / "submissions" / name
        shutil.copytree(self.folder / "submissions" / "starting_kit", target)
        for element, text in files.items():
            (target / f"{element}.py").write_text(text)
        return target

    def run(self, name="starting_kit", *extra, as_json=True, quick=True, prefix=(), env=None):
        command = [*prefix, AGORA, "kit", "run", str(self.folder), "--submission", str(name),
                   *(["--json"] if as_json else []), *(["--quick"] if quick else []), *extra]
        return Run(subprocess.run(command, capture_output=True, text=True, errors="replace", timeout=RUN_SECONDS,
                                  env=env))


class EvaluationTest(unittest.TestCase):
    def assert_fails(self, run, kind, phase, fold=None, says=(), code=1):
        """`fold` is a number, None, or "any"."""
        self.assertIsNotNone(run.error, f"no error object\n{run}")
        error = run.error
        self.assertEqual((run.code, error["kind"], error["phase"]), (code, kind, phase), str(run))
        if fold == "any":
            self.assertIsInstance(error["fold"], int, str(run))
        else:
            self.assertEqual(error["fold"], fold, str(run))
        told = error["message"] + "\n" + error["traceback"]
        for words in [says] if isinstance(says, str) else says:
            self.assertRegex(told, words, str(run))

    def assert_scores(self, run):
        self.assertEqual(run.code, 0, str(run))
        self.assertIn("scores", run.answer, str(run))
        return run.answer["scores"]


def place(file, text, marker):
    """A pattern for `File "file", line N`, N being the line of `text` that holds `marker`."""
    number = 1 + next(i for i, line in enumerate(text.splitlines()) if marker in line)
    return re.escape(f'File "{file}", line {number}')
