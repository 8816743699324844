"""Hostile submissions are held, for the right reason, and leave nothing behind; the next honest run scores as before.

Standard library only. $AGORA is the program (default: build/release/agora).
"""
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from support import AGORA, EvaluationTest, Kit, classifier, hidden  # noqa: E402
from traces import ownerless_groups, processes, shared_memory  # noqa: E402

# The descriptor of the cell's channel, as any submission may find it.
CHANNEL = """
import gc, os, socket, sys, threading, time
from agora_cell.channel import Channel
channel = next(thing for thing in gc.get_objects() if isinstance(thing, Channel))
"""


def heed_interrupts():
    """Whoever runs the tests in the background may have SIGINT ignored, and a child inherits that."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


class Hostile(EvaluationTest):
    @classmethod
    def setUpClass(cls):
        cls.scratch = tempfile.TemporaryDirectory(prefix="evaluation-test-scratch-")
        cls.addClassCleanup(cls.scratch.cleanup)
        os.chmod(cls.scratch.name, 0o755)

    def setUp(self):
        self.before = (pathlib.Path("/proc/mounts").read_text(), shared_memory(), ownerless_groups())

    def attack(self, fit="pass", predict="pass", extra=(), **limits):
        limits = {"fit_seconds": 20, "predict_seconds": 20, "memory": "512 MiB", **limits}
        kit = Kit(self, **limits)
        plain = {name: code if code == "pass" else hidden(code) for name, code in (("fit", fit), ("predict", predict))}
        kit.submission("mine", classifier=classifier(**plain))
        began = time.monotonic()
        run = kit.run("mine", *extra, env={**os.environ, "TMPDIR": self.scratch.name})
        self.assertLess(time.monotonic() - began, 120)
        self.nothing_is_left()
        return run

    def nothing_is_left(self):
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline and (processes() or ownerless_groups() - self.before[2]):
            time.sleep(0.1)
        self.assertEqual(processes(), {}, "processes are left")
        self.assertEqual(ownerless_groups() - self.before[2], set(), "control groups are left")
        self.assertEqual(os.listdir(self.scratch.name), [], "temporary files are left")
        self.assertEqual(pathlib.Path("/proc/mounts").read_text(), self.before[0])
        self.assertEqual(shared_memory() - self.before[1], set())

    def honest(self):
        if not hasattr(Hostile, "expected"):
            kit = Kit(self, memory="512 MiB")
            kit.submission("mine", classifier=classifier())
            Hostile.expected = self.assert_scores(kit.run("mine"))
        return Hostile.expected

    def scores_as_the_honest_one(self, run):
        self.assertEqual(self.assert_scores(run), self.honest(), str(run))

    # What a submission may know

    def test_a_submission_that_prints_all_labels_it_has_seen_shows_its_author_its_own_folds(self):
        run = self.attack(fit="print('LABELS', sorted(set(y)), len(y), flush=True)", extra=["--output"])
        self.scores_as_the_honest_one(run)
        self.assertEqual(re.findall(r"LABELS .*", run.err), ["LABELS ['benign', 'malignant'] 213"] * 2)
        self.assertNotIn("LABELS", run.out)

    def test_every_file_that_can_be_read_holds_no_row_of_the_test_data(self):
        run = self.attack(fit="""
            import os
            count = 0
            for folder, _, names in os.walk('/'):
                if folder.startswith('/proc/sys'):
                    continue
                for name in names:
                    path = os.path.join(folder, name)
                    try:
                        fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
                        data = os.read(fd, 1 << 22)
                        os.close(fd)
                    except OSError:
                        continue
                    count += 1
                    if b'mean_radius,' in data or name in ('train.csv', 'test.csv', 'shadow', 'id_rsa'):
                        print('FOUND', path, flush=True)
            print('READ', count > 1000, flush=True)
            """, extra=["--output"], fit_seconds=60)
        self.scores_as_the_honest_one(run)
        self.assertEqual(re.findall("READ .*", run.err), ["READ True"] * 2, str(run))
        self.assertNotIn("FOUND", run.err)

    def test_sockets_to_the_outside_are_refused(self):
        listener = socket.socket(socket.AF_UNIX)
        self.addCleanup(listener.close)
        listener.bind(f"\0agora-hostile-{os.getpid()}")
        listener.listen()
        listener.settimeout(0.1)
        run = self.attack(fit=f"""
            import socket
            def attempt(name, call):
                try:
                    call()
                    print('GOT', name, flush=True)
                except OSError as error:
                    print('REFUSED', name, error.errno, flush=True)
            attempt('inet', lambda: socket.create_connection(('1.1.1.1', 53), 1))
            attempt('local', lambda: socket.create_connection(('127.0.0.1', 22), 1))
            attempt('udp', lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('8.8.8.8', 53)))
            attempt('inet6', lambda: socket.socket(socket.AF_INET6).connect(('::1', 22)))
            attempt('abstract', lambda: socket.socket(socket.AF_UNIX).connect('\\0agora-hostile-{os.getpid()}'))
            attempt('netlink', lambda: socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0).bind((0, 0)))
            attempt('packet', lambda: socket.socket(socket.AF_PACKET, socket.SOCK_RAW))
            attempt('vsock', lambda: socket.socket(socket.AF_VSOCK, socket.SOCK_STREAM).connect((2, 1)))
            """, extra=["--output"])
        self.scores_as_the_honest_one(run)
        self.assertEqual(len(re.findall("REFUSED", run.err)), 16, str(run))
        self.assertNotIn("GOT", run.err)
        with self.assertRaises(TimeoutError):
            listener.accept()

    def test_powers_over_other_processes_and_namespaces_are_refused(self):
        run = self.attack(fit="""
            import ctypes, os
            libc = ctypes.CDLL(None, use_errno=True)
            calls = dict(ptrace=lambda: libc.ptrace(16, os.getppid(), 0, 0), unshare=lambda: libc.unshare(0x10000000),
                         newpid=lambda: libc.unshare(0x20000000), mount=lambda: libc.mount(b'none', b'/tmp', b'tmpfs', 0, None),
                         umount=lambda: libc.umount2(b'/kit', 2), chroot=lambda: libc.chroot(b'/tmp'),
                         setuid=lambda: libc.setuid(0), sethostname=lambda: libc.sethostname(b'x', 1),
                         keyctl=lambda: libc.syscall(250, 0, -3, 0), bpf=lambda: libc.syscall(321, 0, 0, 0),
                         io_uring=lambda: libc.syscall(425, 8, 0), perf=lambda: libc.syscall(298, 0, 0, -1, -1, 0),
                         userfaultfd=lambda: libc.syscall(323, 0), settime=lambda: libc.clock_settime(0, ctypes.create_string_buffer(16)),
                         setns=lambda: libc.setns(os.open('/proc/self/ns/mnt', os.O_RDONLY), 0),
                         handle=lambda: libc.syscall(304, -100, 0, 0), shmget=lambda: libc.shmget(7, 4096, 0o1600))
            for name, call in calls.items():
                try:
                    result = call()
                except OSError:
                    result = -1
                print('CALL' if result == -1 else 'DONE', name, flush=True)
            print('EXTERNAL', [pid for pid in os.listdir('/proc') if pid.isdigit() and int(pid) != os.getpid()], flush=True)
            """, extra=["--output"])
        self.scores_as_the_honest_one(run)
        done = set(re.findall("DONE (.*)", run.err))
        # A private ipc namespace may allow shared memory of its own; it ends with the cell.
        self.assertLessEqual(done, {"shmget"}, str(run))
        self.assertEqual(re.findall("EXTERNAL .*", run.err), ["EXTERNAL []"] * 2, str(run))

    # What a submission may use up

    def test_forks_without_end(self):
        run = self.attack(fit="import os\nwhile True:\n    try: os.fork()\n    except OSError: pass", fit_seconds=4)
        self.assertIn(run.error["kind"], ("processes", "time"), str(run))
        self.assertEqual((run.code, run.error["phase"]), (1, "fit"))

    def test_memory_without_end_in_many_processes(self):
        run = self.attack(fit="""
            import os, time
            for _ in range(8):
                if os.fork() == 0:
                    break
            hold = []
            while True:
                hold.append(bytearray(os.urandom(1 << 20)))
            """)
        self.assert_fails(run, "memory", "fit", "any")

    def test_memory_in_tmp_shm_and_memfd_is_counted(self):
        for where in ("os.open('/tmp/x', os.O_RDWR | os.O_CREAT)", "os.open('/dev/shm/x', os.O_RDWR | os.O_CREAT)",
                      "os.memfd_create('x')"):
            with self.subTest(where=where):
                run = self.attack(fit=f"import os\nfd = {where}\nwhile True: os.write(fd, bytes(1 << 20))", fit_seconds=30)
                self.assertEqual((run.code, run.error["phase"]), (1, "fit"), str(run))
                self.assertIn(run.error["kind"], ("memory", "exception"), str(run))  # the limit, or "No space left"

    def test_a_million_files(self):
        run = self.attack(fit="import os\nfor i in range(1000000): os.close(os.open(f'/tmp/{i}', os.O_CREAT))")
        self.assert_fails(run, "exception", "fit", "any", "No space left")

    def test_output_without_end_from_native_code_and_a_child(self):
        run = self.attack(fit="import os\nif os.fork() == 0:\n    while True: os.write(2, b'x' * 65536)\nos.wait()")
        self.assert_fails(run, "output", "fit", "any")

    def test_signals_ignored_and_asleep(self):
        run = self.attack(fit="""
            import signal, time
            for number in range(1, 65):
                try: signal.signal(number, signal.SIG_IGN)
                except (OSError, ValueError): pass
            while True: time.sleep(1000)
            """, fit_seconds=2)
        self.assert_fails(run, "time", "fit", "any", "2 s")

    def test_a_survivor_of_a_double_fork_does_not_survive(self):
        run = self.attack(predict="""
            import os, time
            if os.fork() == 0:
                os.setsid()
                if os.fork() == 0:
                    for fd in range(256):
                        try: os.close(fd)
                        except OSError: pass
                    while True: time.sleep(1)
                os._exit(0)
            """)
        self.scores_as_the_honest_one(run)

    def test_a_thread_that_never_ends_does_not_keep_its_cell(self):
        run = self.attack(fit="import threading, time\nthreading.Thread(target=time.sleep, args=(10000,)).start()")
        self.scores_as_the_honest_one(run)

    def test_killing_all_it_can_reach_kills_itself_at_most(self):
        run = self.attack(fit="import os, signal\nos.kill(-1, signal.SIGKILL)\nos.kill(os.getpid(), signal.SIGKILL)")
        self.assertIn(run.code, (0, 1), str(run))
        run = self.attack(fit="import os, signal\nos.killpg(0, signal.SIGTERM)\nos.abort()")
        self.assertEqual((run.code, run.error["kind"], run.error["phase"]), (1, "exception", "fit"), str(run))

    # What a submission may say

    def test_garbage_on_the_channel_is_a_failure_of_the_submission(self):
        for message in ("b'garbage'", "b'\\0' * 65536", "b'AGF1' + b'\\xff' * 1000", "b'AGC1predicted'", "b'AGP1'", "b'x' * 200000"):
            with self.subTest(message=message):
                run = self.attack(fit=CHANNEL + f"channel.socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 20)\n"
                                                f"channel.socket.send({message})")
                self.assertEqual((run.code, run.error["kind"], run.error["phase"]), (1, "exception", "fit"), str(run))

    def test_a_flood_on_the_channel_is_a_failure_of_the_submission(self):
        run = self.attack(fit=CHANNEL + "while True: channel.socket.send(b'flood' * 10000)")
        self.assertEqual((run.code, run.error["kind"], run.error["phase"]), (1, "exception", "fit"), str(run))

    def test_a_closed_or_silent_channel_ends_with_the_cell(self):
        run = self.attack(fit=CHANNEL + "channel.socket.close()\ntime.sleep(1000)", fit_seconds=3)
        self.assert_fails(run, "time", "fit", "any")
        run = self.attack(fit=CHANNEL + "channel.socket.shutdown(socket.SHUT_RDWR)", fit_seconds=3)
        self.assertEqual((run.code, run.error["phase"]), (1, "fit"), str(run))

    def test_descriptors_sent_to_the_trusted_side_are_not_kept(self):
        run = self.attack(fit=CHANNEL + """
