"""Runs a command with a limit, and holds what its tests came to."""
import os
import signal
import subprocess
import tempfile
from typing import NamedTuple

from devtools.style import ROOT


class Case(NamedTuple):
    name: str
    outcome: str    # passed, failed or skipped
    text: str = ""  # why


class Run(NamedTuple):
    code: int  # negative: the signal
    output: str
    late: bool


def run_limited(command, seconds, env, cwd=ROOT):
    """Runs to the end or to the limit; whatever the command started ends with it."""
    with tempfile.TemporaryFile() as output:
        child = subprocess.Popen(command, cwd=cwd, env=env, stdin=subprocess.DEVNULL, stdout=output,
                                 stderr=subprocess.STDOUT, start_new_session=True)
        late = False
        try:
            child.wait(seconds)
        except subprocess.TimeoutExpired:
            late = True
        finally:
            try:
                os.killpg(child.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
            child.wait()
        output.seek(0)
        return Run(child.returncode, output.read().decode(errors="replace"), late)


def how_it_ended(run, seconds):
    if run.late:
        return f"ran longer than {seconds} s and was killed"
    if run.code < 0:
        return f"crashed with {signal.Signals(-run.code).name}"
    return f"ended with exit code {run.code}"


def tail(text, lines=40):
    return "\n".join(text.rstrip().splitlines()[-lines:])
