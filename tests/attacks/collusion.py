"""Attacks of cells upon each other: through files, locks, caches, their common zygote and its chance.

Two folds of one submission run at once where there are two cores; each knows labels that the other must not learn, so
what one cell can tell another is worth a score. Who reads and who writes is told by the labels.
"""
import re

from attack import Attack, Same, Try
from canary_kit import BASES, STEP, TRAIN_ROWS, place_of

IPC = """
there = ctypes.addressof(ctypes.create_string_buffer(256))
attempt('keyctl', lambda: call(250, 0, -3, 1))
attempt('add_key', lambda: call(248, there, there, there, 1, -3))
attempt('request_key', lambda: call(249, there, there, 0, -3))
attempt('shmget', lambda: call(29, 7, 4096, 0o1666))
attempt('semget', lambda: call(64, 7, 1, 0o1666))
attempt('msgget', lambda: call(68, 7, 0o1666))
attempt('mq_open', lambda: call(240, there, 0o102, 0o666, 0))
"""
# Both cells do all of this at once on what both see, files and handed memories, and print what they notice of each
# other: a lock that another holds, or where another has read.
LOCKS = """
import fcntl, struct
seen = ['/kit/beacon/beacon.txt', '/kit/problem.py', '/usr/bin/id']
for number in range(3, 256):
    try:
        target = os.readlink(f'/proc/self/fd/{number}')
    except OSError:
        continue
    if 'memfd' in target and 'results' not in target:
        seen.append(f'/proc/self/fd/{number}')
shared = []
for path in seen:
    for flags in (os.O_RDWR, os.O_RDONLY):
        try:
            os.chmod(path, 0o777)
        except OSError:
            pass
        try:
            shared.append(os.open(path, flags))
        except OSError:
            pass
shared += [int(path.rsplit('/', 1)[1]) for path in seen[3:]]
print('SHARED', len(shared), flush=True)
noticed = set()

def notices(name, action):
    try:
        if action():
            noticed.add(name)
    except OSError as error:
        if error.errno in (errno.EAGAIN, errno.EACCES):
            noticed.add(name)

def asked(command, kind, fd):
    answer = struct.unpack('hhqqi4x', fcntl.fcntl(fd, command, struct.pack('hhqqi4x', kind, 0, 0, 0, 0)))
    return command in (fcntl.F_GETLK, 36) and answer[0] != fcntl.F_UNLCK

positions = [os.lseek(fd, 0, os.SEEK_CUR) for fd in shared]
end = time.monotonic() + 0.7
while time.monotonic() < end:
    for fd, position in zip(shared, positions):
        notices('flock', lambda: fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB))
        for kind in (fcntl.F_RDLCK, fcntl.F_WRLCK):  # not those of open files, which a process holds off itself
            notices('lock', lambda: asked(fcntl.F_SETLK, kind, fd))
        for command in (fcntl.F_GETLK, 36):
            notices('asked', lambda: asked(command, fcntl.F_WRLCK, fd))
        notices('position', lambda: os.lseek(fd, 0, os.SEEK_CUR) != position)
    time.sleep(0.02)
for name in noticed:
    print('GOT', name, flush=True)
"""
WATCH = """
import fcntl, signal, threading
seen = []
paths = ('/kit/beacon/beacon.txt', '/kit/problem.py')

def inotify():
    fd = libc.inotify_init1(0o4000)
    if fd < 0:
        return
    for path in paths:
        libc.inotify_add_watch(fd, path.encode(), 0xfff)
    return fd

signal.signal(signal.SIGIO, lambda *_: seen.append('dnotify'))
for folder in ('/kit', '/kit/beacon'):
    try:
        fcntl.fcntl(os.open(folder, os.O_RDONLY), fcntl.F_NOTIFY, 0x80000000 | 1)
    except OSError:
        pass
watch = inotify()
time.sleep(0.3)

end = time.monotonic() + 0.7
while time.monotonic() < end:
    if $OPENS:
        for path in paths:
            with open(path, 'rb') as file:
                file.read(10)
    time.sleep(0.02)
if not $OPENS:
    try:
        if watch is not None and os.read(watch, 65536):
            seen.append('inotify')
    except OSError:
        pass
    for one in set(seen):
        print('GOT', one, flush=True)
"""
SECOND_FOLD = f"(y[0] == {BASES['label'] + STEP * (place_of(0, TRAIN_ROWS) + 1)!r})"  # it trains on the first rows
LEASES = """
import fcntl
attempt('lease', lambda: fcntl.fcntl(os.open('/kit/beacon/beacon.txt', os.O_RDONLY), fcntl.F_SETLEASE, fcntl.F_RDLCK))
attempt('notify', lambda: fcntl.fcntl(os.open('/kit', os.O_RDONLY), fcntl.F_NOTIFY, 1))
attempt('inotify', lambda: call(253))
attempt('inotify1', lambda: call(294, 0))
attempt('getlk', lambda: fcntl.fcntl(os.open('/kit/problem.py', os.O_RDONLY), fcntl.F_GETLK, bytes(32)))
"""
# Locks of files are granted unasked, those of multiprocessing still hold.
OWN_LOCKS = """
import fcntl, sqlite3
from multiprocessing import Lock
lock = Lock()
with lock:
    if (child := os.fork()) == 0:
        os._exit(lock.acquire(timeout=0.1))
    print('HELD', os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
with open('/tmp/own', 'w') as file:
    fcntl.flock(file, fcntl.LOCK_EX)
    fcntl.lockf(file, fcntl.LOCK_EX)
with sqlite3.connect('/tmp/own.db') as database:
    database.execute('CREATE TABLE numbers (number)')
    database.execute('INSERT INTO numbers VALUES (7)')
print('KEPT', sqlite3.connect('/tmp/own.db').execute('SELECT number FROM numbers').fetchall(), flush=True)
for name in os.listdir('/tmp'):
    os.unlink('/tmp/' + name)
"""
SHARED_FOLDERS = """
import multiprocessing.shared_memory as shared_memory
for folder in ('/tmp', '/dev/shm'):
    for name in os.listdir(folder):
        print('GOT', folder, name, flush=True)
    with open(folder + f'/label-{y[0]!r}', 'w') as file:
        file.write(str(list(y)))
    os.chmod(folder + f'/label-{y[0]!r}', 0o777)
block = shared_memory.SharedMemory('labels', create=True, size=4096)
door = socket.socket(socket.AF_UNIX)
door.bind('\\0labels')
time.sleep(0.5)
print('COUNT', len(os.listdir('/tmp')), len([n for n in os.listdir('/dev/shm') if n.startswith('label-')]), flush=True)
block.close()
"""
# What a page of a file's memory, a clock of the processor or the kernel's counters would tell.
SIDE = """
import mmap
there = ctypes.addressof(ctypes.create_string_buffer(256))
beacon = os.open('/kit/beacon/beacon.txt', os.O_RDONLY)
page = mmap.mmap(beacon, 1 << 20, mmap.MAP_PRIVATE, mmap.PROT_READ)
where = np.frombuffer(page, dtype='u1').__array_interface__['data'][0]
attempt('mincore', lambda: call(27, where, 1 << 20, there))
attempt('write', lambda: mmap.mmap(beacon, 4096, mmap.MAP_SHARED, mmap.PROT_WRITE))
attempt('cachestat', lambda: call(451, beacon, there, there, 0))
attempt('nowait', lambda: os.preadv(beacon, [bytearray(4096)], 0, os.RWF_NOWAIT))
attempt('perf', lambda: call(298, there, 0, -1, -1, 0))
print('MERGE', call(28, 1, 4096, 12), call(28, 1, 4096, 12 + (1 << 32)), flush=True)  # an address that would be refused
attempt('merge-all', lambda: call(157, 67, 1, 0, 0, 0))
attempt('pagemap', lambda: [os.pread(os.open('/proc/self/pagemap', os.O_RDONLY), 8, where // 4096 * 8)[:7].strip(b'\\0')
                            or os.stat('/nothing')])
attempt('kpagecount', lambda: os.open('/proc/kpagecount', os.O_RDONLY))
attempt('slabinfo', lambda: os.open('/proc/slabinfo', os.O_RDONLY))
attempt('clear_refs', lambda: os.write(os.open('/proc/1/root/proc/self/clear_refs', os.O_WRONLY), b'x'))
"""
EVICT = """
libc.posix_fadvise.argtypes = [ctypes.c_int, ctypes.c_long, ctypes.c_long, ctypes.c_int]
fd = os.open('/kit/beacon/beacon.txt', os.O_RDONLY)
print('ADVISED', libc.posix_fadvise(fd, 0, 0, 4), flush=True)
"""
READ_COUNTERS = """
code = bytes.fromhex('31c90f33' + 'c3')          # xor ecx, ecx; rdpmc
import mmap
page = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
page.write(code)
function = ctypes.CFUNCTYPE(ctypes.c_long)(ctypes.addressof(ctypes.c_char.from_buffer(page)))
if (child := os.fork()) == 0:
    function()
    os._exit(0)
_, status = os.waitpid(child, 0)
print('RDPMC', os.WIFSIGNALED(status), flush=True)
"""
POISON = """
import builtins, gc, random, signal, threading
import numpy, sklearn, agora_cell.fold, agora_cell.kit, agora_cell.zygote, agora_cell.predictions
numpy.linalg.lstsq_ = numpy.linalg.lstsq
for module in (agora_cell.fold, agora_cell.kit, agora_cell.zygote, agora_cell.predictions):
    module.poisoned = True
agora_cell.zygote.live = agora_cell.zygote.seal_child = None
builtins.len_ = builtins.len
random.seed(1)
numpy.random.seed(1)
os.environ['OMP_NUM_THREADS'] = '7'
os.environ['PYTHONPATH'] = '/tmp'
sys.path.insert(0, '/tmp')
sys.modules['sklearn.linear_model'] = sys.modules['os']
X[:] = X[:]                         # the features that all folds' cells share: written here, ours alone
saved = X.copy()
X *= 3
for number in range(3, 256):
    for action in (lambda: os.pwrite(number, bytes(64), 0), lambda: os.ftruncate(number, 1 << 20)):
        try:
            action()
            if 'results' not in os.readlink(f'/proc/self/fd/{number}'):
                print('GOT', number, os.readlink(f'/proc/self/fd/{number}'), flush=True)
        except OSError:
            pass
attempt('parent', lambda: os.kill(os.getppid() or 1 << 22, signal.SIGTERM))
library = next(line.split() for line in open('/proc/self/maps') if 'openblas' in line and 'r-x' in line)
start, end = (int(part, 16) for part in library[0].split('-'))
libc.mprotect.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
if libc.mprotect(start, 4096, 7) == 0:
    first = ctypes.string_at(start, 64)
    ctypes.memset(start, 0xCC, 64)
    ctypes.memmove(start, first, 64)
    first = ctypes.string_at(end - 4096, 64) if libc.mprotect(end - 4096, 4096, 7) == 0 else b''
    if first:
        ctypes.memset(end - 4096, 0xCC, 64)
X[:] = saved
"""
POISONED = """
import builtins
import agora_cell.fold, agora_cell.zygote
print('CLEAN', not hasattr(agora_cell.fold, 'poisoned'), not hasattr(builtins, 'len_'), agora_cell.zygote.live is not None,
      os.environ['OMP_NUM_THREADS'], sys.path[0] != '/tmp', sys.modules['sklearn.linear_model'] is not os, flush=True)
"""
LAYOUT = """
mark = b'CELL' + b'MARK' * 1000
def lies_at(start):
    return next(line.split('-')[0] for line in open('/proc/self/maps') if start in line)
print('LAYOUT', lies_at('libc.so'), lies_at('[stack]'), lies_at('[heap]'), flush=True)
print('ADDRESS', id(mark), flush=True)
"""
READ_AT = """
memory = os.open('/proc/self/mem', os.O_RDONLY)
try:
    found = b'MARKMARKMARK' in os.pread(memory, 8192, $ADDRESS)
except OSError:
    found = False
print('GOT mark' if found else 'NOTHING', flush=True)
"""
CHANCE = """
import random, uuid
print('CHANCE', os.urandom(8).hex(), random.SystemRandom().random(), uuid.uuid4(), np.random.default_rng().random(),
      random.Random().random(), np.random.RandomState().rand(), flush=True)
print('SEEDED', random.random(), np.random.rand(), hash('x'), flush=True)
"""