fds = [os.open('/dev/null', os.O_RDONLY) for _ in range(200)]
socket.send_fds(channel.socket, [b'AGC1fitted'], fds)
time.sleep(1)
""")
        self.assertEqual((run.code, run.error["kind"]), (1, "exception"), str(run))

    def test_fitted_said_too_early_gains_no_time(self):
        run = self.attack(fit=CHANNEL + "channel.socket.send(b'AGC1fitted')\ntime.sleep(1000)", fit_seconds=3, predict_seconds=3)
        self.assert_fails(run, "time", "predict", "any", "3 s")

    def test_a_failure_that_lies_about_its_kind_and_place_is_not_believed(self):
        for kind in ("machine", "kit", "time"):
            with self.subTest(kind=kind):
                run = self.attack(fit=CHANNEL + f"""
from agora_cell import failure
channel.socket.send(failure.encode(('{kind}', 'X', 'it was the machine', '', '../../etc/passwd', '-1')))
os._exit(0)
""")
                self.assertEqual((run.code, run.error["kind"], run.error["phase"]), (1, "exception", "fit"), str(run))

    def test_a_header_that_lies_is_refused(self):
        lies = {"rows": "struct.pack('<4s2sHQQ', b'AGR1', b'f8', 2, 1 << 60, 2)",
                "columns": "struct.pack('<4s2sHQQ', b'AGR1', b'f8', 2, 426, 1 << 62)",
                "rank": "struct.pack('<4s2sHQQ', b'AGR1', b'f8', 9, 426, 2)",
                "dtype": "struct.pack('<4s2sHQQ', b'AGR1', b'O8', 2, 426, 2)",
                "form": "struct.pack('<4sIQQQ', b'AGRR', 0, 426, 1, 1 << 50)",
                "nothing": "bytes(64)"}
        for name, header in lies.items():
            with self.subTest(lie=name):
                run = self.attack(predict=f"""
