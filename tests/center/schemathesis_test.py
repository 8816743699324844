"""Schemathesis, from PyPI, against the running server: no server error, no undocumented answer, no wrong shape."""

import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from center import ROOT, Center, open_event, split_breast_cancer  # noqa: E402

VERSION = "4.32.5"
EXAMPLES = os.environ.get("AGORA_TEST_EXAMPLES", "15")  # for each operation
CHECKS = ("not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance,"
          "response_headers_conformance")
# What would end the tester's own sign-in, and streams, which never end.
LEFT_OUT = ["--exclude-path-regex", r"/(stream)$"]


def installed():
    """The program, in an environment of its own that stays for the next run."""
    folder = ROOT / "build" / "venvs" / f"schemathesis-{VERSION}"
    program = folder / "bin" / "st"
    if not (folder / "ready").exists():
        subprocess.run(["python3", "-m", "venv", "--clear", str(folder)], check=True)
        subprocess.run([str(folder / "bin" / "pip"), "install", "-q", f"schemathesis=={VERSION}"], check=True)
        (folder / "ready").touch()
    return program


class Schemathesis(unittest.TestCase):
    def test_finds_nothing(self):
        program = installed()
        with tempfile.TemporaryDirectory() as folder, Center(options=["--requests-per-minute", "1000000"]) as center:
            administrator = center.first_administrator()
            kit, hidden = split_breast_cancer(folder)
            event = open_event(administrator, kit, hidden)["slug"]
            administrator.post(f"/events/{event}/join")
            administrator.await_end(administrator.submit(event))
            run = subprocess.run(
                [str(program), "run", f"http://127.0.0.1:{center.port}/api/v1/openapi.json", "--checks", CHECKS,
                 "--phases", "examples,coverage,fuzzing", "--max-examples", EXAMPLES, "--seed", "57",
                 "--continue-on-failure", "--warnings", "off", *LEFT_OUT,
                 "--header", f"Authorization: Bearer {administrator.token}"],
                cwd=folder, capture_output=True, text=True, timeout=1200)
            self.assertEqual(run.returncode, 0, (run.stdout + run.stderr)[-20000:])
            self.assertTrue(center.answers(), "the server is gone")


if __name__ == "__main__":
    unittest.main()
