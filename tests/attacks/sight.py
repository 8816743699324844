"""Attacks that want to see what they were not given: labels, files, descriptors, memory, X_test before its time."""
import json
import re
import subprocess
import sys

from attack import Attack, Same, Try
from canary_kit import BASES, STEP, TEST_ROWS, WORD, own_labels

# Each name is put together while it runs, so that the search does not find itself.
FILES = """
tried = 0
for root in ('', '/proc/1/root', '/proc/self/root', '/proc/1/cwd', '/proc/self/cwd', '/proc/1/root/..', '/..',
             '/kit/..', '/stage', '/oldroot', '/.old', '/mnt', '/host', '/proc/thread-self/root'):
    for path in $PATHS:
        tried += 1
        try:
            print('GOT', os.open(root + path, os.O_RDONLY), flush=True)
        except OSError:
            pass
print('TRIED', tried, flush=True)

word, beacon = (b'MARK'.join([front, b'']) for front in (b'HIDDEN', b'BEACON'))
own = [line.split()[4] for line in open('/proc/self/mountinfo') if '/environments/' in line]
for folder, folders, names in os.walk('/'):
    folders[:] = [f for f in folders if os.path.join(folder, f) not in ('/proc', '/usr', *own)]
    for name in names:
        path = os.path.join(folder, name)
        try:
            fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
            data = os.read(fd, 1 << 22)
            os.close(fd)
        except OSError:
            continue
        if word in data or name in ('train.csv', 'test.csv', 'shadow'):
            print('GOT', path, flush=True)
        if beacon in data:
            print('BEACON in', path, flush=True)
os.chdir('/proc/1/root')
for _ in range(50):
    os.chdir('..')
print('OUT', sorted(os.listdir('.')) == sorted(os.listdir('/')), os.path.samefile('.', '/'), flush=True)
"""

# Finds canaries in any bytes, as numbers and as words, and prints them.
SEARCH = """
import re
import numpy as np
WORDS = re.compile(b'MARK-'.join([b'HIDDEN', b'']) + b'[a-z]+-[0-9]{4}')
BASES = $BASES
seen = {name: set() for name in [*BASES, 'word']}

def note(data):
    seen['word'].update(match.decode() for match in WORDS.findall(data))
    array = np.frombuffer(data[:len(data) // 8 * 8], dtype='<f8')
    for name, base in BASES.items():
        with np.errstate(all='ignore'):
            near = array[(array > base) & (array < base + $STEP * 100)]
        steps = (near - base) / $STEP - 1
        seen[name] |= {int(step) for step in steps[steps == np.floor(steps)]}

def tell(phase):
    print('SEEN', json.dumps({'phase': phase, **{name: sorted(found) for name, found in seen.items()}}), flush=True)
"""

DESCRIPTORS = """
import glob, mmap
for number in range(3, 4096):
    try:
        size = os.fstat(number).st_size
        note(os.pread(number, 1 << 26, 0))
        for flags in (mmap.MAP_SHARED, mmap.MAP_PRIVATE) if size else ():
            note(bytes(mmap.mmap(number, size, flags, mmap.PROT_READ)))
    except (OSError, ValueError):
        pass
for path in glob.glob('/proc/[0-9]*/fd/*') + glob.glob('/proc/[0-9]*/task/*/fd/*'):
    try:
        fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        note(os.pread(fd, 1 << 26, 0))
        os.close(fd)
    except OSError:
        pass
"""

MEMORY = """
with open('/proc/self/maps') as maps:
    ranges = [line.split()[0] for line in maps if ' r' in line and '[v' not in line]
memory = os.open('/proc/self/mem', os.O_RDONLY)
for where in ranges:
    start, end = (int(part, 16) for part in where.split('-'))
    for at in range(start, end, 1 << 24):
        try:
            note(os.pread(memory, min(1 << 24, end - at), at))
        except OSError:
            pass
os.close(memory)
"""

OTHERS = """
for pid in $PIDS:
    for name in ('mem', 'maps', 'environ', 'cmdline', 'root', 'fd', 'task'):
        try:
            print('GOT', os.stat(f'/proc/{pid}/{name}'), flush=True)
        except OSError:
            pass
print('PROCESSES', sorted(set(int(pid) for pid in os.listdir('/proc') if pid.isdigit()) - {os.getpid()}), flush=True)
"""

