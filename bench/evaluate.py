"""`agora kit run` against the real ramp-test, whole commands from cold, in interleaved pairs in one run.

Same environment, same thread settings (one thread each), same submission; what is quoted is the median of the
pairwise ratios. Bounds: breast_cancer 1.1, variable_stars on the real data 0.65.
"""

import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "tests" / "parity"))
import ramp  # noqa: E402

CASES = [  # kit, data, bound, pairs
    ("breast_cancer", None, 1.10, 11),
    ("variable_stars", "variable_stars", 0.65, 11),
]


def seconds(command, cwd):
    variables = {**os.environ, **ramp.ONE_THREAD}
    start = time.monotonic()
    done = subprocess.run(command, cwd=cwd, env=variables, capture_output=True)
    taken = time.monotonic() - start
    if done.returncode != 0:
        sys.exit(f"{command} failed:\n{(done.stdout + done.stderr).decode()[-2000:]}")
    return taken


def measure(name, data, pairs):
    """(seconds of ours, seconds of theirs) for each pair, after one pair that warms the disk's cache."""
    with tempfile.TemporaryDirectory() as folder:
        kit = ramp.copy_kit(ramp.ROOT / "kits" / name, folder, data)
        ours = [ramp.AGORA, "kit", "run", str(kit), "--json"]
        theirs = ramp.ramp_test_command("starting_kit", save=False)
        return [(seconds(ours, folder), seconds(theirs, kit)) for _ in range(pairs + 1)][1:]


def main():
    missed = 0
    print(f"{'kit':<26}{'agora':>9}{'ramp-test':>11}{'ratio':>8}{'bound':>8}")
    for name, data, bound, pairs in CASES:
        folder = ramp.REAL_DATA / data if data else None
        if folder and not folder.is_dir():
            print(f"{name:<26}skipped: no real data at {folder}; set AGORA_REAL_DATA")
            continue
        taken = measure(name, folder, pairs)
        ratio = statistics.median(a / b for a, b in taken)
        ours, theirs = (statistics.median(column) for column in zip(*taken))
        verdict = "" if ratio <= bound else "  missed"
        missed += ratio > bound
        label = name + (" (real data)" if data else "")
        print(f"{label:<26}{ours:>8.2f}s{theirs:>10.2f}s{ratio:>8.2f}{bound:>8.2f}{verdict}", flush=True)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
