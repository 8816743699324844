"""The one error that people meet: it says what is wrong, where, and what to change."""

from __future__ import annotations

from typing import Optional

# Exit codes, a promise: 0 done, 1 the thing asked about failed, 2 wrong usage, 3 server or machine trouble.
DONE, FAILED, USAGE, MACHINE = 0, 1, 2, 3

WHICH_EVENT = "which event? Give its name (agora events lists them), or go to a folder that agora start made"

_KIND_OF_STATUS = {
    400: "invalid", 401: "unauthenticated", 403: "forbidden", 404: "not_found", 409: "conflict", 412: "conflict",
    413: "too_large", 415: "invalid", 422: "invalid", 428: "conflict", 429: "unavailable", 502: "unavailable",
    503: "unavailable", 504: "unavailable",
}


class AgoraError(Exception):
    """Something that was asked for could not be done.

    kind: invalid, unauthenticated, forbidden, not_found, conflict, too_large, unavailable, internal; or, of a
        submission that was run, what it failed by: syntax, exception, time, memory, output, processes, shape, dtype,
        nan, kit, machine.
    detail: what is wrong and what to change, in words.
    request_id: the server's name for the request, where the server spoke; its log has more under it.
    status: the HTTP status, where the server spoke.
    """

    def __init__(self, detail: str, kind: str = "internal", request_id: Optional[str] = None,
                 status: Optional[int] = None):
        super().__init__(detail)
        self.detail = detail
        self.kind = kind
        self.request_id = request_id
        self.status = status

    def __str__(self) -> str:
        return f"{self.detail} (request {self.request_id})" if self.request_id else self.detail


class UsageError(AgoraError):
    """A command was given in a way that cannot be meant: exit code 2."""


def kind_for(status: int) -> str:
    """The kind of failure that an HTTP status stands for."""
    return _KIND_OF_STATUS.get(status, "internal")


def exit_for(error: AgoraError) -> int:
    """The exit code of a command that ends with `error`."""
    if isinstance(error, UsageError):
        return USAGE
    return MACHINE if error.kind in ("unavailable", "internal", "machine") else FAILED
