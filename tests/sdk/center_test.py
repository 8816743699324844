"""The client against a real center: the first steps of a participant, by command and from Python."""
import io
import json
import os
import pathlib
import shutil
import subprocess
import sys
import unittest
from unittest import mock

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import center  # noqa: E402
import support  # noqa: E402

import agora  # noqa: E402
from agora import config, notebook  # noqa: E402
from agora.errors import AgoraError  # noqa: E402
from agora.transport import Transport  # noqa: E402

PYTHON = os.environ.get("AGORA_TEST_PYTHON", sys.executable)  # with rampwf


class AtACenter(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.served = cls.enterClassContext(center.center())
        cls.url = cls.served.url
        cls.python = support.environment(support.HTTPX)

    def setUp(self):
        self.folder = self.enterContext(support.private_folder())
        notebook._connected = None

    def run_agora(self, *words, input=None, here=None):
        """(exit code, standard output, standard error) of a command, as a person gives it."""
        env = dict(os.environ, PYTHONPATH=str(support.SOURCE))
        done = subprocess.run([str(self.python), "-m", "agora", *words], input=input, capture_output=True, text=True,
                              env=env, cwd=here or self.folder, timeout=300)
        return done.returncode, done.stdout, done.stderr

    def done(self, *words, **given):
        code, out, err = self.run_agora(*words, **given)
        self.assertEqual(code, 0, f"{words}: {out}{err}")
        return out

    def signed_up(self, name):
        self.done("login", self.url, "--sign-up", "--name", name, "--email", f"{name.lower()}@example.org",
                  "--password-stdin", input=center.PASSWORD + "\n")

    def started(self, name):
        self.signed_up(name)
        self.done("start", "masses", "kit")
        self.done("join", here=self.folder / "kit")
        return self.folder / "kit"


class Accounts(AtACenter):
    def test_a_login_is_a_token_that_ends_with_the_logout(self):
        self.signed_up("Grace")
        kept = config.read_servers()[-1]
        self.assertEqual(json.loads(self.done("whoami", "--json"))["person"]["name"], "Grace")
        self.assertIn("Grace", self.done("whoami"))
        self.assertEqual(self.done("logout"), f"logged out of {self.url}\n")
        self.assertEqual(config.read_servers(), [])
        with self.assertRaises(AgoraError) as caught:
            Transport(self.url, kept["token"]).get("/me")
        self.assertEqual(caught.exception.kind, "unauthenticated")

    def test_a_new_login_ends_the_token_of_the_old_one(self):
        self.signed_up("Hedy")
        old = config.read_servers()[-1]["token"]
        self.done("login", "--email", "hedy@example.org", "--password-stdin", input=center.PASSWORD + "\n")
        self.assertNotEqual(config.read_servers()[-1]["token"], old)
        with self.assertRaises(AgoraError):
            Transport(self.url, old).get("/me")

    def test_a_wrong_password_and_a_wrong_token_are_refused(self):
        code, out, err = self.run_agora("login", self.url, "--email", "nobody@example.org", "--password-stdin",
                                        input="a wrong one\n")
        self.assertEqual((code, out), (1, ""), err)
        self.assertRegex(err, r"^error: .+\n  \(request 0\w{25}\)\n")
        code, out, err = self.run_agora("login", self.url, "--token", "agora_" + "a" * 40)
        self.assertEqual((code, out), (1, ""), err)
        self.assertFalse(config.servers_file().exists())

    def test_a_login_without_a_terminal_names_the_option(self):
        code, _, err = self.run_agora("login", self.url, input="")
        self.assertEqual(code, 1)
        self.assertIn("give --email", err)


class Commands(AtACenter):
    def test_a_stranger_reads_what_is_public(self):
        os.environ["AGORA_SERVER"] = self.url
        self.assertIn("masses", self.done("events"))
        self.assertEqual(json.loads(self.done("events", "--json"))["items"][0]["slug"], "masses")
        self.assertIn("Malignant", self.done("board", "masses"))
        code, _, err = self.run_agora("join", "masses")
        self.assertEqual(code, 1)
        self.assertIn(f"next: agora login {self.url}", err)

    def test_from_the_start_to_the_board(self):
        kit = self.started("Emmy")
        self.assertTrue((kit / "problem.py").is_file() and (kit / "submissions" / "starting_kit").is_dir())
        tried = json.loads(self.done("try", "--all-folds", "--json", "--python", PYTHON, here=kit))
        out = self.done("submit", "starting_kit", "--name", "first", "--wait", here=kit)
        self.assertTrue(out.startswith("masses · first (#1) · 5 folds"), out)
        self.assertIn("roc_auc (official, higher is better)", out)
        one = json.loads(self.done("submissions", "--json", here=kit))["items"][0]
        self.assertEqual(one["state"], "scored")
        # A practice event scores on the public data: what was tried is what is scored.
        self.assertAlmostEqual(one["scores"]["roc_auc"]["bagged_valid"], tried["scores"]["roc_auc"]["bagged_valid"],
                               delta=1e-6)
        self.assertIn("first", self.done("submissions", here=kit))
        row = next(row for row in json.loads(self.done("board", "--json", here=kit))["items"] if row["name"] == "first")
        self.assertTrue(row["is_mine"])
        self.assertIn("trial, on public data", self.done("logs", "1", here=kit))
        code, _, err = self.run_agora("cancel", "1", here=kit)
        self.assertNotEqual((code, err), (0, ""))

    def test_a_failure_is_told_with_its_line_and_the_log_has_its_traceback(self):
        kit = self.started("Sofja")
        code = kit / "submissions" / "broken"
        shutil.copytree(kit / "submissions" / "starting_kit", code)
        (code / "classifier.py").write_text("raise ValueError('as planned')\n")
        exit, out, err = self.run_agora("submit", str(code), "--wait", here=kit)
        self.assertEqual((exit, out), (1, ""), err)
        self.assertRegex(err, r"^error: exception in trial.*\(.*classifier.py, line 1\)\n  ValueError: as planned\n")
        self.assertIn("as planned", self.done("logs", here=kit))
        exit, out, _ = self.run_agora("submit", str(code), "--wait", "--json", here=kit)
        self.assertEqual((exit, json.loads(out)["reason"]["exception_class"]), (1, "ValueError"))

    def test_what_the_server_refuses_is_told_in_its_words(self):
        kit = self.started("Lise")
        (kit / "submissions" / "empty").mkdir()
        (kit / "submissions" / "empty" / "other.py").write_text("x = 1\n")
        for words, said in ((("submit", "submissions/empty"), "has no feature_extractor.py"), (("board", "none"), "none"),
                            (("logs", "77"), "no submission 77"), (("submit", "nowhere"), "there is no folder")):
            with self.subTest(words):
                code, out, err = self.run_agora(*words, here=kit)
                self.assertIn(code, (1, 2))
                self.assertEqual(out, "")
                self.assertIn(said, err)
        code, _, err = self.run_agora("start", "masses", "kit")
        self.assertEqual(code, 1)
        self.assertIn("kit is there already", err)

    def test_a_board_that_is_watched_shows_a_new_score(self):
        kit = self.started("Maria")
        env = dict(os.environ, PYTHONPATH=str(support.SOURCE))
        watching = subprocess.Popen([str(self.python), "-m", "agora", "board", "--of", "all", "--watch", "--json"], cwd=kit,
                                    env=env, stdout=subprocess.PIPE, text=True)
        try:
            before = json.loads(watching.stdout.readline())["items"]
            self.done("submit", "submissions/starting_kit", "--name", "seen live", "--wait", here=kit)
            after = json.loads(watching.stdout.readline())["items"]
            self.assertEqual(len(after), len(before) + 1)
            self.assertIn("seen live", [row["name"] for row in after])
        finally:
            watching.kill()
            watching.wait()
            watching.stdout.close()

    def test_a_server_that_is_away_is_exit_code_3_and_says_what_to_check(self):
        os.environ["AGORA_SERVER"] = "http://127.0.0.1:1"
        code, out, err = self.run_agora("events")
        self.assertEqual((code, out), (3, ""))
        self.assertTrue(err.startswith("error: 127.0.0.1:1 cannot be reached: "), err)
        self.assertIn("opens in a browser", err)


class Python(AtACenter):
    def connect(self, name):
        token = center.log_in(self.url, name)
        return agora.connect(self.url, token)

    def test_a_session_from_connect_to_board(self):
        there = self.connect("Rosalind")
        kit = agora.start("masses")
        self.assertEqual(kit, pathlib.Path("masses"))
        there.join("masses")
        X, y = agora.load_data("masses")
        self.assertEqual((len(X), set(y)), (len(y), {"benign", "malignant"}))
        before = list(config.cache_folder().rglob("problem.py"))
        self.assertEqual(len(before), 1)
        with mock.patch.object(agora.Center, "starter_kit", side_effect=AssertionError("downloaded twice")):
            agora.load_data("masses")
        os.chdir(kit)
        self.assertEqual(len(agora.load_data()[0]), len(X))
        with mock.patch("sys.stderr", io.StringIO()) as err:
            submission = agora.submit("submissions/starting_kit", name="from Python")
        self.assertEqual(err.getvalue(), "", "progress is for terminals")
        self.assertEqual(submission.state, "scored")
        self.assertGreater(submission.score, 0.9)
        self.assertEqual([column.name for column in submission.score_columns()], ["roc_auc", "nll", "accuracy"])
        self.assertIn("from Python", submission._repr_html_())
        board = agora.board(of="all")
        self.assertIn("from Python", [row.name for row in board.rows])
        frame = board.to_pandas()
        self.assertIn("roc_auc", frame.columns)
        self.assertEqual(len(frame), len(board.rows))

    def test_a_large_submission_travels_by_upload(self):
        self.connect("Chien").join("masses")
        folder = self.folder / "large"
        shutil.copytree(support.ROOT / "kits" / "breast_cancer" / "submissions" / "starting_kit", folder)
        (folder / "weights.bin").write_bytes(os.urandom(700_000))
        submission = agora.submit(folder, "masses")
        self.assertEqual(submission.state, "scored", str(submission))
        self.assertGreater(submission.size_bytes, 700_000)

    def test_without_waiting_it_can_be_followed_and_cancelled(self):
        there = self.connect("Barbara")
        there.join("masses")
        folder = support.ROOT / "kits" / "breast_cancer" / "submissions" / "starting_kit"
        submission = agora.submit(folder, "masses", wait=False)
        self.assertFalse(submission.has_ended)
        states = [one.state for one in there.follow(submission)]
        self.assertEqual(states[-1], "scored")
        again = agora.submit(folder, "masses", wait=False)
        try:
            there.cancel(again.id)
        except AgoraError as error:
            self.assertEqual(error.kind, "conflict", "it had ended")
        *_, last = there.follow(again)
        self.assertIn(last.state, ("cancelled", "scored"))

    def test_errors_say_what_to_change(self):
        with self.assertRaises(AgoraError) as caught:
            agora.connect(self.url, "agora_wrong")
        self.assertEqual(caught.exception.kind, "unauthenticated")
        self.connect("Vera")
        with self.assertRaises(AgoraError) as caught:
            agora.board("nowhere")
        self.assertEqual((caught.exception.kind, caught.exception.status), ("not_found", 404))
        self.assertTrue(caught.exception.request_id)
        with self.assertRaisesRegex(AgoraError, "which event"):
            agora.board()


class Download(AtACenter):
    def test_the_center_serves_the_wheel_that_pip_installs(self):
        said = Transport(self.url).get("/client")
        name = next(value for value in said.values() if str(value).endswith(".whl")).rpartition("/")[2]
        python = self.folder / "venv" / "bin" / "python"
        subprocess.run([sys.executable, "-m", "venv", str(self.folder / "venv")], check=True)
        support.install(python, f"{self.url}/api/v1/client/{name}")
        done = subprocess.run([str(python.with_name("agora")), "events"], capture_output=True, text=True,
                              env=dict(os.environ, AGORA_SERVER=self.url))
        self.assertIn("masses", done.stdout, done.stderr)


if __name__ == "__main__":
    unittest.main()
