"""Which Node `tools/node` takes: ours before the system's, the system's where it is new enough, or a clear refusal."""
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]


def program(path, words):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{words}\n")
    path.chmod(0o755)


class Node(unittest.TestCase):
    def setUp(self):
        kept = tempfile.TemporaryDirectory()
        self.addCleanup(kept.cleanup)
        self.root = pathlib.Path(kept.name)
        (self.root / "tools").mkdir()
        shutil.copy(ROOT / "tools" / "node", self.root / "tools" / "node")
        self.system, self.own = self.root / "bin", self.root / ".tools/node/node_modules/.bin"
        for tool in ("bash", "env", "dirname", "cat"):
            self.system.mkdir(exist_ok=True)
            (self.system / tool).symlink_to(shutil.which(tool))

    def put(self, folder, version, npm=True):
        program(folder / "node", f"echo {version}")
        if npm:
            program(folder / "npm", "echo npm")

    def run_node(self, *words):
        return subprocess.run([str(self.root / "tools" / "node"), *words], capture_output=True, text=True,
                              env={**os.environ, "PATH": str(self.system)})

    def test_the_systems_is_taken_from_22_12_on(self):
        for version, taken in {"v22.12.0": True, "v24.1.0": True, "v22.11.9": False, "v20.20.2": False,
                               "v9.99.0": False, "rubbish": False}.items():
            with self.subTest(version):
                self.put(self.system, version)
                done = self.run_node("node")
                self.assertEqual((done.returncode, done.stdout.strip()), (0, version) if taken else (3, ""))

    def test_ours_comes_first(self):
        self.put(self.system, "v24.1.0")
        self.put(self.own, "v22.13.0")
        self.assertEqual(self.run_node("node").stdout.strip(), "v22.13.0")
        self.assertEqual(self.run_node("--folder").stdout.strip(), str(self.own))

    def test_without_one_the_next_step_is_named(self):
        self.put(self.system, "v22.12.0", npm=False)
        done = self.run_node("npm", "ci")
        self.assertEqual(done.returncode, 3)
        self.assertIn("tools/setup build", done.stderr)

    def test_the_exit_code_is_the_commands(self):
        self.put(self.system, "v22.12.0")
        self.assertEqual(self.run_node("bash", "-c", "exit 7").returncode, 7)


if __name__ == "__main__":
    unittest.main()
