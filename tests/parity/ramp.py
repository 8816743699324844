"""Runs the real ramp-test on a copy of a kit and reads what it saved, for comparison with `agora kit run --json`."""

import csv
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
AGORA = os.environ.get("AGORA", str(ROOT / "build/release/agora"))
PYTHON = os.environ.get("AGORA_TEST_PYTHON")
REAL_DATA = pathlib.Path(os.environ.get("AGORA_REAL_DATA") or ROOT / "../shared/data")
ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "PYTHONHASHSEED": "0"}


def environment_python():
    if PYTHON:
        return PYTHON
    shown = subprocess.run([AGORA, "env", "show", "default", "--json"], check=True, capture_output=True, text=True)
    return json.loads(shown.stdout)["python"]


def copy_kit(kit, folder, data=None):
    """A copy that ramp-test may write into, with `data` in the place of the kit's own."""
    target = pathlib.Path(folder) / pathlib.Path(kit).name
    shutil.copytree(kit, target, ignore=shutil.ignore_patterns("training_output", "__pycache__", *(["data"] if data else [])))
    if data:
        shutil.copytree(data, target / "data", copy_function=shutil.copyfile)
    return target


def ramp_test_command(submission, save=True):
    code = "from rampwf.utils.cli.testing import main; main()"
    return [environment_python(), "-c", code, "--submission", submission, *(["--save-output"] if save else [])]


def ramp_scores(kit, submission, data=None, quick=False):
    """{"folds": [{step: {score: x}}], "bagged": {step: {score: x}}} as ramp-test saves them, unrounded."""
    with tempfile.TemporaryDirectory() as folder:
        copy = copy_kit(kit, folder, data)
        variables = {**os.environ, **ONE_THREAD, **({"RAMP_TEST_MODE": "1"} if quick else {})}
        done = subprocess.run(ramp_test_command(submission), cwd=copy, env=variables, capture_output=True, text=True)
        if done.returncode != 0:
            raise RuntimeError(f"ramp-test failed on {kit}, {submission}:\n{done.stdout[-3000:]}{done.stderr[-3000:]}")
        output = copy / "submissions" / submission / "training_output"
        folds = [_fold(output / f"fold_{i}" / "scores.csv") for i in range(len(list(output.glob("fold_*"))))]
        return {"folds": folds, "bagged": _bagged(output / "bagged_scores.csv")}


def _rows(path):
    with open(path, newline="") as file:
        return list(csv.DictReader(file))


def _fold(path):
    return {row["step"]: {name: float(value) for name, value in row.items() if name not in ("step", "time")} for row in _rows(path)}


def _bagged(path):
    last = {}
    for row in _rows(path):
        last[row["step"]] = {name: float(value) for name, value in row.items() if name not in ("step", "n_bag")}
    return last


def agora_scores(kit, submission="starting_kit", data=None, extra=(), prefix=()):
    """The parsed answer of `agora kit run --json`, whatever the exit code."""
    command = [*prefix, AGORA, "kit", "run", str(kit), "--submission", str(submission), "--json", *extra]
    if data:
        command += ["--data", str(data)]
    done = subprocess.run(command, capture_output=True, text=True)
    if not done.stdout.strip():
        raise RuntimeError(f"{' '.join(command)} printed nothing (exit {done.returncode}):\n{done.stderr[-3000:]}")
    return json.loads(done.stdout)


def differences(ours, theirs, tolerance=1e-9):
    """Every number of ours that is not theirs, as text; both the folds and what is derived from them."""
    wrong = []

    def compare(what, mine, other):
        if not abs(mine - other) <= tolerance:
            wrong.append(f"{what}: {mine!r} is not {other!r}")

    if len(ours["folds"]) != len(theirs["folds"]):
        return [f"{len(ours['folds'])} folds, not {len(theirs['folds'])}"]
    for i, fold in enumerate(theirs["folds"]):
        for step, scores in fold.items():
            for name, value in scores.items():
                compare(f"fold {i} {step} {name}", ours["folds"][i][step][name], value)
    for name, summary in ours["scores"].items():
        for step in theirs["folds"][0]:
            values = [fold[step][name] for fold in theirs["folds"]]
            compare(f"mean {step} {name}", summary[step]["mean"], statistics.fmean(values))
            compare(f"std {step} {name}", summary[step]["std"], statistics.pstdev(values))
        for step, scores in theirs["bagged"].items():
            compare(f"bagged {step} {name}", summary[f"bagged_{step}"], scores[name])
    return wrong
