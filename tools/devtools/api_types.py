"""The API's types for the pages: front/src/api/schema.d.ts is what the built program says of its API."""
import pathlib
import re
import signal
import subprocess
import tempfile
import time
import urllib.request
from contextlib import contextmanager

from devtools.node import FRONT, npx, packages_of
from devtools.running import Case, how_it_ended, run_limited, tail
from devtools.style import ROOT, Trouble

START_SECONDS = 60
MAKE_SECONDS = 120
FILE = FRONT / "src" / "api" / "schema.d.ts"


@contextmanager
def center(env):
    """The address of a center of its own, in a folder that goes with it."""
    with tempfile.TemporaryDirectory(prefix="agora-types-") as folder:
        log = pathlib.Path(folder, "log")
        command = [env["AGORA"], "serve", "--data", f"{folder}/data", "--listen", "127.0.0.1:0"]
        with open(log, "wb") as out:
            server = subprocess.Popen(command, env=env, stdin=subprocess.DEVNULL, stdout=out, stderr=out)
        try:
            yield address_in(log, server)
        finally:
            server.send_signal(signal.SIGTERM)
            try:
                server.wait(START_SECONDS)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


def address_in(log, server):
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        if found := re.search(r"is open at (http://\S+)", log.read_text(errors="replace")):
            return found[1]
        time.sleep(0.02)
    raise Trouble(f"agora serve does not answer: {tail(log.read_text(errors='replace'))}")


def made(env):
    """The file's text, as the built program's own description of its API makes it."""
    if not pathlib.Path(env["AGORA"]).exists():
        raise Trouble(f"{env['AGORA']} is not there: make build makes it")
    with tempfile.TemporaryDirectory() as folder, center(env) as address:
        described, types = pathlib.Path(folder, "openapi.json"), pathlib.Path(folder, "schema.d.ts")
        with urllib.request.urlopen(f"{address}/api/v1/openapi.json", timeout=START_SECONDS) as answer:
            described.write_bytes(answer.read())
        command = npx(FRONT, "openapi-typescript", str(described), "-o", str(types))
        run = run_limited(command, MAKE_SECONDS, env, FRONT)
        if run.code != 0 or run.late or not types.exists():
            raise Trouble(f"openapi-typescript {how_it_ended(run, MAKE_SECONDS)}\n{tail(run.output)}")
        return types.read_text()


def first_difference(old, new):
    for number, (was, now) in enumerate(zip(old.splitlines(), new.splitlines()), 1):
        if was != now:
            return f"line {number}: it says `{was.strip()}`, and the API `{now.strip()}`"
    return f"it has {len(old.splitlines())} lines, and the API's description {len(new.splitlines())}"


def hold(env):
    """One case: whether the committed file is what the built program says."""
    name, path = "api types", FILE.relative_to(ROOT)
    try:
        now = made(env)
    except (Trouble, OSError) as trouble:
        return [Case(name, "failed", str(trouble))]
    committed = FILE.read_text() if FILE.exists() else ""
    if now == committed:
        return [Case(name, "passed")]
    what = first_difference(committed, now) if committed else "it is not there"
    return [Case(name, "failed", f"{path} is not what the API says: run tools/dev api-types\n{what}")]


def write(env):
    if why := packages_of(FRONT, env):
        raise Trouble(why)
    now = made(env)
    if FILE.exists() and FILE.read_text() == now:
        print(f"{FILE.relative_to(ROOT)} is as the API says")
        return 0
    FILE.parent.mkdir(parents=True, exist_ok=True)
    FILE.write_text(now)
    print(f"{FILE.relative_to(ROOT)} is written: {len(now.splitlines())} lines")
    return 0
