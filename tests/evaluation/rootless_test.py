"""`agora kit run` as a person without any right: the same scores as root's. (Attacks: tests/attacks.)

Standard library only. Needs root, to become somebody else. $AGORA is the program (default: build/release/agora).
"""
import os
import pathlib
import pwd
import shutil
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import support  # noqa: E402
from support import EvaluationTest, Kit  # noqa: E402

PERSON = "agora-test-rootless"
PROGRAMS = ("agora", "agora-warden", "agora-cell", "libagora-cell.so")


def make_person():
    """The person's entry, and whether this test made it."""
    try:
        return pwd.getpwnam(PERSON), False
    except KeyError:
        pass
    subprocess.run(["useradd", "--no-create-home", "--home-dir", "/nonexistent", "--shell", "/usr/sbin/nologin", PERSON],
                   check=True, capture_output=True, text=True)
    return pwd.getpwnam(PERSON), True


def home_of_environments():
    """The folder that holds environments/ and names/, from the interpreter of the default environment."""
    shown = subprocess.run([support.AGORA, "env", "show", "default", "--json"], check=True, capture_output=True, text=True)
    return pathlib.Path(support.json.loads(shown.stdout)["python"]).parents[3]


@unittest.skipUnless(os.geteuid() == 0, "only root can become the person without rights that this test needs")
class Rootless(EvaluationTest):
    @classmethod
    def setUpClass(cls):
        for tool in ("setpriv", "useradd", "userdel"):
            if shutil.which(tool) is None:
                raise unittest.SkipTest(f"there is no {tool} here (Debian: apt-get install util-linux passwd)")
        cls.person, made = make_person()
        if made:
            cls.addClassCleanup(subprocess.run, ["userdel", PERSON], capture_output=True)
        folder = tempfile.TemporaryDirectory(prefix="evaluation-test-rootless-")
        cls.addClassCleanup(folder.cleanup)
        cls.folder = pathlib.Path(folder.name)
        os.chmod(cls.folder, 0o755)
        cls.copy_programs()
        cls.copy_environment()
        scratch = cls.folder / "scratch"
        scratch.mkdir()
        os.chown(scratch, cls.person.pw_uid, cls.person.pw_gid)
        cls.scratch = scratch

    @classmethod
    def copy_programs(cls):
        built = pathlib.Path(support.AGORA).resolve().parent
        for name in PROGRAMS:
            shutil.copy(built / name, cls.folder / name)
        shutil.copytree(built / "agora_cell", cls.folder / "agora_cell", ignore=shutil.ignore_patterns("__pycache__"))
        subprocess.run(["chmod", "-R", "a+rX", str(cls.folder)], check=True)

    @classmethod
    def copy_environment(cls):
        source, target = home_of_environments(), cls.folder / "home"
        target.mkdir()
        for part in ("environments", "names"):
            linked = subprocess.run(["cp", "-al", str(source / part), str(target)], capture_output=True)
            if linked.returncode != 0:  # another file system
                subprocess.run(["rm", "-rf", str(target / part)], check=True)
                subprocess.run(["cp", "-a", str(source / part), str(target)], check=True)

    def run_as_person(self, kit, name, *extra):
        me = self.person
        prefix = ["setpriv", f"--reuid={me.pw_uid}", f"--regid={me.pw_gid}", "--clear-groups", "--no-new-privs",
                  "env", "-i", "PATH=/usr/bin:/bin", f"TMPDIR={self.scratch}", f"AGORA_HOME={self.folder}/home",
                  str(self.folder / "agora")]
        command = [*prefix, "kit", "run", str(kit.folder), "--submission", name, "--json", "--quick", *extra]
        done = subprocess.run(command, capture_output=True, text=True, errors="replace", timeout=support.RUN_SECONDS)
        run = support.Run(done)
        self.assertEqual(os.listdir(self.scratch), [], "temporary files are left")
        self.assertEqual(self.processes_of_person(), [], "processes are left")
        return run

    def processes_of_person(self):
        found = []
        for pid in filter(str.isdigit, os.listdir("/proc")):
            try:
                if os.stat(f"/proc/{pid}").st_uid == self.person.pw_uid:
                    found.append(pathlib.Path("/proc", pid, "cmdline").read_bytes())
            except OSError:
                pass
        return found

    def test_scores_are_those_of_root(self):
        kit = Kit(self)
        ours = self.run_as_person(kit, "starting_kit")
        roots = kit.run("starting_kit")
        self.assertEqual(self.assert_scores(ours), self.assert_scores(roots))
        for mine, other in zip(ours.answer["folds"], roots.answer["folds"]):
            self.assertEqual([mine[step] for step in ("train", "valid", "test")],
                             [other[step] for step in ("train", "valid", "test")])

if __name__ == "__main__":
    unittest.main()
