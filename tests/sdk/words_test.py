"""Results as text and as HTML."""
import datetime
import html.parser
import pathlib
import re
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import support  # noqa: E402

support.use_client()
from agora import words  # noqa: E402
from agora.cli import tell  # noqa: E402
from agora.results import Board, Column, Event, Submission  # noqa: E402

EVIL = "<script>alert(1)</script>&\"'\x1b[2J"
COLUMNS = [Column("auc", 3), Column("nll", 2, True)]


def scored(**more):
    fold = {"train": {"auc": 0.9, "nll": 0.1}, "valid": {"auc": 0.8, "nll": None}}
    score = {"train_mean": 0.9, "train_std": 0.0, "valid_mean": 0.85, "valid_std": 0.05, "bagged_valid": 0.875}
    return Submission.from_json({
        "id": "01JZ0000000000000000000000", "number": 3, "name": "mine", "state": "scored", "event": {"slug": "stars"},
        "team": {"name": "Ada"}, "official": "auc", "scores": {"nll": score, "auc": score}, "fit_seconds": 0.1234,
        "folds": [fold, fold], "progress": {"folds_done": 2, "folds": 2}, "surprise": {"new": 1}, **more}, COLUMNS)


def board(**row):
    rows = [{"rank": 1, "submission_id": "A", "number": 1, "name": "first", "team": {"name": "Ada"}, "is_mine": True,
             "scores": {"auc": {"valid": 0.91}, "nll": {"valid": 0.2}}, "fit_seconds": 12.0},
            {"rank": 2, "submission_id": "B", "number": 1, "name": "b", "team": {"name": "Bo"}, "scores": {}, **row}]
    columns = [{"name": "nll", "precision": 2, "is_lower_the_better": True},
               {"name": "auc", "precision": 3, "official": True}]
    return Board.from_json("stars", {"columns": columns, "items": rows, "next": None})


class Text(unittest.TestCase):
    def test_a_scored_submission_is_a_table_for_each_score_official_first(self):
        self.assertEqual(str(scored()), """\
stars · mine (#3) · 2 folds, each fitted in 0.12 s

auc (official, higher is better)
      fold           train           valid
         0           0.900           0.800
         1           0.900           0.800
mean ± std  0.900 ± 0.0000  0.850 ± 0.0500
bagged                               0.875

nll (lower is better)
      fold         train         valid
         0          0.10           nan
         1          0.10           nan
mean ± std  0.90 ± 0.000  0.85 ± 0.050
bagged                            0.88
""")

    def test_a_failure_says_what_where_and_what_next(self):
        failed = scored(state="failed", scores=None, reason={
            "kind": "exception", "phase": "fit", "fold": 2, "exception_class": "ValueError", "file": "classifier.py",
            "line": 14, "message": None, "next_step": "look at line 14"})
        self.assertEqual(str(failed), "mine (#3) failed: exception in fit, fold 2 (classifier.py, line 14)\n"
                                      "  ValueError\n\nnext: look at line 14\n")

    def test_a_waiting_and_a_running_submission_say_where_they_stand(self):
        now = datetime.datetime(2026, 1, 1, 0, 0, 10, tzinfo=datetime.timezone.utc)
        cases = {
            "queued at place 3, about 12 s": {"state": "queued", "queue": {"place": 3, "ahead": 2, "wait_seconds": 12}},
            "waiting": {"state": "received"},
            "trial on public data": {"state": "trial"},
            "preparing": {"state": "running", "progress": {"folds_done": 0, "folds": 0}},
            "folds  ●●···  2/5  about 15 s left": {"state": "running", "started_at": "2026-01-01T00:00:00Z",
                                                   "progress": {"folds_done": 2, "folds": 5}},
            "folds  ●●  2/2  scoring": {"state": "running"},
        }
        for text, said in cases.items():
            with self.subTest(text):
                self.assertEqual(words.progress_text(scored(**said), now), text)

    def test_a_board_has_its_official_score_first_and_marks_ones_own(self):
        self.assertEqual(str(board()), """\
rank  team   submission    auc   nll   fit  scored
   1  Ada *  first       0.910  0.20  12 s
   2  Bo     b
""")
        moved = words.board_text(board(), {"A": 3}).splitlines()
        self.assertTrue(moved[1].endswith("▲2") and moved[2].endswith("new"), moved)
        self.assertIn("... and 1 more", words.board_text(board(), most_rows=1))

    def test_after_the_release_test_scores_stand_first(self):
        released = board(scores={"auc": {"valid": 0.5, "test": 0.4}})
        self.assertIn("auc (test)  auc (valid)  nll (test)", str(released))

    def test_times_are_told_from_now(self):
        now = datetime.datetime(2026, 1, 1, tzinfo=datetime.timezone.utc)
        for seconds, text in ((0, "now"), (90, "in 90 s"), (-600, "10 min ago"), (3 * 3600, "in 3 hours"),
                              (-3 * 86400, "3 days ago")):
            with self.subTest(text):
                self.assertEqual(words.relative_text(now + datetime.timedelta(seconds=seconds), now), text)

    def test_nothing_from_others_steers_the_terminal(self):
        self.assertEqual(tell.plain("a\x1b[2J\x9b1m\rb\tc\né"), "a?[2J?1m?b\tc\né")

    def test_an_event_of_a_later_server_is_read(self):
        event = Event.from_json({"id": "1", "slug": "s", "title": "S", "state": "open", "new": True,
                                 "score_columns": [{"name": "a"}], "mine": None, "closes_at": "2026-01-01T00:00:00.5Z"})
        self.assertEqual((event.columns[0].precision, event.closes_at.microsecond), (4, 500_000))


