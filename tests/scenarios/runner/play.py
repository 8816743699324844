"""Plays one scenario: its files, its commands in turn in a folder of its own, and what differs."""
import dataclasses
import json
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile

from runner import match, python_client, server, text

ROOT = pathlib.Path(__file__).resolve().parents[3]
BUILD = ROOT / "build" / "release"
KITS = ROOT / "kits"
SECONDS, SLOW_SECONDS = 60, 600  # for one command, unless the scenario says `@ limit`


@dataclasses.dataclass
class Said:
    out: list
    err: list
    code: int | None  # None: killed at its limit


class Stage:
    def __init__(self, scenario, folder, seconds):
        self.folder = folder
        self.seconds = scenario.limit or seconds
        self.env = dict(os.environ, PATH=f"{BUILD}:{os.environ['PATH']}", KITS=str(KITS), TMP=str(folder),
                        ROOT=str(ROOT), AGORA=str(BUILD / "agora"), LC_ALL="C.UTF-8", TZ="UTC", NO_COLOR="1", COLUMNS="100")
        if scenario.fresh_home:
            self.env["AGORA_HOME"] = str(folder / ".agora-home")
        self.server = server.Server(folder, self.env) if scenario.server else None

    def write(self, file):
        path = self.folder / file.name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(line + "\n" for line in file.lines))

    def run(self, command):
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            child = subprocess.Popen(["bash", "-c", command.text], cwd=self.folder, env=self.env, stdout=out,
                                     stderr=err, stdin=subprocess.DEVNULL, start_new_session=True)
            try:
                code = child.wait(self.seconds)
            except subprocess.TimeoutExpired:
                code = None
            finally:
                self.end(child)
            return Said(self.lines(out), self.lines(err), code if code is None or code >= 0 else 128 - code)

    @staticmethod
    def end(child):
        try:
            os.killpg(child.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        child.wait()

    def lines(self, file):
        """Paths that differ from machine to machine take the names under which commands know them."""
        file.seek(0)
        said = file.read().decode(errors="replace")
        names = [(self.folder, "$TMP"), (KITS, "$KITS"), (ROOT, "$ROOT")]
        for path, name in [(self.server.url, "$SERVER"), *names] if self.server else names:
            said = said.replace(str(path), name)
        return match.trimmed(said)


def answer_of(said):
    """The one JSON object on standard output, or None."""
    try:
        answer = json.loads("\n".join(said.out))
        return answer if isinstance(answer, dict) else None
    except ValueError:
        return None


def why_differs(command, said, seconds):
    """Reasons, one a text; empty where the command did what its scenario says."""
    if said.code is None:
        return [f"it ran longer than {seconds:g} s and was killed", *said.err[-5:]]
    reasons = []
    if said.code != command.code:
        reasons.append(f"expected exit code {command.code}, seen {said.code}")
    if command.checks and not command.out:
        answer = answer_of(said)
        if answer is None:
            reasons.append("expected one JSON object on standard output, seen:\n" + "\n".join(said.out[:20]))
        else:
            reasons += [why for check in command.checks if (why := match.why_check_fails(check, answer))]
    else:
        reasons.append(match.why_text_differs("output", command.out, said.out))
    reasons.append(match.why_text_differs("messages", command.err, said.err))
    return [reason for reason in reasons if reason]


def why_skipped(scenario):
    if "real-data" in scenario.needs and not os.path.isdir(os.environ.get("AGORA_REAL_DATA", "")):
        return "AGORA_REAL_DATA names no folder"
    if "root" in scenario.needs and os.geteuid() != 0:
        return "only root can do this"
    return None


def remove(folder):
    for path, folders, _ in os.walk(folder):
        for name in folders:
            if not os.path.islink(os.path.join(path, name)):
                os.chmod(os.path.join(path, name), 0o700)
    shutil.rmtree(folder, ignore_errors=True)


def play(path, rewrite):
    """(outcome, text): passed, failed or skipped, and why."""
    try:
        scenario = text.read(path.read_text())
    except text.Malformed as wrong:
        return "failed", f"{path.name}: {wrong}"
    if why := why_skipped(scenario):
        return "skipped", why
    outcome, why = play_once(path, scenario, rewrite)
    if scenario.clients and outcome == "passed" and not rewrite:
        outcome, why = play_once(path, scenario, False, python_client.prepare)
        why = why and f"with the Python client:\n{why}"
    return outcome, why


def play_once(path, scenario, rewrite, prepare=lambda env: None):
    """`prepare` changes what the commands find in their environment, once a server is there."""
    seconds = SLOW_SECONDS if path.suffix == ".test_slow" else SECONDS
    folder = pathlib.Path(tempfile.mkdtemp(prefix="agora-scenario-")).resolve()
    try:
        stage = Stage(scenario, folder, seconds)
        try:
            prepare(stage.env)
            outcome, why = perform(path, scenario, stage, rewrite)
        finally:
            trouble = stage.server.stop() if stage.server else None
        return ("failed", "\n".join(filter(None, (why, trouble)))) if trouble else (outcome, why)
    except server.NotStarted as trouble:
        return "failed", f"{path.name}: {trouble}"
    finally:
        remove(folder)


def perform(path, scenario, stage, rewrite):
    reports, answers = [], []
    for step in scenario.steps:
        if isinstance(step, text.File):
            stage.write(step)
            continue
        said = stage.run(step)
        reasons = why_differs(step, said, stage.seconds)
        if not reasons:
            continue
        reports.append(f"{path.name}:{step.line}: $ {step.text}\n" + "\n".join(reasons))
        checks = [match.check_of(check, answer_of(said)) for check in step.checks]
        answers.append((step, text.answer_lines(step, said.out, said.err, said.code or 0, checks)))
        if said.code is None:
            break
    if rewrite and answers and said.code is not None:
        path.write_text(text.rewritten(scenario, answers))
        return "passed", f"rewritten: {len(answers)} answers; read the diff"
    return ("failed", "\n".join(reports)) if reports else ("passed", "")
