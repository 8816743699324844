"""The suites of the web pages: their types and style, their units, the API's types, and real browsers."""
import pathlib
import shutil
import tempfile

from devtools import api_types
from devtools.node import BROWSER_TESTS, FRONT, NODE, npx, with_packages
from devtools.node_reports import cases_of_playwright, cases_of_vitest, report_of
from devtools.running import Case, how_it_ended, run_limited, tail
from devtools.style import ROOT

CHECK_SECONDS = 600
UNIT_SECONDS = 600
BROWSER_SECONDS = 1800

CHROMIUM = "/usr/bin/chromium"
BROWSER = "browser"  # the suite that needs the default environment


def judged(name, command, seconds, env, cwd):
    """One case: what the command says by its exit code."""
    run = run_limited(command, seconds, env, cwd)
    if run.code == 0 and not run.late:
        return Case(name, "passed")
    return Case(name, "failed", f"{how_it_ended(run, seconds)}\n{tail(run.output, 200)}")


def front_check(env):
    cases = [judged("front check: svelte-check", [NODE, "npm", "run", "--silent", "check"], CHECK_SECONDS, env, FRONT),
             judged("front check: tests/browser", npx(BROWSER_TESTS, "tsc"), CHECK_SECONDS, env, BROWSER_TESTS)]
    if any(FRONT.glob("eslint.config.*")):
        cases.append(judged("front check: eslint", npx(FRONT, "eslint", "."), CHECK_SECONDS, env, FRONT))
    return cases


def front_unit(env):
    with tempfile.TemporaryDirectory() as folder:
        report = pathlib.Path(folder, "report.json")
        command = npx(FRONT, "vitest", "run", "--reporter=json", f"--outputFile={report}")
        return report_of("front unit", command, UNIT_SECONDS, env, FRONT, report,
                         lambda said: cases_of_vitest(said, FRONT))


def browser(env):
    program = env.get("AGORA_TEST_BROWSER", CHROMIUM)
    if not shutil.which(program):
        return [Case(BROWSER, "failed", f"{program} is not here: tools/setup test installs Chromium")]
    if not (ROOT / "build/release/app/index.html").exists():
        return [Case(BROWSER, "failed", "the pages are not built: cmake --build build/release --target programs")]
    with tempfile.TemporaryDirectory() as folder:
        report = pathlib.Path(folder, "report.json")
        env = dict(env, PLAYWRIGHT_JSON_OUTPUT_FILE=str(report), PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD="1", CI="1")
        command = npx(BROWSER_TESTS, "playwright", "test", "--reporter=json")
        return report_of(BROWSER, command, BROWSER_SECONDS, env, BROWSER_TESTS, report, cases_of_playwright)


def suites(env):
    """(name, function), in the order in which they run."""
    rows = [
        ("front check", [FRONT, BROWSER_TESTS], front_check),
        ("front unit", [FRONT], front_unit),
        ("api types", [FRONT], api_types.hold),
        (BROWSER, [BROWSER_TESTS], browser),
    ]
    return [(name, lambda name=name, folders=folders, run=run: with_packages(name, folders, env, run))
            for name, folders, run in rows]
