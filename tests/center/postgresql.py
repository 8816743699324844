"""A PostgreSQL of a test's own, on a socket in a folder of its own; $AGORA_TEST_POSTGRESQL names one to use instead."""

import os
import pathlib
import pwd
import shutil
import subprocess
import tempfile
import urllib.parse

FAST = ("-p 5432 -c listen_addresses= -c unix_socket_directories={0} -c fsync=off -c full_page_writes=off "
        "-c max_connections=80 -c shared_buffers=64MB")


def programs():
    """The folder of the newest installed one."""
    found = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: int(p.parts[-3]))
    if not found:
        raise AssertionError("there is no PostgreSQL here: tools/setup test installs it")
    return found[-1].parent


class Server:
    def __init__(self):
        self.folder, self.made = None, 0
        self.given = os.environ.get("AGORA_TEST_POSTGRESQL")
        if self.given:
            return
        self.programs = programs()
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="agora-postgresql-"))
        if os.geteuid() == 0:  # PostgreSQL refuses to run as root
            os.chown(self.folder, pwd.getpwnam("postgres").pw_uid, -1)
        try:
            self.run("initdb", "-D", self.data, "-A", "trust", "-U", "agora", "--no-sync", "-E", "UTF8", "--locale=C.UTF-8")
            self.run("pg_ctl", "-D", self.data, "-w", "-l", str(self.folder / "log"), "-o", FAST.format(self.folder), "start")
        except BaseException:
            self.stop()
            raise

    @property
    def data(self):
        return str(self.folder / "data")

    def run(self, program, *words):
        as_server = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        with tempfile.TemporaryFile() as said:  # no pipe: the server would hold it open
            done = subprocess.run([*as_server, str(self.programs / program), *words], cwd="/", stdin=subprocess.DEVNULL,
                                  stdout=said, stderr=said, timeout=120)
            said.seek(0)
            if done.returncode != 0:
                raise AssertionError(f"{program} failed: {said.read().decode(errors='replace')}")

    def url(self, name):
        if not self.given:
            return f"postgresql://agora@/{name}?host={self.folder}"
        parts = urllib.parse.urlsplit(self.given)
        return urllib.parse.urlunsplit(parts._replace(path="/" + name))

    def psql(self, name, sql):
        """The rows, as lists of texts."""
        done = subprocess.run(["psql", "-X", "-q", "-A", "-t", "-F", "\t", "-v", "ON_ERROR_STOP=1", "-c", sql, self.url(name)],
                              capture_output=True, text=True, timeout=60)
        if done.returncode != 0:
            raise AssertionError(f"{sql}: {done.stderr}")
        return [line.split("\t") for line in done.stdout.splitlines()]

    def fresh(self):
        """The name of a new, empty database."""
        self.made += 1
        name = f"test_{os.getpid()}_{self.made}"
        self.psql("postgres", f"CREATE DATABASE {name}")
        return name

    def stop(self):
        if self.given:
            return
        try:
            self.run("pg_ctl", "-D", self.data, "-m", "immediate", "-w", "stop")
        except AssertionError:
            pass  # it never started
        shutil.rmtree(self.folder, ignore_errors=True)
