"""Attacks on the kernel's own doors: calls that give powers, other call tables, clocks, terminals, cores, set-uid bits.

Numbers are those of x86_64.
"""
import os

from attack import Attack, Fails, Same, Try

IO_URING = """
attempt('setup', lambda: call(425, 8, ctypes.addressof(ctypes.create_string_buffer(256))))
attempt('enter', lambda: call(426, 1, 1, 0, 0, 0, 0))
attempt('register', lambda: call(427, 1, 0, 0, 0))
"""
NAMESPACES = """
SIGCHLD = 17
flags = {'user': 0x10000000, 'mount': 0x20000, 'pid': 0x20000000, 'net': 0x40000000, 'ipc': 0x8000000,
         'uts': 0x4000000, 'cgroup': 0x2000000}
for name, flag in flags.items():
    attempt('unshare-' + name, lambda: call(272, flag))
    attempt('clone-' + name, lambda: call(56, flag | SIGCHLD, 0, 0, 0, 0))
attempt('unshare-time', lambda: call(272, 0x80))
attempt('clone3', lambda: call(435, ctypes.addressof(ctypes.create_string_buffer(88)), 88))
for name in ('user', 'mnt', 'pid', 'net'):
    attempt('setns-' + name, lambda: call(308, os.open('/proc/self/ns/' + name, os.O_RDONLY), 0))
text = ctypes.create_string_buffer(b'/tmp')
at = ctypes.addressof(text)
attempt('mount', lambda: call(165, at, at, at, 0, 0))
attempt('remount', lambda: call(165, 0, at, 0, 32, 0))
attempt('umount2', lambda: call(166, at, 2))
attempt('pivot_root', lambda: call(155, at, at))
attempt('chroot', lambda: call(161, at))
attempt('open_tree', lambda: call(428, -100, at, 1))
attempt('move_mount', lambda: call(429, -100, at, -100, at, 0))
attempt('fsopen', lambda: call(430, at, 0))
attempt('mount_setattr', lambda: call(442, -100, at, 0, at, 32))
attempt('setuid', lambda: os.setuid(0))
attempt('setgid', lambda: os.setgid(0))
attempt('setgroups', lambda: os.setgroups([0]))
attempt('capset', lambda: call(126, at, at))
attempt('uid_map', lambda: os.write(os.open('/proc/self/uid_map', os.O_WRONLY), b'0 0 1'))
"""
NAMES = (*(f"{how}-{name}" for how in ("unshare", "clone")
           for name in ("user", "mount", "pid", "net", "ipc", "uts", "cgroup")), "unshare-time", "clone3",
         *(f"setns-{name}" for name in ("user", "mnt", "pid", "net")), "mount", "remount", "umount2", "pivot_root",
         "chroot", "open_tree", "move_mount", "fsopen", "mount_setattr", "setuid", "setgid", "setgroups", "capset",
         "uid_map")

