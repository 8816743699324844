"""What a server does with a submission, in a judge that is warm: a trial on one fold, then the whole evaluation.

Against the real ramp-test, which is cold each time as its users have it, in interleaved turns in one run: the median
of (trial + whole) over the median of ramp-test. Bound: 0.25. On the real data of variable_stars the whole evaluation
alone, at most 0.50.
"""

import collections
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "tests" / "parity"))
import ramp  # noqa: E402

BUILD = pathlib.Path(os.environ.get("AGORA_BUILD", ramp.ROOT / "build/release"))
TURNS = 4
Case = collections.namedtuple("Case", "kit data with_trial bound rounds")
CASES = [Case("breast_cancer", None, True, 0.25, 8), Case("variable_stars", "variable_stars", False, 0.50, 2)]


def ours(kit, rounds):
    run = subprocess.run([str(BUILD / "warm_bench"), str(kit), str(rounds)], capture_output=True, text=True)
    if run.returncode != 0:
        sys.exit(f"warm_bench failed:\n{run.stdout}{run.stderr}")
    return json.loads(run.stdout)


def theirs(kit):
    start = time.monotonic()
    run = subprocess.run(ramp.ramp_test_command("starting_kit", save=False), cwd=kit, env={**os.environ, **ramp.ONE_THREAD},
                         capture_output=True, text=True)
    if run.returncode != 0:
        sys.exit(f"ramp-test failed:\n{run.stdout}{run.stderr}"[-2000:])
    return time.monotonic() - start


def measure(case):
    """Medians of a trial, of the whole evaluation and of ramp-test."""
    data = ramp.REAL_DATA / case.data if case.data else None
    with tempfile.TemporaryDirectory() as folder:
        kit = ramp.copy_kit(ramp.ROOT / "kits" / case.kit, folder, data)
        theirs(kit)  # the disk's cache
        trial, whole, cold = [], [], []
        for _ in range(TURNS):
            turn = ours(kit, case.rounds)
            trial += turn["trial"]
            whole += turn["whole"]
            cold += [theirs(kit), theirs(kit)]
    return [statistics.median(times) for times in (trial, whole, cold)]


def main():
    missed = 0
    print(f"{'kit':<28}{'trial':>9}{'whole':>9}{'ramp-test':>11}{'ratio':>8}{'bound':>8}")
    for case in CASES:
        if case.data and not (ramp.REAL_DATA / case.data).is_dir():
            print(f"{case.kit:<28}skipped: no real data at {ramp.REAL_DATA / case.data}; set AGORA_REAL_DATA")
            continue
        trial, whole, cold = measure(case)
        ratio = (trial + whole if case.with_trial else whole) / cold
        missed += ratio > case.bound
        label = case.kit + (" (real data)" if case.data else "")
        print(f"{label:<28}{trial:>8.3f}s{whole:>8.3f}s{cold:>10.3f}s{ratio:>8.2f}{case.bound:>8.2f}"
              f"{'' if ratio <= case.bound else '  missed'}", flush=True)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
