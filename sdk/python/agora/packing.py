"""Folders as what travels: the files of a submission, archives, and unpacking what the server sent."""

from __future__ import annotations

import base64
import os
import stat
import zipfile
from pathlib import Path, PurePosixPath
from typing import Dict, List

from agora.errors import AgoraError

# What grows beside code by itself and is no part of a submission.
LEFT_OUT = frozenset(("__pycache__", "training_output", "node_modules"))
_EARLIEST = (1980, 1, 1, 0, 0, 0)  # the first moment that a zip can say: equal files give equal bytes


def _is_left_out(name: str) -> bool:
    return name.startswith(".") or name.endswith(".pyc") or name in LEFT_OUT


def submission_name(path: Path) -> str:
    """What a submission is called where nobody says it."""
    whole = path.resolve()
    return whole.stem if whole.is_file() else whole.name


def files_of(path: Path) -> List[Path]:
    """A submission's files in the order of their paths: those of a folder but for leftovers, or one file alone."""
    if path.is_file():
        return [path]
    if not path.is_dir():
        raise AgoraError(f"there is no folder {path}", "not_found")
    found = []
    for inside, folders, names in os.walk(path):
        folders[:] = sorted(name for name in folders if not _is_left_out(name))
        for name in folders:
            _check_no_link(Path(inside, name))
        for name in names:
            if not _is_left_out(name):
                _check_no_link(Path(inside, name))
                found.append(Path(inside, name))
    if not found:
        raise AgoraError(f"{path} has no files: name the folder that holds the submission's files", "invalid")
    return sorted(found, key=lambda file: file.relative_to(path).as_posix())


def _check_no_link(path: Path) -> None:
    if path.is_symlink() or not (path.is_file() or path.is_dir()):
        raise AgoraError(f"{path} is no regular file: put the file itself in its place, or remove it", "invalid")


def as_json_files(folder: Path, files: List[Path]) -> List[Dict[str, str]]:
    """[{path, content, encoding}]: text as it is, anything else in base64."""
    described = []
    for file in files:
        data = file.read_bytes()
        try:
            content, encoding = data.decode("utf-8"), "utf-8"
        except UnicodeDecodeError:
            content, encoding = base64.b64encode(data).decode(), "base64"
        described.append({"path": file.relative_to(folder).as_posix(), "content": content, "encoding": encoding})
    return described


def write_zip(folder: Path, files: List[Path], target: Path) -> None:
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in files:
            entry = zipfile.ZipInfo(file.relative_to(folder).as_posix(), _EARLIEST)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            with file.open("rb") as source, archive.open(entry, "w", force_zip64=True) as sink:
                for piece in iter(lambda: source.read(1 << 20), b""):
                    sink.write(piece)


def unpack(archive: Path, folder: Path) -> None:
    """Unpacks a zip into a folder. Fails with `invalid` on an entry that would lead out of it, or is a link."""
    try:
        with zipfile.ZipFile(archive) as zipped:
            for entry in zipped.infolist():
                _check(entry)
            zipped.extractall(folder)
    except zipfile.BadZipFile as error:
        raise AgoraError(f"what the server sent is no zip archive: {error}", "unavailable") from None


def _check(entry: zipfile.ZipInfo) -> None:
    path = PurePosixPath(entry.filename.replace("\\", "/"))
    drive = len(entry.filename) > 1 and entry.filename[1] == ":"
    if path.is_absolute() or ".." in path.parts or drive:
        raise AgoraError(f"the archive is not unpacked: its entry {entry.filename} leads out of it", "invalid")
    if stat.S_ISLNK(entry.external_attr >> 16):
        raise AgoraError(f"the archive is not unpacked: its entry {entry.filename} is a link", "invalid")
