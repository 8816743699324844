"""The floor checker finds each kind of wrong include, by the real law of src/floors.toml."""
import pathlib
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]


def checked(files):
    """(exit code, what was printed) for a small house with the given files under the real law."""
    with tempfile.TemporaryDirectory() as folder:
        source = pathlib.Path(folder, "src")
        for name, words in {"floors.toml": (ROOT / "src/floors.toml").read_text(), **files}.items():
            path = source / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(words)
        command = [sys.executable, str(ROOT / "tools/check_floors.py"), str(source)]
        done = subprocess.run(command, capture_output=True, text=True)
        return done.returncode, done.stdout


class Floors(unittest.TestCase):
    def test_wrong_includes_are_named(self):
        cases = {
            "looks upward": ("base/a.h", '#include "core/scoring/scoring.h"'),
            "is a neighbour without a grant": ("core/similarity/a.h", '#include "core/scoring/scoring.h"'),
            "is behind another room's face": ("judge/evaluation/a.h", '#include "core/scoring/inside.h"'),
            "is on this room's never list": ("machine/blobs/a.h", '#include "core/scoring/scoring.h"'),
            "is no path from": ("core/kit/a.h", '#include "toml++/toml.h"'),
            "stands in apps/agora and features/*/commands*.cpp only": ("base/a.h", "#include <CLI/CLI.hpp>"),
            "stands on no floor": ("lobby/a.h", ""),
            "stands in no room": ("core/a.h", ""),
        }
        rooms = {"core/scoring/scoring.h": "", "core/scoring/inside.h": ""}
        for why, (file, line) in cases.items():
            with self.subTest(why):
                code, said = checked({**rooms, file: line + "\n"})
                self.assertEqual(code, 1)
                self.assertIn(f"{file}: ", said)
                self.assertIn(why, said)

    def test_right_includes_pass(self):
        files = {
            "base/result.h": "#include <tl/expected.hpp>\n",
            "core/scoring/scoring.h": '#include "base/result.h"\n',
            "core/kit/kit.h": '#include "core/scoring/scoring.h"\n#include <toml++/toml.h>\n',
            "judge/evaluation/run.cpp": '#include "core/kit/kit.h"\n',
        }
        self.assertEqual(checked(files), (0, ""))


if __name__ == "__main__":
    unittest.main()
