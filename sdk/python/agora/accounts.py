"""Logging in and out: a password becomes a named token that is kept on this machine, and the password is forgotten."""

from __future__ import annotations

import platform
from dataclasses import dataclass
from typing import Any, Dict, Optional

from agora import config
from agora.errors import AgoraError
from agora.transport import Transport, new_key

SCOPES = ["read", "submit"]  # what the commands of this package need
DAYS = 90


@dataclass
class SignUp:
    name: str
    invitation: Optional[str] = None


def _post(transport: Transport, path: str, body: Any, keyed: bool = False) -> Any:
    # A session is by cookie: the server wants to see that the request comes from its own address.
    headers = {"Origin": transport.url}
    if keyed:
        headers["Idempotency-Key"] = new_key()
    return transport.json_of(transport.send("POST", path, body, headers=headers))


def sign_up(url: str, email: str, password: str, asked: SignUp) -> Dict[str, Any]:
    """Makes an account. Returns the person, whose "standing" may be "pending"."""
    transport = Transport(url)
    body = {"email": email, "name": asked.name, "password": password}
    if asked.invitation:
        body["invitation"] = asked.invitation
    try:
        return transport.post("/sign-up", body)
    finally:
        transport.close()


def log_in(url: str, email: str, password: str) -> Dict[str, Any]:
    """Signs in, makes a token, keeps it, signs out. Returns the person."""
    transport = Transport(url)
    try:
        person = _post(transport, "/sign-in", {"email": email, "password": password})["person"]
        made = _post(transport, "/me/tokens", {"name": f"agora on {platform.node() or 'a machine'}"[:100],
                                               "scopes": SCOPES, "expires_in_days": DAYS}, keyed=True)
        _post(transport, "/sign-out", {})
    finally:
        transport.close()
    config.remember({"url": transport.url, "token": made["token"], "token_id": made["id"], "person": person["handle"]})
    return person


def use_token(url: str, token: str) -> Dict[str, Any]:
    """Keeps a token that was made elsewhere, once the server knows it. Returns the person."""
    transport = Transport(url, token)
    try:
        person = transport.get("/me")["person"]
    finally:
        transport.close()
    config.remember({"url": transport.url, "token": token, "person": person["handle"]})
    return person


def log_out(server: config.Server) -> bool:
    """Ends the token at the server and forgets it here. False where the server could not be told."""
    kept = [one for one in config.read_servers() if one["url"] == server.url]
    if not kept:
        raise AgoraError(f"you are not logged in to {server.url}", "invalid")
    config.forget(server.url)
    if not kept[-1].get("token_id"):
        return True  # it was made elsewhere, and may be in use there
    transport = Transport(server.url, kept[-1]["token"], tries=1)
    try:
        transport.delete(f"/me/tokens/{kept[-1]['token_id']}")
        return True
    except AgoraError as error:
        return error.kind in ("unauthenticated", "not_found")  # it had ended already
    finally:
        transport.close()
