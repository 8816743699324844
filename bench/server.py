"""The server: its start, its memory, a JSON endpoint behind sign-in against nginx, and idle listeners.

Bounds: first answer within 200 ms of the start; 60 MB when idle; 0.3 x the requests per second of nginx serving a
static file of the same size (wrk, 64 connections, interleaved pairs, median of the ratios); 1,000 idle SSE clients
cost less than 30 MB.
"""

import os
import pathlib
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "tests" / "center"))
from center import Center  # noqa: E402

PAIRS = 5
SECONDS = 4
LISTENERS = 1000


def resident_bytes(pid):
    with open(f"/proc/{pid}/statm") as facts:
        return int(facts.read().split()[1]) * os.sysconf("SC_PAGESIZE")


def requests_per_second(url, header=None):
    command = ["wrk", "-t", "2", "-c", "64", "-d", f"{SECONDS}s", url] + (["-H", header] if header else [])
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in text:
        sys.exit(f"error: {url} refused: {text}")
    return float(re.search(r"Requests/sec:\s+([\d.]+)", text)[1])


class Nginx:
    def __init__(self, folder, body):
        self.folder = pathlib.Path(folder)
        (self.folder / "file.json").write_bytes(body)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        user = "user root;" if os.geteuid() == 0 else ""
        (self.folder / "nginx.conf").write_text(f"""{user} worker_processes 2; daemon off; pid {folder}/pid;
error_log {folder}/error.log; events {{ worker_connections 1024; }}
http {{ access_log off; sendfile on; tcp_nopush on; keepalive_requests 100000000; default_type application/json;
server {{ listen 127.0.0.1:{self.port}; root {folder}; }} }}""")
        self.process = subprocess.Popen(["nginx", "-c", str(self.folder / "nginx.conf")], stderr=subprocess.DEVNULL)
        for _ in range(200):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.02)
        sys.exit("error: nginx does not start")

    def close(self):
        self.process.terminate()
        self.process.wait(10)


def measure_json(center, folder):
    client = center.administrator
    body = client.send("GET", "/me").body
    nginx = Nginx(folder, body)
    header = f"Authorization: Bearer {client.token}"
    ratios, ours = [], []
    try:
        for _ in range(PAIRS):
            own = requests_per_second(f"http://127.0.0.1:{center.port}/api/v1/me", header)
            theirs = requests_per_second(f"http://127.0.0.1:{nginx.port}/file.json")
            ratios.append(own / theirs)
            ours.append(own)
    finally:
        nginx.close()
    return statistics.median(ratios), statistics.median(ours), len(body)


def measure_listeners(center):
    before = resident_bytes(center.process.pid)
    request = (f"GET /api/v1/me/stream HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {center.administrator.token}"
               "\r\n\r\n").encode()
    sockets = []
    for _ in range(LISTENERS):
        listener = socket.create_connection(("127.0.0.1", center.port))
        listener.sendall(request)
        sockets.append(listener)
    for listener in sockets:
        if b" 200 " not in listener.recv(400):
            sys.exit("error: a listener was refused")
    time.sleep(1)
    more = resident_bytes(center.process.pid) - before
    for listener in sockets:
        listener.close()
    return more


def measure_start(center):
    taken = []
    for _ in range(7):
        center.stop()
        begin = time.monotonic()
        center.start()
        taken.append(time.monotonic() - begin)
    return statistics.median(taken)


def main():
    for program in ("wrk", "nginx"):
        if not shutil.which(program):
            sys.exit(f"error: {program} is missing: tools/setup bench installs it")
    rows = []
    with Center(options=["--requests-per-minute", "1000000000"]) as center, tempfile.TemporaryDirectory() as folder:
        center.first_administrator()
        start = measure_start(center)
        rows.append(("start to first answer", f"{1000 * start:.0f} ms", "200 ms", start <= 0.2))
        time.sleep(2)
        idle = resident_bytes(center.process.pid)
        rows.append(("idle memory", f"{idle / 1e6:.1f} MB", "60 MB", idle <= 60e6))
        more = measure_listeners(center)
        rows.append((f"{LISTENERS} idle SSE clients", f"+{more / 1e6:.1f} MB", "+30 MB", more < 30e6))
        ratio, ours, size = measure_json(center, folder)
        rows.append((f"JSON behind sign-in ({size} bytes), {ours:.0f}/s", f"{ratio:.2f} x nginx", "0.30 x", ratio >= 0.3))
    for name, seen, bound, good in rows:
        print(f"{name:<52}{seen:>16}   bound {bound:<8}{'' if good else '  missed'}")
    return 0 if all(row[3] for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
