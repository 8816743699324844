"""The runner's own tests: a runner that passes everything would make every scenario worthless."""
import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from runner import match, play, text  # noqa: E402


def played(words, rewrite=False):
    """(outcome, why, the file's text afterwards) of a scenario with the given text."""
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder, "some.test")
        path.write_text(words)
        return (*play.play(path, rewrite), path.read_text())


class Outcomes(unittest.TestCase):
    def test_what_differs_fails(self):
        cases = {
            "output": "$ echo yes\nno\n",
            "missing output": "$ echo yes\n",
            "extra output": "$ true\nyes\n",
            "messages": "$ echo yes >&2\n! no\n",
            "message on the wrong stream": "$ echo yes >&2\nyes\n",
            "exit code": "$ exit 3\n? 2\n",
            "exit code expected 0": "$ exit 3\n",
            "a signal": "$ kill -9 $$\n",
            "number of lines": "$ printf 'a\\n\\nb\\n'\na\nb\n",
            "a number beyond its tolerance": "$ echo '{\"a\": 1.1}'\n{json: a = 1 ± 0.05}\n",
            "no JSON": "$ echo words\n{json: a = 1}\n",
            "two JSON objects": "$ echo '{\"a\": 1} {}'\n{json: a = 1}\n",
            "no command": "# nothing\n",
            "an unknown setting": "@ loud\n$ true\n",
        }
        for what, words in cases.items():
            with self.subTest(what):
                self.assertEqual(played(words)[0], "failed")

    def test_what_matches_passes(self):
        cases = {
            "output": "$ echo yes\nyes\n\n# end\n$ true\n",
            "blank line within": "$ printf 'a\\n\\nb\\n'\na\n\nb\n",
            "messages and exit code": "$ echo no >&2; exit 3\n! no\n? 3\n",
            "any text": "$ echo took 12 ms\ntook ... ms\n",
            "any lines": "$ seq 9\n1\n...\n9\n",
            "no lines are any lines": "$ seq 2\n1\n...\n2\n",
            "an escaped line": "$ echo '$ x'\n\\$ x\n",
            "a file": "> file a/b.txt\n| one\n|\n|  two\n$ cat a/b.txt\none\n\n two\n",
            "two lines of command": "$ echo a \\\n  b\na b\n",
            "the folder's name": "$ pwd\n$TMP\n",
            "json": "$ echo '{\"a b\": [1, {\"c\": 2}], \"d\": null}'\n{json: \"a b\"[1].c = 2.0000001 ± 1e-6}\n"
                    "{json: \"a b\".# = 2}\n{json: d = null}\n{json: e absent}\n{json: \"a b\"[0] < 2}\n",
        }
        for what, words in cases.items():
            with self.subTest(what):
                self.assertEqual(played(words)[:2], ("passed", ""))

    def test_a_command_past_its_limit_is_killed_with_its_children(self):
        outcome, why, _ = played("@ limit 0.3\n$ sleep 61 & sleep 62\n")
        self.assertEqual(outcome, "failed")
        self.assertIn("killed", why)

    def test_a_private_home_is_given_when_asked(self):
        self.assertEqual(played("@ fresh-home\n$ echo $AGORA_HOME\n$TMP/.agora-home\n")[0], "passed")


class Rewriting(unittest.TestCase):
    def test_a_rewritten_scenario_passes_and_keeps_its_comments(self):
        words = ("# Why.\n$ printf '$ x\\n\\n? 1\\n'; echo oh >&2; exit 2\nold\n\n# Then.\n"
                 "$ echo '{\"a\": 0.5}'\n{json: a = 1 ± 1e-9}\n")
        outcome, _, after = played(words, rewrite=True)
        self.assertEqual(outcome, "passed")
        self.assertEqual(played(after)[:2], ("passed", ""))
        self.assertIn("# Why.\n", after)
        self.assertIn("\n\n# Then.\n", after)
        self.assertIn("{json: a = 0.5 ± 1e-9}", after)

    def test_what_passes_is_left_alone(self):
        words = "$ echo took 3 ms\ntook ... ms\n"
        self.assertEqual(played(words, rewrite=True)[2], words)


class Reading(unittest.TestCase):
    def test_errors_name_the_line(self):
        with self.assertRaisesRegex(text.Malformed, "line 2: 'words' belongs"):
            text.read("\nwords\n$ true\n")
        with self.assertRaisesRegex(text.Malformed, "line 2: settings stand"):
            text.read("$ true\n@ limit 3\n")

    def test_a_check_that_is_none_says_how_to_write_one(self):
        self.assertIn("PATH = VALUE", match.why_check_fails("a is 3", {"a": 3}))
        self.assertIn("must be JSON", match.why_check_fails("a = yes", {"a": "yes"}))
        self.assertIn("there is no 'b'", match.why_check_fails("b = 1", {"a": 3}))


if __name__ == "__main__":
    unittest.main()
