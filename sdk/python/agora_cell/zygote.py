"""The loop of a zygote: a warm process with one thread from which cells fork.

It is pid 1 of its own pid namespace, holds the few capabilities that sealing a fork takes, inside a user
namespace without any right on the host, and never runs a submission's code. The warden asks; it forks, reports
the child's pidfd and reaps it.
"""
import gc
import importlib
import importlib.util
import json
import os
import select
import socket
import sys
import time
import traceback

from agora_cell import seal
from agora_cell.channel import Channel, receive

CONTROL, CONFIG = 3, 4
LAST_LOOK = 0.1
NETWORK = "/proc/self/ns/net"


def main():
    config = json.loads(os.pread(CONFIG, os.fstat(CONFIG).st_size, 0))
    os.close(CONFIG)
    control = socket.socket(fileno=CONTROL)
    try:
        seal.load()
        preload(config["preload"])
        sys.stdout.reconfigure(line_buffering=True)
        gc.collect()
        seal.gather_pages()
        Zygote(control, "".join(word + "\0" for word in config["base"]).encode()).serve()
    except BaseException as failure:  # the warden must hear of it, whatever it is
        give_up(control, failure)


def preload(names):
    gc.disable()  # what modules make at import stays: looking through it again and again takes a tenth of the time
    try:
        for name in names:
            importlib.import_module(name)
    finally:
        gc.enable()


def give_up(control, failure):
    traceback.print_exc()
    flush()
    try:
        say(control, "failed 0 " + "".join(traceback.format_exception_only(failure)).strip())
    except OSError:
        pass  # the warden is gone
    os._exit(1)


def say(link, text, fds=()):
    socket.send_fds(link, [text.encode()[:4096]], list(fds))


def flush():
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):
            pass


def count_threads():
    return len(os.listdir("/proc/self/task"))


class Zygote:
    def __init__(self, control, base):
        self.control = control
        self.base = base
        self.children = {}  # pidfd → (pid, number of the order, network)
        self.own_pids = os.open("/proc/self/ns/pid", os.O_RDONLY)
        self.networks = Networks()

    def serve(self):
        gc.collect()
        gc.freeze()
        say(self.control, f"ready {count_threads()}")
        poll = select.poll()
        poll.register(self.control, select.POLLIN)
        while True:
            for fd, _ in poll.poll():
                if fd == self.control.fileno():
                    self.answer(poll)
                else:
                    self.reap(fd, poll)

    def answer(self, poll):
        try:
            text, fds = receive(self.control)
        except EOFError:
            os._exit(0)  # the warden is gone; the kernel ends every child with this namespace's init
        number = int(text.split()[1])
        threads = count_threads()
        if threads != 1:
            say(self.control, f"busy {number} {threads}")
        else:
            self.try_to_fork(number, fds, poll)
        for fd in fds:
            os.close(fd)

    def try_to_fork(self, number, fds, poll):
        try:
            poll.register(self.fork(number, fds), select.POLLIN)
        except (seal.SealError, OSError) as failure:
            say(self.control, f"failed {number} {failure}")

    def fork(self, number, fds):
        flush()
        network = self.networks.enter()
        seal.step("children_apart")
        try:
            pid = seal.fork(self.base, fds)
            if pid == 0:
                live(self)
        except OSError:
            self.networks.free.append(network)
            raise
        finally:
            seal.step("own_children", self.own_pids)
            self.networks.leave()
        pidfd = os.pidfd_open(pid)
        self.children[pidfd] = (pid, number, network)
        say(self.control, f"forked {number}", [pidfd])
        return pidfd

    def reap(self, pidfd, poll):
        pid, number, network = self.children.pop(pidfd)
        _, status, usage = os.wait4(pid, 0)
        self.networks.free.append(network)  # its tree is dead: the child was the init of its pid namespace
        poll.unregister(pidfd)
        os.close(pidfd)
        say(self.control, f"exited {number} {status} {usage.ru_utime + usage.ru_stime:.6f}")


class Networks:
    """Empty networks, one for each cell that lives. To make one and take it down costs a core nearly a millisecond, so
    that a dead cell's serves again, for whichever comes; but never while a socket is left in it, which a cell could
    count."""
    def __init__(self):
        self.own = os.open(NETWORK, os.O_RDONLY)
        self.free = []

    def enter(self):
        while self.free:
            network = self.free.pop(int.from_bytes(os.urandom(4), "little") % len(self.free))
            seal.step("enter_network", network)
            if count_sockets() == 0:
                return network
            os.close(network)
        seal.step("new_network")
        return os.open(NETWORK, os.O_RDONLY)

    def leave(self):
        seal.step("enter_network", self.own)


def count_sockets():
    """Of the network that this process is in now, also of those that nobody has open any more."""
    # No file object: the pages that a zygote writes to are those that its waiting cells hold alone from then on.
    file = os.open("/proc/self/net/sockstat", os.O_RDONLY)
    try:
        return int(os.read(file, 64).split()[2])  # "sockets: used 0"
    finally:
        os.close(file)


def live(parent):
    """The life of a forked child; never returns. Only the library reads the order, so that a zygote never holds what
    another cell was told."""
    code = 1
    sealed = seal.hands()
    try:
        parent.control.detach()
        load_entry(sealed.entry.decode()).run(Channel(sealed.channel), sealed.handed(), sealed.argument())
        code = 0
        if sealed.control >= 0:
            Zygote(socket.socket(fileno=sealed.control), parent.base).serve()
    except BaseException:
        traceback.print_exc()
        flush()
        if sealed.counts_itself:  # no cgroup remembers what this tree was: let the warden see it once more
            time.sleep(LAST_LOOK)
    flush()
    os._exit(code)


def load_entry(name):
    """A module of the runtime by its name, or a mounted file by its absolute path."""
    if not name.startswith("/"):
        return importlib.import_module(name)
    spec = importlib.util.spec_from_file_location("agora_entry", name)
    module = importlib.util.module_from_spec(spec)
    sys.modules["agora_entry"] = module
    spec.loader.exec_module(module)
    return module