def each_saw_itself(scene, answer):
    scene.test.assertEqual(re.findall("(?m)^COUNT .*", answer["output"]), ["COUNT 1 1"] * 2)


def layouts(scene, judge):
    folder = scene.write(Try(None, fit=LAYOUT), "attack-39")
    return re.findall(r"(?m)^(?:LAYOUT|ADDRESS) .*", scene.ask("quick", folder, judge=judge)["output"])


def address_space(scene):
    """Nothing of one cell lies in another, and two zygotes lie in different places."""
    from modes import LineJudge

    layout, address = layouts(scene, scene.judge)
    other = LineJudge(scene.mode)
    scene.test.addCleanup(other.close)
    scene.test.assertNotEqual(layouts(scene, other)[0], layout, "two zygotes have the same layout")
    answer = scene.attack(Try(None, fit=READ_AT.replace("$ADDRESS", address.split()[1])), "attack-39")
    scene.ended_as(answer, Try(Same(says=("NOTHING",))))


def chance(scene):
    said = []
    for _ in range(3):
        output = scene.attack(Try(None, fit=CHANCE, folds=2), "attack-40")["output"]
        said += list(zip(re.findall("(?m)^CHANCE (.*)", output), re.findall("(?m)^SEEDED (.*)", output)))
    scene.test.assertEqual(len(said), 6)
    for column in zip(*(drawn.split() for drawn, _ in said)):
        scene.test.assertEqual(len(set(column)), 6, "two cells drew the same numbers")
    scene.test.assertEqual(len({seeded for _, seeded in said}), 1, "what the evaluation seeds differs")


