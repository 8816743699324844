"""Live updates: server-sent events, read on where a connection broke."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import Any, Iterator, List, Optional

import httpx

from agora.errors import AgoraError
from agora.transport import Transport, error_of

SILENT_SECONDS = 45.0   # the server sends a heartbeat every 15 s
PATIENT_SECONDS = 60.0  # with a server that is away: it may be starting anew
LONGEST_PAUSE = 5.0


@dataclass
class Event:
    """name: "submission", "board", "queue", ...; "connected" after each connection, and "heartbeat" in silence, are
    ours and carry no data. id: where it stands in the server's log, None for ours."""

    name: str
    data: Any = None
    id: Optional[str] = None


class Reader:
    """Takes whole events off a stream of bytes. Not by str.splitlines: that also ends lines at characters that JSON
    may hold as they are, such as U+2028."""

    def __init__(self) -> None:
        self._rest = b""
        self._name = ""
        self._data: List[str] = []
        self.last_id: Optional[str] = None

    def feed(self, piece: bytes) -> Iterator[Event]:
        text = self._rest + piece
        # A \r at the end may be half of \r\n: it waits for the next piece.
        held = b"\r" if text.endswith(b"\r") else b""
        text = text[: len(text) - len(held)].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        *lines, rest = text.split(b"\n")
        self._rest = rest + held
        for line in lines:
            event = self._take(line.decode("utf-8", "replace"))
            if event is not None:
                yield event

    def _take(self, line: str) -> Optional[Event]:
        if not line:
            data, name = self._data, self._name
            self._data, self._name = [], ""
            return Event(name or "message", "\n".join(data), self.last_id) if data else None
        name, _, value = line.partition(":")
        value = value[1:] if value.startswith(" ") else value
        if not name:
            return Event("heartbeat")
        if name == "event":
            self._name = value
        elif name == "data":
            self._data.append(value)
        elif name == "id" and "\0" not in value:
            self.last_id = value
        return None


def listen(transport: Transport, path: str, after: Optional[str] = None,
           patient_seconds: float = PATIENT_SECONDS) -> Iterator[Event]:
    """Events for as long as they are taken, with their data parsed. Connects again behind the last one.

    Fails with the server's refusal, and with `unavailable` where the server stays away.
    """
    failures, heard = 0, time.monotonic()
    while True:
        why: AgoraError
        retry_after = None
        try:
            headers = {"Accept": "text/event-stream", "Cache-Control": "no-store"}
            if after is not None:
                headers["Last-Event-ID"] = after
            with transport.open("GET", path, headers, SILENT_SECONDS) as answer:
                if answer.status_code != 200:
                    why = error_of(answer)
                    retry_after = answer.headers.get("Retry-After")
                    if why.kind != "unavailable":
                        raise why
                else:
                    yield Event("connected")
                    reader = Reader()
                    reader.last_id = after
                    for piece in answer.iter_bytes():
                        for event in reader.feed(piece):
                            failures, heard = 0, time.monotonic()
                            if event.name != "heartbeat":
                                after = event.id
                                event.data = _parsed(event)
                            yield event
                    why = AgoraError("the live stream ends again and again", "unavailable")
        except httpx.TransportError as error:
            why = transport.unreachable(error)
        failures += 1
        if failures > transport.tries and time.monotonic() - heard > patient_seconds:
            raise why
        transport.pause(failures, retry_after, LONGEST_PAUSE)


def _parsed(event: Event) -> Any:
    try:
        return json.loads(event.data)
    except ValueError:
        raise AgoraError(f"the server sent an event '{event.name}' whose data is no JSON", "unavailable") from None
