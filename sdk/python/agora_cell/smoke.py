"""The smoke test of an environment: imports every top-level module of every package, then fits something small.

The packages' code runs in forks of this cell, so that a module which crashes, hangs or ends its process is one line
of the result. Messages are JSON: one for each package, {"package", "version", "modules", "failures"}, then {"fit"}.
"""
import csv
import importlib
import importlib.machinery
import importlib.util
import json
import os
import select
import signal
import sys

MODULE_SECONDS = 120  # torch or tensorflow on a cold disk take half of it
FIT_SECONDS = 120
MOST_WORDS = 600
MOST_FAILURES = 20  # of one package, so that a message stays within its size

# Not what a package is for, and seldom importable without a test runner.
BESIDE = {"test", "tests", "testing", "doc", "docs", "example", "examples", "benchmark", "benchmarks", "conftest"}

# Modules that cannot be imported where there is no display or device, and what they look for.
NEEDS = {
    "pyautogui": "a display", "pynput": "a display", "pyglet": "a display", "mouseinfo": "a display",
    "pymsgbox": "a display", "turtle": "a display", "pycuda": "a GPU", "cupy": "a GPU", "tensorrt": "a GPU",
    "cudf": "a GPU", "cuml": "a GPU", "pyopencl": "a GPU", "RPi": "a Raspberry Pi's pins", "pyaudio": "a sound card",
    "sounddevice": "a sound card",
}
SIGNS = (("libGL.so", "a display"), ("libEGL.so", "a display"), ("DISPLAY", "a display"), ("libX11", "a display"),
         ("libcuda.so", "a GPU"), ("CUDA driver", "a GPU"), ("libportaudio", "a sound card"))


def run(channel, handed, argument):
    wanted = json.loads(argument)
    worker = Worker()
    for package in packages_in(wanted["folders"]):
        channel.send(json.dumps(checked(worker, package)).encode())
    worker.stop()
    channel.send(json.dumps({"fit": fitted()}).encode())


def checked(worker, package):
    failures = []
    for module in package["modules"]:
        error = worker.ask(module)
        if error is not None:
            failures.append({"module": module, "error": error, "needs": need_of(module, error)})
    return {**package, "modules": len(package["modules"]), "failures": failures[:MOST_FAILURES]}


def need_of(module, error):
    if module.split(".")[0] in NEEDS:
        return NEEDS[module.split(".")[0]]
    return next((need for sign, need in SIGNS if sign in error), "")


# What is there -----------------------------------------------------------------------------------------------------

def packages_in(folders):
    found = []
    for folder in folders:
        names = sorted(os.listdir(folder)) if os.path.isdir(folder) else []
        for name in names:
            if name.endswith((".dist-info", ".egg-info")):
                found.append(described(folder, name))
    return sorted(found, key=lambda package: package["package"].lower())


def described(folder, name):
    stem = name.rsplit(".", 1)[0].split("-")
    paths = recorded(os.path.join(folder, name, "RECORD"))
    modules = modules_of(paths) if paths else listed(os.path.join(folder, name, "top_level.txt"))
    return {"package": stem[0], "version": stem[1] if len(stem) > 1 else "", "modules": modules}


def recorded(path):
    try:
        with open(path, newline="", encoding="utf-8") as file:
            return [row[0] for row in csv.reader(file) if row]
    except OSError:
        return []


def listed(path):
    try:
        with open(path, encoding="utf-8") as file:
            return sorted(line.strip() for line in file if is_module(line.strip()))
    except OSError:
        return []


def is_module(name):
    return bool(name) and all(part.isidentifier() for part in name.split("."))


def modules_of(paths):
    """Top-level modules: files, and the outermost folders that are packages, below folders that are none."""
    split = [path.split("/") for path in paths if not path.startswith((".", "/"))]
    packages = {tuple(parts[:-1]) for parts in split if len(parts) > 1 and module_name(parts[-1]) == "__init__"}
    names = set()
    for parts in split:
        if parts[0].endswith((".dist-info", ".data", ".libs")) or "__pycache__" in parts:
            continue
        if len(parts) == 1 and module_name(parts[0]):
            names.add(module_name(parts[0]))
        outermost = next((parts[:size] for size in range(1, len(parts)) if tuple(parts[:size]) in packages), None)
        if outermost:
            names.add(".".join(outermost))
    names = {name for name in names if is_module(name)}
    return sorted(names - BESIDE or names)


