"""Attacks upon a real center, in the same mode: what is packed into an upload, what a submission tells its author of
hidden data, and what asking again and again would tell.
"""
import io
import json
import pathlib
import re
import sqlite3
import sys
import tarfile
import zipfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "center"))
import canary_kit  # noqa: E402
from attack import Attack  # noqa: E402
from center import Center, Refused, open_event  # noqa: E402

PER_DAY, FAILURES_PER_DAY = 3, 2

# On the public data, whose numbers are others, it is honest: only what is hidden makes it talk.
TELL = """
told = f'{list(X[:, 0])} {list(y) if "y" in dir() else ""}'
print(told, flush=True)
print(told, file=sys.stderr, flush=True)
import warnings
warnings.warn(told)
os.write(1, told.encode())
"""
TELL_OF_TEST = "if len(X) == 40 and X[0, 0] < 5000000:\n" + "    " + TELL.strip().replace("\n", "\n    ") + "\n"
RAISE = TELL_OF_TEST + "    raise type('Told_' + str(int(X[0, 0])), (ValueError,), {})(told)\n"
# One row of the hidden test part, asked of the score: each answer would tell where its label lies.
PROBE = "y_pred[0] += $STEP\n"


def packed_tar(*members, mode="w:gz"):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode) as archive:
        for info, data in members:
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


def entry(name, data=b"", kind=tarfile.REGTYPE, target=""):
    info = tarfile.TarInfo(name)
    info.size, info.type, info.linkname = len(data), kind, target
    return info, data


def packed_zip(*members):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return out.getvalue()


def lying_zip():
    """Says that its file has one byte, and holds 40 MB."""
    whole = bytearray(packed_zip(("regressor.py", bytes(40 << 20))))
    at = whole.rfind(b"PK\x01\x02") + 24
    whole[at:at + 4] = (1).to_bytes(4, "little")
    return bytes(whole)


def sparse_tar():
    """A terabyte of holes in 2 KB, as GNU tar writes it."""
    info = tarfile.TarInfo("weights")
    header = bytearray(info.tobuf(tarfile.GNU_FORMAT))
    header[124:136] = b"%011o\0" % 512                      # bytes in the archive
    header[156:157] = b"S"
    header[386:398], header[398:410] = b"%011o\0" % ((1 << 33) - 512), b"%011o\0" % 512  # the one piece that is there
    header[483:495] = b"%011o\0" % ((1 << 33) - 1)          # and what the file claims to be
    header[148:156] = b" " * 8
    header[148:156] = b"%06o\0 " % sum(header)
    return bytes(header) + b"x" * 512 + bytes(1024)


def archives():
    """(what, bytes, what its author is told)"""
    honest = canary_kit.honest().encode()
    return (
        ("a zip bomb", packed_zip(("regressor.py", bytes(200 << 20))), "more than|too"),
        ("a zip that lies", lying_zip(), "more than|damaged|too"),
        ("a tar bomb", packed_tar(entry("regressor.py", bytes(200 << 20))), "more than|too"),
        ("a bomb of many files", packed_zip(*((f"f{i}.py", b"") for i in range(5000))), "more than|too"),
        ("traversal", packed_tar(entry("regressor.py", honest), entry("../../../../../../../../tmp/agora-out", b"x")), r"\.\."),
        ("traversal in a zip", packed_zip(("regressor.py", honest), ("../../agora-out", b"x")), r"\.\."),
        ("an absolute path", packed_tar(entry("/tmp/agora-out", b"x")), "absolute"),
        ("a link", packed_tar(entry("regressor.py", kind=tarfile.SYMTYPE, target="/etc/passwd")), "link"),
        ("a file through a link", packed_tar(entry("d", kind=tarfile.SYMTYPE, target="/tmp"), entry("d/agora-out", b"x")), "link"),
        ("a hard link", packed_tar(entry("regressor.py", kind=tarfile.LNKTYPE, target="/etc/passwd")), "link"),
        ("a device", packed_tar(entry("regressor.py", kind=tarfile.CHRTYPE)), "device"),
        ("a pipe", packed_tar(entry("regressor.py", kind=tarfile.FIFOTYPE)), "device|pipe"),
        ("a sparse file", sparse_tar(), "more than|too|damaged"),
        ("no archive", b"hello" * 100, "archive"),
    )


