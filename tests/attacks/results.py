"""Attacks on the way that predictions go: their size and form, what they are made of, who scores them and when."""
import os

from attack import Attack, Fails, Same, Try
from cheat_code import PATCH_PREDICTIONS, PATCH_SCORES, PATCH_SKLEARN

OWN_MEMORY = """
import gc, mmap
memory = max((thing for thing in gc.get_objects() if isinstance(thing, mmap.mmap)), key=len, default=None)
for number in range(3, 64):
    try:
        if 'results' in os.readlink(f'/proc/self/fd/{number}'):
            attempt('grow', lambda: os.ftruncate(number, 1 << 30))
            attempt('shrink', lambda: os.ftruncate(number, 0))
            break
    except OSError:
        pass
"""
TOO_MANY = (
    ("rows", "y_pred = np.repeat(y_pred, 1000)", "shape"),
    ("columns", "y_pred = np.tile(y_pred[:, None], (1, 5000))", "shape"),
    ("dimensions", "y_pred = y_pred[:, None, None]", "shape"),
    ("nothing", "y_pred = y_pred[:0]", "shape"),
    ("a claim", "y_pred = np.broadcast_to(y_pred[:1], (1 << 40,))", ("shape", "memory")),
)
TAMPERED = (
    ("NaN", "y_pred[3] = float('nan')", "nan"), ("inf", "y_pred[3] = -float('inf')", "nan"),
    ("late NaN", "y_pred[-1] = float('nan') if len(X) == 40 else y_pred[-1]", "nan"),
    ("one row less", "y_pred = y_pred[1:]", "shape"), ("two columns", "y_pred = np.stack([y_pred, y_pred], 1)", "shape"),
    ("words", "y_pred = y_pred.astype(str)", "dtype"), ("complex", "y_pred = y_pred.astype(complex)", "dtype"),
    ("dates", "y_pred = y_pred.astype('datetime64[s]')", "dtype"), ("None", "y_pred = None", ("dtype", "shape")),
    ("half", "y_pred = y_pred.astype('float16')", "dtype"),
)
# Headers that lie, written where the honest ones would stand.
LIES = {
    "rows": ("struct.pack('<4s2sHQQ', b'AGR1', b'f8', 1, 1 << 60, 0)", "shape"),
    "columns": ("struct.pack('<4s2sHQQ', b'AGR1', b'f8', 2, 60, 1 << 62)", "shape"),
    "rank": ("struct.pack('<4s2sHQQ', b'AGR1', b'f8', 9, 60, 2)", "shape"),
    "dtype": ("struct.pack('<4s2sHQQ', b'AGR1', b'O8', 1, 60, 0)", "dtype"),
    "form": ("struct.pack('<4sIQQQ', b'AGRR', 0, 60, 1, 1 << 50)", "shape"),
    "nothing": ("bytes(64)", "shape"),
}
LIE = """
import struct
header = $HEADER
import agora_cell.fold as fold
fold.write_dense = lambda memory, offset, capacity, y: memory.__setitem__(slice(offset, offset + len(header)), header)
"""
# A pickle that leaves a file where it is read.
EVIL = """
import pickle
class Evil:
    def __reduce__(self):
        return (os.system, ('touch ' + $MARK,))
"""
PICKLES = (
    (EVIL + "y_pred = np.array([Evil()] * len(y_pred), dtype=object)", Fails("dtype", "predict", "dtype object")),
    (EVIL + """
import agora_cell.fold as fold
body = pickle.dumps(Evil())
fold.write_dense = lambda memory, offset, capacity, y: memory.__setitem__(slice(offset, offset + len(body)), body)
""", Fails("shape", "predict", "no predictions were returned")),
    (EVIL + """
import gc
from agora_cell.channel import Channel
next(thing for thing in gc.get_objects() if isinstance(thing, Channel)).send(pickle.dumps(Evil()))
time.sleep(1)
""", Fails("exception", "predict", "spoke on the cell's own channel")),
)
SAY = """
import gc
from agora_cell.channel import Channel
channel = next(thing for thing in gc.get_objects() if isinstance(thing, Channel))
channel.socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 20)
"""
WORDS = ("b'garbage'", "b'\\0' * 65536", "b'AGF1' + b'\\xff' * 1000", "b'AGC1predicted'", "b'AGS1'", "b'x' * 200000")
LIAR = SAY + """
from agora_cell import failure
channel.send(failure.encode(($KIND, 'X', 'it was the machine', '', '../../etc/passwd', '-1')))
os._exit(0)
"""
GIFTS = SAY + """
fds = [os.open('/dev/null', os.O_RDONLY) for _ in range(200)]
socket.send_fds(channel.socket, [b'AGC1fitted'], fds)
time.sleep(1)
"""
# A child rewrites the result memory without end: it is dead before anything is read, and every number is checked.
REWRITE = """
import agora_cell.fold as fold
write = fold.write_dense
def and_spoil(memory, offset, capacity, y):
    write(memory, offset, capacity, y)
    if os.fork() == 0:
        os.setsid()
        while True:
            memory[offset + 64:offset + 128] = $WITH * 8
fold.write_dense = and_spoil
"""
# Once it has said its last word, and for as long as it lives.
AFTERWARDS = """
import agora_cell.fold as fold
write = fold.write_dense
kept = []
def and_wait(memory, offset, capacity, y):
    write(memory, offset, capacity, y)
    kept.append((memory, offset))
    if len(kept) == 2 and os.fork() == 0:
        os.setsid()
        time.sleep($PAUSE)
        for memory, offset in kept:
            memory[offset + 64:offset + 128] = bytes(64)
        os._exit(0)
fold.write_dense = and_wait
"""
LINKS = """
for name, target in (('a', $PATH), ('b', '/proc/1/root' + $PATH), ('c', '/proc/self/root/../..' + $PATH)):
    os.symlink(target, '/tmp/' + name)
    attempt('follow-' + name, lambda: os.open('/tmp/' + name, os.O_RDONLY))
attempt('hard', lambda: os.link('/kit/problem.py', '/tmp/hard'))
attempt('hard-results', lambda: os.link('/proc/self/fd/0', '/tmp/null'))
attempt('over', lambda: os.symlink($PATH, '/kit/results'))
attempt('own', lambda: os.symlink($PATH, '/kit/submissions/mine/y_pred'))
"""


