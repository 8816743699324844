"""Which server and which event a command means."""

from __future__ import annotations

from pathlib import Path
from typing import Optional, Tuple

from agora import config
from agora.center import Center
from agora.errors import WHICH_EVENT, UsageError
from agora.transport import Transport


def center(place: Optional[config.Place] = None) -> Center:
    server = config.choose_server(place=place)
    return Center(Transport(server.url, server.token))


def of_event(given: Optional[str], path: Optional[Path] = None) -> Tuple[Center, str]:
    """The server and the event: the one that was given, else that of the folder."""
    place = (config.find_place(path) if path else None) or config.find_place()
    event = given or (place.event if place else None)
    if not event:
        raise UsageError(WHICH_EVENT, "invalid")
    return center(place), event
