"""Takes memory until it is stopped, and writes before each step what time it is; or holds a gigabyte and computes."""
import mmap
import struct
import time


def run(channel, handed, argument):
    step = 4 << 20
    clock = mmap.mmap(handed["results"], 8)
    channel.receive()
    hoard = []
    if argument == "hold":
        hoard.append(bytearray(b"x") * (1 << 30))
        channel.send(b"first")
        while True:
            pass
    while True:
        clock[:8] = struct.pack("<q", time.monotonic_ns())
        hoard.append(bytearray(b"x") * step)