def marked(scene):
    scene.mark = scene.folder() / "unpickled"
    os.chmod(scene.mark.parent, 0o777)
    return {"MARK": str(scene.mark)}


def was_not_unpickled(scene, _):
    scene.test.assertFalse(scene.mark.exists(), "somebody has unpickled what a submission made")


def hidden_path(scene):
    return {"PATH": str(scene.kits["quick"][1] / "test.csv")}


def rewritten(scene):
    """Either state of the memory is a possible answer, but one that is finite and whole."""
    for value, kinds in (("b'\\xff' * 8", ("nan",)), ("np.float64(1).tobytes()", ())):
        answer = scene.attack(Try(None, predict=REWRITE.replace("$WITH", value)), "attack-30")
        scene.no_secret_in(answer)
        if "error" in answer:
            scene.failed_as(answer, Fails(kinds, "predict", "NaN"))
        scene.honest()
    for pause in ("0", "0.001", "0.01"):
        answer = scene.attack(Try(None, predict=AFTERWARDS.replace("$PAUSE", pause)), "attack-30")
        scene.test.assertIn("scores", answer, answer)
        scene.honest()


def linked_folder(what):
    def write(folder):
        (folder / "regressor.py").symlink_to(what)
    return write


def linked_weights(folder):
    (folder / "regressor.py").write_text("class Regressor:\n    pass\n")
    (folder / "weights.csv").symlink_to("../kit-quick/hidden/test.csv")


def pipe(folder):
    (folder / "regressor.py").write_text("class Regressor:\n    pass\n")
    os.mkfifo(folder / "weights", 0o666)


def fails(name, code, kind):
    return Try(Fails(kind, "predict"), predict=code)


ATTACKS = [
    Attack(26, "oversized predictions", (
        Try(Same(refused=("grow", "shrink")), fit=OWN_MEMORY), *(fails(*each) for each in TOO_MANY))),
    Attack(27, "NaN, inf, shape and dtype tampering", (
        *(fails(*each) for each in TAMPERED),
        *(fails(name, LIE.replace("$HEADER", header), kind) for name, (header, kind) in LIES.items()),
        *(Try(Fails("exception"), fit=SAY + f"channel.socket.send({word})") for word in WORDS),
        Try(Fails("exception"), fit=SAY + "while True:\n    channel.socket.send(b'flood' * 10000)"),
        Try(Fails("exception", "predict"), fit=GIFTS),
        Try(Fails("time"), fit=SAY + "channel.socket.close()\ntime.sleep(1000)"),
        *(Try(Fails("exception"), fit=LIAR.replace("$KIND", repr(kind))) for kind in ("machine", "kit", "time", "nan"))),
           seconds=5),
    Attack(28, "pickled predictions", tuple(
        Try(expect, predict=code, plant=marked, also=was_not_unpickled) for code, expect in PICKLES), seconds=2),
    Attack(29, "patching the scorer", tuple(
        Try(Same(), fit=code, kit=kit) for code in (PATCH_SCORES, PATCH_PREDICTIONS, PATCH_SKLEARN)
        for kit in ("quick", "own scores")), seconds=3),
    Attack(30, "rewriting results while they are scored", check=rewritten),
    Attack(31, "symlinks and hardlinks in outputs", (
        Try(Same(refused=("follow-a", "follow-b", "follow-c", "hard", "hard-results", "over", "own")), fit=LINKS,
            plant=hidden_path),
        Try(Fails("exception", words="is a link: put the file itself there"), source=linked_folder("/etc/passwd")),
        Try(Fails("exception", words="is a link: put the file itself there"), source=linked_weights),
        Try(Fails("exception", words="is no regular file"), source=pipe))),
]
