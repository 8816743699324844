"""A session: one person's Python, which keeps what it made from request to request.

Handed: requests (a socket of packets), output and errors (pipes, which become descriptors 1 and 2). In comes
"run N" with a memory of the code; what goes out is told in session_words.h. An interrupt is SIGINT, and means
something only while a request runs.
"""

import json
import linecache
import os
import signal
import socket
import struct
import sys
import types

from agora_cell import raised
from agora_cell.channel import LARGEST, receive
from agora_cell.shown import Shower


def run(channel, handed, argument):
    wanted = json.loads(argument)
    for name, number in (("output", 1), ("errors", 2)):
        os.dup2(handed[name], number)
        os.close(handed[name])
    sys.stderr.reconfigure(line_buffering=True, errors="backslashreplace")
    sys.stdout.reconfigure(line_buffering=True, errors="backslashreplace")
    be_random()
    Session(socket.socket(fileno=handed["requests"]), wanted["shown_bytes"]).serve()


def be_random():
    """A fork has its zygote's generators, which are everybody's."""
    seed = struct.unpack("<I", os.urandom(4))[0]
    if "random" in sys.modules:
        sys.modules["random"].seed()
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed(seed)


class Session:
    def __init__(self, link, shown_bytes):
        self.link = link
        self.shower = Shower(self.say, shown_bytes)
        self.is_running = False
        main = types.ModuleType("__main__")  # functions of a session are pickled by this name
        main.__dict__["display"] = self.shower.show_all
        sys.modules["__main__"] = main
        self.scope = main.__dict__

    def serve(self):
        while True:
            signal.signal(signal.SIGINT, self.on_interrupt)
            try:
                text, fds = receive(self.link)
            except EOFError:
                return
            code = os.pread(fds[0], os.fstat(fds[0]).st_size, 0)
            os.close(fds[0])
            self.answer(f"<request {text.split()[1].decode()}>", code)

    def on_interrupt(self, number, frame):
        if self.is_running:
            raise KeyboardInterrupt

    def say(self, data):
        self.link.sendall(data)

    def answer(self, name, code):
        how = b"d"
        self.shower.begin()
        try:
            try:
                self.is_running = True
                self.say(b"b")
                self.execute(name, code)
                self.shower.show_figures()
                flush()
            finally:
                self.is_running = False
        except BaseException as error:  # also SystemExit: one request ends, not the session
            how = b"i" if isinstance(error, KeyboardInterrupt) else b"r"
            self.say(raised.encode(error, name, LARGEST))
        flush()
        self.say(b"e%b %d" % (how, self.shower.left_out))

    def execute(self, name, code):
        text = code.decode()
        linecache.cache[name] = (len(text), None, text.splitlines(keepends=True), name)
        statements, last = raised.split_last(text, name)
        exec(statements, self.scope)
        if last is None:
            return
        value = eval(last, self.scope)
        if value is not None:
            self.scope["_"] = value
            self.shower.show(value)


def flush():
    for stream in (sys.stdout, sys.stderr, sys.__stdout__, sys.__stderr__):
        try:
            stream.flush()
        except Exception:  # it may be anything that a person put there
            pass
