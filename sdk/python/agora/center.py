"""A server's routes by name: what a participant can ask of a center. Prints nothing."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import Any, Dict, Iterator, List, Optional
from urllib.parse import quote

from agora import packing, streams, transfers
from agora.errors import AgoraError
from agora.results import Board, Column, Event, Submission, columns_in
from agora.transport import Transport

LARGEST_IN_JSON = 512 << 10  # bytes of a submission's files; past it they travel as an archive, resumable
PAGE = 200


class Center:
    """One server, as one person or a stranger sees it. Every method fails with an AgoraError."""

    def __init__(self, transport: Transport):
        self.transport = transport
        self._columns: Dict[str, List[Column]] = {}

    @property
    def url(self) -> str:
        return self.transport.url

    def _all(self, path: str, limit: Optional[int] = None, **query: Any) -> Iterator[Dict[str, Any]]:
        after, left = None, limit
        while True:
            page = self.transport.get(path, after=after, limit=min(PAGE, left or PAGE), **query)
            for item in page["items"]:
                yield item
                left = None if left is None else left - 1
                if left == 0:
                    return
            after = page.get("next")
            if not after:
                return

    def whoami(self) -> Dict[str, Any]:
        """{"person", "roles", "scopes", "by_token"}"""
        return self.transport.get("/me")

    def events(self) -> List[Event]:
        return [Event.from_json(one) for one in self._all("/events")]

    def event(self, event: str) -> Event:
        found = Event.from_json(self.transport.get(f"/events/{_name(event)}"))
        self._columns[found.slug] = self._columns[event] = found.columns
        return found

    def join(self, event: str) -> Dict[str, Any]:
        """Takes part. Returns {"team"}; joining again changes nothing."""
        return self.transport.post(f"/events/{_name(event)}/join")

    def leave(self, event: str) -> None:
        """Takes part no longer. Fails with `conflict` once something was handed in."""
        self.transport.post(f"/events/{_name(event)}/leave")

    def starter_kit(self, event: str, target: Path, progress: transfers.Progress = lambda done, all: None) -> Path:
        """Downloads the starter kit, a zip of the public side, into the file `target`."""
        return transfers.download(self.transport, f"/events/{_name(event)}/starter-kit", target, progress)

    def starter_kit_tag(self, event: str) -> str:
        """What names the starter kit's present version."""
        answer = self.transport.send("HEAD", f"/events/{_name(event)}/starter-kit")
        if answer.status_code >= 400:
            # A HEAD has no words: the event's own page says what is wrong.
            self.event(event)
            raise AgoraError(f"the starter kit of {event} cannot be had (status {answer.status_code})", "unavailable")
        return answer.headers.get("ETag", "").strip('W/"')

    def submit(self, event: str, path: Path, name: Optional[str] = None,
               progress: transfers.Progress = lambda done, all: None) -> Submission:
        """Hands in the files of a folder, or one file. Fails with `conflict` where the event is closed or today's are
        used up."""
        files = packing.files_of(path)
        folder = path if path.is_dir() else path.parent
        self.event(event)  # before anything is sent: is there one?
        body: Dict[str, Any] = {"name": name or packing.submission_name(path)}
        if sum(file.stat().st_size for file in files) <= LARGEST_IN_JSON:
            body["files"] = packing.as_json_files(folder, files)
        else:
            body["upload"] = self._upload(folder, files, progress)
        said = self.transport.post(f"/events/{_name(event)}/submissions", body, keyed=True)
        return self._submission(said)

    def _upload(self, folder: Path, files: List[Path], progress: transfers.Progress) -> str:
        with tempfile.TemporaryDirectory(prefix="agora-") as place:
            archive = Path(place, "submission.zip")
            packing.write_zip(folder, files, archive)
            return transfers.upload(self.transport, archive, {"filename": "submission.zip"}, progress)

    def submission(self, id: str) -> Submission:
        return self._submission(self.transport.get(f"/submissions/{_name(id)}"))

    def submissions(self, event: Optional[str] = None, limit: Optional[int] = None) -> List[Submission]:
        """One's own, newest first; of one event those that one may see."""
        path = f"/events/{_name(event)}/submissions" if event else "/me/submissions"
        return [self._submission(one) for one in self._all(path, limit)]

    def cancel(self, id: str) -> Submission:
        return self._submission(self.transport.post(f"/submissions/{_name(id)}/cancel"))

    def log(self, id: str) -> Dict[str, Any]:
        """{"trial": {"output", "traceback"}}, with "hidden" where it may be seen."""
        return self.transport.get(f"/submissions/{_name(id)}/log")

    def board(self, event: str, of: str = "best", sort: Optional[str] = None, limit: Optional[int] = None) -> Board:
        """of: "best" (each team's best) or "all". sort: a score's name, train_time or created_at, "-" before it for
        descending."""
        path = f"/events/{_name(event)}/board"
        board = Board.from_json(event, self.transport.get(path, of=of, sort=sort, limit=min(PAGE, limit or PAGE)))
        while board.next and (limit is None or len(board.rows) < limit):
            more = Board.from_json(event, self.transport.get(path, of=of, sort=sort, limit=PAGE, after=board.next))
            board.rows += more.rows
            board.next = more.next
        del board.rows[limit or len(board.rows):]
        return board

    def notifications(self, unread: bool = False, limit: int = 20) -> Dict[str, Any]:
        """{"items", "next", "unread"}: what one was told, newest first, at most 200; `unread`: only what one has not
        read."""
        return self.transport.get("/me/notifications", unread=str(unread).lower(), limit=limit)

    def mark_read(self, ids: Optional[List[str]] = None) -> int:
        """These notifications, or all. Returns how many stay unread."""
        return self.transport.post("/me/notifications/read", {} if ids is None else {"ids": ids})["unread"]

    def board_news(self, event: str) -> Iterator[str]:
        """A word each time that the event's board may have changed: at once, and then as it happens; "heartbeat" in
        silence."""
        for update in streams.listen(self.transport, f"/events/{_name(event)}/stream"):
            if update.name in ("connected", "board", "event", "heartbeat"):
                yield update.name

    def follow(self, submission: Submission) -> Iterator[Submission]:
        """The submission as it stands, and again each time that it changes, until it has ended.

        The stream tells when; at each heartbeat, and where there is no stream, the submission is asked for: a missed
        event costs seconds, never the answer.
        """
        last, heard = None, time.monotonic()
        for update in streams.listen(self.transport, "/me/stream"):
            if update.name == "submission" and update.data.get("id") != submission.id:
                continue
            if update.name not in ("submission", "connected", "heartbeat", "queue"):
                continue
            try:
                now = self.submission(submission.id)  # whole, whatever the event left out
            except AgoraError as error:
                if error.kind != "unavailable" or time.monotonic() - heard > streams.PATIENT_SECONDS:
                    raise
                continue
            heard = time.monotonic()
            if now.raw != last:
                last = now.raw
                yield now
            if now.has_ended:
                return

    def _submission(self, said: Dict[str, Any]) -> Submission:
        """With the event's columns, for precision and direction; asked for once."""
        slug = (said.get("event") or {}).get("slug")
        if slug and slug not in self._columns:
            try:
                self._columns[slug] = columns_in(self.transport.get(f"/events/{_name(slug)}").get("score_columns") or [])
            except AgoraError:
                self._columns[slug] = []  # scores are shown with four decimals then
        return Submission.from_json(said, self._columns.get(slug or "", []))


def _name(text: str) -> str:
    return quote(text, safe="")
