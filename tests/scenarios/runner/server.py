"""A real server for one scenario: a free port, a fresh data folder, an administrator who is logged in."""
import os
import re
import signal
import subprocess
import time

SECONDS_TO_START, SECONDS_TO_STOP = 60, 30
ADMINISTRATOR = ("Grace Hopper", "grace@example.org", "a compiler in 1952")
# `as ada agora board`: the same command, given by somebody with logins of their own.
AS = """#!/bin/sh
export XDG_CONFIG_HOME="$TMP/.people/$1"
shift
exec "$@"
"""


class NotStarted(Exception):
    """The message says why, with the server's own words."""


class Server:
    def __init__(self, folder, env):
        self.folder, self.env = folder, env
        self.log = folder / ".server.log"
        with self.log.open("wb") as log:
            self.child = subprocess.Popen(["agora", "serve", "--data", str(folder / ".center"), "--listen", "127.0.0.1:0"],
                                          cwd=folder, env=env, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                          start_new_session=True)
        try:
            self.url = self.said(r"open at (\S+)")
            self.prepare_people(self.said(r"--invitation (\S+)"))
        except BaseException:
            self.stop()
            raise

    def said(self, pattern):
        """The first group of what the server says of itself when it is ready."""
        end = time.monotonic() + SECONDS_TO_START
        while time.monotonic() < end:
            text = self.log.read_text(errors="replace")
            if found := re.search(pattern + r"\s", text):
                return found[1]
            if self.child.poll() is not None:
                raise NotStarted(f"the server ended with code {self.child.returncode}:\n{text}")
            time.sleep(0.02)
        raise NotStarted(f"the server did not say '{pattern}' within {SECONDS_TO_START} s:\n{text}")

    def prepare_people(self, invitation):
        name, email, password = ADMINISTRATOR
        tools = self.folder / ".tools"
        tools.mkdir()
        (tools / "as").write_text(AS)
        (tools / "as").chmod(0o755)
        self.env.update(SERVER=self.url, PATH=f"{tools}:{self.env['PATH']}",
                        XDG_CONFIG_HOME=str(self.folder / ".people" / "grace"))
        for name_of_old in ("AGORA_SERVER", "AGORA_TOKEN"):
            self.env.pop(name_of_old, None)
        login = subprocess.run(["agora", "login", self.url, "--invitation", invitation, "--name", name, "--email", email,
                                "--password-stdin"], input=password + "\n", env=self.env, cwd=self.folder, text=True,
                               capture_output=True, timeout=60)
        if login.returncode != 0:
            raise NotStarted(f"the administrator could not log in:\n{login.stdout}{login.stderr}")

    def stop(self):
        """Asks it to end, then ends it with whatever it started. Says why where it did not end well by itself."""
        self.child.send_signal(signal.SIGTERM) if self.child.poll() is None else None
        try:
            code = self.child.wait(SECONDS_TO_STOP)
            why = None if code == 0 else f"the server ended with code {code}:\n{self.log.read_text(errors='replace')}"
        except subprocess.TimeoutExpired:
            why = f"the server did not stop within {SECONDS_TO_STOP} s"
        try:
            os.killpg(self.child.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.child.wait()
        return why
