"""Starts child.py in the participant's Python, follows it, and turns what it says into a report."""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Callable, Dict, List, Optional, Tuple

from agora import kits
from agora.errors import AgoraError, UsageError
from agora.results import Column, Score, columns_in

NEXT_STEPS = {
    "syntax": "correct the line that is named above",
    "exception": "read the traceback from its last line up",
    "memory": "hold less at once: smaller types, batches, fewer copies",
    "shape": "return one row of predictions for every row of X, with as many columns as the problem asks for",
    "kit": "run `agora kit check` on the kit",
    "machine": "read what it printed (--output)",
}
UNSEALED = ("unsealed: this ran in your own Python, where the code sees the whole disk and every label; "
            "the server seals it and trains on other data")

Step = Callable[[Dict[str, Any]], None]


@dataclass
class Report:
    """A submission's run on public data. seconds: prepare, evaluate, score, total."""

    kit: str
    submission: str
    columns: List[Column]
    folds: List[Dict[str, Any]]
    folds_of: int  # folds that the kit has; `folds` may hold the first alone
    bagged: Dict[str, Dict[str, float]]
    seconds: Dict[str, float]
    output: str = field(default="", repr=False)

    def to_json(self) -> Dict[str, Any]:
        """As `agora kit run --json`, and "sealed": false."""
        return {"kit": self.kit, "submission": self.submission, "official": self.columns[0].name,
                "scores": {column.name: self._summary(column.name) for column in self.columns}, "folds": self.folds,
                "seconds": self.seconds, "sealed": False}

    def score(self, name: str) -> Score:
        """Mean and standard deviation (ddof 0) over the folds, and the bagged predictions' where all folds ran."""
        score = Score()
        for step in ("train", "valid", "test"):
            values = [fold[step][name] for fold in self.folds if step in fold]
            if values:
                mean = sum(values) / len(values)
                setattr(score, f"{step}_mean", mean)
                setattr(score, f"{step}_std", math.sqrt(sum((x - mean) ** 2 for x in values) / len(values)))
        for step, scores in self.bagged.items():
            setattr(score, f"bagged_{step}", scores[name])
        return score

    def _summary(self, name: str) -> Dict[str, Any]:
        score = self.score(name)
        summary: Dict[str, Any] = {}
        for step in ("train", "valid", "test"):
            if any(step in fold for fold in self.folds):
                summary[step] = {"mean": getattr(score, f"{step}_mean"), "std": getattr(score, f"{step}_std")}
        summary.update({f"bagged_{step}": scores[name] for step, scores in self.bagged.items()})
        return summary


class Failed(AgoraError):
    """The submission failed; `error` has kind, phase, fold, message, traceback, file and line."""

    def __init__(self, error: Dict[str, Any], output: str):
        super().__init__(f"{error['kind']} in {error['phase']}: {error['message']}", error["kind"])
        self.error = error
        self.output = output


def _kit_above(start: Path) -> Optional[Path]:
    """The nearest folder at or above `start` with a problem.py."""
    here = start.resolve()
    return next((folder for folder in (here, *here.parents) if (folder / "problem.py").is_file()), None)


def find_submission(given: Optional[str]) -> Tuple[Path, Path]:
    """(the kit's folder, the submission's) of a path, of a name below submissions/, or of nothing: starting_kit."""
    path = Path(given) if given else None
    is_folder = path is not None and path.is_dir()
    kit = (_kit_above(path) if path and is_folder else None) or _kit_above(Path.cwd())
    if kit is None:
        raise UsageError(f"{path if path and is_folder else Path.cwd()} is in no starter kit, which has a problem.py: "
                         "agora start EVENT makes one, in a folder of its own", "not_found")
    if path is None or (is_folder and path.resolve() == kit):
        path = kit / kits.DEFAULT_SUBMISSION
    inside = kit / "submissions" / path.name
    is_name = given not in (None, "", ".", "..") and "/" not in str(given)
    for folder in ([inside] if is_name else []) + [path]:
        if folder.is_dir():
            return kit, folder.resolve()
    there = sorted(one.name for one in (kit / "submissions").glob("*") if one.is_dir() and not one.name.startswith("."))
    raise UsageError(f'there is no submission "{given or path.name}" in {kit}: there are {", ".join(there) or "none"}',
                     "not_found")


def own_python() -> str:
    """The Python of the active environment, else the one that runs us."""
    for variable in ("VIRTUAL_ENV", "CONDA_PREFIX"):
        base = os.environ.get(variable)
        for name in ("bin/python", "python.exe", "Scripts/python.exe"):
            if base and Path(base, name).is_file():
                return str(Path(base, name))
    return sys.executable


def run(given: Optional[str] = None, all_folds: bool = False, quick: bool = False, seed: int = 57,
        python: Optional[str] = None, step: Step = lambda said: None) -> Report:
    """Trains and scores a submission on its kit's public data: the first fold, or all. quick: sets RAMP_TEST_MODE.

    Fails with Failed where the submission does, and with `invalid` where this Python lacks what the kit needs.
    """
    kit, folder = find_submission(given)
    name, python = folder.name, python or own_python()
    # rampwf imports from it as it is; a path below the kit is short in tracebacks.
    module_path = os.path.join("submissions", name) if folder.parent == kit / "submissions" else str(folder)
    began = time.perf_counter()
    wanted = json.dumps({"kit": str(kit), "module_path": module_path, "all_folds": all_folds, "quick": quick, "seed": seed})
    with tempfile.TemporaryFile() as printed:
        last, code = _followed([python, str(Path(__file__).with_name("child.py")), wanted], printed, step)
        printed.seek(0)
        output = printed.read().decode("utf-8", "replace")
    if last.get("step") == "missing":
        raise AgoraError(kits.missing_text(last["modules"][0], python, kit), "invalid")
    if last.get("step") == "failed":
        raise Failed(last["error"], output)
    if last.get("step") != "done":
        how = f"signal {-code}" if code < 0 else f"exit code {code}"
        raise Failed({"kind": "exception" if last.get("step") in ("fit", "predict") else "machine",
                      "phase": last.get("step", "prepare"), "fold": last.get("fold"), "message":
                      f"the process ended itself with {how}", "traceback": "", "file": "", "line": 0,
                      "exception_class": ""}, output)
    seconds = {**last["seconds"], "total": time.perf_counter() - began}
    return Report(kit.name, name, columns_in(last["columns"]), last["folds"], last["of"], last["bagged"], seconds, output)


def _followed(command: List[str], printed: Any, step: Step) -> Tuple[Dict[str, Any], int]:
    """The last thing that the child said, and its exit code. It ends with us, whatever happens."""
    try:
        child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=printed, text=True,
                                 encoding="utf-8")
    except OSError as error:
        raise AgoraError(f"{command[0]} cannot be started: {error.strerror}", "invalid") from None
    last: Dict[str, Any] = {}
    try:
        for line in child.stdout:  # type: ignore[union-attr]
            last = json.loads(line)
            step(last)
        return last, child.wait()
    finally:
        child.kill()
        child.wait()
        child.stdout.close()  # type: ignore[union-attr]
