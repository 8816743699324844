"""The center on PostgreSQL: from sign-up to the board, live, through a kill; and one folder to one database."""

import collections
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from center import AGORA, Center, open_event, split_breast_cancer  # noqa: E402
from crash_test import FEATURES, SLOW  # noqa: E402
from postgresql import Server  # noqa: E402

SUBMISSIONS = 6


class Listener(threading.Thread):
    """Collects (event, data) of one stream."""

    def __init__(self, client, path):
        super().__init__(daemon=True)
        request = urllib.request.Request(f"http://127.0.0.1:{client.center.port}/api/v1{path}",
                                         headers={"Authorization": f"Bearer {client.token}"})
        self.answer = urllib.request.urlopen(request, timeout=60)
        self.heard = []
        self.start()

    def run(self):
        kind = None
        try:
            for line in self.answer:
                word, _, text = line.decode().rstrip("\n").partition(": ")
                if word == "event":
                    kind = text
                elif word == "data":
                    self.heard.append((kind, json.loads(text)))
        except (OSError, ValueError):
            pass  # the server went

    def wait_for(self, wanted, seconds=60):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            for kind, data in list(self.heard):
                if wanted(kind, data):
                    return data
            time.sleep(0.02)
        raise AssertionError(f"not heard; heard: {[kind for kind, _ in self.heard]}")


class OnPostgreSQL(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server()
        cls.addClassCleanup(cls.server.stop)

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.name = self.server.fresh()

    def center(self, **more):
        return Center(database=self.server.url(self.name), **more)

    def opened(self, center, **more):
        """An organiser, a participant who joined, and the event's name."""
        organiser = center.first_administrator()
        kit, hidden = split_breast_cancer(self.folder.name)
        event = open_event(organiser, kit, hidden, **more)["slug"]
        participant = center.person("ada")
        participant.post(f"/events/{event}/join")
        return organiser, participant, event

    def test_from_sign_up_to_the_board_and_the_stream_hears_it(self):
        with self.center() as center:
            organiser, participant, event = self.opened(center)
            stream = Listener(center.person("lise"), f"/events/{event}/stream")
            ended = participant.await_end(participant.submit(event))
            self.assertEqual((ended["state"], ended.get("reason")), ("scored", None))
            told = stream.wait_for(lambda kind, data: kind == "board" and data["item"]["submission_id"] == ended["id"])
            board = participant.get(f"/events/{event}/board")
            self.assertEqual([row["submission_id"] for row in board["items"]], [ended["id"]])
            self.assertEqual(told["item"]["scores"], board["items"][0]["scores"])
            self.assertNotIn("test", json.dumps(board["items"][0]["scores"]))
            organiser.post(f"/events/{event}/close")
            organiser.post(f"/events/{event}/release")
            stream.wait_for(lambda kind, data: kind == "event" and data["state"] == "released")
            released = participant.get(f"/events/{event}/board")["items"][0]
            self.assertTrue(all(isinstance(score["test"], float) for score in released["scores"].values()), released)
            self.assertEqual(organiser.get("/audit/verify")["intact"], True)

    def test_killed_while_six_run_all_are_scored_once(self):
        with self.center() as center:
            _, participant, event = self.opened(center, per_day=SUBMISSIONS)
            files = {"classifier.py": SLOW, "feature_extractor.py": FEATURES}
            sent = [participant.submit(event, f"try {i}", files) for i in range(SUBMISSIONS)]
            for _ in range(2):
                self.await_running(participant, sent)
                center.kill()
                center.start()
            ended = [participant.await_end(one, 180) for one in sent]
            self.assertEqual([(one["state"], one.get("reason")) for one in ended], [("scored", None)] * SUBMISSIONS)
            board = participant.get(f"/events/{event}/board?of=all")["items"]
            self.assertEqual(sorted(row["submission_id"] for row in board), sorted(one["id"] for one in sent))
            mine = participant.get(f"/events/{event}")["mine"]
            self.assertEqual((mine["submitted_today"], mine["left_today"]), (SUBMISSIONS, 0))
        passed = self.server.psql(self.name, "SELECT submission, count(*) FROM evaluations "
                                             "WHERE step = 'hidden' AND passed GROUP BY submission")
        self.assertEqual([count for _, count in passed], ["1"] * SUBMISSIONS)
        told = collections.Counter(json.loads(row[0])["item"]["submission_id"] for row in self.server.psql(
            self.name, "SELECT payload FROM event_log WHERE kind = 'board'"))
        self.assertEqual(sorted(told.values()), [1] * SUBMISSIONS)

    def await_running(self, participant, sent):
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            if any(participant.get(f"/submissions/{one['id']}")["state"] == "running" for one in sent):
                return
            time.sleep(0.02)
        raise AssertionError("nothing runs")

    def refusal(self, *words):
        """What a server says that does not start."""
        done = subprocess.run([AGORA, "serve", "--listen", "127.0.0.1:0", *words], capture_output=True, text=True,
                              timeout=60)
        self.assertNotEqual(done.returncode, 0)
        return done.stderr

    def test_a_second_server_with_another_folder_is_refused(self):
        """Blobs are local: what one of them was sent the other could not evaluate."""
        url, second = self.server.url(self.name), os.path.join(self.folder.name, "second")
        with self.center() as center:
            first = center.folder / "data"
            for _ in range(2):  # also once it has marked its folder
                said = self.refusal("--data", second, "--database", url)
                self.assertIn(f"this database keeps its files in {first.resolve()} on ", said)
                self.assertIn(os.path.realpath(second), said)
                self.assertIn("start with that --data", said)
            self.assertIn("another agora serves", self.refusal("--data", str(first), "--database", url))
            _, participant, event = self.opened(center)
            self.assertEqual(participant.await_end(participant.submit(event))["state"], "scored")
        self.assertIn("this database keeps", self.refusal("--data", second, "--database", url), "also when it is down")

    def test_a_folder_that_moved_goes_on(self):
        old, new = pathlib.Path(self.folder.name, "old"), pathlib.Path(self.folder.name, "new")
        old.mkdir()
        with self.center(folder=old) as center:
            _, participant, event = self.opened(center)
            scored = participant.await_end(participant.submit(event))
        old.rename(new)
        with self.center(folder=new) as center:
            participant.center = center
            row = participant.get(f"/events/{event}/board")["items"][0]
            self.assertEqual(row["submission_id"], scored["id"])
            self.assertEqual(participant.await_end(participant.submit(event, "starting_kit"))["state"], "scored")


if __name__ == "__main__":
    unittest.main()
