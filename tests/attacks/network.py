"""Attacks that want to speak to somebody outside. Listeners are planted on this host; nobody may knock."""
import os
import socket

from attack import Attack, Same, Try

KNOCK = """
attempt('inet', lambda: socket.create_connection(('127.0.0.1', $PORT), 1))
attempt('far', lambda: socket.create_connection(('1.1.1.1', 53), 1))
attempt('udp', lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('127.0.0.1', $UDP)))
attempt('raw', lambda: socket.socket(socket.AF_INET, socket.SOCK_RAW, 1))
attempt('inet6', lambda: socket.socket(socket.AF_INET6).connect(('::1', $PORT)))
attempt('abstract', lambda: socket.socket(socket.AF_UNIX).connect('\\0' + $ABSTRACT))
attempt('path', lambda: socket.socket(socket.AF_UNIX).connect($PATH))
attempt('old-root', lambda: socket.socket(socket.AF_UNIX).connect('/proc/1/root' + $PATH))
attempt('netlink', lambda: socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0).bind((0, 0)))
attempt('packet', lambda: socket.socket(socket.AF_PACKET, socket.SOCK_RAW))
attempt('vsock', lambda: socket.socket(socket.AF_VSOCK, socket.SOCK_STREAM).connect((2, 1)))
attempt('alg', lambda: socket.socket(socket.AF_ALG, socket.SOCK_SEQPACKET))
attempt('tipc', lambda: socket.socket(30, socket.SOCK_RDM))
attempt('bluetooth', lambda: socket.socket(31, socket.SOCK_RAW, 1))
attempt('pair', lambda: socket.socketpair(socket.AF_INET))
attempt('name', lambda: socket.getaddrinfo('example.org', 80))
attempt('syscall', lambda: call(41, 2, 1, 0))
"""
NAMES = ("inet", "far", "udp", "raw", "inet6", "abstract", "path", "old-root", "netlink", "packet", "vsock", "alg", "tipc",
         "bluetooth", "pair", "name", "syscall")


def listener(scene, family, kind, address):
    one = socket.socket(family, kind)
    scene.test.addCleanup(one.close)
    one.bind(address)
    if kind == socket.SOCK_STREAM:
        one.listen()
    one.settimeout(0.05)
    return one


def plant(scene):
    abstract, path = f"agora-attack-{os.getpid()}-{scene.count}", str(scene.folder() / "socket")
    scene.doors = [listener(scene, socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", 0)),
                   listener(scene, socket.AF_INET, socket.SOCK_DGRAM, ("127.0.0.1", 0)),
                   listener(scene, socket.AF_UNIX, socket.SOCK_STREAM, "\0" + abstract),
                   listener(scene, socket.AF_UNIX, socket.SOCK_STREAM, path)]
    os.chmod(path, 0o777)
    return {"PORT": scene.doors[0].getsockname()[1], "UDP": scene.doors[1].getsockname()[1], "ABSTRACT": abstract,
            "PATH": path}


def nobody_knocked(scene, _):
    for door in scene.doors:
        with scene.test.assertRaises(TimeoutError):
            door.recv(1) if door.type == socket.SOCK_DGRAM else door.accept()


ATTACKS = [Attack(15, "inet, unix, vsock, netlink, DNS", (
    Try(Same(refused=NAMES), fit=KNOCK, plant=plant, also=nobody_knocked),))]
