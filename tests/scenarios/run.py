#!/usr/bin/env python3
"""Plays the scenarios: text files that say which command is given and what exactly comes back."""
import argparse
import concurrent.futures
import json
import pathlib
import sys
import time

sys.dont_write_bytecode = True
HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from runner import play  # noqa: E402

AT_ONCE = 2


def chosen(filter, quick):
    found = sorted(f for f in HERE.rglob("*") if f.suffix in (".test", ".test_slow"))
    return [f for f in found if filter in f.relative_to(HERE).as_posix() and not (quick and f.suffix == ".test_slow")]


def played(path, rewrite):
    began = time.monotonic()
    try:
        outcome, why = play.play(path, rewrite)
    except Exception as failure:  # a defect of the runner must not hide the other scenarios
        outcome, why = "failed", f"{path.name}: the runner failed: {failure!r}"
    return path, outcome, why, time.monotonic() - began


def main():
    parser = argparse.ArgumentParser(prog="tests/scenarios/run.py", description=__doc__)
    parser.add_argument("filter", nargs="?", default="", help="only files whose path holds this")
    parser.add_argument("--quick", action="store_true", help="leave out *.test_slow")
    parser.add_argument("--rewrite", action="store_true", help="write what was seen as the new expectation")
    parser.add_argument("--report", type=pathlib.Path, help="write the outcomes as JSON")
    given = parser.parse_args()
    if not (play.BUILD / "agora").exists():
        print(f"error: {play.BUILD / 'agora'} is not built: make build", file=sys.stderr)
        return 3
    rows = []
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        for path, outcome, why, seconds in pool.map(lambda f: played(f, given.rewrite),
                                                    chosen(given.filter, given.quick)):
            name = path.relative_to(HERE).as_posix()
            print(f"{outcome:8}{name} ({seconds:.1f} s)", flush=True)
            if why:
                print("\n".join("    " + line for line in why.splitlines()), flush=True)
            rows.append((f"scenarios: {name}", outcome, why))
    if given.report:
        given.report.write_text(json.dumps(rows))
    if not rows:
        print(f"error: no scenario's path holds '{given.filter}'", file=sys.stderr)
        return 2
    return 1 if any(outcome == "failed" for _, outcome, _ in rows) else 0


if __name__ == "__main__":
    sys.exit(main())
