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


def files_of(folder: Path) -> List[Path]:
    """The files of a submission's folder, in the order of their paths; hidden ones and leftovers are no part of it."""
    if not folder.is_dir():
        raise AgoraError(f"{folder} is no folder: name the one that holds the submission's files", "invalid")
    found = []
    for path, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if name not in LEFT_OUT and not name.startswith("."))
        for name in names:
            file = Path(path, name)
            if name.startswith(".") or name.endswith(".pyc"):
                continue
            if not file.is_file():
                raise AgoraError(f"{file} is no regular file: remove it from the submission", "invalid")
            found.append(file)
    if not found:
        raise AgoraError(f"{folder} has no files: name the folder that holds the submission's files", "invalid")
    return sorted(found, key=lambda file: file.relative_to(folder).as_posix())


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