ATTACKS = [
    Attack(20, "keyctl, SysV IPC, mqueue, file locks as channels", (
        Try(Same(refused=("keyctl", "add_key", "request_key", "shmget", "semget", "msgget", "mq_open")), fit=IPC),
        Try(Same(says=("SHARED",)), fit=LOCKS, folds=2),
        Try(Same(says=("SHARED",)), predict="if len(X) == 40:\n    " + LOCKS.strip().replace("\n", "\n    "), folds=2),
        Try(Same(), fit=WATCH.replace("$OPENS", SECOND_FOLD), folds=2),
        Try(Same(refused=("lease", "notify", "inotify", "inotify1", "getlk")), fit=LEASES),
        Try(Same(says=("HELD 0", r"KEPT \[\(7,\)\]")), fit=OWN_LOCKS)), seconds=4),
    Attack(33, "shared /tmp and /dev/shm collusion", (
        Try(Same(), fit=SHARED_FOLDERS, folds=2, also=each_saw_itself),
        Try(Same(), fit=SHARED_FOLDERS, folds=2, also=each_saw_itself)), seconds=2),
    Attack(34, "cache and timing side channels", (
        Try(Same(refused=("mincore", "write", "cachestat", "nowait", "perf", "merge-all", "pagemap", "kpagecount",
                          "slabinfo", "clear_refs"), says=("MERGE 0 0",)), fit=SIDE),
        Try(Same(says=("ADVISED 0",)), fit=EVICT),
        Try(Same(says=("RDPMC True",)), fit=READ_COUNTERS))),
    Attack(38, "poisoning the zygote", (
        Try(Same(refused=("parent",)), fit=POISON), Try(Same(says=("CLEAN True True True 1 True True",)), fit=POISONED))),
    Attack(39, "shared ASLR", check=address_space, seconds=5),
    Attack(40, "random state across forks", check=chance),
]
