"""Forty people's sessions on one machine: how soon one opens and answers, and what memory an idle one holds.

Memory is what /proc says while all of them wait: private pages, and the share of those that they have in common with
the process that they were forked from (Pss).
"""

import json
import os
import pathlib
import statistics
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[1]
BUILD = pathlib.Path(os.environ.get("AGORA_BUILD", ROOT / "build/release"))
SESSIONS, ROUNDS = 40, 25
OPEN_P95, REQUEST_P95, PRIVATE_MB = 0.150, 0.010, 5.0  # bounds


def parents():
    found = {}
    for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
        try:
            found[int(stat.parent.name)] = int(stat.read_text().rpartition(")")[2].split()[1])
        except OSError:
            pass  # it has ended meanwhile
    return found


def children_of(pid, tree):
    return [child for child, parent in tree.items() if parent == pid]


def memory_of(pid):
    """(Pss, private) in MB."""
    rows = dict.fromkeys(("Pss", "Private_Clean", "Private_Dirty"), 0)
    for line in pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        name, _, rest = line.partition(":")
        if name in rows:
            rows[name] = int(rest.split()[0]) / 1024
    return rows["Pss"], rows["Private_Clean"] + rows["Private_Dirty"]


def measure():
    with subprocess.Popen([str(BUILD / "sessions_bench"), str(SESSIONS), str(ROUNDS)], stdin=subprocess.PIPE,
                          stdout=subprocess.PIPE, text=True) as bench:
        line = bench.stdout.readline()
        if not line:
            sys.exit(2)
        tree = parents()
        warden, = children_of(bench.pid, tree)
        zygote, = children_of(warden, tree)
        sessions = children_of(zygote, tree)
        memory = {"sessions": [memory_of(pid) for pid in sessions], "zygote": memory_of(zygote),
                  "warden": memory_of(warden)}
        bench.stdin.write("\n")
    return json.loads(line), memory


def quantile(values, share):
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def row(what, values, unit, bound=None):
    middle, late = statistics.median(values), quantile(values, 0.95)
    missed = bound is not None and late > bound
    print(f"{what:<34}{middle:>10.2f}{late:>10.2f} {unit:<4}"
          f"{f'{bound:>9.0f}' if bound is not None else '':>9}{'  missed' if missed else ''}")
    return missed


def main():
    times, memory = measure()
    pss, private = ([values[i] for values in memory["sessions"]] for i in (0, 1))
    print(f"{len(pss)} sessions{'':<24}{'p50':>9}{'p95':>10}{'bound':>14}")
    missed = row("open", [1000 * t for t in times["open"]], "ms", 1000 * OPEN_P95)
    row("first request of a session (1+1)", [1000 * t for t in times["first"]], "ms")
    missed |= row("request (1+1)", [1000 * t for t in times["request"]], "ms", 1000 * REQUEST_P95)
    missed |= row("private memory of an idle one", private, "MB", PRIVATE_MB)
    row("Pss of an idle one", pss, "MB")
    print(f"{'the environment, once':<34}{1000 * times['zygote'][0]:>10.0f}{'':>10} ms")
    whole = sum(pss) + memory["zygote"][0] + memory["warden"][0]
    print(f"{'all of them, zygote and warden':<34}{whole:>10.0f}{'':>10} MB")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
