"""10,000 submissions through one warm judge, one in five of them hostile: is anything left, does memory grow?

usage: soak.py [--count N] [--seed N]. Attacks are drawn from the table of tests/attacks, those that need long left out.
Once a second: memory of the judge, its warden and zygotes, processes, mounts, cgroups, memfds, descriptors, files. At
the end nothing may be left, and memory may not grow by more than the bound, over the second half. The plot is
build/soak.svg.
"""

import argparse
import collections
import os
import pathlib
import random
import re
import sys
import threading
import time
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests" / "attacks"))
import attack  # noqa: E402
import canary_kit  # noqa: E402
import modes  # noqa: E402
from table import TABLE  # noqa: E402

HOSTILE = 0.2
LONGEST = 2           # seconds of an attack's whole test; longer ones are left to that test
BOUND = 200           # KB that judge and warden may each grow in 1000 submissions
EVERY = 1             # seconds between two samples
LIFE_OF_A_CELL = 4    # seconds: what is older is a zygote, or parked
SETTLE = 10           # seconds after the last submission
SERIES = ("judge KB", "warden KB", "zygotes KB", "descriptors", "processes", "memfds", "mounts", "cgroups", "files")


def children_of(pid):
    found = []
    for task in pathlib.Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            found += [int(word) for word in task.read_text().split()]
        except OSError:
            pass
    return found


def kilobytes(pid, what="Pss"):
    try:
        text = pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0
    found = re.search(rf"(?m)^{what}:\s+(\d+)", text)
    return int(found[1]) if found else 0


def targets(pid):
    try:
        return [os.readlink(entry.path) for entry in os.scandir(f"/proc/{pid}/fd")]
    except OSError:
        return []


def name_of(pid):
    try:
        return pathlib.Path(f"/proc/{pid}/comm").read_text().strip()
    except OSError:
        return ""


def age_of(pid):
    try:
        began = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]
    except OSError:
        return 0
    return time.clock_gettime(time.CLOCK_BOOTTIME) - int(began) / os.sysconf("SC_CLK_TCK")


class Meter:
    """What the judge and all that it started hold right now."""

    def __init__(self, judge, home):
        self.judge, self.home = judge.pid, home
        self.warden = next(pid for pid in children_of(self.judge) if name_of(pid) == "agora-warden")

    def tree(self):
        pids = [self.judge]
        for pid in pids:
            pids += children_of(pid)
        return pids

    def groups(self):
        return sum(name.startswith(f"agora-{self.warden}-") for _, names, _ in
                   os.walk("/sys/fs/cgroup", onerror=lambda _: None) for name in names)

    def sample(self):
        tree = self.tree()
        zygotes = [pid for pid in tree if pid not in (self.judge, self.warden) and age_of(pid) > LIFE_OF_A_CELL]
        opened = {pid: targets(pid) for pid in tree}
        mine = opened[self.judge] + opened.get(self.warden, [])
        files = sum(len(names) + len(folders) for place in (self.home / "tmp", "/dev/shm")
                    for _, folders, names in os.walk(place))
        mounts = len(pathlib.Path("/proc/self/mountinfo").read_text().splitlines())
        return (kilobytes(self.judge), kilobytes(self.warden), sum(map(kilobytes, zygotes)), len(mine), len(tree),
                sum("memfd:" in target for target in mine), mounts, self.groups(), files)


class Sampler(threading.Thread):
    def __init__(self, meter):
        super().__init__(daemon=True)
        self.meter, self.rows, self.done, self.count = meter, [], threading.Event(), 0

    def run(self):
        while not self.done.wait(EVERY):
            self.rows.append((self.count, *self.meter.sample()))


def hostile_tries():
    """(number, try): those that need no deadline to end them and plant nothing on this host."""
    return [(each.number, trial) for each in TABLE if each.seconds <= LONGEST for trial in each.tries
            if trial.plant is None and trial.kit == "quick" and not is_long(trial)]


def is_long(trial):
    kinds = getattr(trial.expect, "kind", ())
    return "time" in ((kinds,) if isinstance(kinds, str) else kinds)


