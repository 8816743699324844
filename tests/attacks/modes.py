"""The modes in which a machine may hold cells, and a warm judge in each of them. Standard library only.

$AGORA is the program (default: build/release/agora); line_judge stands beside it.
"""
import json
import os
import pathlib
import pwd
import select
import shutil
import subprocess
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
AGORA = pathlib.Path(os.environ.get("AGORA", ROOT / "build/release/agora")).resolve()
PERSON = "agora-test-rootless"
PROGRAMS = ("agora", "agora-warden", "agora-cell", "libagora-cell.so", "line_judge")
ANSWER_SECONDS = 120  # far above every limit of the kits here: a judge that hangs is a failure, not a wait
HIDE_CGROUPS = 'mount -t tmpfs -o size=64k none /sys/fs/cgroup && exec "$@"'


class Mode:
    """`prefix` before a command, `folder` with the programs, `environment` of what is started."""

    name = "root with cgroup"
    counts_memory = True  # whether the kernel counts a cell's memory, in every form that it can take

    def __init__(self):
        self.scratch = tempfile.TemporaryDirectory(prefix="attacks-", dir="/var/tmp")  # /tmp is a cell's own
        self.home = pathlib.Path(self.scratch.name)
        os.chmod(self.home, 0o755)
        self.programs = AGORA.parent
        self.prefix = []
        (self.home / "tmp").mkdir(mode=0o777)
        self.environment = {**os.environ, "TMPDIR": str(self.home / "tmp")}

    def why_not(self):
        """Why this machine has no such mode; empty where it has."""
        return "" if os.geteuid() == 0 else "only root can try this mode"

    def start(self):
        pass

    def own(self, path):
        """Makes a folder the property of whom this mode runs as."""

    def close(self):
        self.scratch.cleanup()


class Root(Mode):
    def why_not(self):
        has = any(pathlib.Path(path).exists() for path in ("/sys/fs/cgroup/memory", "/sys/fs/cgroup/cgroup.controllers"))
        return super().why_not() or ("" if has else "no cgroup with a memory controller is mounted")


class WithoutGroups(Mode):
    name = "root, cgroups denied"
    counts_memory = False

    def why_not(self):
        if why := super().why_not():
            return why
        tried = subprocess.run(self.hiding("true"), capture_output=True, text=True)
        return "" if tried.returncode == 0 else f"/sys/fs/cgroup cannot be hidden: {tried.stderr.strip()}"

    def hiding(self, *command):
        return ["unshare", "--mount", "sh", "-c", HIDE_CGROUPS, "sh", *command]

    def start(self):
        self.prefix = self.hiding()


class Rootless(Mode):
    name = "rootless"
    counts_memory = False

    def why_not(self):
        missing = [tool for tool in ("setpriv", "useradd", "userdel") if shutil.which(tool) is None]
        if missing:
            return f"there is no {missing[0]} here (Debian: apt-get install util-linux passwd)"
        return super().why_not()

    def start(self):
        self.person, self.made = make_person()
        self.programs = self.home / "programs"
        lend_programs(self.programs)
        self.agora_home = tempfile.TemporaryDirectory(prefix="attacks-home-", dir="/var/tmp")  # a path that cells see
        os.chmod(self.agora_home.name, 0o755)
        lend_environments(pathlib.Path(self.agora_home.name))
        self.own(self.home / "tmp")
        self.prefix = ["setpriv", f"--reuid={self.person.pw_uid}", f"--regid={self.person.pw_gid}", "--clear-groups",
                       "--no-new-privs", "--"]
        self.environment = {"PATH": "/usr/sbin:/usr/bin:/bin", "TMPDIR": str(self.home / "tmp"),
                            "AGORA_HOME": self.agora_home.name}

    def own(self, path):
        os.chown(path, self.person.pw_uid, self.person.pw_gid)

    def close(self):
        if hasattr(self, "agora_home"):
            self.agora_home.cleanup()
        if getattr(self, "made", False):
            subprocess.run(["userdel", PERSON], capture_output=True)
        super().close()


def in_each(base, tests):
    """A test case for each mode, from `base`, with a method for each (words, function) of `tests`."""
    methods = {"test_" + "".join(letter if letter.isalnum() else "_" for letter in words): test for words, test in tests}
    cases = (("AsRoot", Root), ("AsRootWithoutGroups", WithoutGroups), ("WithoutRoot", Rootless))
    return [type(name, (base,), {"mode": mode, "__module__": base.__module__, **methods}) for name, mode in cases]


def make_person():
    """The person's entry, and whether this call made it."""
    try:
        return pwd.getpwnam(PERSON), False
    except KeyError:
        subprocess.run(["useradd", "--no-create-home", "--home-dir", "/nonexistent", "--shell", "/usr/sbin/nologin",
                        PERSON], check=True, capture_output=True, text=True)
        return pwd.getpwnam(PERSON), True


def lend_programs(folder):
    """Copies of the programs where an ordinary user can read them, whatever folder the build is in."""
    folder.mkdir()
    for name in PROGRAMS:
        shutil.copy(AGORA.parent / name, folder / name)
    shutil.copytree(AGORA.parent / "agora_cell", folder / "agora_cell", ignore=shutil.ignore_patterns("__pycache__"))
    if (AGORA.parent / "app").is_dir():
        shutil.copytree(AGORA.parent / "app", folder / "app")
    subprocess.run(["chmod", "-R", "a+rX", str(folder)], check=True)


def home_of_environments():
    """The folder that holds environments/ and names/, from the interpreter of the default environment."""
    shown = subprocess.run([str(AGORA), "env", "show", "default", "--json"], check=True, capture_output=True, text=True)
    return pathlib.Path(json.loads(shown.stdout)["python"]).parents[3]


def lend_environments(target):
    source = home_of_environments()
    for part in ("environments", "names"):
        linked = subprocess.run(["cp", "-al", str(source / part), str(target)], capture_output=True)
        if linked.returncode != 0:  # another file system
            subprocess.run(["rm", "-rf", str(target / part)], check=True)
            subprocess.run(["cp", "-a", str(source / part), str(target)], check=True)


class LineJudge:
    """A line_judge that runs in a mode; its standard error, and so its warden's, is kept to be searched."""

    def __init__(self, mode):
        self.errors = open(mode.home / "errors.log", "a+b")
        self.process = subprocess.Popen([*mode.prefix, str(mode.programs / "line_judge")], env=mode.environment,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.errors)
        self.pid = self.process.pid

    def ask(self, **order):
        self.process.stdin.write(json.dumps(order, default=str).encode() + b"\n")
        self.process.stdin.flush()
        ready, _, _ = select.select([self.process.stdout], [], [], ANSWER_SECONDS)
        if not ready:
            raise AssertionError(f"the judge has not answered for {ANSWER_SECONDS} s: {order}")
        line = self.process.stdout.readline()
        if not line:
            raise AssertionError(f"the judge has ended with {self.process.wait(10)}: {self.said_aside()}")
        return json.loads(line)

    def said_aside(self):
        self.errors.seek(0)
        return self.errors.read().decode(errors="replace")

    def close(self):
        self.process.stdin.close()
        self.process.wait(30)
        self.process.stdout.close()
        self.errors.close()
