"""A proxy on a build cell's own loopback. For each connection it asks the trusted side, which makes it or says why not.

Over the link: "nNUMBER HOST:PORT" goes out, "ok NUMBER" with a stream or "no NUMBER WHY" comes back. Whatever this
process is made to say, the other side decides by itself which hosts there are.
"""

import itertools
import os
import queue
import socket
import threading
from urllib.parse import urlsplit

from agora_cell.channel import receive

LONGEST_HEAD = 64 << 10


class Refused(Exception):
    pass


class Relay:
    def __init__(self, link, errors):
        self.link = link
        self.errors = errors
        self.numbers = itertools.count(1)
        self.waiting = {}
        self.server = socket.create_server(("127.0.0.1", 0), backlog=128)
        for work in (self.hear, self.accept):
            threading.Thread(target=work, daemon=True).start()

    def variables(self):
        url = f"http://127.0.0.1:{self.server.getsockname()[1]}"
        names = ("http_proxy", "https_proxy", "all_proxy")
        proxies = dict.fromkeys([*names, *map(str.upper, names)], url)
        return {**proxies, "no_proxy": "", "NO_PROXY": ""}

    def hear(self):
        while True:
            try:
                text, fds = receive(self.link)
            except EOFError:
                return
            _, number, *why = text.decode().split(" ", 2)
            self.waiting.pop(int(number)).put((fds, why))

    def connect(self, place):
        number, answer = next(self.numbers), queue.SimpleQueue()
        self.waiting[number] = answer
        self.link.sendall(f"n{number} {place}".encode())
        fds, why = answer.get()
        if not fds:
            os.write(self.errors, f"[network] {why[0]}\n".encode())
            raise Refused(why[0])
        return socket.socket(fileno=fds[0])

    def accept(self):
        while True:
            client, _ = self.server.accept()
            threading.Thread(target=self.serve, args=(client,), daemon=True).start()

    def serve(self, client):
        try:
            head, rest = read_head(client)
            place, forward = what_is_asked(head)
            far = self.connect(place)
        except Refused as why:
            answer(client, "403 Forbidden", str(why))
        except (ValueError, OSError) as why:
            answer(client, "400 Bad Request", str(why))
        else:
            if forward is None:
                client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            join(client, far, (forward or b"") + rest)


def read_head(client):
    data = b""
    while b"\r\n\r\n" not in data:
        piece = client.recv(4096)
        if not piece or len(data) > LONGEST_HEAD:
            raise ValueError("no head of a request")
        data += piece
    head, _, rest = data.partition(b"\r\n\r\n")
    return head.decode("latin-1"), rest


def what_is_asked(head):
    """The place to connect to, and the head to be sent there or None for a tunnel."""
    line, *fields = head.split("\r\n")
    method, target, version = line.split(" ")
    if method == "CONNECT":
        return target.lower(), None
    url = urlsplit(target)
    if url.scheme != "http" or not url.hostname:
        raise ValueError("this proxy knows CONNECT and http:// only")
    path = url.path or "/"
    kept = [field for field in fields if not field.lower().startswith(("connection:", "proxy-"))]
    lines = [f"{method} {path}{'?' + url.query if url.query else ''} {version}", *kept, "Connection: close", "", ""]
    return f"{url.hostname}:{url.port or 80}", "\r\n".join(lines).encode("latin-1")


def answer(client, status, why):
    body = why.encode()
    try:
        client.sendall(f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n".encode() + body)
        client.close()
    except OSError:
        pass


def join(client, far, first):
    threading.Thread(target=carry, args=(far, client), daemon=True).start()
    try:
        far.sendall(first)
    except OSError:
        pass
    carry(client, far)


def carry(source, target):
    try:
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        for end in (source, target):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
