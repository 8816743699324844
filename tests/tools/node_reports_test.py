"""What `tools/dev test` makes of the reports of vitest and Playwright: nothing that went wrong may count as passed."""
import json
import os
import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "tools"))
from devtools import node_reports  # noqa: E402


def vitest(*tests, status="passed", message=""):
    rows = [{"fullName": name, "status": outcome, "failureMessages": said} for name, outcome, said in tests]
    return {"testResults": [{"name": "/front/src/a.test.ts", "status": status, "message": message,
                             "assertionResults": rows}]}


class Vitest(unittest.TestCase):
    def cases(self, report):
        return list(node_reports.cases_of_vitest(report, "/front"))

    def test_each_outcome_is_a_case_named_by_file_and_test(self):
        cases = self.cases(vitest(("rank is kept", "passed", []), ("rank is lost", "failed", ["expected 1 to be 2"]),
                                  ("elsewhere", "skipped", []), ("later", "todo", []), status="failed"))
        self.assertEqual([case.outcome for case in cases], ["passed", "failed", "skipped", "skipped"])
        self.assertEqual(cases[0].name, "src/a.test.ts: rank is kept")
        self.assertIn("expected 1 to be 2", cases[1].text)
        self.assertIn("src/a.test.ts", cases[2].text)
        self.assertEqual(cases[3].text, "to be written")

    def test_a_file_that_cannot_be_read_is_a_failure(self):
        cases = self.cases(vitest(status="failed", message="Cannot find module './nowhere'"))
        self.assertEqual([case.outcome for case in cases], ["failed"])
        self.assertIn("nowhere", cases[0].text)

    def test_an_unknown_outcome_is_a_failure(self):
        self.assertEqual(self.cases(vitest(("odd", "exploded", [])))[0].outcome, "failed")


def playwright(*tests, errors=()):
    specs = [{"title": title, "tests": [test]} for title, test in tests]
    return {"suites": [{"title": "board.spec.ts", "suites": [{"title": "as ada", "specs": specs}]}],
            "errors": [{"message": text} for text in errors]}


def ended(status, *messages, annotations=()):
    return {"status": status, "annotations": list(annotations),
            "results": [{"errors": [{"message": text} for text in messages]}]}


class Playwright(unittest.TestCase):
    def cases(self, report):
        return list(node_reports.cases_of_playwright(report))

    def test_each_outcome_is_a_case_named_by_file_group_and_test(self):
        away = {"type": "skip", "description": "no network"}
        cases = self.cases(playwright(("rows are ranked", ended("expected")),
                                      ("rows move", ended("unexpected", "\x1b[31mno row\x1b[39m")),
                                      ("rows are far", ended("skipped", annotations=[away]))))
        self.assertEqual([case.outcome for case in cases], ["passed", "failed", "skipped"])
        self.assertEqual(cases[0].name, "board.spec.ts > as ada > rows are ranked")
        self.assertEqual([case.text for case in cases[1:]], ["no row", "no network"])

    def test_what_passed_at_the_second_try_is_a_failure(self):
        self.assertEqual(self.cases(playwright(("sometimes", ended("flaky", "late"))))[0].outcome, "failed")

    def test_what_was_passed_over_without_a_word_is_a_failure(self):
        cases = self.cases(playwright(("after the crash", ended("skipped"))))
        self.assertEqual([(case.outcome, case.text) for case in cases], [("failed", "did not run")])

    def test_an_error_outside_of_every_test_is_a_failure(self):
        cases = self.cases(playwright(("rows are ranked", ended("expected")), errors=["SyntaxError: board.spec.ts"]))
        self.assertEqual([case.outcome for case in cases], ["passed", "failed"])
        self.assertIn("SyntaxError", cases[1].text)


class Reports(unittest.TestCase):
    def outcomes(self, written, code):
        """The outcomes for a command that writes this text, or nothing, and ends with this code."""
        with tempfile.TemporaryDirectory() as folder:
            report = pathlib.Path(folder, "report.json")
            if written is not None:
                report.write_text(written)
            cases = node_reports.report_of("browser", ["bash", "-c", f"echo its last words; exit {code}"], 60,
                                           dict(os.environ), folder, report, node_reports.cases_of_playwright)
        return [case.outcome for case in cases], "\n".join(case.text for case in cases)

    def test_no_report_or_a_torn_one_is_a_failure_with_the_last_words(self):
        for what, written in {"none": None, "torn": '{"suites": [', "another": '{"suits": []}'}.items():
            with self.subTest(what):
                outcomes, texts = self.outcomes(written, 0)
                self.assertEqual(outcomes, ["failed"])
                self.assertIn("its last words", texts)

    def test_a_report_without_a_test_is_a_failure(self):
        self.assertEqual(self.outcomes(json.dumps({"suites": []}), 0)[0], ["failed"])

    def test_an_exit_code_that_no_test_explains_is_a_failure(self):
        report = json.dumps(playwright(("rows are ranked", ended("expected"))))
        self.assertEqual(self.outcomes(report, 0)[0], ["passed"])
        self.assertEqual(self.outcomes(report, 1)[0], ["passed", "failed"])


if __name__ == "__main__":
    unittest.main()
