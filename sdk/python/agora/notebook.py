"""What a notebook or a script says: connect, start, load_data, submit, board."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Optional, Tuple, Union

from agora import config, kits
from agora.center import Center
from agora.errors import WHICH_EVENT, AgoraError
from agora.progress import Line, bytes_bar
from agora.results import Board, Submission
from agora.transport import Transport
from agora.words import label_of, now, progress_text

AnyPath = Union[str, Path]

_connected: Optional[Center] = None


def connect(url: Optional[str] = None, token: Optional[str] = None) -> Center:
    """Chooses the server that the other functions talk to, for the rest of the session.

    url: "https://agora.example.org"; by default $AGORA_SERVER, or the one that was last logged in to.
    token: an API token; by default $AGORA_TOKEN, or the one that `agora login` keeps. Reading what is public needs none.

    Fails with AgoraError: `unauthenticated` where the token is wrong or expired, `unavailable` where the server is out
    of reach.
    """
    global _connected
    server = config.choose_server(url, token)
    center = Center(Transport(server.url, server.token))
    if server.token:
        center.whoami()
    _connected = center
    return center


def start(event: str, folder: Optional[AnyPath] = None) -> Path:
    """Downloads an event's starter kit and unpacks it into a new folder, by default named as the event.

    Returns the folder. Functions and commands that are used in it, or below it, know their event. Fails with
    AgoraError: `not_found` where there is no such event, `conflict` where the folder is not empty.
    """
    with Line() as line:
        return kits.start(_center(config.find_place()), event, Path(folder) if folder else None, bytes_bar(line, event))


def load_data(event: Optional[str] = None) -> Tuple[Any, Any]:
    """The event's public training data, read by the kit's own problem.py: (X, y).

    X has one row for each sample, as the kit's workflow wants it (mostly a pandas DataFrame of n rows, or an array of
    n rows); y has their n labels or values, in the same order. Units and columns are those that the event's page tells.

    event: by default that of the folder one is in. The starter kit is downloaded once for each version, into a cache.
    Fails with AgoraError: `invalid`, naming the pip command, where this Python lacks what the kit needs.
    """
    place = config.find_place()
    if place and event in (None, place.event) and (place.folder / "problem.py").is_file():
        return kits.read_train_data(place.folder)
    wanted = _event(event, place)
    with Line() as line:
        folder = kits.cached(_center(place), wanted, bytes_bar(line, wanted))
    return kits.read_train_data(folder)


def submit(folder: AnyPath, event: Optional[str] = None, wait: bool = True, name: Optional[str] = None) -> Submission:
    """Hands in a folder's files.

    folder: holds the files that the event asks for, such as submissions/starting_kit.
    event: by default that of the folder.
    wait: until it has ended, with its progress shown meanwhile; its scores are then in `.scores`, and what failed in
        `.reason`. Interrupting ends the waiting, not the submission.
    name: what the board calls it; by default the folder's name.

    Fails with AgoraError: `invalid` naming the file that is wrong or missing, `forbidden` for who has not joined,
    `conflict` where the event is closed or today's submissions are used up.
    """
    folder = Path(folder)
    place = config.find_place(folder)
    center = _center(place)
    with Line() as line:
        submission = center.submit(_event(event, place), folder, name, bytes_bar(line, folder.name))
        if wait:
            submission = follow(center, submission, line)
    return submission


def follow(center: Center, submission: Submission, line: Line) -> Submission:
    """The submission once it has ended; `line` tells how it goes."""
    def draw() -> None:
        line.draw(f"{label_of(submission)}  {progress_text(submission, now())}")

    draw()
    for submission in center.follow(submission):
        draw()
    return submission


def board(event: Optional[str] = None, of: str = "best", sort: Optional[str] = None) -> Board:
    """An event's board.

    event: by default that of the folder one is in. of: "best" (the best of each team) or "all".
    sort: a score's name, "train_time" or "created_at", with "-" before it for descending; by default the rank.
    """
    place = config.find_place()
    return _center(place).board(_event(event, place), of, sort)


def _center(place: Optional[config.Place]) -> Center:
    """The one that `connect` chose, else the folder's, else the current one."""
    if _connected is not None:
        return _connected
    server = config.choose_server(place=place)
    return Center(Transport(server.url, server.token))


def _event(event: Optional[str], place: Optional[config.Place]) -> str:
    if event:
        return event
    if place:
        return place.event
    raise AgoraError(WHICH_EVENT, "invalid")
