"""A real center for tests and benches: `agora serve` on a free port with a new folder, and people who use its API."""

import http.client
import io
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import tarfile
import tempfile
import time
import urllib.parse
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
AGORA = os.environ.get("AGORA", str(ROOT / "build" / "release" / "agora"))
KITS = ROOT / "kits"
PASSWORD = "a fine long password"


class Refused(Exception):
    def __init__(self, status, problem):
        super().__init__(f"{status}: {problem}")
        self.status, self.problem = status, problem


def home_of_its_own(folder, with_default=False):
    """Variables for a center that makes environments in `folder`; the installer and what it has fetched are shared.
    The default environment is lent to it by hard links, or copied to another disk."""
    shared = pathlib.Path(os.environ.get("AGORA_HOME") or pathlib.Path.home() / ".local/share/agora")
    own = {"AGORA_HOME": str(folder), "UV_CACHE_DIR": os.environ.get("UV_CACHE_DIR", str(shared / "cache/uv"))}
    if (shared / "tools/uv").exists():
        own["AGORA_UV"] = str(shared / "tools/uv")
    name = shared / "names/default"
    if with_default and name.is_symlink():
        for part in ("environments", "names"):
            (pathlib.Path(folder) / part).mkdir(parents=True)
        made, lent = name.resolve(), pathlib.Path(folder) / "environments" / name.resolve().name
        if subprocess.run(["cp", "-al", str(made), str(lent)], capture_output=True).returncode != 0:
            shutil.rmtree(lent, ignore_errors=True)
            subprocess.run(["cp", "-a", str(made), str(lent)], check=True)
        (pathlib.Path(folder) / "names/default").symlink_to(f"../environments/{made.name}")
    return own


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    @property
    def json(self):
        return json.loads(self.body)


class Client:
    """One viewer: a stranger, who holds a token, or who signed in and has a cookie."""

    def __init__(self, center, token=None, cookie=None):
        self.center, self.token, self.cookie = center, token, cookie

    def send(self, method, path, body=None, headers=None, timeout=60):
        """The answer whatever its status; `path` below /api/v1 unless it begins with /api."""
        headers = dict(headers or {})
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        if self.cookie:
            headers.update({"Cookie": self.cookie, "Origin": f"http://127.0.0.1:{self.center.port}"})
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(body).encode()
            headers.setdefault("Content-Type", "application/json")
        connection = http.client.HTTPConnection("127.0.0.1", self.center.port, timeout=timeout)
        try:
            connection.request(method, path if path.startswith("/api") else "/api/v1" + path, body, headers)
            answer = connection.getresponse()
            return Answer(answer.status, answer.headers, answer.read())
        finally:
            connection.close()

    def ask(self, method, path, body=None, headers=None, timeout=60):
        """The JSON of a good answer, or Refused."""
        answer = self.send(method, path, body, headers, timeout)
        if answer.status >= 400:
            raise Refused(answer.status, answer.body.decode(errors="replace"))
        return answer.json if answer.body else None

    def get(self, path):
        return self.ask("GET", path)

    def post(self, path, body=None, headers=None):
        return self.ask("POST", path, body, headers)

    def upload(self, data):
        """The id of an upload that holds `data`."""
        tus = {"Tus-Resumable": "1.0.0"}
        made = self.ask("POST", "/uploads", b"", {**tus, "Upload-Length": str(len(data))})
        self.ask("PATCH", f"/uploads/{made['id']}", data, {
            **tus, "Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"})
        return made["id"]

    def submit(self, event, name="starting_kit", files=None, kit=None):
        """Files are texts by path; by default those of a kit's submission."""
        return self.post(f"/events/{event}/submissions", {"name": name, "files": files_in_json(name, files, kit)})

    def try_code(self, event, name="starting_kit", files=None, kit=None):
        return self.post(f"/events/{event}/tries", {"files": files_in_json(name, files, kit)})

    def await_end(self, submission, seconds=120):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            found = self.get(f"/submissions/{submission['id']}")
            if found["state"] in ("scored", "failed", "cancelled"):
                return found
            time.sleep(0.05)
        raise AssertionError(f"the submission is still {found['state']} after {seconds} s")


def files_in_json(name, files=None, kit=None):
    folder = (kit or KITS / "breast_cancer") / "submissions" / name
    files = files or {p.relative_to(folder).as_posix(): p.read_text() for p in folder.rglob("*.py")}
    return [{"path": p, "content": t, "encoding": "utf-8"} for p, t in files.items()]


