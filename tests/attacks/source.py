"""Source that is no honest text: it must end as its author's failure, in words, and trouble nobody else."""
import os

from attack import Attack, Fails, Try

ANY = ("syntax", "exception", "memory", "time")
HEAD = b"class Regressor:\n    def fit(self, X, y):\n        pass\n    def predict(self, X):\n        return X[:, 0]\n"


def folder_as_file(folder):
    (folder / "regressor.py").mkdir()
    (folder / "regressor.py/x.py").write_text("x = 1\n")


def too_large(folder):
    (folder / "regressor.py").write_bytes(HEAD)
    with open(folder / "weights", "wb") as file:
        os.truncate(file.fileno(), 1 << 40)  # sparse: all of it a hole


def too_many(folder):
    (folder / "regressor.py").write_bytes(HEAD)
    for i in range(5001):
        (folder / f"file{i}.py").touch()


SOURCES = (
    (b"x = 1\0\n" + HEAD, Fails("syntax")),
    (b"# coding: no-such-thing\n" + HEAD, Fails("syntax")),
    (b"x = '\xff\xfe'\n" + HEAD, Fails("syntax")),
    (b"\x00\xff" * 1000, Fails("syntax")),
    (b"x = " + b"(" * 50000 + b")" * 50000 + b"\n" + HEAD, Fails(ANY)),
    (b"x = " + b"-" * 200000 + b"1\n" + HEAD, Fails(ANY)),
    (b"x = " + b"9" * 500000 + b"\n" + HEAD, Fails(ANY)),
    (b"x = " + b"+".join([b"1"] * 100000) + b"\n" + HEAD, Fails(ANY)),
    (b"x = " + b"a." * 100000 + b"a\n" + HEAD, Fails(ANY)),
    (b"x = [" + b"lambda: [" * 2000 + b"]" * 2001 + b"\n" + HEAD, Fails(ANY)),
    (b"x = f'" + b"{f'" * 100 + b"'}" * 100 + b"'\n" + HEAD, Fails("syntax")),
    (b"".join(b" " * depth + b"if 1:\n" for depth in range(200)) + HEAD, Fails("syntax")),
    (b"import regressor\nfrom regressor import *\nraise SystemExit(0)\n" + HEAD, Fails("exception")),
    (b"import os\nos._exit(0)\n" + HEAD, Fails("exception", words="exit status 0|could not|_exit")),
    (b"raise KeyboardInterrupt\n" + HEAD, Fails("exception")),
    (b"class E(BaseException):\n    def __str__(self):\n        raise self\n    __repr__ = __str__\nraise E\n" + HEAD,
     Fails("exception")),
    (b"1\n" * 200000 + HEAD + b"    predict = fit = None\n", Fails(ANY)),
)

ATTACKS = [Attack(41, "malicious source", (
    *(Try(expect, source=source) for source, expect in SOURCES),
    Try(Fails(("syntax", "exception")), source=folder_as_file),
    Try(Fails("exception", words="more than 1048576 bytes, its limit"), source=too_large),
    Try(Fails("exception", words="more than 5000 files"), source=too_many)), seconds=5)]
