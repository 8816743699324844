"""Twenty submissions run while server and warden are killed at random moments, ten times: nothing is lost or doubled."""

import collections
import json
import os
import pathlib
import random
import signal
import sqlite3
import sys
import tempfile
import time
import unittest

sys.path[:0] = [str(pathlib.Path(__file__).resolve().parent), str(pathlib.Path(__file__).resolve().parents[1] / "evaluation")]
from center import Center, open_event, split_breast_cancer  # noqa: E402
from traces import mounts, ownerless_groups, processes  # noqa: E402

SUBMISSIONS = 20
KILLS = 10
SEED = random.SystemRandom().randrange(1 << 30) if "AGORA_TEST_SEED" not in os.environ else int(os.environ["AGORA_TEST_SEED"])

SLOW = """
import time
from sklearn.linear_model import LogisticRegression


class Classifier:
    def fit(self, X, y):
        time.sleep(0.15)
        self.model = LogisticRegression(max_iter=50).fit(X, y)

    def predict_proba(self, X):
        return self.model.predict_proba(X)
"""

FEATURES = """
class FeatureExtractor:
    def fit(self, X_df, y):
        return self

    def transform(self, X_df):
        return X_df.values / 100
"""


def wardens_of(server):
    """Pids of the wardens that this server started."""
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            status = pathlib.Path("/proc", pid, "stat").read_text()
        except OSError:
            continue
        name, rest = status[status.index("(") + 1:status.rindex(")")], status[status.rindex(")") + 2:].split()
        if name.startswith("agora-warden") and int(rest[1]) == server:
            found.append(int(pid))
    return found


def kill_all(pids):
    for pid in pids:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            pass


class Crash(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def kill_and_restart(self, center, chance):
        wardens = wardens_of(center.process.pid)
        victims = chance.choice([[center.process.pid, *wardens], [center.process.pid], [*wardens, center.process.pid]])
        kill_all(victims)
        center.kill()
        center.start()

    def test_killed_ten_times_all_twenty_are_scored_once(self):
        chance = random.Random(SEED)
        print(f"AGORA_TEST_SEED={SEED}", file=sys.stderr)
        mounted, groups = mounts(), ownerless_groups()
        with Center() as center:
            administrator = center.first_administrator()
            kit, hidden = split_breast_cancer(self.folder.name)
            event = open_event(administrator, kit, hidden, per_day=SUBMISSIONS)["slug"]
            participant = center.person("ada")
            participant.post(f"/events/{event}/join")
            files = {"classifier.py": SLOW, "feature_extractor.py": FEATURES}
            sent = [participant.submit(event, f"try {i}", files) for i in range(SUBMISSIONS)]
            ended_before = []
            for _ in range(KILLS):
                time.sleep(chance.uniform(0.2, 4.0))
                self.kill_and_restart(center, chance)
                ended_before.append(sum(self.runs_that_passed(center).values()))
            print(f"scored after each kill: {ended_before}", file=sys.stderr)
            ended = [participant.await_end(one, 300) for one in sent]
            self.assertEqual([(one["state"], one.get("reason")) for one in ended], [("scored", None)] * SUBMISSIONS)
            board = participant.get(f"/events/{event}/board?of=all&limit=200")["items"]
            self.assertEqual(sorted(row["submission_id"] for row in board), sorted(one["id"] for one in sent))
            self.assertEqual(len({repr(row["scores"]) for row in board}), 1, "the same code has the same scores")
            mine = participant.get(f"/events/{event}")["mine"]
            self.assertEqual((mine["submitted_today"], mine["left_today"]), (SUBMISSIONS, 0))
            self.assertEqual(sorted(self.runs_that_passed(center).values()), [1] * SUBMISSIONS)
            self.assertEqual(sorted(self.told_as_scored(center).values()), [1] * SUBMISSIONS)
            # The last one is charged, and the twenty-first refused.
            self.assertEqual(participant.send("POST", f"/events/{event}/submissions", {"files": [
                {"path": p, "content": t, "encoding": "utf-8"} for p, t in files.items()]}).status, 409)
        deadline = time.monotonic() + 15
        while time.monotonic() < deadline and (processes() or ownerless_groups() - groups):
            time.sleep(0.1)
        self.assertEqual(processes(), {})
        self.assertEqual(ownerless_groups() - groups, set())
        self.assertEqual(mounts(), mounted)

    def runs_that_passed(self, center):
        """How often each submission passed on hidden data."""
        with sqlite3.connect(f"file:{center.folder}/data/agora.db?mode=ro", uri=True) as database:
            return dict(database.execute("SELECT hex(submission), count(*) FROM evaluations "
                                         "WHERE step = 'hidden' AND passed GROUP BY submission"))

    def told_as_scored(self, center):
        """How often the board's listeners were told of each."""
        with sqlite3.connect(f"file:{center.folder}/data/agora.db?mode=ro", uri=True) as database:
            told = [json.loads(row[0]) for row in database.execute("SELECT payload FROM event_log WHERE kind = 'board'")]
        return collections.Counter(one["item"]["submission_id"] for one in told)


if __name__ == "__main__":
    unittest.main()
