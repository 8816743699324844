"""Format, tidy and floors: the tools that settle style, so that no review has to."""
import concurrent.futures
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
PINNED = 14  # the major version of clang-format and clang-tidy: Debian 12's
SUFFIXES = {".h", ".cpp", ".c"}
CODE = ("src", "bench", "tests")
CORES = os.cpu_count() or 1


class Trouble(Exception):
    """This machine lacks what the tool needs; the message says what to do."""


def pinned(tool):
    for name in (f"{tool}-{PINNED}", tool):
        if found := shutil.which(name):
            said = subprocess.run([found, "--version"], capture_output=True, text=True).stdout
            version = re.search(r"version (\d+)", said)
            if version and int(version[1]) == PINNED:
                return found
    raise Trouble(f"the house pins {tool} {PINNED}, and it is not here: tools/setup test installs it")


def git(*words):
    done = subprocess.run(["git", "-C", str(ROOT), *words], capture_output=True, text=True)
    return done.stdout.splitlines() if done.returncode == 0 else None


def code_files():
    listed = git("ls-files", "-co", "--exclude-standard", "--", *CODE)
    if listed is None:  # an unpacked archive, or somebody else's clone
        listed = [f.relative_to(ROOT).as_posix() for folder in CODE for f in (ROOT / folder).rglob("*")]
    return sorted(f for f in listed if pathlib.PurePath(f).suffix in SUFFIXES and (ROOT / f).is_file())


def run_all(command_of, files):
    """Runs one command a file on every core; yields (file, its finished process) in the files' order."""
    def one(file):
        return subprocess.run(command_of(file), cwd=ROOT, capture_output=True, text=True)
    with concurrent.futures.ThreadPoolExecutor(CORES) as pool:
        yield from zip(files, pool.map(one, files))


def unformatted():
    """(file, what clang-format says) for every file that it would change."""
    tool = pinned("clang-format")
    check = lambda file: [tool, "--dry-run", "--Werror", "--ferror-limit=1", file]
    return [(file, done.stderr) for file, done in run_all(check, code_files()) if done.returncode != 0]


def format_files(check):
    if check:
        wrong = unformatted()
        for file, said in wrong:
            print(said.splitlines()[0] if said else file)
        if wrong:
            print(f"{len(wrong)} files are not formatted: run tools/dev format")
        return 1 if wrong else 0
    tool = pinned("clang-format")
    failed = [said for said in run_all(lambda file: [tool, "-i", file], code_files()) if said[1].returncode != 0]
    for file, done in failed:
        print(f"{file}: {done.stderr.strip()}", file=sys.stderr)
    return 1 if failed else 0


def floors():
    checker = ROOT / "tools" / "check_floors.py"
    return subprocess.run([sys.executable, str(checker), str(ROOT / "src")]).returncode


def changed_files():
    for base in ("origin/main", "HEAD~1"):
        if (fork := git("merge-base", base, "HEAD")) is not None:
            changed = git("diff", "--name-only", "--diff-filter=d", fork[0]) or []
            return changed + (git("ls-files", "-o", "--exclude-standard") or [])
    raise Trouble("git knows neither origin/main nor HEAD~1 to compare with: name the files, or use --all")


def sources_for(files, compiled):
    """The compiled sources among `files`, and for a header the sources of `compiled` that include it."""
    chosen = set()
    for file in files:
        if file in compiled:
            chosen.add(file)
        elif file.endswith(".h") and file.startswith("src/"):
            line = f'#include "{file.removeprefix("src/")}"'
            chosen |= {source for source in compiled if line in (ROOT / source).read_text(errors="replace")}
    return sorted(chosen)


def tidy(named, everything):
    tool = pinned("clang-tidy")
    if subprocess.run(["cmake", "--preset", "tidy"], cwd=ROOT, stdout=subprocess.DEVNULL).returncode != 0:
        raise Trouble("cmake --preset tidy failed (its words are above)")
    rows = json.loads((ROOT / "build/tidy/compile_commands.json").read_text())
    paths = (pathlib.Path(row["directory"], row["file"]) for row in rows)
    compiled = {p.relative_to(ROOT).as_posix() for p in paths if p.is_relative_to(ROOT)}
    compiled = {p for p in compiled if p.startswith(CODE)}
    if named:
        named = [pathlib.Path(name).resolve().relative_to(ROOT).as_posix() for name in named]
        if strange := [name for name in named if not (ROOT / name).is_file()]:
            raise Trouble(f"no such file: {strange[0]}")
    files = sorted(compiled) if everything else sources_for(named or changed_files(), compiled)
    bad = 0
    for number, (file, done) in enumerate(run_all(lambda f: [tool, "-p", "build/tidy", "--quiet", f], files), 1):
        print(f"[{number}/{len(files)}] {file}{'' if done.returncode == 0 else ': not tidy'}", flush=True)
        if done.returncode != 0:
            bad += 1
            print(done.stdout + re.sub(r"(?m)^\d+ warnings? .*\n?", "", done.stderr), flush=True)
    print(f"{len(files)} files read, {bad} not tidy")
    return 1 if bad else 0
