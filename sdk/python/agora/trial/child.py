"""Runs in the participant's Python, as a program of its own: it may use rampwf, and nothing of this package.

usage: child.py '{"kit", "module_path", "all_folds", "quick", "seed"}'. Each line that it writes to standard output is a JSON
object {"step": ...}; what the submission prints goes to standard error.
"""

import sys

sys.path[:] = sys.path[1:]  # this folder: its modules must not stand in for a kit's

import json  # noqa: E402
import os  # noqa: E402
import random  # noqa: E402
import time  # noqa: E402
import traceback  # noqa: E402

NEEDED = ("problem_title", "Predictions", "workflow", "score_types", "get_cv", "get_train_data", "get_test_data")


class Refused(Exception):
    """What is wrong, as a kind of failure and in words."""

    def __init__(self, kind, words):
        super().__init__(words)
        self.kind = kind


class Run:
    """The run of one submission; `say` tells the parent how it goes."""

    def __init__(self, wanted, say):
        self.wanted = wanted
        self.say = say
        self.phase = "prepare"
        self.fold = None
        self.module_path = wanted["module_path"]

    def enter(self, phase, fold=None):
        self.phase, self.fold = phase, fold
        self.say({"step": phase, "fold": fold})

    def prepare(self):
        os.chdir(self.wanted["kit"])
        os.environ.pop("RAMP_TEST_MODE", None)
        if self.wanted["quick"]:
            os.environ["RAMP_TEST_MODE"] = "1"
        if os.path.isdir("external_imports"):
            sys.path.append(os.path.abspath("external_imports"))
        from rampwf.utils.importing import import_module_from_source

        self.problem = problem = import_module_from_source("problem.py", "problem")
        for name in NEEDED:
            if not hasattr(problem, name):
                raise Refused("kit", f"problem.py has no `{name}`: every RAMP kit defines it")
        self.X_train, self.y_train = problem.get_train_data(path=".")
        self.X_test, self.y_test = problem.get_test_data(path=".")
        # They are counted by len and stepped through twice: a generator would be spent.
        self.folds = list(problem.get_cv(self.X_train, self.y_train))
        self.count = len(self.folds)
        if not self.wanted["all_folds"]:
            self.folds = self.folds[:1]
        self.say({"step": "folds", "count": len(self.folds), "of": self.count})

    def seed(self):
        import numpy as np

        random.seed(self.wanted["seed"])
        np.random.seed(self.wanted["seed"] % 2**32)

    def run_fold(self, number):
        """The fold's predictions on the validation rows and the test part, and its report."""
        workflow, fold = self.problem.workflow, self.folds[number]
        self.enter("fit", number)
        self.seed()  # as each cell is, so that equal code gives equal scores
        began = time.perf_counter()
        trained = workflow.train_submission(self.module_path, self.X_train, self.y_train, fold[0])
        fitted = time.perf_counter()
        self.enter("predict", number)
        y_train = self.predict(trained, self.X_train, fold, len(self.y_train))
        y_test = self.predict(trained, self.X_test, None, len(self.y_test)) if self.y_test is not None else None
        predicted = time.perf_counter()
        self.enter("score", number)
        Predictions = self.problem.Predictions
        valid = Predictions(y_pred=y_train, fold_is=fold[1])
        test = Predictions(y_pred=y_test) if y_test is not None else None
        report = {
            "train": self.scores(Predictions(y_true=self.y_train, fold_is=fold[0]),
                                 Predictions(y_pred=y_train, fold_is=fold[0])),
            "valid": self.scores(Predictions(y_true=self.y_train, fold_is=fold[1]), valid)}
        if test is not None:
            report["test"] = self.scores(Predictions(y_true=self.y_test), test)
        report["seconds"] = {"fit": fitted - began, "predict": predicted - fitted}
        return valid, test, report

    def predict(self, trained, X, fold, rows):
        from inspect import signature

        test_submission = self.problem.workflow.test_submission
        parameters = list(signature(test_submission).parameters)
        with_fold = len(parameters) == 3 and parameters[2] == "fold"  # as rampwf decides it
        y_pred = test_submission(trained, X, fold) if with_fold else test_submission(trained, X)
        if y_pred is None or not hasattr(y_pred, "__len__"):
            raise Refused("shape", f"the predictions are {type(y_pred).__name__}: return one row for each row of X")
        if len(y_pred) != rows:
            raise Refused("shape", f"{len(y_pred)} rows of predictions came for {rows} rows of X")
        return y_pred

    def scores(self, truth, predictions):
        return {kind.name: float(kind.score_function(truth, predictions)) for kind in self.problem.score_types}

    def bagged(self, predictions, truth, rows):
        from rampwf.utils.combine import get_score_cv_bags

        bags = {}
        for kind in self.problem.score_types:
            given = (kind, predictions, truth) if rows is None else (kind, predictions, truth, rows)
            bags[kind.name] = float(get_score_cv_bags(*given)[1][-1])
        return bags

    def run(self):
        began = time.perf_counter()
        self.enter("prepare")
        self.prepare()
        prepared = time.perf_counter()
        done = [self.run_fold(number) for number in range(len(self.folds))]
        evaluated = time.perf_counter()
        valid, test, folds = ([one[i] for one in done] for i in range(3))
        self.enter("score")
        Predictions = self.problem.Predictions
        bagged = {}
        if len(folds) == self.count:
            bagged["valid"] = self.bagged(valid, Predictions(y_true=self.y_train), [fold[1] for fold in self.folds])
            if self.y_test is not None:
                bagged["test"] = self.bagged(test, Predictions(y_true=self.y_test), None)
        columns = [{"name": kind.name, "precision": int(kind.precision),
                    "is_lower_the_better": bool(kind.is_lower_the_better)} for kind in self.problem.score_types]
        scored = time.perf_counter()
        self.say({"step": "done", "columns": columns, "folds": folds, "bagged": bagged, "of": self.count,
                  "seconds": {"prepare": prepared - began, "evaluate": evaluated - prepared,
                              "score": scored - evaluated}})