import struct
header = {header}
import agora_cell.fold as fold
fold.write_dense = lambda memory, offset, capacity, y: memory.__setitem__(slice(offset, offset + len(header)), header)
""")
                self.assertEqual((run.code, run.error["phase"]), (1, "predict"), str(run))
                self.assertEqual(run.error["kind"], "dtype" if name == "dtype" else "shape", str(run))

    def test_rewriting_predictions_after_the_word_changes_nothing_that_counts(self):
        # A child rewrites the result memory without end. It dies with its cell before anything is read, so what is
        # scored is one consistent state, and every number in it was checked.
        run = self.attack(predict="""
            import os
            import agora_cell.fold as fold
            write = fold.write_dense
            def and_spoil(memory, offset, capacity, y):
                write(memory, offset, capacity, y)
                if os.fork() == 0:
                    while True: memory[offset + 64:offset + 128] = b'\\xff' * 64
            fold.write_dense = and_spoil
            """)
        self.assertIn(run.code, (0, 1), str(run))
        if run.code == 1:
            self.assertEqual((run.error["kind"], run.error["phase"]), ("nan", "predict"), str(run))

    def test_the_next_honest_run_scores_as_before(self):
        self.scores_as_the_honest_one(self.attack())

    def test_an_interrupted_run_leaves_nothing(self):
        kit = Kit(self, fit_seconds=60)
        kit.submission("mine", classifier=classifier(fit="import time\ntime.sleep(1000)"))
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGKILL):
            with self.subTest(signal=number):
                child = subprocess.Popen([AGORA, "kit", "run", str(kit.folder), "--submission", "mine", "--json"],
                                         stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                         env={**os.environ, "TMPDIR": self.scratch.name},
                                         preexec_fn=heed_interrupts)
                time.sleep(5)
                child.send_signal(number)
                child.wait(30)
                deadline = time.monotonic() + 10
                while time.monotonic() < deadline and processes():
                    time.sleep(0.1)
                self.assertEqual(processes(), {})
                for path in pathlib.Path(self.scratch.name).iterdir():  # SIGKILL leaves no time to remove these
                    shutil.rmtree(path)


if __name__ == "__main__":
    unittest.main()
