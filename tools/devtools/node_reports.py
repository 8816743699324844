"""What vitest and Playwright report as JSON, as cases of ours."""
import json
import os
import re

from devtools.running import Case, how_it_ended, run_limited, tail

VITEST = {"passed": "passed", "skipped": "skipped", "pending": "skipped", "todo": "skipped", "disabled": "skipped"}


def cases_of_vitest(report, root):
    for file in report["testResults"]:
        path = os.path.relpath(file["name"], root)
        for test in file["assertionResults"]:
            outcome = VITEST.get(test["status"], "failed")
            text = "\n".join(test.get("failureMessages") or [])
            if outcome == "skipped":
                text = "to be written" if test["status"] == "todo" else f"{path} says why"  # the report does not
            yield Case(f"{path}: {test['fullName'].strip()}", outcome, text)
        # A file that cannot be read has no test, and says why itself.
        if file["status"] == "failed" and not any(t["status"] == "failed" for t in file["assertionResults"]):
            yield Case(path, "failed", file.get("message") or "failed outside its tests")


COLOURS = re.compile(r"\x1b\[[0-9;]*m")


def case_of_playwright(name, test):
    if test["status"] == "skipped":
        notes = [*(test.get("annotations") or []), *(n for r in test["results"] for n in r.get("annotations") or [])]
        reasons = {note.get("description") or "": None for note in notes if note["type"] in ("skip", "fixme")}
        if not reasons:  # what it stands on failed, so that Playwright passed it over
            return Case(name, "failed", "did not run")
        return Case(name, "skipped", "; ".join(filter(None, reasons)))
    if test["status"] == "expected":
        return Case(name, "passed")
    # A flaky test is one that failed: no test is tried twice.
    errors = [error for result in test["results"] for error in result.get("errors") or []]
    text = "\n".join(COLOURS.sub("", error.get("message") or "") for error in errors)
    return Case(name, "failed", text or f"ended as {test['status']}")


def cases_of_playwright(report):
    def walk(suite, above):
        titles = [*above, suite["title"]]
        for spec in suite.get("specs", []):
            for test in spec["tests"]:
                yield case_of_playwright(" > ".join([*titles, spec["title"]]), test)
        for part in suite.get("suites", []):
            yield from walk(part, titles)
    for suite in report["suites"]:
        yield from walk(suite, [])
    for error in report.get("errors", []):  # outside of every test: a spec that cannot be read, a hook
        yield Case("browser", "failed", COLOURS.sub("", error.get("message") or "an error without a message"))


def report_of(suite, command, seconds, env, cwd, report, cases_of):
    """The cases of the JSON that a command wrote to `report`; nothing that went wrong counts as passed."""
    run = run_limited(command, seconds, env, cwd)
    try:
        cases = list(cases_of(json.loads(report.read_text())))
    except (OSError, ValueError, KeyError, TypeError) as trouble:
        said = f"wrote no report that can be read ({trouble!r}), and {how_it_ended(run, seconds)}"
        return [Case(suite, "failed", f"{said}\n{tail(run.output)}")]
    if run.late or (run.code != 0 and not any(case.outcome == "failed" for case in cases)):
        cases.append(Case(suite, "failed", f"{how_it_ended(run, seconds)}\n{tail(run.output)}"))
    elif not cases:
        cases.append(Case(suite, "failed", f"reported no test\n{tail(run.output)}"))
    return cases
