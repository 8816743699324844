"""Sealed cells against bare forks of a warm process that do the same fit, in turns in one run.

First line: from the request to the stranger's first line. Reaped: until the process is gone without a trace. A parked
cell is sealed before the request comes, as a judge's are; one on request is made and sealed for it. The whole
evaluation is that of a kit of eight folds the size of iris in a warm judge, against eight bare forks on two cores.
"""
import json
import os
import pathlib
import statistics
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[1]
BUILD = pathlib.Path(os.environ.get("AGORA_BUILD", ROOT / "build/release"))
TURNS, ROUNDS, EVALUATIONS, FOLDS, CORES = 4, 25, 6, 8, 2  # turns, as a machine has better and worse seconds


def run(*command):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{command} failed:\n{done.stdout}{done.stderr}")
    return json.loads(done.stdout)


def share(values, part):
    return sorted(values)[min(len(values) - 1, int(part * len(values)))]


def pairs(times, ours, theirs):
    return statistics.median(a / b for a, b in zip(times[ours], times[theirs]))


def main():
    cells, whole = {}, []
    for _ in range(TURNS):
        for name, values in run(BUILD / "cells_bench", ROUNDS).items():
            cells.setdefault(name, []).extend(values)
        whole += run(BUILD / "warm_bench", ROOT / "bench/kits/iris", EVALUATIONS, 0.3)["whole"]
    bare = statistics.median(cells["bare_reaped"])
    rows = [  # what, figure, unit, bound
        ("parked cell / bare fork, first line", pairs(cells, "parked_first", "bare_first"), "x", 1.10),
        ("parked cell / bare fork, reaped", pairs(cells, "parked_reaped", "bare_reaped"), "x", 1.05),
        ("cell on request / bare fork, first line", pairs(cells, "full_first", "bare_first"), "x", None),
        ("cell on request / bare fork, reaped", pairs(cells, "full_reaped", "bare_reaped"), "x", None),
        ("parked cell, first line, p50", 1e3 * share(cells["parked_first"], 0.5), "ms", 0.8),
        ("parked cell, first line, p95", 1e3 * share(cells["parked_first"], 0.95), "ms", 2),
        ("eight folds / bare forks on two cores", statistics.median(whole) / (FOLDS * bare / CORES), "x", 1.5),
        ("deadline passed to tree dead, p99", 1e3 * share(cells["late"], 0.99), "ms", 10),
        ("memory passed to tree dead, p99", 1e3 * share(cells["late_memory"], 0.99), "ms", 10 + 500 * 0.125),
        ("the same of a tree that holds 1 GB", 1e3 * max(cells["late_gigabyte"]), "ms", 510),
        ("private memory of an idle parked cell", max(cells["idle_kilobytes"]) / 1024, "MB", 1.5),
        ("fits a second / those of bare forks", 1 / pairs(cells, "bare_rate", "cell_rate"), "x", 0.9),
    ]
    missed = 0
    for what, figure, unit, bound in rows:
        over = bound is not None and (figure < bound if what.startswith("fits") else figure > bound)
        missed += over
        limit = "" if bound is None else f"{bound:>8.4g} {unit}"
        print(f"{what:<44}{figure:>9.3f} {unit:<3}{limit:>12}{'  missed' if over else ''}", flush=True)
    print(f"a bare fork: {1e3 * bare:.1f} ms; the whole evaluation: {1e3 * statistics.median(whole):.1f} ms")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
