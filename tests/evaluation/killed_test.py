"""kill -9 of the client, of the warden, of both: no process, mount or cgroup may outlive them.

Standard library only. $AGORA is the program (default: build/release/agora).
"""
import os
import pathlib
import random
import signal
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import support  # noqa: E402
from support import EvaluationTest, Kit, classifier, hidden  # noqa: E402

SOON = 5  # seconds for the kernel to end the tree on a busy machine

# Cells that do what they can to stay: sessions of their own, no signal that could be ignored heard.
STAY = classifier(fit=hidden("""
    import os, signal, time
    for number in range(1, 65):
        try:
            signal.signal(number, signal.SIG_IGN)
        except (OSError, ValueError):
            pass
    for _ in range(4):
        if os.fork() == 0:
            os.setsid()
            if os.fork() == 0:
                time.sleep(600)
            os._exit(0)
    time.sleep(600)
"""))


def children(pid):
    found = []
    for task in pathlib.Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            found += [int(word) for word in task.read_text().split()]
        except OSError:
            pass  # it ended meanwhile
    return found


def tree(pid):
    pids = [pid]
    for each in pids:
        pids += children(each)
    return pids


def born(pid):
    """Names this very process, not a later one with its number; None where it is dead or a zombie."""
    try:
        facts = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return None if facts[0] in "ZX" else facts[19]


def name(pid):
    try:
        return pathlib.Path(f"/proc/{pid}/comm").read_text().strip()
    except OSError:
        return ""


def groups(warden):
    found = []
    for folder, names, _ in os.walk("/sys/fs/cgroup", onerror=lambda _: None):
        found += [os.path.join(folder, each) for each in names if each.startswith(f"agora-{warden}-")]
    return found


def mounts():
    return sorted(line.split(" ", 2)[2] for line in pathlib.Path("/proc/self/mountinfo").read_text().splitlines())


class Killed(EvaluationTest):
    def setUp(self):
        self.kit = Kit(self)
        self.kit.submission("stay", classifier=STAY)
        self.mounts = mounts()

    def running(self, after):
        """A client whose cells have been at work for `after` seconds: (the process, its warden, all of the tree)."""
        client = subprocess.Popen([support.AGORA, "kit", "run", str(self.kit.folder), "--submission", "stay", "--json"],
                                  stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.addCleanup(client.wait)
        self.addCleanup(client.kill)
        end = time.monotonic() + 60
        while time.monotonic() < end:
            pids = tree(client.pid)
            if len(pids) >= 8:  # client, warden, two zygotes, cells and what they forked
                break
            time.sleep(0.05)
        else:
            self.fail(f"no cells came to life: {[(pid, name(pid)) for pid in pids]}")
        time.sleep(after)
        pids = {pid: born(pid) for pid in tree(client.pid)}
        warden = next(pid for pid in pids if name(pid) == "agora-warden")
        return client, warden, {pid: when for pid, when in pids.items() if when}

    def assert_nothing_is_left(self, warden, pids):
        left, end = dict(pids), time.monotonic() + SOON
        while left and time.monotonic() < end:
            left = {pid: when for pid, when in left.items() if born(pid) == when}
            time.sleep(0.02)
        self.assertEqual({pid: name(pid) for pid in left}, {})
        self.assertEqual(mounts(), self.mounts)
        # The next warden takes away what a dead one could not.
        self.assert_scores(self.kit.run())
        self.assertEqual(groups(warden), [])

    def test_a_killed_client_leaves_nothing(self):
        client, warden, pids = self.running(0.5)
        client.kill()
        client.wait()
        self.assert_nothing_is_left(warden, pids)

    def test_a_killed_warden_leaves_nothing_and_is_the_machines_fault(self):
        client, warden, pids = self.running(0.5)
        os.kill(warden, signal.SIGKILL)
        self.assertEqual(client.wait(timeout=30), 3)
        self.assert_nothing_is_left(warden, pids)

    def test_both_at_random_moments(self):
        for _ in range(3):
            client, warden, pids = self.running(random.uniform(0, 0.4))
            first, second = random.sample([client.pid, warden], 2)
            os.kill(first, signal.SIGKILL)
            os.kill(second, signal.SIGKILL)
            client.wait()
            self.assert_nothing_is_left(warden, pids)

    def test_a_stopped_warden_is_killed_with_its_cells(self):
        client, warden, pids = self.running(0.2)
        os.kill(warden, signal.SIGSTOP)
        client.kill()
        client.wait()
        os.kill(warden, signal.SIGKILL)
        self.assert_nothing_is_left(warden, pids)


if __name__ == "__main__":
    import unittest
    unittest.main()
