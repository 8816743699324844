"""Hidden labels and test scores are sought in every answer, stream, log and export: before the release, nowhere."""

import http.client
import json
import pathlib
import sqlite3
import sys
import tempfile
import threading
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from center import Center, open_event, split_breast_cancer  # noqa: E402

# Says what it sees of the hidden data in every way that a submission has: print, a message, a class, a note.
TELLTALE = """
import sys
import warnings
import numpy as np
from sklearn.linear_model import LogisticRegression


class FeatureExtractor:
    def fit(self, X_df, y):
        told = f"TELLTALE-{len(y)}-{X_df.iloc[0, 0]!r}-{y[0]}"
        print(told)
        print(told, file=sys.stderr)
        warnings.warn(told)
        if len(y) > 150:  # only the hidden data is that long
            raise type(f"Secret_{told.replace('-', '_').replace('.', '_')}", (ValueError,), {})(told)
        return self

    def transform(self, X_df):
        return X_df.values / 100
"""
HONEST = """
class FeatureExtractor:
    def fit(self, X_df, y):
        return self

    def transform(self, X_df):
        return X_df[[c for c in X_df.columns if c.startswith('mean_')]].to_numpy()
"""
CLASSIFIER = """
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler


class Classifier:
    def fit(self, X, y):
        self.model = make_pipeline(StandardScaler(), LogisticRegression()).fit(X, y)

    def predict_proba(self, X):
        return self.model.predict_proba(X)
"""


def digits_of(value):
    """A score as it would be written, cut so that rounding in some display is found too."""
    return repr(value)[:9]


class Listener(threading.Thread):
    """Collects what a stream says."""

    def __init__(self, client, path):
        super().__init__(daemon=True)
        self.heard = b""
        self.connection = http.client.HTTPConnection("127.0.0.1", client.center.port, timeout=300)
        headers = {"Authorization": f"Bearer {client.token}"} if client.token else {}
        self.connection.request("GET", "/api/v1" + path, headers={**headers, "Last-Event-ID": "0"})
        self.answer = self.connection.getresponse()
        self.start()

    def run(self):
        try:
            while piece := self.answer.read1(65536):
                self.heard += piece
        except (OSError, ValueError, AttributeError):
            pass


class Secrets(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.scratch = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.scratch.cleanup)
        cls.center = cls.enterClassContext(Center(options=["--log", "debug"]))
        cls.admin = cls.center.first_administrator()
        cls.organiser = cls.center.person("olga", "organiser")
        cls.other = cls.center.person("oscar", "organiser")
        cls.author = cls.center.person("ada")
        cls.rival = cls.center.person("bert")
        cls.kit, cls.hidden = split_breast_cancer(cls.scratch.name)
        cls.event = open_event(cls.organiser, cls.kit, cls.hidden)["slug"]
        for one in (cls.author, cls.rival):
            one.post(f"/events/{cls.event}/join")
        cls.streams = [Listener(cls.author, "/me/stream"), Listener(cls.rival, "/me/stream"),
                       Listener(cls.author, f"/events/{cls.event}/stream"),
                       Listener(cls.center.stranger, f"/events/{cls.event}/stream")]
        cls.scored = cls.author.await_end(cls.author.submit(
            cls.event, "honest", {"feature_extractor.py": HONEST, "classifier.py": CLASSIFIER}))
        cls.failed = cls.author.await_end(cls.author.submit(
            cls.event, "telltale", {"feature_extractor.py": TELLTALE, "classifier.py": CLASSIFIER}))

    @classmethod
    def numbers_on_test(cls):
        """Every number on the test part, from the table that holds nothing else."""
        with sqlite3.connect(f"file:{cls.center.folder}/data/agora.db?mode=ro", uri=True) as database:
            numbers = [row[0] for row in database.execute("SELECT test FROM test_scores WHERE test IS NOT NULL")]
        visible = json.dumps(cls.scored["scores"])
        return {digits_of(n) for n in numbers if 0 < n < 1 and len(repr(n)) > 9 and digits_of(n) not in visible}

    def paths(self):
        document = self.admin.get("/openapi.json")
        values = {"event": [self.event], "submission": [self.scored["id"], self.failed["id"]],
                  "id": [self.scored["id"], self.failed["id"]], "path": ["feature_extractor.py", "classifier.py"],
                  "person": [self.author.get("/me")["person"]["id"]]}
        for path, operations in document["paths"].items():
            if "get" not in operations or path.endswith("/stream"):
                continue
            names = [p["name"] for p in operations["get"].get("parameters", []) if p["in"] == "path"]
            for i in range(2):
                filled = path
                for name in names:
                    options = values.get(name.rstrip(".")) or ["01ARZ3NDEKTSV4RRFFQ69G5FAV"]
                    filled = filled.replace("{%s}" % name, options[min(i, len(options) - 1)])
                yield filled
        yield f"/api/v1/events/{self.event}/board?of=all"
        yield f"/api/v1/audit?limit=200"

    def everything_said(self):
        """(where, bytes) of each answer to each viewer, each stream, and the server's log."""
        viewers = {"stranger": self.center.stranger, "author": self.author, "rival": self.rival,
                   "another organiser": self.other, "organiser": self.organiser, "administrator": self.admin}
        for path in sorted(set(self.paths())):
            for who, client in viewers.items():
                answer = client.send("GET", path)
                yield f"{path} as {who}", str(answer.headers).encode() + answer.body
        for stream in self.streams:
            yield "a stream", stream.heard
        yield "the server's log", (self.center.folder / "server.log").read_bytes()

    def test_1_the_search_has_something_to_seek(self):
        self.assertEqual(self.scored["state"], "scored", self.scored)
        self.assertGreater(len(self.numbers_on_test()), 5)
        self.assertEqual(self.failed["state"], "failed", self.failed)
        self.assertNotEqual(self.failed["reason"]["phase"], "trial")

    def test_2_no_test_score_and_no_word_of_a_submission_is_said(self):
        scores = self.numbers_on_test()
        hidden_rows = {row for part in ("train", "test")
                       for row in (self.hidden / f"{part}.csv").read_text().splitlines()[1:]}
        for where, said in self.everything_said():
            text = said.decode(errors="replace")
            for score in scores:
                self.assertNotIn(score, text, f"a test score in {where}")
            if "/files/" in where:
                continue  # the author's own source says the words
            if "as organiser" in where or "as administrator" in where:
                continue  # may read the log of the hidden run
            # On public data its author sees everything: what is told of 142 rows or fewer.
            for word in text.split("TELLTALE-")[1:]:
                self.assertLess(int(word.split("-")[0]), 150, f"the hidden run's words in {where}")
            self.assertNotIn("Secret_TELLTALE", text, where)
            for row in list(hidden_rows)[:50]:
                self.assertNotIn(row, text, f"a hidden row in {where}")

    def test_3_the_author_learns_where_it_failed(self):
        reason = self.failed["reason"]
        self.assertEqual((reason["kind"], reason["phase"], reason["file"]), ("exception", "fit", "submissions/telltale/feature_extractor.py"))
        self.assertNotIn("TELLTALE", json.dumps(self.failed))
        self.assertGreater(reason["line"], 0)

    def test_4_after_the_release_they_are_said(self):
        self.organiser.post(f"/events/{self.event}/close")
        self.organiser.post(f"/events/{self.event}/release")
        said = self.author.send("GET", f"/submissions/{self.scored['id']}").body.decode()
        self.assertTrue(any(score in said for score in self.numbers_on_test()), said)


if __name__ == "__main__":
    unittest.main()
