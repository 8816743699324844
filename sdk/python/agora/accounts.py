"""Logging in and out: a password becomes a named token that is kept on this machine, and the password is forgotten."""

from __future__ import annotations

import platform
from contextlib import contextmanager
from typing import Any, Dict, Iterator, List, Optional
from urllib.parse import quote, urlsplit

from agora import config
from agora.errors import AgoraError
from agora.transport import Transport


@contextmanager
def _open(url: str, token: Optional[str] = None) -> Iterator[Transport]:
    transport = Transport(url, token)
    try:
        yield transport
    finally:
        transport.close()


def _as_browser(transport: Transport, method: str, path: str, body: Any = None) -> Any:
    """A request under the session's cookie: the server wants to see that it comes from its own address."""
    parts = urlsplit(transport.url)
    headers = {"Origin": f"{parts.scheme}://{parts.netloc}"}
    return transport.json_of(transport.send(method, path, body, headers=headers))


def ensure_server(url: str) -> None:
    """Fails with `unavailable` where no server answers: before anything is asked of the person."""
    with _open(url) as transport:
        transport.get("/health")


def reset_password(url: str, code: str, password: str) -> None:
    with _open(url) as transport:
        transport.post(f"/password-resets/{quote(code, safe='')}", {"password": password})


def sign_up(url: str, email: str, password: str, name: str, invitation: Optional[str]) -> Dict[str, Any]:
    """Makes an account. Returns the person, whose "standing" may be "pending"."""
    body = {"email": email, "name": name, "password": password}
    if invitation:
        body["invitation"] = invitation
    with _open(url) as transport:
        return transport.post("/sign-up", body)


def log_in(url: str, email: str, password: str, scopes: Optional[List[str]], days: int) -> Dict[str, Any]:
    """Signs in, makes a token, keeps it, signs out. Returns {"me", "expires_at"}."""
    with _open(url) as transport:
        _as_browser(transport, "POST", "/sign-in", {"email": email, "password": password})
        try:
            me = _as_browser(transport, "GET", "/me")
            wanted = {"name": f"agora on {platform.node() or 'a computer'}", "scopes": scopes or _scopes_for(me),
                      "expires_in_days": days}
            made = _as_browser(transport, "POST", "/me/tokens", wanted)
        finally:
            _sign_out(transport)
    _end_old_token(url)
    config.remember({"url": url, "token": made["token"], "token_id": made["id"], "person": me["person"]["handle"]})
    return {"me": me, "expires_at": made.get("expires_at")}


def _sign_out(transport: Transport) -> None:
    try:
        _as_browser(transport, "POST", "/sign-out")
    except AgoraError:
        pass  # the session would end by itself, only later


def _scopes_for(me: Dict[str, Any]) -> List[str]:
    """What commands need of a person: organisers of single events are not told by their platform roles."""
    return ["read", "submit", "organise"] + (["admin"] if "administrator" in (me.get("roles") or []) else [])


def _end_old_token(url: str) -> None:
    """That of an earlier login here: nobody else has it, so it ends with its successor's start."""
    for kept in config.read_servers():
        if kept["url"] == url and kept.get("token_id"):
            end_token(kept)


def end_token(kept: Dict[str, Any]) -> Optional[AgoraError]:
    """Ends a kept token at its server; why that could not be done, or None."""
    try:
        with _open(kept["url"], kept.get("token")) as transport:
            transport.delete(f"/me/tokens/{quote(kept['token_id'], safe='')}")
    except AgoraError as error:
        return None if error.kind in ("unauthenticated", "not_found") else error  # it had ended already
    return None


def use_token(url: str, token: str) -> Dict[str, Any]:
    """Keeps a token that was made elsewhere, once the server knows it. Returns {"me", "expires_at"}."""
    with _open(url, token) as transport:
        me = transport.get("/me")
    if not (me or {}).get("person"):
        raise AgoraError("the server does not know this token", "unauthenticated")
    config.remember({"url": url, "token": token, "person": me["person"]["handle"]})
    return {"me": me, "expires_at": None}
