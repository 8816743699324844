"""Attacks that want more processes or more time than they have, or a process that outlives them."""
from attack import Attack, Fails, Same, Try

BOMB = """
while True:
    if os.fork() == 0:
        time.sleep(1000)
"""
SILENT_BOMB = """
while True:
    try:
        os.fork()
    except OSError:
        pass
"""
SURVIVOR = """
import signal
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        for number in range(1, 65):
            try:
                signal.signal(number, signal.SIG_IGN)
            except (OSError, ValueError):
                pass
        os.closerange(0, 4096)
        while True:
            time.sleep(1)
    os._exit(0)
os.wait()
"""
IGNORE_SIGNALS = """
import signal
for number in range(1, 65):
    try:
        signal.signal(number, signal.SIG_IGN)
    except (OSError, ValueError):
        pass
signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))
while True:
    pass
"""
SLEEP = """
while True:
    try:
        time.sleep(1000)
    except BaseException:
        pass
"""
# Each burner lives shorter than any clock of its own would need; their parent only waits.
BURNERS = """
while True:
    for _ in range(6):
        if os.fork() == 0:
            end = time.monotonic() + 0.2
            while time.monotonic() < end:
                pass
            os._exit(0)
    for _ in range(6):
        os.wait()
"""
DETACHED_BURNERS = """
for _ in range(5):
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            while True:
                pass
        os._exit(0)
while True:
    time.sleep(1000)
"""
# It says that it has fitted and goes on: the clock of predict runs then.
EARLY_WORD = """
import gc
from agora_cell.channel import Channel
next(thing for thing in gc.get_objects() if isinstance(thing, Channel)).send(b'AGC1fitted')
time.sleep(1000)
"""

ATTACKS = [
    Attack(9, "fork bomb", (
        Try(Fails("processes", words="Resource temporarily unavailable|more than 16 processes"), fit=BOMB),
        Try(Fails(("processes", "time"), words="more than 16 processes|longer than 2 s|processor time"), fit=SILENT_BOMB)),
           seconds=3),
    Attack(10, "setsid and double-fork survivors", (
        Try(Same(), fit=SURVIVOR), Try(Same(), predict=SURVIVOR),
        Try(Same(), fit="import threading\nthreading.Thread(target=time.sleep, args=(10000,)).start()"))),
    Attack(11, "ignoring signals", (
        Try(Fails("time", words="longer than 2 s|processor time"), fit=IGNORE_SIGNALS),), seconds=3),
    Attack(12, "sleeping past the limit", (
        Try(Fails("time", words="fit ran longer than 2 s, the limit"), fit=SLEEP),
        Try(Fails("time", "predict", "predict ran longer than 2 s, the limit"), predict=SLEEP),
        Try(Fails("time", "predict", "predict ran longer than 2 s, the limit"), fit=EARLY_WORD)), seconds=7),
    Attack(13, "CPU evasion by forking", (
        Try(Fails("time", words="longer than 2 s|processor time"), fit=BURNERS),
        Try(Fails("time", words="longer than 2 s|processor time"), fit=DETACHED_BURNERS)), seconds=5),
]
