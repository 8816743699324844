"""A metric changes after the fact: everything is scored again from kept predictions, and nothing is trained again."""

import io
import pathlib
import sqlite3
import sys
import tarfile
import tempfile
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from center import Center, Refused, open_event, packed, split_breast_cancer  # noqa: E402

CLASSIFIER = """
from sklearn.linear_model import LogisticRegression


class Classifier:
    def fit(self, X, y):
        self.model = LogisticRegression(C={c}, class_weight={weight!r}, max_iter=2000, random_state=57).fit(X, y)

    def predict_proba(self, X):
        return self.model.predict_proba(X)
"""
FEATURES = """
from sklearn.preprocessing import scale


class FeatureExtractor:
    def fit(self, X_df, y):
        return self

    def transform(self, X_df):
        return scale(X_df.values)[:, {columns}]
"""
MODELS = {  # of these the order by accuracy and by roc_auc differs
    "all": (1.0, None, "0:10"), "few": (0.01, None, "0:3"), "balanced": (0.001, "balanced", "0:10"),
    "lopsided": (1.0, {"benign": 30, "malignant": 1}, "0:10")}


def files_of(name):
    c, weight, columns = MODELS[name]
    return {"classifier.py": CLASSIFIER.format(c=c, weight=weight), "feature_extractor.py": FEATURES.format(columns=columns)}


def with_problem(kit, change):
    """The kit's archive with another problem.py."""
    out = io.BytesIO()
    with tarfile.open(fileobj=io.BytesIO(packed(kit))) as before, tarfile.open(fileobj=out, mode="w:gz") as after:
        for member in before:
            data = before.extractfile(member).read()
            if member.name == "problem.py":
                text = data.decode()
                data = change(text).encode()
                assert data.decode() != text, "nothing was changed"
                member.size = len(data)
            after.addfile(member, io.BytesIO(data))
    return out.getvalue()


def accuracy_first(text):
    auc, nll, accuracy = [line for line in text.splitlines(True) if "rw.score_types." in line]
    return text.replace(auc + nll + accuracy, accuracy.replace("precision=3", "precision=5") + auc
                        + "    rw.score_types.BalancedAccuracy(name='balanced', precision=2),\n")