def missing_modules():
    import importlib.util

    return [name for name in ("numpy", "rampwf") if importlib.util.find_spec(name) is None]


def described(error, run):
    """A failure in the words of `agora kit run --json`, with its place in the kit's files."""
    root = os.path.abspath(run.wanted["kit"])
    frames = traceback.extract_tb(error.__traceback__)
    own = os.path.abspath(__file__)
    frames = [frame for frame in frames if os.path.abspath(frame.filename) != own]

    def inside(path, folder):
        return os.path.abspath(path).startswith(os.path.join(folder, ""))

    code = os.path.join(root, run.module_path)  # which may lie elsewhere

    def short(path):
        return os.path.relpath(path, root) if inside(path, root) else path
    for start in (code, root):
        first = [i for i, frame in enumerate(frames) if inside(frame.filename, start)]
        if first:
            frames = frames[first[0]:]
            break
    shown = [traceback.FrameSummary(short(frame.filename), frame.lineno, frame.name, line=frame.line) for frame in frames]
    place = [frame for frame in frames if inside(frame.filename, code) or inside(frame.filename, root)]
    file, line = (short(place[-1].filename), place[-1].lineno) if place else ("", 0)
    kind = "exception" if run.phase in ("fit", "predict") else "kit"
    if isinstance(error, SyntaxError) and error.filename:
        file, line = short(error.filename), error.lineno or 0
        kind = "syntax" if inside(error.filename, code) else kind
    elif isinstance(error, Refused):
        kind = error.kind
    elif isinstance(error, MemoryError):
        kind = "memory"
    text = "".join(traceback.format_exception_only(type(error), error))
    head = ["Traceback (most recent call last):\n", *traceback.format_list(shown)] if shown else []
    return {"kind": kind, "phase": run.phase, "fold": run.fold, "exception_class": type(error).__name__,
            "message": str(error), "traceback": "".join(head) + text, "file": file, "line": line}


def main():
    # Our words go out where standard output went; whatever else is printed goes to standard error.
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)

    def say(what):
        out.write(json.dumps(what) + "\n")
        out.flush()

    missing = missing_modules()
    if missing:
        say({"step": "missing", "modules": missing})
        return
    run = Run(json.loads(sys.argv[1]), say)
    try:
        run.run()
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # a submission may raise SystemExit or worse
        if isinstance(error, ModuleNotFoundError) and error.name and run.phase == "prepare":
            say({"step": "missing", "modules": [error.name]})
        else:
            say({"step": "failed", "error": described(error, run)})


if __name__ == "__main__":
    main()
