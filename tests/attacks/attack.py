"""What an attack of the table is, and the scene in which it is tried and judged. Standard library only."""
import dataclasses
import os
import pathlib
import re
import tempfile
import time
from typing import Callable

import canary_kit

SOON = 5  # seconds in which what an attack has started must be dead


@dataclasses.dataclass(frozen=True)
class Same:
    """Nothing was gained: it scores as the honest one. What it tried was refused, each attempt by its name."""

    refused: tuple = ()
    says: tuple = ()  # patterns that its output holds


@dataclasses.dataclass(frozen=True)
class Fails:
    """Its author is told why: kind and phase (or one of several), and words of the message."""

    kind: object
    phase: str = "fit"
    words: str = ""


@dataclasses.dataclass(frozen=True)
class Try:
    """One submission: code that runs at import, in fit or in predict of the honest model."""

    expect: object
    fit: str = "pass"
    predict: str = "pass"
    before: str = "pass"
    kit: str = "quick"        # which of the scene's kits
    source: object = None     # instead of all code: the bytes of the file, or a function that writes the folder
    plant: Callable = None    # takes the scene; gives values for $NAMES in the code
    also: Callable = None     # takes the scene and the answer; what else must hold
    folds: int = 1


@dataclasses.dataclass(frozen=True)
class Attack:
    number: int
    name: str
    tries: tuple = ()
    check: Callable = None    # takes the scene, where tries do not say it all
    seconds: float = 1        # about what it takes; the soak leaves out what takes long


class Scene:
    """A judge in one mode, its kits, and the honest scores; `test` is the test case that asks."""

    def __init__(self, mode, judge):
        self.mode, self.judge = mode, judge
        self.kits, self.scores, self.count, self.test = {}, {}, 0, None
        self.add_kit("quick")

    def add_kit(self, name, **options):
        folder = self.mode.home / f"kit-{name}"
        folder.mkdir()
        self.kits[name] = canary_kit.write_kit(folder, **options)

    def folder(self):
        """A new folder of the host's, open to all, that goes away with the mode."""
        path = pathlib.Path(tempfile.mkdtemp(dir=self.mode.home))
        os.chmod(path, 0o755)
        return path

    def ask(self, kit, submission, folds=1, judge=None):
        folder, hidden = self.kits[kit]
        return (judge or self.judge).ask(kit=folder, hidden=hidden, submission=submission, name="mine", most_folds=folds)

    def honest(self, kit="quick", folds=1):
        """The scores of the honest model, which never change."""
        answer = self.ask(kit, self.kits[kit][0] / "submissions/starting_kit", folds)
        self.test.assertIn("scores", answer)
        scores = scores_of(answer)
        self.test.assertEqual(scores, self.scores.setdefault((kit, folds), scores), "the honest scores changed")
        return scores

    def write(self, trial, tag=""):
        """The folder of a submission that does what `trial` says."""
        self.count += 1
        folder = self.mode.home / f"submission-{self.count}"
        if callable(trial.source):
            folder.mkdir()
            trial.source(folder)
            return folder
        if trial.source is not None:
            return canary_kit.write_submission(folder, trial.source, "wb")
        planted = trial.plant(self) if trial.plant else {}
        codes = {part: with_values(getattr(trial, part), planted) for part in ("fit", "predict", "before")}
        return canary_kit.write_submission(folder, canary_kit.honest(
            **{part: canary_kit.unread(code, name=tag) for part, code in codes.items()}))

    def attack(self, trial, tag="attack"):
        if trial.kit not in self.kits:
            self.add_kit(trial.kit, **KITS[trial.kit])
        return self.ask(trial.kit, self.write(trial, tag), trial.folds)

    def holds(self, attack):
        tag = f"attack-{attack.number}"
        self.honest()
        if attack.check:
            attack.check(self)
        for trial in attack.tries:
            answer = self.attack(trial, tag)
            self.ended_as(answer, trial)
            self.no_secret_in(answer, trial.kit)
            if trial.also:
                trial.also(self, answer)
            self.honest()
        self.nothing_is_left(tag)

    def ended_as(self, answer, trial):
        expect, test = trial.expect, self.test
        if isinstance(expect, Fails):
            return self.failed_as(answer, expect)
        test.assertIn("scores", answer, answer)
        test.assertEqual(scores_of(answer), self.honest(trial.kit, trial.folds), "another score than the honest one")
        output = answer["output"]
        test.assertEqual(re.findall("(?m)^GOT .*", output), [], output)
        refused = sorted(re.findall(r"(?m)^REFUSED (\S+)", output))
        test.assertEqual(refused, sorted(list(expect.refused) * trial.folds), output)
        for pattern in expect.says:
            test.assertRegex(output, pattern)

    def failed_as(self, answer, expect):
        test = self.test
        test.assertIn("error", answer, answer)
        error, told = answer["error"], answer["told"]
        kinds = (expect.kind,) if isinstance(expect.kind, str) else expect.kind
        test.assertIn(error["kind"], kinds, answer)
        test.assertEqual(error["phase"], expect.phase, answer)
        test.assertTrue(re.search(expect.words, error["message"] + error["exception_class"]), answer)
        test.assertEqual([told[part] for part in ("kind", "phase", "fold")], [error["kind"], error["phase"], error["fold"]])
        test.assertTrue(answer["next_step"])

    def no_secret_in(self, answer, kit="quick"):
        """Its author is told nothing hidden, and what the cells said holds no more than they were given."""
        test = self.test
        test.assertEqual(canary_kit.canaries_in(repr(answer.get("told"))), set(), answer)
        test.assertEqual(canary_kit.canaries_in(repr(answer.get("scores")) + self.judge.said_aside()), set())
        output = answer.get("output", "")
        for fold, said in re.findall(r"(?s)\[fold (\d+)\]\n(.*?)(?=\[fold \d+\]\n|\Z)", output):
            found = canary_kit.canaries_in(said)
            given = canary_kit.own_labels(int(fold))
            more = {each for each in found if each not in given and each[0] in ("label", "test label", "word")}
            test.assertEqual(more, set(), f"fold {fold} was not given this: {said[:2000]}")

    def nothing_is_left(self, tag):
        deadline = time.monotonic() + SOON
        while (left := named(tag)) and time.monotonic() < deadline:
            time.sleep(0.02)
        self.test.assertEqual(left, [], "processes of the attack are left")


KITS = {
    "quick": {},
    "roomy": {"memory": "2 GiB"},
    "patient": {"fit_seconds": 60, "predict_seconds": 60, "memory": "2 GiB", "output": "1 MiB"},
    "own scores": {"scores": canary_kit.OWN_SCORES},
}


def scores_of(answer):
    """All scores, to the last bit; the seconds beside them differ."""
    folds = [{step: fold[step] for step in ("train", "valid", "test")} for fold in answer["folds"]]
    return {"scores": answer["scores"], "folds": folds}


def with_values(code, values):
    for name, value in values.items():
        code = code.replace("$" + name, repr(value))
    return code


def named(tag):
    """Pids of processes, dead ones that wait for their parent left out, whose name is `tag`."""
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            facts = pathlib.Path("/proc", pid, "stat").read_text()
        except OSError:
            continue
        name, state = facts[facts.index("(") + 1:facts.rindex(")")], facts[facts.rindex(")") + 2]
        if name == tag and state not in "ZX":
            found.append(int(pid))
    return found