class Checker(html.parser.HTMLParser):
    """Every tag is closed in order, and none is one that acts."""

    def __init__(self):
        super().__init__()
        self.open, self.text = [], ""

    def handle_starttag(self, tag, attributes):
        assert tag in {"table", "caption", "thead", "tbody", "tr", "th", "td", "p", "strong", "pre"}, tag
        assert all(name in ("style", "scope") for name, _ in attributes), attributes
        self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data


class Inbox(unittest.TestCase):
    def test_each_is_shown_with_its_page_and_marked_where_it_is_new(self):
        told = {"title": "Two", "text": "It is so.", "url": "/events/moons/messages", "created_at": "2026-03-01T12:00:00Z",
                "read_at": None}
        now = datetime.datetime(2026, 3, 1, 12, 10, tzinfo=datetime.timezone.utc)
        self.assertEqual(words.inbox_text([told, {**told, "title": "One", "read_at": told["created_at"]}], "https://x", now),
                         "Two · 10 min ago · new\n  It is so.\n  https://x/events/moons/messages\n\n"
                         "One · 10 min ago\n  It is so.\n  https://x/events/moons/messages\n")
        self.assertEqual(words.inbox_text([], "https://x", now), "")


class Html(unittest.TestCase):
    def check(self, text):
        checker = Checker()
        checker.feed(text)
        checker.close()
        self.assertEqual(checker.open, [])
        for style in re.findall(r'style="([^"]*)"', text):  # one colour cannot be right in light and in dark
            self.assertNotRegex(style, r"#|rgb\(|black|white")
        return checker.text

    def test_texts_of_others_are_texts(self):
        cases = [scored(name=EVIL)._repr_html_(), board(name=EVIL, team={"name": EVIL})._repr_html_(),
                 scored(state="failed", reason={"kind": EVIL, "phase": EVIL, "message": EVIL, "next_step": EVIL,
                                                "exception_class": EVIL, "file": EVIL})._repr_html_()]
        for text in cases:
            with self.subTest(text[:60]):
                self.assertIn("<script>alert(1)</script>&\"'", self.check(text))

    def test_scores_and_states_are_there(self):
        self.assertIn("0.875", self.check(scored()._repr_html_()))
        self.assertIn("trial on public data", self.check(scored(state="trial")._repr_html_()))
        self.assertIn("nobody", self.check(Board.from_json("e", {"columns": [], "items": []})._repr_html_()))


if __name__ == "__main__":
    unittest.main()
