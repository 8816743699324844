"""Files to and from the server, going on where a connection broke: tus uploads, and downloads with ranges."""

from __future__ import annotations

import base64
import hashlib
import os
from pathlib import Path
from typing import BinaryIO, Callable, Dict, Iterator, Optional

import httpx

from agora.errors import AgoraError
from agora.transport import Transport, error_of

PIECE_BYTES = 256 << 10
TUS = {"Tus-Resumable": "1.0.0"}

Progress = Callable[[int, int], None]  # bytes done, bytes in all


def _quiet(done: int, all: int) -> None:
    pass


def upload(transport: Transport, file: Path, metadata: Optional[Dict[str, str]] = None, progress: Progress = _quiet,
           path: str = "/uploads") -> str:
    """Sends a file by tus. Returns the upload's id."""
    size = file.stat().st_size
    said = ",".join(f"{name} {base64.b64encode(text.encode()).decode()}" for name, text in (metadata or {}).items())
    headers = {**TUS, "Upload-Length": str(size), **({"Upload-Metadata": said} if said else {})}
    made = transport.send("POST", path, headers=headers)
    if made.status_code != 201:
        raise error_of(made)
    place = made.headers["Location"]
    with file.open("rb") as source:
        _send_rest(transport, place, source, size, progress)
    return place.rstrip("/").rpartition("/")[2]


def _send_rest(transport: Transport, place: str, source: BinaryIO, size: int, progress: Progress) -> None:
    offset = failures = 0
    while True:
        why: Exception
        try:
            answer = transport.send("PATCH", place, headers={
                **TUS, "Content-Type": "application/offset+octet-stream", "Upload-Offset": str(offset),
                "Content-Length": str(size - offset)}, content=_pieces(source, offset, size, progress))
            if answer.status_code == 204 and answer.headers.get("Upload-Offset") == str(size):
                return
            why = error_of(answer)
            if 400 <= answer.status_code < 500 and answer.status_code not in (408, 409, 429):
                raise why
        except AgoraError as error:
            if error.kind != "unavailable":
                raise
            why = error
        failures += 1
        if failures > transport.tries:
            raise why
        transport.pause(failures)
        there = _offset_there(transport, place)
        if there > offset:
            failures = 0  # it got on
        offset = there
        if offset == size:
            return


def _pieces(source: BinaryIO, offset: int, size: int, progress: Progress) -> Iterator[bytes]:
    source.seek(offset)
    while offset < size:
        piece = source.read(min(PIECE_BYTES, size - offset))
        if not piece:
            raise AgoraError(f"{source.name} became shorter while it was sent: send it again", "invalid")
        yield piece
        offset += len(piece)
        progress(offset, size)


def _offset_there(transport: Transport, place: str) -> int:
    answer = transport.send("HEAD", place, headers=TUS)
    if answer.status_code >= 400:
        raise error_of(answer)
    try:
        return int(answer.headers["Upload-Offset"])
    except (KeyError, ValueError):
        raise AgoraError("the server does not say how much of the upload it has", "unavailable") from None


def download(transport: Transport, path: str, target: Path, progress: Progress = _quiet) -> Path:
    """Gets a file: beside its target first, checked against the server's digest where there is one, then renamed."""
    part = target.with_name(target.name + ".part")
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        with part.open("wb") as file:
            digest = _Download(transport, path, file, progress).run()
        if digest is not None and digest != _sha256_of(part):
            raise AgoraError("the file came damaged: download it again", "unavailable")
        os.replace(part, target)
    finally:
        if part.exists():
            part.unlink()
    return target


class _Download:
    """One download over as many connections as it takes."""

    def __init__(self, transport: Transport, path: str, file: BinaryIO, progress: Progress):
        self.transport = transport
        self.path = path
        self.file = file
        self.progress = progress
        self.done = 0
        self.etag = ""
        self.failures = 0

    def run(self) -> Optional[bytes]:
        """The sha-256 that the server says, or None."""
        while True:
            try:
                headers = {"Accept-Encoding": "identity"}
                if self.done:
                    headers.update({"Range": f"bytes={self.done}-", "If-Range": self.etag})
                with self.transport.open("GET", self.path, headers) as answer:
                    if answer.status_code in (200, 206):
                        self._take(answer)
                        return _digest_said(answer)
                    why: Exception = error_of(answer)
                    if answer.status_code not in (429, 502, 503, 504):
                        raise why
            except httpx.TransportError as error:
                why = self.transport.unreachable(error)
            self.failures += 1
            if self.failures > self.transport.tries:
                raise why
            self.transport.pause(self.failures)
            if not self.etag:
                self._begin_anew()  # no way to know that it is still the same file

    def _take(self, answer: httpx.Response) -> None:
        if answer.status_code == 200:
            self._begin_anew()  # the first time, or the file is another now
        elif not answer.headers.get("Content-Range", "").startswith(f"bytes {self.done}-"):
            raise AgoraError("the server sent another part of the file than was asked for", "unavailable")
        self.etag = answer.headers.get("ETag", "")
        everything = self.done + int(answer.headers.get("Content-Length", 0))
        for piece in answer.iter_bytes():
            self.file.write(piece)
            self.done += len(piece)
            self.failures = 0
            self.progress(self.done, max(everything, self.done))

    def _begin_anew(self) -> None:
        self.file.seek(0)
        self.file.truncate()
        self.done = 0


def _digest_said(answer: httpx.Response) -> Optional[bytes]:
    said = answer.headers.get("Repr-Digest", "")
    start = "sha-256=:"
    if not said.startswith(start):
        return None
    return base64.b64decode(said[len(start):].partition(":")[0])


def _sha256_of(path: Path) -> bytes:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        for piece in iter(lambda: file.read(1 << 20), b""):
            digest.update(piece)
    return digest.digest()
