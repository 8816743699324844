"""The other `agora`: the Python client, installed from its wheel, for scenarios that both clients have to pass."""
import json
import os
import pathlib
import subprocess
import sys
import threading

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "sdk"))
import support  # noqa: E402

_once = threading.Lock()


def prepare(env):
    """Puts it before whatever `agora` there is; its `try` runs in the default environment's Python."""
    with _once:
        python = support.client()
        rampwf = os.environ.get("AGORA_TEST_PYTHON") or json.loads(subprocess.run(
            [env["AGORA"], "env", "show", "default", "--json"], stdout=subprocess.PIPE, check=True).stdout)["python"]
    env.update(PATH=f"{python.parent}:{env['PATH']}", VIRTUAL_ENV=str(pathlib.Path(rampwf).parents[1]))