def slope(rows, column):
    """KB per 1000 submissions over the second half, by least squares."""
    half = rows[len(rows) // 2:]
    xs, ys = [row[0] / 1000 for row in half], [row[column] for row in half]
    x, y = sum(xs) / len(xs), sum(ys) / len(ys)
    spread = sum((a - x) ** 2 for a in xs)
    return sum((a - x) * (b - y) for a, b in zip(xs, ys)) / spread if spread else 0.0


def soak(scene, sampler, count, generator):
    """Outcomes by kind, and what went otherwise than it should."""
    tries = [(number, trial, scene.write(trial, f"attack-{number}")) for number, trial in hostile_tries()]
    outcomes, wrong = collections.Counter(), []
    for done in range(count):
        sampler.count = done
        if done % 1000 == 0:
            print(f"{done} of {count}", file=sys.stderr, flush=True)
        if generator.random() >= HOSTILE:
            scene.honest(folds=2)
            outcomes["honest, scored as the first"] += 1
            continue
        number, trial, folder = generator.choice(tries)
        answer = scene.ask("quick", folder, trial.folds)
        try:
            scene.ended_as(answer, trial)
            scene.no_secret_in(answer)
        except AssertionError as failure:
            wrong.append(f"attack {number}: {failure}"[:400])
        outcomes["hostile, " + (answer["error"]["kind"] if "error" in answer else "scored as the honest one")] += 1
    return outcomes, wrong


def left_over(first, last):
    """What there is more of at the end than after the first submission; memory is judged by its slope."""
    return {name: last[i] - first[i] for i, name in enumerate(SERIES) if not name.endswith("KB") and last[i] > first[i]}


def draw(rows, path):
    """A panel for each series, as plain SVG."""
    width, height, gap = 640, 80, 26
    most = max(row[0] for row in rows) or 1
    parts = []
    for i, name in enumerate(SERIES):
        values = [row[i + 1] for row in rows]
        top, base = max(values) or 1, gap + i * (height + gap)
        points = " ".join(f"{row[0] / most * width:.1f},{base + height - row[i + 1] / top * height:.1f}" for row in rows)
        parts.append(f'<text x="0" y="{base - 6}">{name}: {min(values)} to {max(values)}</text>'
                     f'<rect x="0" y="{base}" width="{width}" height="{height}" fill="none" stroke="#ccc"/>'
                     f'<polyline points="{points}" fill="none" stroke="#06c"/>')
    path.parent.mkdir(exist_ok=True)
    path.write_text(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="-10 0 {width + 20} {len(SERIES) * (height + gap) + gap}" '
                    f'font-family="sans-serif" font-size="12">{"".join(parts)}'
                    f'<text x="0" y="{len(SERIES) * (height + gap) + 20}">0 to {most} submissions</text></svg>')


def settled(meter, first):
    deadline = time.monotonic() + SETTLE
    while left_over(first, meter.sample()) and time.monotonic() < deadline:
        time.sleep(0.2)
    return meter.sample()


def report(outcomes, wrong, rows, left):
    for what, times in sorted(outcomes.items()):
        print(f"{times:>7}  {what}")
    grows = False
    for column, name in ((1, "judge"), (2, "warden"), (3, "zygotes")):
        rise = slope(rows, column)
        grows |= name != "zygotes" and rise > BOUND
        print(f"{name}: {rows[0][column]} KB first, {rows[-1][column]} KB last, {rise:+.1f} KB per 1000 submissions "
              f"over the second half (bound {BOUND})")
    print(f"left: {left or 'nothing'}")
    for one in wrong[:20]:
        print(f"WRONG {one}")
    return 1 if grows or left or wrong else 0


def main(words):
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=10000)
    parser.add_argument("--seed", type=int, default=57)
    given = parser.parse_args(words)
    mode = modes.Root() if os.geteuid() == 0 else modes.Mode()
    judge = modes.LineJudge(mode)
    try:
        scene = attack.Scene(mode, judge)
        scene.test = unittest.TestCase()
        scene.honest(folds=2)
        meter = Meter(judge, mode.home)
        time.sleep(LIFE_OF_A_CELL)  # until what is kept ready is ready
        first = meter.sample()
        sampler = Sampler(meter)
        sampler.start()
        began = time.monotonic()
        outcomes, wrong = soak(scene, sampler, given.count, random.Random(given.seed))
        seconds = time.monotonic() - began
        sampler.done.set()
        sampler.join()
        left = left_over(first, settled(meter, first))
        draw(sampler.rows, ROOT / "build/soak.svg")
        print(f"{given.count} submissions in {seconds:.0f} s, {given.count / seconds:.1f} a second")
        return report(outcomes, wrong, sampler.rows, left)
    finally:
        judge.close()
        mode.close()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