POWERS = """
SEIZE, ATTACH = 0x4206, 16
if (child := os.fork()) == 0:
    time.sleep(10)
    os._exit(0)
there = ctypes.create_string_buffer(64)
class Piece(ctypes.Structure):
    _fields_ = [('base', ctypes.c_void_p), ('size', ctypes.c_size_t)]
mine = ctypes.byref(Piece(ctypes.addressof(there), 64))
attempt('ptrace-seize', lambda: call(101, SEIZE, child, 0, 0))
attempt('ptrace-attach', lambda: call(101, ATTACH, $PID, 0, 0))
attempt('process_vm_readv-child', lambda: call(310, child, mine, 1, mine, 1, 0))
attempt('process_vm_readv', lambda: call(310, $PID, mine, 1, mine, 1, 0))
attempt('process_vm_writev', lambda: call(311, child, mine, 1, mine, 1, 0))
attempt('pidfd_open', lambda: os.pidfd_open($PID))
attempt('pidfd_getfd', lambda: call(438, os.pidfd_open(child), 1, 0))
attempt('kcmp', lambda: call(312, child, os.getpid(), 0, 0, 0))
attempt('kill', lambda: os.kill($PID, 0))
os.kill(child, 9)
os.waitpid(child, 0)
"""

EARLY = """
import gc
from agora_cell.channel import Channel
link = next(thing for thing in gc.get_objects() if isinstance(thing, Channel)).socket
link.settimeout(0.3)
attempt('early', lambda: link.recvmsg(1 << 16, 4096))
link.settimeout(None)
"""


def host_paths(scene):
    secret = scene.folder() / "secret.txt"
    secret.write_text(f"{WORD}-host-0000\n")
    hidden = scene.kits["patient"][1]
    return {"PATHS": [str(path) for path in (secret, hidden / "train.csv", hidden / "test.csv", hidden, scene.mode.home)]}


def canary_process(scene):
    """A process of the host that holds a canary in its memory."""
    code = f"canary = '{WORD}-memory-0000' * 1000\nprint('ready', flush=True)\nimport time\ntime.sleep(120)"
    child = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE)
    scene.test.addCleanup(child.wait)
    scene.test.addCleanup(child.kill)
    scene.test.addCleanup(child.stdout.close)
    child.stdout.readline()
    return child.pid


def search_values(scene):
    return {"BASES": BASES, "STEP": STEP}


def others(scene):
    return {"PIDS": [canary_process(scene), scene.judge.pid], **search_values(scene)}


def saw_its_own(scene, answer):
    """In fit its own labels and no test row; in predict every test row, which shows that it is a search."""
    test = scene.test
    reports = [json.loads(line) for line in re.findall(r"(?m)^SEEN (.*)$", answer["output"])]
    test.assertEqual([report["phase"] for report in reports], ["fit", "predict"], answer["output"])
    own = {place for _, place in own_labels(0)}
    for report in reports:
        test.assertLessEqual(set(report["label"]), own)
        test.assertEqual((report["test label"], report["word"]), ([], []), "hidden labels or words were found")
    test.assertEqual(reports[0]["test row"], [], "X_test was there before the fit returned")
    test.assertEqual(reports[1]["test row"], list(range(TEST_ROWS)), "the search does not find what is there")


def saw_labels(scene, answer):
    saw_its_own(scene, answer)
    found = json.loads(re.search(r"(?m)^SEEN (.*)$", answer["output"])[1])["label"]
    scene.test.assertEqual(set(found), {place for _, place in own_labels(0)}, "the search does not find its own labels")


ATTACKS = [
    Attack(1, "label paths, /proc/1/root and the old root", (
        Try(Same(says=("TRIED 70", "BEACON in /kit/beacon/beacon.txt", "OUT True True")), fit=FILES, kit="patient",
            plant=host_paths),), seconds=3),
    Attack(2, "inherited and /proc descriptors", (
        Try(Same(), fit=SEARCH + DESCRIPTORS + "tell('fit')", kit="patient", plant=search_values, also=saw_its_own,
            predict="if len(X) == 40:\n" + "    " + (SEARCH + DESCRIPTORS + MEMORY + "tell('predict')").replace("\n", "\n    ")),),
           seconds=3),
    Attack(3, "other processes' memory", (
        Try(Same(says=(r"PROCESSES \[\]",)), fit=OTHERS + SEARCH + MEMORY + "tell('fit')", kit="patient", plant=others,
            predict="if len(X) == 40:\n" + "    " + (SEARCH + MEMORY + "tell('predict')").replace("\n", "\n    "),
            also=saw_labels),), seconds=5),
    Attack(4, "ptrace, process_vm_readv, pidfd_getfd", (
        Try(Same(refused=("ptrace-seize", "ptrace-attach", "process_vm_readv-child", "process_vm_readv",
                          "process_vm_writev", "pidfd_open", "pidfd_getfd", "kcmp", "kill")), fit=POWERS,
            plant=lambda scene: {"PID": canary_process(scene)}),)),
]

LEARNING = [
    Attack(37, "training on X_test", (
        Try(Same(refused=("early",)), fit=EARLY),
        Try(Same(), fit=SEARCH + MEMORY + DESCRIPTORS + "tell('fit')", kit="patient", plant=search_values,
            predict="if len(X) == 40:\n" + "    " + (SEARCH + MEMORY + "tell('predict')").replace("\n", "\n    "),
            also=saw_its_own)), seconds=4),
]