def module_name(file):
    for suffix in (*importlib.machinery.EXTENSION_SUFFIXES, ".py"):
        if file.endswith(suffix):
            return file[:-len(suffix)]
    return ""


# Forks that run what the packages bring ----------------------------------------------------------------------------

class Worker:
    """One fork that imports module after module; another takes its place where it ends or hangs."""

    def __init__(self):
        self.pid = None

    def ask(self, module):
        """None where the module could be imported, else the last line of what went wrong."""
        if self.pid is None:
            self.start()
        os.write(self.questions, module.encode() + b"\n")
        ready, _, _ = select.select([self.answers], [], [], MODULE_SECONDS)
        answer = os.read(self.answers, 65536) if ready else b""
        if answer:
            return json.loads(answer)
        if not ready:
            os.kill(self.pid, signal.SIGKILL)
        return f"still not imported after {MODULE_SECONDS} s" if not ready else f"importing it {self.stop()}"

    def start(self):
        inside, self.questions = os.pipe()
        self.answers, outside = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            os.close(self.questions)
            os.close(self.answers)
            import_what_is_asked(inside, outside)
        os.close(inside)
        os.close(outside)

    def stop(self):
        """How the fork ended, in words."""
        if self.pid is None:
            return ""
        os.close(self.questions)
        os.close(self.answers)
        _, status = os.waitpid(self.pid, 0)
        self.pid = None
        return (f"ended the process by signal {os.WTERMSIG(status)}" if os.WIFSIGNALED(status)
                else f"ended the process with status {os.WEXITSTATUS(status)}")


def be_quiet():
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in range(3):
        os.dup2(nowhere, stream)
    sys.argv = ["smoke"]


def import_what_is_asked(questions, answers):
    be_quiet()
    for module in os.fdopen(questions):
        os.write(answers, json.dumps(why_not_imported(module.strip())).encode())
    os._exit(0)


def why_not_imported(module):
    try:
        importlib.import_module(module)
        return None
    except BaseException as error:  # a module may raise anything, SystemExit too
        return last_line(error)


def last_line(error):
    try:
        words = " ".join(str(error).split())
    except BaseException:
        words = ""
    name = type(error).__name__
    return (f"{name}: {words}" if words else name)[:MOST_WORDS]


# Something to do ---------------------------------------------------------------------------------------------------

def fitted():
    """What was tried, and why it failed: {"what", "error"}; neither where there is nothing to try."""
    answers, outside = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(answers)
        be_quiet()
        os.write(outside, json.dumps(try_something()).encode())
        os._exit(0)
    os.close(outside)
    ready, _, _ = select.select([answers], [], [], FIT_SECONDS)
    answer = os.read(answers, 65536) if ready else b""
    if not ready:
        os.kill(pid, signal.SIGKILL)
    os.close(answers)
    _, status = os.waitpid(pid, 0)
    if answer:
        return json.loads(answer)
    how = f"took longer than {FIT_SECONDS} s" if not ready else f"ended the process (status {status})"
    return {"what": "a fit", "error": how}


def try_something():
    for module, attempt in (("sklearn", fit_a_model), ("numpy", multiply_matrices)):
        if importlib.util.find_spec(module) is None:
            continue
        try:
            return attempt()
        except BaseException as error:
            return {"what": f"a try of {module}", "error": last_line(error)}
    return {"what": "", "error": ""}


def fit_a_model():
    import numpy
    import sklearn
    from sklearn.linear_model import LogisticRegression

    X = numpy.random.RandomState(0).normal(size=(200, 4))
    y = X[:, 0] + X[:, 1] > 0
    right = LogisticRegression().fit(X[:100], y[:100]).score(X[100:], y[100:])
    what = f"scikit-learn {sklearn.__version__}: a logistic regression of 100 rows is right in {right:.0%} of 100 others"
    return {"what": what, "error": "" if right > 0.9 else "that is too seldom"}


def multiply_matrices():
    import numpy

    a = numpy.arange(10_000, dtype=float).reshape(100, 100)
    trace = int(numpy.trace(a @ a.T))
    exact = sum(i * i for i in range(10_000))
    return {"what": f"numpy {numpy.__version__}: a product of two matrices of 100 x 100",
            "error": "" if trace == exact else f"its trace is {trace} and not {exact}"}