# Machine code in a page of its own, run in a child, whose end tells what the kernel thought of it.
MACHINE_CODE = """
import mmap
def run(name, code):
    page = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    page.write(bytes.fromhex(code))
    function = ctypes.CFUNCTYPE(ctypes.c_long)(ctypes.addressof(ctypes.c_char.from_buffer(page)))
    if (child := os.fork()) == 0:
        function()
        os._exit(0)
    _, status = os.waitpid(child, 0)
    print('ENDED' if os.WIFSIGNALED(status) else 'GOT', name, os.WTERMSIG(status), flush=True)
"""
FOREIGN = MACHINE_CODE + """
run('i386', 'b814000000cd80c3')                 # mov eax, 20 (getpid); int 0x80
run('i386-execve', 'b80b000000cd80c3')          # mov eax, 11; int 0x80
run('x32', 'b827000040' + '0f05c3')             # mov eax, 0x40000000 + 39; syscall
"""
POWERS = """
there = ctypes.addressof(ctypes.create_string_buffer(256))
attempt('bpf', lambda: call(321, 0, there, 128))
attempt('bpf-load', lambda: call(321, 5, there, 128))
attempt('perf', lambda: call(298, there, 0, -1, -1, 0))
attempt('userfaultfd', lambda: call(323, 1))
attempt('userfaultfd-device', lambda: os.open('/dev/userfaultfd', os.O_RDWR))
attempt('name_to_handle', lambda: call(303, -100, there, there, there, 0))
attempt('open_by_handle', lambda: call(304, -100, there, 0))
attempt('fanotify', lambda: call(300, 0, 0))
attempt('module', lambda: call(313, 0, there, 0))
attempt('kexec', lambda: call(246, 0, 0, 0, 0))
attempt('iopl', lambda: call(172, 3))
attempt('ldt', lambda: call(154, 1, there, 16))
attempt('mbind', lambda: call(237, 0, 4096, 2, 0, 0, 0))
attempt('move_pages', lambda: call(279, 0, 0, 0, 0, 0, 0))
attempt('seccomp', lambda: call(317, 0, 0, 0))
attempt('secretmem', lambda: call(447, 0))
attempt('landlock', lambda: call(444, 0, 0, 1))
"""
CLOCKS = """
there = ctypes.addressof(ctypes.create_string_buffer(256))
attempt('clock_settime', lambda: time.clock_settime(time.CLOCK_REALTIME, 0))
attempt('settimeofday', lambda: call(164, there, 0))
attempt('adjtimex', lambda: call(159, there))
attempt('clock_adjtime', lambda: call(305, 0, there))
attempt('boottime', lambda: time.clock_settime(7, 0))
attempt('time-namespace', lambda: os.write(os.open('/proc/self/timens_offsets', os.O_WRONLY), b'monotonic 1000 0'))
"""
TERMINAL = """
for number in range(3):
    attempt(f'TIOCSTI-{number}', lambda: call(16, number, 0x5412, ctypes.addressof(ctypes.create_string_buffer(b'x'))))
    attempt(f'TIOCLINUX-{number}', lambda: call(16, number, 0x541C, ctypes.addressof(ctypes.create_string_buffer(b'x'))))
    attempt(f'TIOCSCTTY-{number}', lambda: call(16, number, 0x540E, 1))
for path in ('/dev/tty', '/dev/console', '/dev/ptmx', '/dev/pts/0', '/dev/tty1'):
    attempt(path, lambda: os.open(path, os.O_RDWR))
"""
TERMINAL_NAMES = (*(f"{name}-{number}" for name in ("TIOCSTI", "TIOCLINUX", "TIOCSCTTY") for number in range(3)),
                  "/dev/tty", "/dev/console", "/dev/ptmx", "/dev/pts/0", "/dev/tty1")
CORES = """
import resource, signal
print('CORE', resource.getrlimit(resource.RLIMIT_CORE), flush=True)
attempt('raise', lambda: resource.setrlimit(resource.RLIMIT_CORE, (1 << 30, 1 << 30)))
os.chdir('/tmp')
for number in (signal.SIGSEGV, signal.SIGABRT, signal.SIGQUIT):
    if (child := os.fork()) == 0:
        os.kill(os.getpid(), number)
        time.sleep(10)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    print('DIED', os.WTERMSIG(status) == number, flush=True)
print('CORES', [name for folder in ('/tmp', '/dev/shm', '/kit') for name in os.listdir(folder) if 'core' in name],
      flush=True)
os.chdir('/kit')
"""
SUID = """
import shutil, subprocess
mine = str(os.getuid())
shutil.copy('/usr/bin/id', '/tmp/id')
os.chmod('/tmp/id', 0o6755)
print('COPY', subprocess.run(['/tmp/id', '-u'], capture_output=True, text=True).stdout.strip() == mine, flush=True)
found = [path for folder in ('/usr/bin', '/usr/sbin', '/usr/lib') for path in
         (os.path.join(place, name) for place, _, names in os.walk(folder) for name in names)
         if os.path.isfile(path) and not os.path.islink(path) and os.stat(path).st_mode & 0o6000]
print('FOUND', len(found), flush=True)
wanted = ('Uid', 'CapEff', 'CapPrm', 'NoNewPrivs')
for path in found:
    try:
        child = subprocess.Popen([path], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    except PermissionError:
        continue
    try:
        status = open(f'/proc/{child.pid}/status').read()
    except OSError:
        status = ''
    facts = [line.split()[1:] for line in status.splitlines() if line.split(':')[0] in wanted]
    if facts and (facts[0] != [mine] * 4 or '1' not in facts[3] or set(facts[1][0] + facts[2][0]) != {'0'}):
        print('GOT', path, facts, flush=True)
    child.kill()
    child.communicate()
for command in (['su', '-c', 'id'], ['mount', '-t', 'tmpfs', 'none', '/tmp'], ['chsh', '-s', '/bin/sh'], ['passwd', '-d', 'root']):
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=5)
        print('GOT' if done.returncode == 0 else 'FAILED', command[0], flush=True)
    except FileNotFoundError:
        print('FAILED', command[0], flush=True)
"""
WRITES = """
import glob
import sklearn
own = os.path.dirname(sklearn.__file__)
places = ['/x', '/kit/x', '/kit/problem.py', '/kit/submissions/mine/regressor.py', '/kit/submissions/x', '/usr/x',
          '/usr/bin/id', '/etc/passwd', '/etc/x', '/dev/x', '/agora/x', '/agora/agora_cell/seal.py',
          '/agora/libagora-cell.so', own + '/x.py', own + '/__init__.py', '/proc/sys/kernel/core_pattern',
          '/proc/sys/kernel/hostname', '/proc/sysrq-trigger', '/sys/x', '/root/x', '/home/x', '/var/x', $HOST + '/x',
          '/proc/1/root' + $HOST + '/x', '/proc/self/cwd/../x']
for number, path in enumerate(places):
    attempt(f'write-{number}', lambda: os.open(path, os.O_WRONLY | os.O_CREAT, 0o644))
for number, path in enumerate(places[:16]):
    attempt(f'remove-{number}', lambda: os.unlink(path))
    attempt(f'mode-{number}', lambda: os.chmod(path, 0o777))
attempt('link', lambda: os.link('/kit/problem.py', '/tmp/problem.py'))
attempt('rename', lambda: os.rename('/tmp', '/kit/tmp'))
attempt('device', lambda: os.mknod('/tmp/disk', 0o60666, os.makedev(254, 0)))
attempt('xattr', lambda: os.setxattr('/tmp', 'user.x', b'x'))
import mmap
attempt('map', lambda: mmap.mmap(os.open('/usr/bin/id', os.O_RDONLY), 4096, mmap.MAP_SHARED, mmap.PROT_WRITE))
print('LOST', glob.glob('/tmp/*'), flush=True)
"""
WRITE_NAMES = (*(f"write-{i}" for i in range(25)), *(f"{what}-{i}" for what in ("remove", "mode") for i in range(16)),
               "link", "rename", "device", "xattr", "map")


