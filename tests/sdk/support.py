"""What the client's tests share: a Python environment with what the client needs, private settings, a wheel."""
import contextlib
import hashlib
import os
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
SOURCE = ROOT / "sdk" / "python"
BUILD = ROOT / "build" / "sdk-tests"  # environments made once, named by what is in them
HTTPX = "httpx==0.28.1"
VERSION = "9.8.7"  # of wheels that tests make


def environment(*requirements):
    """The interpreter of a venv with these packages from PyPI; made where it is absent."""
    name = hashlib.sha256("\n".join([sys.version, *sorted(requirements)]).encode()).hexdigest()[:16]
    python = BUILD / name / "bin" / "python"
    if not (BUILD / name / "complete").exists():
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(BUILD / name)], check=True)
        if requirements:
            install(python, *requirements)
        (BUILD / name / "complete").touch()
    return python


def install(python, *what):
    done = subprocess.run([str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *map(str, what)],
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode:
        raise AssertionError(f"pip install {' '.join(map(str, what))} failed:\n{done.stdout}")


def use_client():
    """Makes `import agora` find the source, and httpx beside it."""
    python = environment(HTTPX)
    sys.path[:0] = [str(SOURCE), *map(str, python.parents[1].glob("lib/python*/site-packages"))]


def client():
    """The interpreter of an environment in which the wheel of the present source is installed."""
    wheel = make_wheel(BUILD / "wheel")
    name = f"client-{hashlib.sha256(wheel.read_bytes() + sys.version.encode()).hexdigest()[:16]}"
    python = BUILD / name / "bin" / "python"
    if not (BUILD / name / "complete").exists():
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(BUILD / name)], check=True)
        install(python, HTTPX, wheel)
        (BUILD / name / "complete").touch()
    return python


def make_wheel(folder, version=VERSION):
    subprocess.run([sys.executable, str(SOURCE / "make_wheel.py"), "--version", version, "--into", str(folder)], check=True)
    return next(pathlib.Path(folder).glob("*.whl"))


@contextlib.contextmanager
def private_folder(**variables):
    """A new working directory, with settings and cache of its own below it, and no server known."""
    kept = dict(os.environ)
    before = os.getcwd()
    with tempfile.TemporaryDirectory(prefix="agora-sdk-") as name:
        folder = pathlib.Path(name).resolve()
        for variable in ("AGORA_SERVER", "AGORA_TOKEN"):
            os.environ.pop(variable, None)
        os.environ.update(XDG_CONFIG_HOME=str(folder / ".config"), XDG_CACHE_HOME=str(folder / ".cache"), **variables)
        os.chdir(folder)
        try:
            yield folder
        finally:
            os.chdir(before)
            os.environ.clear()
            os.environ.update(kept)