class Rescore(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.scratch = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.scratch.cleanup)
        cls.center = cls.enterClassContext(Center())
        cls.organiser = cls.center.first_administrator()
        cls.participant = cls.center.person("ada")
        cls.kit, cls.hidden = split_breast_cancer(cls.scratch.name)

    def opened(self, slug, kit_archive=None):
        if kit_archive is None:
            event = open_event(self.organiser, self.kit, self.hidden, slug=slug)["slug"]
        else:
            event = self.opened_from(slug, kit_archive)
        self.participant.post(f"/events/{event}/join")
        return event

    def opened_from(self, slug, kit_archive):
        self.organiser.post("/events", {"slug": slug, "kit_upload": self.organiser.upload(kit_archive),
                                        "data_upload": self.organiser.upload(packed(self.hidden))})
        self.await_event(slug, lambda event: event["state"] != "checking")
        return self.organiser.post(f"/events/{slug}/open", {})["slug"]

    def await_event(self, slug, wanted, seconds=60):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            event = self.organiser.get(f"/events/{slug}")
            if wanted(event):
                return event
            time.sleep(0.05)
        raise AssertionError(f"still {event['state']}, next kit {event.get('next_problem')}")

    def scored(self, event):
        sent = {name: self.participant.submit(event, name, files_of(name)) for name in MODELS}
        ended = {name: self.participant.await_end(one) for name, one in sent.items()}
        self.assertEqual({name: (one["state"], one.get("reason")) for name, one in ended.items()},
                         dict.fromkeys(MODELS, ("scored", None)))
        return ended

    def rescore(self, event, archive):
        return self.organiser.post(f"/events/{event}/rescore", {"kit_upload": self.organiser.upload(archive)})

    def board(self, event):
        return self.participant.get(f"/events/{event}/board?of=all")

    def await_board(self, event, column, seconds=60):
        """The board once every row has that column's score."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            board = self.board(event)
            if len(board["items"]) == len(MODELS) and all(column in row["scores"] for row in board["items"]):
                return board
            time.sleep(0.05)
        raise AssertionError(f"no {column} on the whole board: {board}")

    def rows_without_times(self, board):
        return [(row["rank"], row["name"], row["scores"]) for row in board["items"]]

    def runs(self):
        with sqlite3.connect(f"file:{self.center.folder}/data/agora.db?mode=ro", uri=True) as database:
            return sorted(database.execute("SELECT hex(submission), step, run FROM evaluations"))

    def test_the_board_is_that_of_a_fresh_evaluation(self):
        event = self.opened("changed")
        before = self.scored(event)
        first = self.board(event)
        runs, archive = self.runs(), with_problem(self.kit, accuracy_first)
        self.rescore(event, archive)
        again = self.await_board(event, "balanced")
        self.assertEqual(self.runs(), runs, "nothing ran once more")
        self.assertEqual([(c["name"], c["precision"], c["official"]) for c in again["columns"]],
                         [("accuracy", 5, True), ("roc_auc", 4, False), ("balanced", 2, False)])
        self.assertNotEqual([row["name"] for row in first["items"]], [row["name"] for row in again["items"]])
        after = {name: self.participant.get(f"/submissions/{one['id']}") for name, one in before.items()}
        for name, one in after.items():
            self.assertEqual(one["official"], "accuracy")
            for kept in ("fit_seconds", "predict_seconds", "peak_memory_bytes", "started_at", "ended_at", "state"):
                self.assertEqual(one[kept], before[name][kept], kept)
            self.assertEqual(one["scores"]["roc_auc"], before[name]["scores"]["roc_auc"])
            self.assertNotIn("nll", one["scores"])

        fresh = self.opened("fresh", archive)
        evaluated = self.scored(fresh)
        # Ties are resolved by who came first, and both came in the same order.
        self.assertEqual(self.rows_without_times(again), self.rows_without_times(self.board(fresh)))
        for name, one in after.items():
            self.assertEqual((one["scores"], one["folds"]), (evaluated[name]["scores"], evaluated[name]["folds"]))

        # What comes after is scored under the new kit, and after the release test scores are there.
        self.organiser.post(f"/events/{event}/close")
        self.organiser.post(f"/events/{event}/release")
        self.organiser.post(f"/events/{fresh}/close")
        self.organiser.post(f"/events/{fresh}/release")
        self.assertEqual(self.rows_without_times(self.board(event)), self.rows_without_times(self.board(fresh)))
        self.assertIn("test", self.board(event)["items"][0]["scores"]["accuracy"])

    def test_after_the_release_too(self):
        event = self.opened("released")
        self.scored(event)
        self.organiser.post(f"/events/{event}/close")
        self.organiser.post(f"/events/{event}/release")
        runs = self.runs()
        self.rescore(event, with_problem(self.kit, accuracy_first))
        board = self.await_board(event, "balanced")
        self.assertEqual(self.runs(), runs)
        tests = [row["scores"]["accuracy"]["test"] for row in board["items"]]
        self.assertEqual(tests, sorted(tests, reverse=True))
        self.assertEqual(self.organiser.get(f"/events/{event}")["state"], "released")

    def test_a_kit_that_differs_in_more_is_refused_and_nothing_changes(self):
        event = self.opened("refusing")
        self.scored(event)
        before = self.board(event)
        extra = io.BytesIO(packed(self.kit))
        cases = [
            ("get_cv makes other folds", with_problem(self.kit, lambda text: text.replace("random_state=57", "random_state=58"))),
            ("get_train_data gives other features", with_problem(self.kit, lambda text: text.replace(
                "drop(columns=_TARGET)", "drop(columns=_TARGET) * 2"))),
            ("data/train.csv", self.with_another_row(extra)),
        ]
        for words, archive in cases:
            with self.subTest(words):
                asked = self.rescore(event, archive)
                self.assertIn(asked["next_problem"]["state"], ("checking", "refused"))
                sent = asked["next_problem"]["id"]
                seen = self.await_event(event, lambda one: (one.get("next_problem", {}).get("id"),
                                                            one.get("next_problem", {}).get("state")) == (sent, "refused"))
                self.assertEqual(seen["state"], "open")
                self.assertIn(words, " ".join(f"{f.get('file')} {f['message']}" for f in seen["next_problem"]["findings"]))
                self.assertEqual(self.board(event), before)
        self.assertNotIn("next_problem", self.participant.get(f"/events/{event}"))
        with self.assertRaises(Refused) as refused:
            self.participant.post(f"/events/{event}/rescore", {"kit_upload": self.participant.upload(packed(self.kit))})
        self.assertEqual(refused.exception.status, 403)

    def with_another_row(self, archive):
        out = io.BytesIO()
        with tarfile.open(fileobj=archive) as before, tarfile.open(fileobj=out, mode="w:gz") as after:
            for member in before:
                data = before.extractfile(member).read()
                if member.name == "data/train.csv":
                    data = data[:data.rindex(b"\n", 0, -1) + 1]
                    member.size = len(data)
                after.addfile(member, io.BytesIO(data))
        return out.getvalue()


if __name__ == "__main__":
    unittest.main()
