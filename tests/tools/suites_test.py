"""What `tools/dev test` makes of test programs that end badly: nothing that went wrong may count as passed."""
import os
import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "tools"))
from devtools import suites  # noqa: E402

REPORT = """<testsuites><testsuite name="A">
<testcase name="Passes" status="run" result="completed" classname="A" />
<testcase name="Skips" status="run" result="skipped" classname="A"><skipped message="a.cpp:4&#x0A;no disk"/></testcase>
<testcase name="Off" status="notrun" result="suppressed" classname="A" />
%s</testsuite></testsuites>"""
FAILURE = '<testcase name="Fails" status="run" classname="A"><failure message="m">a.cpp:5</failure></testcase>'
WRITE = """cat > "$(echo "$1" | sed 's/--gtest_output=xml://')" <<'END'\n%s\nEND\n"""


def outcomes_of(script, seconds=suites.UNIT_SECONDS):
    """(outcomes, all texts) for a program that is this shell script."""
    with tempfile.TemporaryDirectory() as folder:
        program = pathlib.Path(folder, "some_test")
        program.write_text("#!/bin/bash\n" + script)
        program.chmod(0o755)
        before, suites.UNIT_SECONDS = suites.UNIT_SECONDS, seconds
        try:
            cases = suites.unit_tests(program, "", dict(os.environ), [])
        finally:
            suites.UNIT_SECONDS = before
    return sorted(case.outcome for case in cases), "\n".join(case.text for case in cases)


class UnitTests(unittest.TestCase):
    def test_reported_cases_are_counted_with_their_reasons(self):
        outcomes, texts = outcomes_of(WRITE % (REPORT % FAILURE) + "exit 1")
        self.assertEqual(outcomes, ["failed", "passed", "skipped"])
        self.assertIn("a.cpp:5", texts)
        self.assertIn("no disk", texts)

    def test_a_crash_is_a_failure_and_names_the_test(self):
        outcomes, texts = outcomes_of("echo '[       OK ] A.One (0 ms)'; echo '[ RUN      ] A.Two'; kill -SEGV $$")
        self.assertEqual(outcomes, ["failed", "passed"])
        self.assertIn("SIGSEGV in or after A.Two", texts)

    def test_a_crash_after_a_good_report_is_a_failure(self):
        self.assertIn("failed", outcomes_of(WRITE % (REPORT % "") + "kill -ABRT $$")[0])

    def test_an_exit_code_that_no_test_explains_is_a_failure(self):
        self.assertIn("failed", outcomes_of(WRITE % (REPORT % "") + "exit 1")[0])

    def test_no_report_is_a_failure(self):
        outcomes, texts = outcomes_of("exit 0")
        self.assertEqual(outcomes, ["failed"])
        self.assertIn("reported no test", texts)

    def test_a_hang_is_a_failure_and_is_ended(self):
        outcomes, texts = outcomes_of("sleep 63", seconds=0.3)
        self.assertEqual(outcomes, ["failed"])
        self.assertIn("was killed", texts)


class PythonTests(unittest.TestCase):
    def test_each_outcome_is_reported(self):
        words = ("import unittest\nclass A(unittest.TestCase):\n"
                 "    def test_good(self): pass\n"
                 "    def test_bad(self): self.fail('because')\n"
                 "    def test_part(self):\n        for i in (1, 2):\n            with self.subTest(i): self.assertEqual(i, 1)\n"
                 "    @unittest.skip('no network')\n    def test_away(self): pass\n")
        runner = str(suites.ROOT / "tools/devtools/run_unittest.py")
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder, "some_test.py")
            file.write_text(words)
            cases = suites.reported("some_test.py", [sys.executable, runner, str(file)], 60, dict(os.environ))
        self.assertEqual(sorted(case.outcome for case in cases), ["failed", "failed", "passed", "skipped"])

    def test_a_file_that_cannot_be_read_is_a_failure(self):
        runner = str(suites.ROOT / "tools/devtools/run_unittest.py")
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder, "some_test.py")
            file.write_text("import nowhere\n")
            cases = suites.reported("some_test.py", [sys.executable, runner, str(file)], 60, dict(os.environ))
        self.assertEqual([case.outcome for case in cases], ["failed"])
        self.assertIn("nowhere", cases[0].text)


if __name__ == "__main__":
    unittest.main()
