"""How commands speak: one JSON object or text on standard output, errors on standard error, nothing that steers a
terminal."""

from __future__ import annotations

import json
import sys
import unicodedata
from typing import Any

from agora.errors import AgoraError, exit_for


def plain(text: str) -> str:
    """Text of others, fit for a terminal: without control characters, so without escape sequences."""
    return "".join("?" if unicodedata.category(c) == "Cc" and c not in "\n\t" else c for c in text)


def say(text: str) -> None:
    sys.stdout.write(plain(text))
    sys.stdout.flush()


def complain(text: str) -> None:
    sys.stderr.write(plain(text))
    sys.stderr.flush()


def say_json(value: Any) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n")
    sys.stdout.flush()


def report(error: AgoraError, as_json: bool, url: str = "") -> int:
    """Says what failed, and what to do next; returns the exit code. url: of the server that was asked."""
    if as_json:
        say_json({"error": {"kind": error.kind, "message": error.detail}})
    else:
        complain(f"error: {error.detail}\n")
    if error.request_id:
        complain(f"  (request {error.request_id})\n")
    if not as_json and url:
        complain(_next_text(error, url))
    return exit_for(error)


def _next_text(error: AgoraError, url: str) -> str:
    if error.kind == "unauthenticated":
        return f"\nnext: agora login {url}\n"
    if error.kind == "unavailable" and error.request_id is None:  # the server's own refusals carry one
        return (f"\nnext: see whether {url} opens in a browser; if not, check your network, the address (agora login "
                "URL), and ask whoever runs the server\n")
    return ""
