#!/usr/bin/env python3
"""Makes the client's wheel from the package's files, with the standard library alone: equal files give equal bytes.

usage: make_wheel.py --version 0.1.0 --into FOLDER
"""
import argparse
import base64
import hashlib
import pathlib
import sys
import zipfile

HERE = pathlib.Path(__file__).resolve().parent
PACKAGE = HERE / "agora"
EARLIEST = (1980, 1, 1, 0, 0, 0)  # the first moment that a zip can say
PLACEHOLDER = '"0+source"'        # in version.py

METADATA = """\
Metadata-Version: 2.1
Name: agora-client
Version: {version}
Summary: Take part in the events of an Agora center, from a notebook or the command line
License: BSD-3-Clause
Classifier: License :: OSI Approved :: BSD License
Classifier: Programming Language :: Python :: 3
Classifier: Operating System :: OS Independent
Classifier: Typing :: Typed
Requires-Python: >=3.9
Requires-Dist: httpx>=0.24,<1
Description-Content-Type: text/markdown

{description}"""

WHEEL = """\
Wheel-Version: 1.0
Generator: agora make_wheel
Root-Is-Purelib: true
Tag: py3-none-any
"""

ENTRY_POINTS = """\
[console_scripts]
agora = agora.cli.main:main
"""


def package_files(version):
    """(path in the wheel, bytes) of every file of the package."""
    for file in sorted(PACKAGE.rglob("*")):
        if file.suffix != ".py" and file.name != "py.typed":
            continue
        data = file.read_bytes()
        if file == PACKAGE / "version.py":
            if data.count(PLACEHOLDER.encode()) != 1:
                sys.exit(f"error: {file} does not hold {PLACEHOLDER} once, where the version is to be written")
            data = data.replace(PLACEHOLDER.encode(), f'"{version}"'.encode())
        yield file.relative_to(HERE).as_posix(), data


def record(files, name):
    """The list that installers check: path, sha-256 and size of each file."""
    lines = []
    for path, data in files:
        digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
        lines.append(f"{path},sha256={digest},{len(data)}\n")
    return "".join(lines) + f"{name},,\n"


def make(version, folder):
    info = f"agora_client-{version}.dist-info"
    description = (HERE / "README.md").read_text(encoding="utf-8")
    files = list(package_files(version)) + [
        (f"{info}/METADATA", METADATA.format(version=version, description=description).encode()),
        (f"{info}/WHEEL", WHEEL.encode()),
        (f"{info}/entry_points.txt", ENTRY_POINTS.encode()),
        (f"{info}/LICENSE", (HERE.parents[1] / "LICENSE").read_bytes())]
    files.append((f"{info}/RECORD", record(files, f"{info}/RECORD").encode()))
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("agora_client-*.whl"):
        old.unlink()
    wheel = folder / f"agora_client-{version}-py3-none-any.whl"
    part = wheel.with_suffix(".part")
    with zipfile.ZipFile(part, "w") as archive:
        for path, data in files:
            entry = zipfile.ZipInfo(path, EARLIEST)
            entry.create_system = 3  # Unix, wherever this runs
            entry.external_attr = 0o100644 << 16
            archive.writestr(entry, data)  # stored: what zlib makes differs from version to version
    part.replace(wheel)
    return wheel


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--version", required=True)
    parser.add_argument("--into", required=True, type=pathlib.Path)
    given = parser.parse_args()
    make(given.version, given.into)


if __name__ == "__main__":
    main()
