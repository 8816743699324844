"""A real center for tests: `agora serve` on a free port with a fresh data folder, an administrator, an open event."""
import contextlib
import os
import pathlib
import re
import signal
import subprocess
import tarfile
import tempfile
import threading
import time

import support

support.use_client()
from agora import accounts, config, transfers  # noqa: E402
from agora.center import Center  # noqa: E402
from agora.transport import Transport  # noqa: E402

AGORA = os.environ.get("AGORA", str(support.ROOT / "build" / "release" / "agora"))
PASSWORD = "correct horse battery staple"
START_SECONDS, CHECK_SECONDS = 60, 300


class Served:
    """url, and `said`: the lines of the server's standard error."""

    def __init__(self, folder, *flags):
        self.process = subprocess.Popen([AGORA, "serve", "--data", str(folder), "--listen", "127.0.0.1:0", *flags],
                                        stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        self.said = []
        threading.Thread(target=self._read, daemon=True).start()
        self.url = self.wait_for(r"open at (http\S+)")

    def _read(self):
        for line in self.process.stderr:
            self.said.append(line)

    def wait_for(self, pattern):
        """What the pattern's group found in what the server said."""
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end:
            if found := re.search(pattern, "".join(self.said)):
                return found[1]
            if self.process.poll() is not None:
                break
            time.sleep(0.02)
        raise AssertionError(f"agora serve did not say {pattern}:\n{''.join(self.said)}")

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stderr.close()


def log_in(url, name, **sign_up):
    """A person with an account and a kept token; returns the token."""
    email = f"{name.lower()}@example.org"
    accounts.sign_up(url, email, PASSWORD, name, sign_up.get("invitation"))
    accounts.log_in(url, email, PASSWORD, None, 90)
    return config.choose_server(url).token


def pack(folder, target, left_out=()):
    with tarfile.open(target, "w:gz") as archive:
        for file in sorted(pathlib.Path(folder).iterdir()):
            if file.name not in left_out:
                archive.add(file, file.name)
    return target


def open_event(transport, kit, slug, hidden=None):
    """Makes an event from a kit, waits for its check, opens it."""
    with tempfile.TemporaryDirectory(prefix="agora-kit-") as place:
        body = {"slug": slug, "kit_upload": transfers.upload(transport, pack(kit, pathlib.Path(place, "kit.tar.gz")))}
        if hidden:
            body["data_upload"] = transfers.upload(transport, pack(hidden, pathlib.Path(place, "data.tar.gz")))
        event = transport.post("/events", body, keyed=True)
    end = time.monotonic() + CHECK_SECONDS
    while event["state"] == "checking" and time.monotonic() < end:
        time.sleep(0.2)
        event = transport.get(f"/events/{slug}")
    assert event["state"] == "ready", event
    return transport.post(f"/events/{slug}/open", {})


@contextlib.contextmanager
def center(kit="breast_cancer"):
    """A center with the event `masses`, and what tests ask it with: url, admin (a Transport), served."""
    with tempfile.TemporaryDirectory(prefix="agora-center-") as folder, support.private_folder():
        served = Served(pathlib.Path(folder, "data"))
        try:
            code = served.wait_for(r"--invitation (\S+)")
            admin = Transport(served.url, log_in(served.url, "Ada", invitation=code))
            settings = admin.send("PATCH", "/settings", {"sign_up": "open"})
            assert settings.status_code == 200, settings.text
            open_event(admin, support.ROOT / "kits" / kit, "masses")
            served.admin = Center(admin)
            yield served
        finally:
            served.stop()
