"""Messages between a cell and the trusted side, each at most 64 KiB, with descriptors."""
import array
import socket

LARGEST = 64 << 10
MOST_DESCRIPTORS = 250


class Channel:
    def __init__(self, fd):
        self.socket = socket.socket(fileno=fd)

    def send(self, data):
        """Sends one message; ValueError when it is empty or too long."""
        if not 0 < len(data) <= LARGEST:
            raise ValueError(f"a message has 1 to {LARGEST} bytes, not {len(data)}")
        self.socket.sendall(data)

    def receive(self):
        """The next message and its descriptors; EOFError when the other side is gone."""
        return receive(self.socket)


def receive(link):
    fds = array.array("i")
    space = socket.CMSG_SPACE(MOST_DESCRIPTORS * fds.itemsize)
    data, parts, flags, _ = link.recvmsg(LARGEST, space, socket.MSG_CMSG_CLOEXEC)
    for level, kind, body in parts:
        if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
            fds.frombytes(body[: len(body) - len(body) % fds.itemsize])
    if not data:
        raise EOFError("the other side has closed the channel")
    if flags & socket.MSG_TRUNC:
        raise OSError("a message is too long")
    return data, list(fds)
