"""Runs every kind of test, shows one line a suite, and sums: the last line is `N passed, N failed, N skipped`."""
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree

from devtools import front, style
from devtools.running import Case, how_it_ended, run_limited, tail
from devtools.style import ROOT, Trouble

UNIT_SECONDS = 900         # one test program
SCENARIO_SECONDS = 1800    # all scenarios; each has a limit of its own
PYTHON_SECONDS = 1800      # one file
ENVIRONMENT_SECONDS = 900  # making the default environment, downloads included
PREFIX = {"tsan": ["setarch", "-R"]}  # clang 14's runtime cannot bear more random addresses than old kernels gave


def cases_of_xml(suite, report):
    # Not the JSON report: it has no word of why a test was skipped.
    for case in xml.etree.ElementTree.parse(report).getroot().iter("testcase"):
        name = f"{suite}: {case.get('classname')}.{case.get('name')}"
        failures = case.findall("failure")
        skips = case.findall("skipped")
        if failures:
            yield Case(name, "failed", "\n".join(f.text or "" for f in failures))
        elif skips:
            yield Case(name, "skipped", (skips[0].get("message") or "no reason given").partition("\n")[2])
        elif case.get("status") == "run":
            yield Case(name, "passed")


def unit_tests(program, pattern, env, prefix):
    suite = program.name
    with tempfile.TemporaryDirectory() as folder:
        report = pathlib.Path(folder, "report.xml")
        words = [*prefix, str(program), f"--gtest_output=xml:{report}", "--gtest_color=no"]
        run = run_limited(words + ([f"--gtest_filter=*{pattern}*"] if pattern else []), UNIT_SECONDS, env)
        cases = list(cases_of_xml(suite, report)) if report.exists() else []
    if cases and run.code == 0 and not run.late:
        return cases
    if any(case.outcome == "failed" for case in cases) and run.code == 1:
        return cases
    if not cases and run.code == 0 and pattern:
        return []
    # No report, or an end that no test explains: the program crashed, hung, or failed outside its tests.
    cases = cases or [Case(f"{suite}: {name}", "passed") for name in re.findall(r"\[ +OK \] (\S+)", run.output)]
    begun = re.findall(r"\[ RUN +\] (\S+)", run.output)
    why = "reported no test" if run.code == 0 else how_it_ended(run, UNIT_SECONDS)
    where = f" in or after {begun[-1]}" if begun and run.code != 0 else ""
    return [*cases, Case(suite, "failed", f"{why}{where}\n{tail(run.output)}")]


def reported(suite, command, seconds, env):
    """The cases that a runner of ours wrote as JSON to the path that it got by --report."""
    with tempfile.TemporaryDirectory() as folder:
        report = pathlib.Path(folder, "report.json")
        run = run_limited([*command, "--report", str(report)], seconds, env)
        cases = [Case(*row) for row in json.loads(report.read_text())] if report.exists() else []
    if run.late or not (run.code == 0 or any(case.outcome == "failed" for case in cases)):
        cases.append(Case(suite, "failed", f"{how_it_ended(run, seconds)}\n{tail(run.output)}"))
    elif not cases:
        cases.append(Case(suite, "failed", f"reported no test\n{tail(run.output)}"))
    return cases


def floors_hold():
    checker = ROOT / "tools" / "check_floors.py"
    done = subprocess.run([sys.executable, str(checker), str(ROOT / "src")], capture_output=True, text=True)
    return [Case("floors", "failed" if done.returncode else "passed", done.stdout + done.stderr)]


def format_holds():
    wrong = [file for file, _ in style.unformatted()]
    return [Case("format", "failed" if wrong else "passed", "run tools/dev format for: " + " ".join(wrong))]