def host_folder(scene):
    scene.open_folder = scene.folder()
    os.chmod(scene.open_folder, 0o777)
    return {"HOST": str(scene.open_folder)}


def host_folder_is_empty(scene, _):
    scene.test.assertEqual(os.listdir(scene.open_folder), [])


ATTACKS = [
    Attack(16, "io_uring", (Try(Same(refused=("setup", "enter", "register")), fit=IO_URING),)),
    Attack(17, "nested user namespaces, clone3, setns, mount", (Try(Same(refused=NAMES), fit=NAMESPACES),)),
    Attack(18, "foreign ABI", (
        Try(Same(says=("ENDED i386 31", "ENDED i386-execve 31", "ENDED x32 31")), fit=FOREIGN),
        Try(Fails("exception", words="died of SIGSYS during fit"), fit="libc.syscall(0x40000000 + 39)"))),
    Attack(19, "bpf, perf, userfaultfd, open_by_handle", (
        Try(Same(refused=("bpf", "bpf-load", "perf", "userfaultfd", "userfaultfd-device", "name_to_handle",
                          "open_by_handle", "fanotify", "module", "kexec", "iopl", "ldt", "mbind", "move_pages",
                          "seccomp", "secretmem", "landlock")), fit=POWERS),)),
    Attack(21, "clock_settime", (
        Try(Same(refused=("clock_settime", "settimeofday", "adjtimex", "clock_adjtime", "boottime", "time-namespace")),
            fit=CLOCKS),)),
    Attack(22, "TIOCSTI", (Try(Same(refused=TERMINAL_NAMES), fit=TERMINAL),)),
    Attack(23, "core dumps", (
        Try(Same(refused=("raise",), says=(r"CORE \(0, 0\)", r"(DIED True\n){3}", r"CORES \[\]")), fit=CORES),
        Try(Fails("exception", words="died of SIGSEGV during fit"), fit="os.kill(os.getpid(), 11)\nctypes.string_at(0)"))),
    Attack(24, "suid binaries", (Try(Same(says=("COPY True", "FAILED su", "FAILED mount")), fit=SUID, kit="patient"),), seconds=2),
    Attack(25, "writes outside the box", (
        Try(Same(refused=WRITE_NAMES, says=(r"LOST \[\]",)), fit=WRITES, plant=host_folder, also=host_folder_is_empty),)),
]
