"""What a server does with a submission, in a judge that is warm: a trial on one fold, then the whole evaluation.

Against the real ramp-test, which is cold each time as its users have it, in interleaved turns in one run: the median
of (trial + whole) over the median of ramp-test. Bound: 0.25.
"""

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
KITS, BOUND, TURNS, ROUNDS = ["breast_cancer"], 0.25, 4, 8


def ours(kit):
    run = subprocess.run([str(BUILD / "warm_bench"), str(kit), str(ROUNDS)], capture_output=True, text=True)
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


def main():
    missed = 0
    print(f"{'kit':<16}{'trial':>9}{'whole':>9}{'both':>9}{'ramp-test':>11}{'ratio':>8}{'bound':>8}")
    for name in KITS:
        with tempfile.TemporaryDirectory() as folder:
            kit = ramp.copy_kit(ramp.ROOT / "kits" / name, folder)
            theirs(kit)  # the disk's cache
            trial, whole, cold = [], [], []
            for _ in range(TURNS):
                turn = ours(kit)
                trial += turn["trial"]
                whole += turn["whole"]
                cold += [theirs(kit), theirs(kit)]
        a, b, c = (statistics.median(times) for times in (trial, whole, cold))
        ratio = (a + b) / c
        missed += ratio > BOUND
        print(f"{name:<16}{a:>8.3f}s{b:>8.3f}s{a + b:>8.3f}s{c:>10.3f}s{ratio:>8.2f}{BOUND:>8.2f}"
              f"{'' if ratio <= BOUND else '  missed'}", flush=True)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
