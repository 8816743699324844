"""The wheel: the same bytes each time, all of the package and nothing else, and it installs where there is nothing."""
import ast
import base64
import csv
import hashlib
import io
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest
import zipfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import support  # noqa: E402


class Wheel(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory(prefix="agora-wheel-")))
        self.wheel = support.make_wheel(self.folder / "1")

    def test_equal_files_give_equal_bytes(self):
        again = support.make_wheel(self.folder / "2")
        self.assertEqual(self.wheel.name, f"agora_client-{support.VERSION}-py3-none-any.whl")
        self.assertEqual(again.read_bytes(), self.wheel.read_bytes())

    def test_it_holds_the_package_and_not_what_runs_in_cells(self):
        with zipfile.ZipFile(self.wheel) as archive:
            names = archive.namelist()
            self.assertIn(f'VERSION = "{support.VERSION}"', archive.read("agora/version.py").decode())
        source = {file.relative_to(support.SOURCE).as_posix() for file in (support.SOURCE / "agora").rglob("*.py")}
        self.assertEqual({name for name in names if name.endswith(".py")}, source)
        self.assertIn("agora/py.typed", names)
        self.assertFalse([name for name in names if name.startswith("agora_cell")])

    def test_its_record_is_right(self):
        with zipfile.ZipFile(self.wheel) as archive:
            record = next(name for name in archive.namelist() if name.endswith("/RECORD"))
            rows = list(csv.reader(io.StringIO(archive.read(record).decode())))
            self.assertEqual([row[0] for row in rows], archive.namelist())
            for name, digest, size in rows[:-1]:
                data = archive.read(name)
                self.assertEqual(len(data), int(size))
                self.assertEqual(digest_of(data), digest)

    def test_another_version_takes_the_place_of_the_old_one(self):
        support.make_wheel(self.folder / "1", "9.8.8")
        self.assertEqual([file.name for file in (self.folder / "1").iterdir()], ["agora_client-9.8.8-py3-none-any.whl"])

    def test_it_installs_into_an_empty_environment_from_the_index(self):
        python = self.folder / "venv" / "bin" / "python"
        subprocess.run([sys.executable, "-m", "venv", str(self.folder / "venv")], check=True)
        support.install(python, self.wheel)
        env = {**os.environ, "PATH": "/usr/bin:/bin", "HOME": str(self.folder), "XDG_CONFIG_HOME": str(self.folder)}
        env.pop("PYTHONPATH", None)

        def run(*words):
            return subprocess.run(words, cwd=self.folder, env=env, capture_output=True, text=True)

        agora = str(python.with_name("agora"))
        self.assertEqual(run(agora, "version").stdout, f"agora {support.VERSION}\n")
        said = run(agora, "events")
        self.assertEqual((said.returncode, said.stdout, said.stderr),
                         (1, "", "error: you are logged in to no server: say agora login URL\n"))
        self.assertEqual(run(agora, "kitchen").returncode, 2)
        self.assertEqual(run(agora, "board", "--loud").returncode, 2)
        for command in ("login", "logout", "whoami", "events", "start", "try", "join", "submit", "board", "submissions",
                        "logs", "cancel", "leave"):
            with self.subTest(command):
                help = run(agora, command, "--help")
                self.assertEqual(help.returncode, 0)
                self.assertIn(f"Example:\n  agora {command}", help.stdout)
        said = run(str(python), "-m", "pip", "check")
        self.assertEqual(said.returncode, 0, said.stdout)
        said = run(str(python), "-c", "import agora; print(agora.__version__, sorted(agora.__all__)[-1])")
        self.assertEqual(said.stdout, f"{support.VERSION} submit\n", said.stderr)


def digest_of(data):
    return "sha256=" + base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()


class Syntax(unittest.TestCase):
    def test_every_file_is_python_39(self):
        files = sorted((support.SOURCE / "agora").rglob("*.py"))
        self.assertGreater(len(files), 20)
        for file in files:
            with self.subTest(file.name):
                tree = ast.parse(file.read_text(), feature_version=(3, 9))
                self.check_annotations(tree, file)

    def check_annotations(self, tree, file):
        """`X | None` is syntax everywhere and an error at run time before 3.10, unless annotations are left unread."""
        names = [node for node in tree.body if isinstance(node, ast.ImportFrom) and node.module == "__future__"]
        has_annotations = any(isinstance(node, (ast.AnnAssign, ast.FunctionDef)) for node in ast.walk(tree))
        typed = file.name != "child.py" and has_annotations and any(
            getattr(node, "returns", None) for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))
        self.assertTrue(names or not typed, f"{file} needs from __future__ import annotations")


if __name__ == "__main__":
    unittest.main()