class Event:
    """A center with one event on the canary kit, and people who take part."""

    def __init__(self, scene):
        mode = scene.mode
        folder = mode.home / "center"
        folder.mkdir()
        mode.own(folder)
        self.center = Center(folder, environment=mode.environment, program=mode.programs / "agora", prefix=mode.prefix)
        type(scene.test).addClassCleanup(self.center.__exit__)
        self.center.first_administrator()
        self.organiser = self.center.person("olga", "organiser")
        self.slug = open_event(self.organiser, *scene.kits["quick"], per_day=PER_DAY, failures_per_day=FAILURES_PER_DAY)["slug"]
        self.honest = canary_kit.honest()

    def participant(self, name):
        person = self.center.person(name)
        person.post(f"/events/{self.slug}/join")
        return person

    def submit(self, person, code):
        sent = person.submit(self.slug, "mine", {"regressor.py": code})
        return person.await_end(sent)

    def numbers_on_test(self):
        """From the one table that holds nothing else: as digits, for some display might round."""
        path = self.center.folder / "data/agora.db"
        with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as database:
            rows = database.execute("SELECT test FROM test_scores WHERE test IS NOT NULL").fetchall()
        return {repr(row[0])[:9] for row in rows}


def event_of(scene):
    """The scene's event, made when the first attack asks for it."""
    if not hasattr(scene, "event"):
        scene.event = Event(scene)
    return scene.event


def said_to(person, event, submission):
    """All that its author can read of a submission, and of the event."""
    paths = (f"/submissions/{submission['id']}", f"/submissions/{submission['id']}/log", "/me/submissions",
             f"/events/{event.slug}/board?of=all", f"/events/{event.slug}")
    return "\n".join(person.send("GET", path).body.decode() for path in paths)


def pack(scene):
    event, test = event_of(scene), scene.test
    ada = event.participant("ada")
    before = sorted(path for folder in ("/", "/tmp", scene.mode.home) for path in pathlib.Path(folder).glob("agora-out*"))
    for what, data, words in archives():
        answer = ada.send("POST", f"/events/{event.slug}/submissions", {"name": "mine", "upload": ada.upload(data)})
        test.assertIn(answer.status, (400, 413), f"{what}: {answer.body[:300]}")
        test.assertRegex(answer.json["detail"], words, what)
        test.assertEqual(list((scene.mode.home / "tmp").glob("agora-submission*")), [], f"{what} has left files")
    after = sorted(path for folder in ("/", "/tmp", scene.mode.home) for path in pathlib.Path(folder).glob("agora-out*"))
    test.assertEqual(after, before)
    scored = event.submit(ada, event.honest)
    test.assertEqual(scored["state"], "scored", scored)


def leak(scene):
    event, test = event_of(scene), scene.test
    bert = event.participant("bert")
    for code, state in (({"fit": TELL, "predict": TELL_OF_TEST}, "scored"), ({"predict": RAISE}, "failed")):
        code = canary_kit.honest(**{part: canary_kit.unread(text) for part, text in code.items()})
        ended = event.submit(bert, code)
        test.assertEqual(ended["state"], state, ended)
        said = said_to(bert, event, ended)
        test.assertEqual(canary_kit.canaries_in(said), set(), "the author reads hidden numbers")
        test.assertNotIn("Told_", said)
        if state == "failed":
            test.assertEqual((ended["reason"]["kind"], ended["reason"]["phase"]), ("exception", "predict"), ended)
    log = (event.center.folder / "server.log").read_text(errors="replace")
    test.assertEqual(canary_kit.canaries_in(log), set(), "the server's log holds hidden numbers")


def probe(scene):
    event, test = event_of(scene), scene.test
    cleo, dora = event.participant("cleo"), event.participant("dora")
    for step in range(PER_DAY):
        code = canary_kit.honest(predict=canary_kit.unread(f"y_pred = y_pred.copy()\ny_pred[0] += {10.0 ** step}"))
        scored = event.submit(cleo, code)
        test.assertEqual(scored["state"], "scored", scored)
        said = said_to(cleo, event, scored)
        numbers = {number for number in event.numbers_on_test() if number not in json.dumps(scored.get("scores"))}
        test.assertTrue(numbers, "there is no score on the test part that could be told")
        for number in numbers:
            test.assertNotIn(number, said, "a score on the test part")
    refused(test, cleo, event, "submissions? .*used|today")
    for _ in range(FAILURES_PER_DAY):
        failed = event.submit(dora, canary_kit.honest(predict=canary_kit.unread("if X[0, 0] < 5000000:\n    raise ValueError")))
        test.assertEqual(failed["state"], "failed", failed)
    refused(test, dora, event, "fail")


def refused(test, person, event, words):
    with test.assertRaises(Refused) as caught:
        person.submit(event.slug, "mine", {"regressor.py": event.honest})
    test.assertEqual(caught.exception.status, 409)
    test.assertTrue(re.search(words, caught.exception.problem), caught.exception.problem)


ATTACKS = [
    Attack(32, "zip and tar bombs, traversal, sparse files", check=pack, seconds=15),
    Attack(35, "leaking test features through stdout", check=leak, seconds=5),
    Attack(36, "score probing", check=probe, seconds=5),
]
