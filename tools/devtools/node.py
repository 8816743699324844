"""Programs that run on Node, from the packages that a folder's package-lock.json names."""
from devtools.running import Case, how_it_ended, run_limited, tail
from devtools.style import ROOT

PACKAGES_SECONDS = 600

FRONT = ROOT / "front"
BROWSER_TESTS = ROOT / "tests" / "browser"
NODE = str(ROOT / "tools" / "node")


def npx(folder, *words):
    """A program of a folder's own packages, as a command."""
    return [NODE, str(folder / "node_modules" / ".bin" / words[0]), *words[1:]]


def packages_of(folder, env):
    """What is wrong with a folder's packages, or None: they are installed first where they are absent."""
    run = run_limited([str(ROOT / "tools" / "npm-ci"), str(folder)], PACKAGES_SECONDS, env)
    return None if run.code == 0 and not run.late else f"{how_it_ended(run, PACKAGES_SECONDS)}\n{tail(run.output)}"


def with_packages(suite, folders, env, run):
    for folder in folders:
        if why := packages_of(folder, env):
            return [Case(suite, "failed", why)]
    return run(env)
