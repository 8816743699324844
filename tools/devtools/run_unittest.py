#!/usr/bin/env python3
"""Runs one file of unittest and writes its cases as JSON.

usage: run_unittest.py FILE --report JSON
"""
import importlib.util
import json
import pathlib
import sys
import unittest


class Recorder(unittest.TextTestResult):
    def __init__(self, *given):
        super().__init__(*given)
        self.rows = []

    def note(self, test, outcome, text=""):
        self.rows.append((f"{pathlib.Path(sys.argv[1]).stem}: {test.id()}", outcome, text))

    def addSuccess(self, test):
        super().addSuccess(test)
        self.note(test, "passed")

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self.note(test, "skipped", reason)

    def addFailure(self, test, error):
        super().addFailure(test, error)
        self.note(test, "failed", self.failures[-1][1])

    def addError(self, test, error):
        super().addError(test, error)
        self.note(test, "failed", self.errors[-1][1])

    def addSubTest(self, test, subtest, error):
        super().addSubTest(test, subtest, error)
        if error is not None:
            kept = self.failures if issubclass(error[0], test.failureException) else self.errors
            self.note(subtest, "failed", kept[-1][1])

    def addExpectedFailure(self, test, error):
        super().addExpectedFailure(test, error)
        self.note(test, "passed")

    def addUnexpectedSuccess(self, test):
        super().addUnexpectedSuccess(test)
        self.note(test, "failed", "passed, though it is marked as an expected failure")


def main(file, flag, report):
    assert flag == "--report"
    path = pathlib.Path(file)
    sys.path.insert(0, str(path.parent))
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module
    try:
        spec.loader.exec_module(module)
    except unittest.SkipTest as skip:
        pathlib.Path(report).write_text(json.dumps([(path.stem, "skipped", str(skip))]))
        return 0
    tests = unittest.defaultTestLoader.loadTestsFromModule(module)
    result = unittest.TextTestRunner(resultclass=Recorder, verbosity=2).run(tests)
    pathlib.Path(report).write_text(json.dumps(result.rows))
    return 0 if result.wasSuccessful() else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