class Center:
    def __init__(self, folder=None, database=None, options=(), environment=None, program=AGORA, prefix=()):
        """`prefix` stands before the command: another person's, or another view of the machine."""
        self.own = None if folder else tempfile.TemporaryDirectory(prefix="agora-center-")
        self.folder = pathlib.Path(folder or self.own.name)
        self.database, self.options = database, list(options)
        self.environment = environment or {}
        self.program = [*prefix, str(program)]
        self.port = 0
        self.process = None
        self.invitation = None
        self.log = ""
        self.administrator = None
        self.start()

    def start(self, seconds=60):
        listen = f"127.0.0.1:{self.port}"  # the same port again after a kill
        command = [*self.program, "serve", "--data", str(self.folder / "data"), "--listen", listen, *self.options]
        if self.database:
            command += ["--database", self.database]
        self.errors = open(self.folder / "server.log", "a+b")
        begin = self.errors.seek(0, io.SEEK_END)
        self.process = subprocess.Popen(command, stdout=self.errors, stderr=self.errors,
                                        env={**os.environ, **self.environment})
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            text = self.text_of_log(begin)
            if found := re.search(r"is open at http://[^:]+:(\d+)", text):
                self.port = int(found[1])
                if code := re.search(r"--invitation (\S+)", text):
                    self.invitation = code[1]
                if self.answers():
                    return
            if self.process.poll() is not None:
                raise AssertionError(f"the server ended with {self.process.returncode}: {text}")
            time.sleep(0.005)
        raise AssertionError(f"the server does not answer: {self.text_of_log(begin)}")

    def answers(self):
        try:
            return Client(self).send("GET", "/health", timeout=5).status == 200
        except OSError:
            return False

    def text_of_log(self, begin=0):
        data = (self.folder / "server.log").read_bytes()
        return data[begin:].decode(errors="replace")

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(30)
        self.errors.close()

    def stop(self, seconds=60):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(seconds)
        self.errors.close()
        return code

    def __enter__(self):
        return self

    def __exit__(self, *_):
        try:
            self.stop()
        finally:
            if self.process.poll() is None:
                self.kill()
            if self.own:
                self.own.cleanup()

    # ---- people

    @property
    def stranger(self):
        return Client(self)

    def sign_up(self, name, invitation=None):
        """A person with a session; returns (person, cookie)."""
        email = f"{name}@example.org"
        self.stranger.post("/sign-up", {"email": email, "name": name.title(), "password": PASSWORD,
                                        **({"invitation": invitation} if invitation else {})})
        return self.sign_in(email)

    def sign_in(self, email, password=PASSWORD):
        answer = self.stranger.send("POST", "/sign-in", {"email": email, "password": password})
        if answer.status != 200:
            raise Refused(answer.status, answer.body.decode())
        return answer.json["person"], answer.headers["Set-Cookie"].split(";")[0]

    def token_of(self, cookie, scopes=("read", "submit", "organise", "admin")):
        made = self.stranger.post("/me/tokens", {"name": "test", "scopes": list(scopes)}, {
            "Cookie": cookie, "Origin": f"http://127.0.0.1:{self.port}"})
        return made["token"]

    def first_administrator(self):
        person, cookie = self.sign_up("root", self.invitation)
        self.administrator = Client(self, self.token_of(cookie))
        return self.administrator

    def person(self, name, role=None, scopes=("read", "submit", "organise", "admin")):
        """A client for a new person whom the administrator invited, with a role of the platform or none."""
        invited = self.administrator.post("/invitations", {"role": role} if role else {})
        _, cookie = self.sign_up(name, invited["code"])
        return Client(self, self.token_of(cookie, scopes))


def packed(folder, leave_out=()):
    """A folder as tar.gz, its files at the root."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        for path in sorted(pathlib.Path(folder).rglob("*")):
            relative = path.relative_to(folder)
            if path.is_file() and "__pycache__" not in relative.parts and relative.parts[0] not in leave_out:
                archive.add(path, relative.as_posix())
    return out.getvalue()


def split_breast_cancer(folder):
    """The kit with a third of the rows as its public data, and the others as HIDDEN: no row is in both."""
    kit, hidden = pathlib.Path(folder) / "kit", pathlib.Path(folder) / "hidden"
    source = KITS / "breast_cancer"
    for path in source.rglob("*"):
        relative = path.relative_to(source)
        if path.is_file() and relative.parts[0] != "data" and "__pycache__" not in relative.parts:
            (kit / relative).parent.mkdir(parents=True, exist_ok=True)
            (kit / relative).write_bytes(path.read_bytes())
    for part in ("train", "test"):
        head, *rows = (source / "data" / f"{part}.csv").read_text().splitlines()
        for place, kept in ((kit / "data", rows[::3]), (hidden, [r for i, r in enumerate(rows) if i % 3])):
            place.mkdir(parents=True, exist_ok=True)
            (place / f"{part}.csv").write_text("\n".join([head, *kept]) + "\n")
    return kit, hidden


def open_event(organiser, kit, hidden=None, slug=None, **more):
    """An event from a kit, checked and open; returns its JSON."""
    body = {"kit_upload": organiser.upload(packed(kit)), **more}
    if hidden:
        body["data_upload"] = organiser.upload(packed(hidden))
    if slug:
        body["slug"] = slug
    event = organiser.post("/events", body)
    deadline = time.monotonic() + 120
    while event["state"] in ("draft", "checking"):
        if time.monotonic() > deadline:
            raise AssertionError("the kit is still being checked")
        time.sleep(0.1)
        event = organiser.get(f"/events/{event['slug']}")
    if event["state"] == "refused":
        raise AssertionError(f"the kit was refused: {event.get('findings')}")
    return organiser.post(f"/events/{event['slug']}/open", {})
