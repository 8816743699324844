"""The other `agora`: the Python client, installed from its wheel, for scenarios that both clients have to pass."""
import os
import pathlib
import sys
import threading

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "sdk"))
import support  # noqa: E402

_once = threading.Lock()


def prepare(env):
    """Puts it before whatever `agora` there is; its `try` runs in the default environment's Python."""
    with _once:
        python = support.client()
    env["PATH"] = f"{python.parent}:{env['PATH']}"
    if "AGORA_TEST_PYTHON" in os.environ:
        env["VIRTUAL_ENV"] = str(pathlib.Path(os.environ["AGORA_TEST_PYTHON"]).parents[1])
