"""`agora kit run` on a hostile submission, or interrupted, leaves nothing behind. The attacks themselves: tests/attacks.

Standard library only. $AGORA is the program (default: build/release/agora).
"""
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from support import AGORA, EvaluationTest, Kit, classifier, hidden  # noqa: E402
from traces import ownerless_groups, processes, shared_memory  # noqa: E402


def heed_interrupts():
    """Whoever runs the tests in the background may have SIGINT ignored, and a child inherits that."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


class Hostile(EvaluationTest):
    @classmethod
    def setUpClass(cls):
        cls.scratch = tempfile.TemporaryDirectory(prefix="evaluation-test-scratch-")
        cls.addClassCleanup(cls.scratch.cleanup)
        os.chmod(cls.scratch.name, 0o755)

    def setUp(self):
        self.before = (pathlib.Path("/proc/mounts").read_text(), shared_memory(), ownerless_groups())

    def attack(self, fit="pass", predict="pass", extra=(), **limits):
        limits = {"fit_seconds": 20, "predict_seconds": 20, "memory": "512 MiB", **limits}
        kit = Kit(self, **limits)
        plain = {name: code if code == "pass" else hidden(code) for name, code in (("fit", fit), ("predict", predict))}
        kit.submission("mine", classifier=classifier(**plain))
        began = time.monotonic()
        run = kit.run("mine", *extra, env={**os.environ, "TMPDIR": self.scratch.name})
        self.assertLess(time.monotonic() - began, 120)
        self.nothing_is_left()
        return run

    def nothing_is_left(self):
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline and (processes() or ownerless_groups() - self.before[2]):
            time.sleep(0.1)
        self.assertEqual(processes(), {}, "processes are left")
        self.assertEqual(ownerless_groups() - self.before[2], set(), "control groups are left")
        self.assertEqual(os.listdir(self.scratch.name), [], "temporary files are left")
        self.assertEqual(pathlib.Path("/proc/mounts").read_text(), self.before[0])
        self.assertEqual(shared_memory() - self.before[1], set())

    def honest(self):
        if not hasattr(Hostile, "expected"):
            kit = Kit(self, memory="512 MiB")
            kit.submission("mine", classifier=classifier())
            Hostile.expected = self.assert_scores(kit.run("mine"))
        return Hostile.expected

    def scores_as_the_honest_one(self, run):
        self.assertEqual(self.assert_scores(run), self.honest(), str(run))

    def test_a_submission_that_prints_all_labels_it_has_seen_shows_its_author_its_own_folds(self):
        run = self.attack(fit="print('LABELS', sorted(set(y)), len(y), flush=True)", extra=["--output"])
        self.scores_as_the_honest_one(run)
        self.assertEqual(re.findall(r"LABELS .*", run.err), ["LABELS ['benign', 'malignant'] 213"] * 2)
        self.assertNotIn("LABELS", run.out)

    def test_killing_all_it_can_reach_kills_itself_at_most(self):
        run = self.attack(fit="import os, signal\nos.kill(-1, signal.SIGKILL)\nos.kill(os.getpid(), signal.SIGKILL)")
        self.assertIn(run.code, (0, 1), str(run))
        run = self.attack(fit="import os, signal\nos.killpg(0, signal.SIGTERM)\nos.abort()")
        self.assertEqual((run.code, run.error["kind"], run.error["phase"]), (1, "exception", "fit"), str(run))

    def test_forks_without_end_leave_nothing_and_the_next_run_scores_as_before(self):
        run = self.attack(fit="import os\nwhile True:\n    try: os.fork()\n    except OSError: pass", fit_seconds=4)
        self.assertIn(run.error["kind"], ("processes", "time"), str(run))
        self.assertEqual((run.code, run.error["phase"]), (1, "fit"))
        self.scores_as_the_honest_one(self.attack())

    def test_an_interrupted_run_leaves_nothing(self):
        kit = Kit(self, fit_seconds=60)
        kit.submission("mine", classifier=classifier(fit="import time\ntime.sleep(1000)"))
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGKILL):
            with self.subTest(signal=number):
                child = subprocess.Popen([AGORA, "kit", "run", str(kit.folder), "--submission", "mine", "--json"],
                                         stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                         env={**os.environ, "TMPDIR": self.scratch.name},
                                         preexec_fn=heed_interrupts)
                time.sleep(5)
                child.send_signal(number)
                child.wait(30)
                deadline = time.monotonic() + 10
                while time.monotonic() < deadline and processes():
                    time.sleep(0.1)
                self.assertEqual(processes(), {})
                for path in pathlib.Path(self.scratch.name).iterdir():  # SIGKILL leaves no time to remove these
                    shutil.rmtree(path)


if __name__ == "__main__":
    unittest.main()
