"""Attacks that want more memory, space, files or output than they have, in every form that memory takes."""
from attack import Attack, Fails, Try

OVER = r"used 0\.\d GB, the limit is 0\.3 GB|MemoryError|Cannot allocate memory"
GROW = "hold = []\nwhile True:\n    hold.append(bytearray(b'x' * (1 << 20)))"
MANY = "for _ in range(8):\n    if os.fork() == 0:\n        break\n" + GROW
FILL = """
fd = os.open('$WHERE', os.O_RDWR | os.O_CREAT)
while True:
    os.write(fd, bytes(1 << 20))
"""
MEMFD = "fd = os.memfd_create('x')\nwhile True:\n    os.write(fd, bytes(1 << 20))"
SHARED = """
import mmap
hold = []
while True:
    hold.append(mmap.mmap(-1, 1 << 24))
    hold[-1].write(b'x' * (1 << 24))
"""
# What the kernel holds for descriptors is memory too: sockets full of bytes on their way, in several processes.
QUEUES = """
for _ in range(3):
    if os.fork() == 0:
        break
held, hold = 0, []
while held < 400 << 20:
    pair = socket.socketpair()
    hold.append(pair)
    for end in pair:
        try:
            end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 22)
            end.setblocking(False)
            while True:
                held += end.send(bytes(1 << 16))
        except BlockingIOError:
            pass
print('GOT', held, flush=True)
"""
# Tables of pages that are never written to.
TABLES = """
import mmap
hold = []
while len(hold) < 4:
    hold.append(mmap.mmap(-1, 1 << 37, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS, prot=mmap.PROT_READ))
    for at in range(0, 1 << 37, 1 << 21):
        hold[-1][at]
print('GOT', len(hold), flush=True)
"""
FILES = """
for i in range(1000000):
    os.close(os.open(f'$WHERE/{i}', os.O_CREAT))
"""
FLOOD = "if os.fork() == 0:\n    while True:\n        os.write(2, b'x' * 65536)\nos.wait()"

# Where no cgroup counts, a cell gets no memfd at all.
MEMFD_ENDS = Fails(("memory", "exception"), words=OVER + "|Operation not permitted")


ATTACKS = [
    Attack(5, "memory over the limit", (
        Try(Fails("memory", words=OVER), fit=GROW), Try(Fails("memory", words=OVER), fit=MANY),
        Try(Fails("memory", "predict", OVER), predict=GROW)), seconds=2),
    Attack(6, "memfd and shm memory", (
        Try(MEMFD_ENDS, fit=MEMFD), Try(Fails("memory", words=OVER), fit=SHARED),
        Try(Fails(("memory", "exception"), words=OVER + "|No space left"), fit=FILL.replace("$WHERE", "/dev/shm/x")),
        Try(Fails("memory", words=OVER), fit=QUEUES), Try(Fails("memory", words=OVER), fit=TABLES)), seconds=3),
    Attack(7, "filling tmpfs", tuple(
        Try(Fails("exception", words="No space left"), fit=FILL.replace("$WHERE", where + "/x"), kit="patient")
        for where in ("/tmp", "/dev/shm")), seconds=2),
    Attack(8, "a million files", tuple(
        Try(Fails("exception", words="No space left"), fit=FILES.replace("$WHERE", where), kit="patient")
        for where in ("/tmp", "/dev/shm")), seconds=2),
    Attack(14, "stdout flood", (
        Try(Fails("output", words=r"fit printed more than 0\.1 MB, the limit"), fit=FLOOD),
        Try(Fails("output", "predict", r"predict printed more than 0\.1 MB"), predict="while True:\n    print('x' * 1000)"))),
]
