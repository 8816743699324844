"""The demo tells its whole story, also when it was interrupted in the middle, and is up at once the next time."""

import collections
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from center import AGORA, Client  # noqa: E402

PASSWORD = "agora-demo-2026"


class Demo:
    """`agora demo` on a folder; what it says is kept as it comes."""

    def __init__(self, folder):
        self.began = time.monotonic()
        self.process = subprocess.Popen([AGORA, "demo", "--data", str(folder), "--listen", "127.0.0.1:0"], text=True,
                                        stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self.said, self.reader = "", threading.Thread(target=self.read)
        self.reader.start()

    def read(self):
        for line in self.process.stdout:
            self.said += line

    def await_words(self, words, seconds):
        while words not in self.said:
            if self.process.poll() is not None or time.monotonic() - self.began > seconds:
                raise AssertionError(f"no {words!r} after {time.monotonic() - self.began:.0f} s in: {self.said}")
            time.sleep(0.05)
        self.port = int(re.search(r"open at http://127.0.0.1:(\d+)", self.said)[1])

    def signed_in(self, name):
        answer = Client(self).send("POST", "/sign-in", {"email": f"{name}@example.org", "password": PASSWORD})
        if answer.status != 200:
            raise AssertionError(answer.body)
        return Client(self, cookie=answer.headers["Set-Cookie"].split(";")[0])

    def sign_ins(self):
        """What it says of them, without the port, which is another each time."""
        part = self.said[self.said.index("Sign in at"):]
        return re.sub(r"127\.0\.0\.1:\d+", "HOST", part[:part.index("agora board --watch")])

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        code = self.process.wait(60)
        self.reader.join()
        self.process.stdout.close()
        return code


class DemoTest(unittest.TestCase):
    def started(self, folder):
        demo = Demo(folder)
        self.addCleanup(demo.stop)
        return demo

    def test_the_story_goes_on_where_it_was_interrupted_and_ends_whole(self):
        scratch = tempfile.TemporaryDirectory(prefix="agora-demo-test-")
        self.addCleanup(scratch.cleanup)
        folder = pathlib.Path(scratch.name) / "center"

        first = self.started(folder)
        first.await_words("  5 of ", 300)
        self.assertEqual(first.signed_in("ada").get("/me")["person"]["name"], "Ada Okafor")
        self.assertEqual(first.stop(), 0, first.said)

        second = self.started(folder)
        second.await_words("Ctrl-C ends it.", 900)
        self.assertNotIn("{", second.said, "scores as people read them")
        self.look_at_the_whole(second)
        self.assertEqual(second.stop(), 0)
        self.assertEqual(second.sign_ins(), first.sign_ins())

        third = self.started(folder)
        third.await_words("Ctrl-C ends it.", 20)
        self.assertEqual(third.sign_ins(), first.sign_ins())
        self.assertNotIn("Submissions", third.said)
        third.signed_in("organiser")

    def look_at_the_whole(self, demo):
        admin, organiser, ada = (demo.signed_in(name) for name in ("admin", "organiser", "ada"))
        self.assertEqual(len(admin.get("/people?limit=200")["items"]), 25)
        self.assertIn("made up", Client(demo).get("/settings")["notice"])
        self.assertEqual({e["slug"]: (e["state"], e["is_practice"]) for e in Client(demo).get("/events")["items"]},
                         {"wind-power": ("released", False), "breast-masses": ("open", False),
                          "handwritten-digits": ("open", True)})
        states, kinds = collections.Counter(), set()
        for event in ("wind-power", "breast-masses", "handwritten-digits"):
            cockpit = organiser.get(f"/events/{event}/cockpit")
            states.update(cockpit["states"])
            kinds |= {(failure["kind"], failure["phase"]) for failure in cockpit["failures"]}
        self.assertEqual(dict(+states), {"scored": 29, "failed": 10, "cancelled": 1})
        self.assertLessEqual({("exception", "trial"), ("exception", "fit"), ("nan", "trial"), ("shape", "trial"),
                              ("kit", "trial"), ("time", "trial")}, kinds)
        # On a busy machine its time is over before its memory is full.
        hungry = next(s for s in organiser.get("/events/breast-masses/submissions?limit=200")["items"]
                      if s["name"] == "noisy copies")
        self.assertIn(hungry["reason"]["kind"], ("memory", "time"))
        board = ada.get("/events/wind-power/board")["items"]
        self.assertEqual(len(board), 8)
        self.assertTrue(all("test" in row["scores"]["pinball"] for row in board))
        self.assertNotIn("test", ada.get("/events/breast-masses/board")["items"][0]["scores"]["roc_auc"])
        self.assertEqual(organiser.get("/me/tokens")["items"], [])


if __name__ == "__main__":
    unittest.main()
