"""Schemathesis, from PyPI, against the running server: no server error, no undocumented answer, no wrong shape."""

import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from center import ROOT, Center, home_of_its_own, open_event, split_breast_cancer  # noqa: E402

VERSION = "4.32.5"
EXAMPLES = os.environ.get("AGORA_TEST_EXAMPLES", "15")  # for each operation
CHECKS = ("not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance,"
          "response_headers_conformance")
HOOKS = pathlib.Path(__file__).resolve().with_name("schemathesis_hooks.py")
STREAMS = "/stream$"  # which never end


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
    def run_on(self, center, folder, headers, *choice):
        address = f"http://127.0.0.1:{center.port}"
        run = subprocess.run(
            [str(installed()), "run", f"{address}/api/v1/openapi.json", "--checks", CHECKS,
             "--phases", "examples,coverage,fuzzing", "--max-examples", EXAMPLES, "--seed", "57",
             "--continue-on-failure", "--warnings", "off", *choice,
             *(word for name, value in headers.items() for word in ("--header", f"{name}: {value}"))],
            cwd=folder, capture_output=True, text=True, timeout=1200,
            env={**os.environ, "SCHEMATHESIS_HOOKS": str(HOOKS)})
        self.assertEqual(run.returncode, 0, (run.stdout + run.stderr)[-20000:])
        self.assertTrue(center.answers(), "the server is gone")

    def test_finds_nothing(self):
        with tempfile.TemporaryDirectory() as folder, Center(
                options=["--requests-per-minute", "1000000"],
                environment=home_of_its_own(folder + "/home", with_default=True)) as center:
            administrator = center.first_administrator()
            kit, hidden = split_breast_cancer(folder)
            event = open_event(administrator, kit, hidden)["slug"]
            administrator.post(f"/events/{event}/join")
            administrator.await_end(administrator.submit(event))
            # Some of one's own things no token may touch. Left out is what would end the tester's own sign-in.
            center.person("lena")
            session = {"Cookie": center.sign_in("lena@example.org")[1], "Origin": f"http://127.0.0.1:{center.port}"}
            with self.subTest("with a session"):
                self.run_on(center, folder, session, "--include-path-regex", "/api/v1/me",
                            "--exclude-path-regex", STREAMS + "|/me/sessions/")
            with self.subTest("with a token"):
                self.run_on(center, folder, {"Authorization": f"Bearer {administrator.token}"},
                            "--exclude-path-regex", STREAMS)


if __name__ == "__main__":
    unittest.main()