def environment_of_tests():
    env = {"AGORA": str(ROOT / "build/release/agora"), **os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    real_data = ROOT.parent / "shared" / "data"
    if "AGORA_REAL_DATA" not in env and real_data.is_dir():
        env["AGORA_REAL_DATA"] = str(real_data)
    return env


def default_environment(env):
    """Makes the default environment where it is absent, and puts its interpreter into `env`."""
    name = "default environment"
    if "AGORA_TEST_PYTHON" in env:
        return [Case(name, "passed")]
    if not os.access(env["AGORA"], os.X_OK):
        return [Case(name, "failed", f"{env['AGORA']} is not there: make build makes it")]
    run = run_limited([env["AGORA"], "env", "show", "default", "--json"], ENVIRONMENT_SECONDS, env)
    found = re.search(r'^\{.*\}\s*\Z', run.output, re.M | re.S)
    try:
        env["AGORA_TEST_PYTHON"] = json.loads(found[0])["python"] if run.code == 0 else None
        return [Case(name, "passed")]
    except (TypeError, KeyError, ValueError):
        env.pop("AGORA_TEST_PYTHON", None)
        said = f"agora env show default --json {how_it_ended(run, ENVIRONMENT_SECONDS)}\n{tail(run.output)}"
        return [Case(name, "failed", said)]


def python_tests(file, env):
    suite = file.relative_to(ROOT).as_posix()
    if "AGORA_TEST_PYTHON" not in env:
        return [Case(suite, "failed", "there is no interpreter: the default environment could not be made")]
    runner = str(ROOT / "tools" / "devtools" / "run_unittest.py")
    return reported(suite, [env["AGORA_TEST_PYTHON"], runner, str(file)], PYTHON_SECONDS, env)


def unit_suites(env, preset, pattern=""):
    binaries = sorted((ROOT / "build" / preset / "tests").glob("*_test"))
    prefix = PREFIX.get(preset, [])
    return [(b.name, lambda b=b: unit_tests(b, pattern, env, prefix)) for b in binaries]


def need_units(units, preset):
    if not units:
        raise Trouble(f"no test programs in build/{preset}/tests: build first (make build makes programs only, "
                      f"make test all; or cmake --build build/{preset})")
    return units


def suites(env, quick, preset):
    """(name, function) of every suite, in the order in which they run."""
    scenarios = [sys.executable, str(ROOT / "tests" / "scenarios" / "run.py"), *(["--quick"] if quick else [])]
    units = unit_suites(env, preset)
    if preset != "release":
        return units
    python = [] if quick else [f for f in sorted((ROOT / "tests").rglob("*_test.py")) if "node_modules" not in f.parts]
    return [
        ("floors", floors_hold),
        ("format", format_holds),
        ("default environment", lambda: default_environment(env)),
        *units,
        ("scenarios", lambda: reported("scenarios", scenarios, SCENARIO_SECONDS, env)),
        *((f.relative_to(ROOT).as_posix(), lambda f=f: python_tests(f, env)) for f in python),
        *(() if quick else front.suites(env)),
    ]


def chosen(filter, env, quick, preset):
    every = suites(env, quick, preset)
    if not filter:
        need_units(unit_suites(env, preset), preset)
        return every
    if some := [suite for suite in every if filter in suite[0]]:
        if any(name.endswith(".py") or name == front.BROWSER for name, _ in some):
            some.insert(0, ("default environment", lambda: default_environment(env)))
        return some
    return need_units(unit_suites(env, preset, pattern=filter), preset)


def counts(cases):
    return [sum(case.outcome == outcome for case in cases) for outcome in ("passed", "failed", "skipped")]


def indented(text):
    return "\n".join(f"    {line}" for line in text.rstrip().splitlines())


def test(filter, quick, preset):
    env = environment_of_tests()
    cases = []
    for name, run in chosen(filter, env, quick, preset):
        began = time.monotonic()
        print(f"{name} ... ", end="", flush=True)
        ran = run()
        cases += ran
        passed, failed, skipped = counts(ran)
        more = (f", {failed} FAILED" if failed else "") + (f", {skipped} skipped" if skipped else "")
        print(f"{passed} passed{more} ({time.monotonic() - began:.1f} s)", flush=True)
        for case in ran:
            if case.outcome == "failed":
                print(f"  FAILED {case.name}\n{indented(case.text)}", flush=True)
    if skipped := [case for case in cases if case.outcome == "skipped"]:
        print("\nSkipped:")
        for case in skipped:
            print(f"  {case.name}: {' '.join(case.text.split()) or 'no reason given'}")
    if failed := [case for case in cases if case.outcome == "failed"]:
        print("\nFailed:")
        for case in failed:
            print(f"  {case.name}: {(case.text.strip() or 'no reason given').splitlines()[0]}")
    if not cases:
        print(f"no suite and no unit test is named like '{filter}'")
    passed, failed, skipped = counts(cases)
    print(f"\n{passed} passed, {failed} failed, {skipped} skipped", flush=True)
    return 1 if failed or not cases else 0
