"""Breaks copies of kits/breast_cancer, one thing at a time, and reads what `agora kit check --json` says of them."""

import csv
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
AGORA = os.environ.get("AGORA", str(ROOT / "build/release/agora"))
KITS = ROOT / "kits"
TARGET = "diagnosis"


def read_rows(path):
    with open(path, newline="") as file:
        return list(csv.DictReader(file))


def write_rows(path, rows):
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


class Kit:
    """A copy of a kit in a folder of its own."""

    def __init__(self, folder, name="breast_cancer"):
        self.path = pathlib.Path(folder) / name
        shutil.copytree(KITS / name, self.path, ignore=shutil.ignore_patterns("training_output", "__pycache__"))

    def change(self, file, old, new):
        path = self.path / file
        text = path.read_text()
        assert old in text, f"{file} holds no {old!r}"
        path.write_text(text.replace(old, new))

    def rows(self, part):
        return read_rows(self.path / "data" / f"{part}.csv")

    def write(self, part, rows, folder=None):
        write_rows((folder or self.path / "data") / f"{part}.csv", rows)

    def rewrite(self, part, change):
        self.write(part, change(self.rows(part)))

    def line_of(self, text, file="problem.py"):
        lines = (self.path / file).read_text().splitlines()
        return next(number for number, line in enumerate(lines, 1) if text in line)


class CheckCase(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.kit = Kit(self.folder)

    def check(self, *options):
        """The parsed answer and the exit code."""
        done = subprocess.run([AGORA, "kit", "check", str(self.kit.path), "--json", *map(str, options)],
                              capture_output=True, text=True, timeout=300)
        self.assertTrue(done.stdout.strip(), done.stderr)
        return json.loads(done.stdout), done.returncode

    def assert_found(self, answer, weight, file, *words, line=None):
        """The one finding of that weight and file whose message holds all words."""
        found = [f for f in answer["findings"] if f["weight"] == weight and f["file"] == file
                 and all(word in f["message"] for word in words)]
        self.assertTrue(found, f"no {weight} at {file} with {words} in\n" + json.dumps(answer, indent=1))
        self.assertTrue(found[0]["next"])
        if line is not None:
            self.assertEqual(found[0]["line"], line)
        return found[0]

    def assert_none(self, answer, *weights):
        self.assertEqual([f for f in answer["findings"] if f["weight"] in weights], [])
