"""What stays on a participant's machine: the servers one is logged in to, and which event a folder belongs to.

Both files are shared with the command line of the platform, word for word.
"""

from __future__ import annotations

import json
import os
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Dict, List, Optional

from agora.errors import AgoraError
from agora.transport import ensure_address

MARK = ".agora.toml"  # in the folder of a starter kit


@dataclass
class Server:
    """A server that one is logged in to."""

    url: str
    token: Optional[str] = None


@dataclass
class Place:
    """A folder that belongs to an event."""

    folder: Path
    server: str
    event: str


def config_folder() -> Path:
    base = os.environ.get("XDG_CONFIG_HOME") or (os.environ.get("APPDATA") if os.name == "nt" else None)
    return Path(base) / "agora" if base else Path.home() / ".config" / "agora"


def cache_folder() -> Path:
    base = os.environ.get("XDG_CACHE_HOME") or (os.environ.get("LOCALAPPDATA") if os.name == "nt" else None)
    return Path(base) / "agora" if base else Path.home() / ".cache" / "agora"


def servers_file() -> Path:
    return config_folder() / "servers.json"


def read_servers() -> List[Dict]:
    """The servers, the current one last; entries keep members that we do not know."""
    path = servers_file()
    try:
        known = json.loads(path.read_text(encoding="utf-8"))["servers"]
        if all(isinstance(one, dict) and isinstance(one.get("url"), str) for one in known):
            return known
    except FileNotFoundError:
        return []
    except (OSError, ValueError, KeyError, TypeError):
        pass
    raise AgoraError(f"{path} cannot be read: remove it and log in again", "invalid")


def write_servers(servers: List[Dict]) -> None:
    """For the owner's eyes only, from the first byte on; a reader sees the old file or the new one."""
    path = servers_file()
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fd, name = tempfile.mkstemp(dir=path.parent, prefix=".servers-")  # made with mode 0600
    try:
        with os.fdopen(fd, "w", encoding="utf-8") as file:
            file.write(json.dumps({"servers": servers}, indent=2) + "\n")
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise


def remember(server: Dict) -> None:
    """Makes `server` the current one."""
    write_servers([one for one in read_servers() if one["url"] != server["url"]] + [server])


def forget(url: str) -> None:
    write_servers([one for one in read_servers() if one["url"] != url])


def address_of(text: str) -> str:
    """An address as people write it, made whole: without a scheme it is https, or http on this machine."""
    text = text.strip()
    if "://" not in text:
        text = ("http://" if _is_this_machine(text) else "https://") + text
    return ensure_address(text)


def is_open_to_eavesdroppers(url: str) -> bool:
    """Whether what is sent there can be read on the way."""
    return url.startswith("http://") and not _is_this_machine(url[len("http://"):])


def _is_this_machine(text: str) -> bool:
    return re.match(r"(([^/:]+\.)?localhost|127\.[^/:]*|\[::1\])(:|/|$)", text) is not None


def choose_server(url: Optional[str] = None, token: Optional[str] = None, place: Optional[Place] = None) -> Server:
    """Where a command goes: `url`, else $AGORA_SERVER, else the folder's server, else the current one; with `token`,
    else $AGORA_TOKEN, else the token that is kept for it.

    Fails with `invalid` where there is none, or where $AGORA_TOKEN would go to a server that only a folder's file names.
    """
    kept = read_servers()
    tokens = {one["url"]: one.get("token") for one in kept}
    named = url or os.environ.get("AGORA_SERVER")
    given = token or os.environ.get("AGORA_TOKEN") or None
    if named:
        address = address_of(named)
    elif place:
        address = place.server
        if given and not token and address not in tokens:
            # A folder may come from anybody: its file alone must not say where a token goes.
            raise AgoraError("$AGORA_TOKEN is set, but not for which server: set "
                             f"AGORA_SERVER={address} where that is the one", "invalid")
    elif kept:
        address = kept[-1]["url"]
    else:
        raise AgoraError("you are logged in to no server: say agora login URL", "invalid")
    return Server(address, given or tokens.get(address))


def write_mark(folder: Path, server: str, event: str) -> None:
    text = ("# Commands that are given in this folder or below it know their event from here.\n"
            f"server = {json.dumps(server)}\nevent = {json.dumps(event)}\n")
    (folder / MARK).write_text(text, encoding="utf-8")


_LINE = re.compile(r"""\s*([A-Za-z0-9_-]+)\s*=\s*("(?:[^"\\]|\\.)*"|'[^']*')\s*(?:#.*)?""")


def read_mark(path: Path) -> Place:
    """Two texts are all that is needed from this TOML: Python before 3.11 has no reader of its own."""
    said = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        found = _LINE.fullmatch(line)
        if found:
            text = found[2]
            said[found[1]] = text[1:-1] if text.startswith("'") else json.loads(text)
    for name in ("server", "event"):
        if not said.get(name):
            raise AgoraError(f'{path} has no line {name} = "...": write it, or start the event anew', "invalid")
    try:
        return Place(path.parent, address_of(said["server"]), said["event"])
    except AgoraError as error:
        raise AgoraError(f"{path}: the server {error.detail}", "invalid") from None


def find_place(start: Optional[Path] = None) -> Optional[Place]:
    """The event of the nearest folder at or above `start` (the working directory) that belongs to one."""
    here = (start or Path.cwd()).resolve()
    for folder in (here, *here.parents):
        if (folder / MARK).is_file():
            return read_mark(folder / MARK)
    return None
