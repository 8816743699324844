"""One connection to a server: JSON over HTTP, with timeouts, retries where they are safe, and errors in words.

Knows the API's conventions and none of its routes.
"""

from __future__ import annotations

import json
import random
import re
import time
import uuid
from contextlib import contextmanager
from typing import Any, Iterator, Mapping, Optional
from urllib.parse import quote, urlencode, urlsplit

import httpx

from agora.errors import AgoraError, kind_for
from agora.version import VERSION

API = "/api/v1"
CONNECT_SECONDS = 10.0
SILENT_SECONDS = 60.0   # without a byte
LONGEST_PAUSE = 30.0    # between tries, whatever Retry-After says
_REPEATABLE = frozenset(("GET", "HEAD", "PUT", "DELETE"))
_PASSING = frozenset((429, 502, 503, 504))


def ensure_address(url: str) -> str:
    """The server's address without a slash at its end. Fails with `invalid` on what is no http(s) address."""
    try:
        parts = urlsplit(url.strip())
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and "@" not in parts.netloc
        good = good and not parts.query and not parts.fragment and (parts.port is None or parts.port > 0)
    except ValueError:
        good = False
    if not good:
        raise AgoraError(f"{url} is no address: write it like https://agora.example.org", "invalid")
    return url.strip().rstrip("/")


def new_key() -> str:
    """A key that lets a POST be sent again without being done twice."""
    return str(uuid.uuid4())


class Transport:
    """Sends requests below /api/v1 of one server.

    url: "https://agora.example.org", or an address below which the server stands.
    token: sent as a bearer token; None for a stranger.
    tries: how often a request that may be repeated is sent in all.
    first_pause_seconds: before the second try; doubled after each.
    """

    def __init__(self, url: str, token: Optional[str] = None, tries: int = 5, first_pause_seconds: float = 0.2):
        self.url = ensure_address(url)
        self.token = token
        self.tries = tries
        self.first_pause_seconds = first_pause_seconds
        self._http: Optional[httpx.Client] = None

    def close(self) -> None:
        if self._http is not None:
            self._http.close()
            self._http = None

    # Proxies and certificates come from the environment (HTTPS_PROXY, NO_PROXY, SSL_CERT_FILE), as httpx reads them.
    def _client(self) -> httpx.Client:
        if self._http is None:
            self._http = httpx.Client(timeout=httpx.Timeout(SILENT_SECONDS, connect=CONNECT_SECONDS),
                                      headers={"User-Agent": f"agora-client/{VERSION}"})
        return self._http

    def address_of(self, path: str) -> str:
        """The whole address of a path below /api/v1, or of one that the server named itself (a Location)."""
        if path.startswith(("http://", "https://")):
            parts = urlsplit(path)  # the token goes to our server only, whatever a Location says
            path = parts.path + (f"?{parts.query}" if parts.query else "")
        below = urlsplit(self.url).path
        if below and path.startswith(below + "/"):
            path = path[len(below):]
        return self.url + (path if path.startswith(API + "/") else API + path)

    def headers_for(self, more: Optional[Mapping[str, str]] = None) -> dict:
        headers = dict(more or {})
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        return headers

    def send(self, method: str, path: str, body: Any = None, query: Optional[Mapping[str, Any]] = None,
             headers: Optional[Mapping[str, str]] = None, content: Any = None) -> httpx.Response:
        """The answer, whatever its status. A request that may be repeated is, where the network or the server is
        briefly away; `unavailable` where it stays away."""
        given = {"Accept": "application/json", **(headers or {})}
        repeatable = method in _REPEATABLE or "Idempotency-Key" in given
        if body is not None:
            content = json.dumps(body, allow_nan=False).encode()
            given["Content-Type"] = "application/json"
        wanted = {name: _query_text(value) for name, value in (query or {}).items() if value is not None}
        if wanted:
            path += "?" + urlencode(wanted, quote_via=quote)
        tries = self.tries if repeatable else 1
        for done in range(1, tries + 1):
            try:
                answer = self._client().request(method, self.address_of(path), headers=self.headers_for(given),
                                                content=content)
            except httpx.TransportError as error:
                if done == tries:
                    raise self.unreachable(error) from error
                self.pause(done)
                continue
            busy = answer.status_code == 409 and "Retry-After" in answer.headers  # the key's first request still runs
            if done == tries or not (answer.status_code in _PASSING or busy):
                return answer
            self.pause(done, answer.headers.get("Retry-After"))
        raise AssertionError("unreachable")

    def pause(self, tries_done: int, retry_after: Optional[str] = None, longest: float = LONGEST_PAUSE) -> None:
        seconds = self.first_pause_seconds * 2 ** min(tries_done - 1, 7) * (0.75 + random.random() / 2)
        if retry_after and retry_after.strip().isdigit():
            seconds = max(seconds, float(retry_after))
        time.sleep(min(seconds, longest))

    def unreachable(self, error: Exception) -> AgoraError:
        """What a failed connection means for the person."""
        if isinstance(error, httpx.ConnectTimeout):
            why = f"no connection within {CONNECT_SECONDS:.0f} s"
        elif isinstance(error, httpx.TimeoutException):
            why = "the server was silent for too long"
        elif isinstance(error, httpx.ConnectError):
            why = re.sub(r"^\[Errno -?\d+\] ", "", str(error)) or "no connection"
        else:
            why = f"the connection broke ({error})" if str(error) else "the connection broke"
        parts = urlsplit(self.url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        return AgoraError(f"{parts.hostname}:{port} cannot be reached: {why}", "unavailable")

    def json_of(self, answer: httpx.Response) -> Any:
        """What the answer says; its Error where its status is one of failure."""
        status = answer.status_code
        if status >= 400:
            raise error_of(answer)
        if status >= 300:
            raise AgoraError(f"the server points elsewhere: log in to {answer.headers.get('Location', '')}",
                             "unavailable", status=status)
        if not answer.content:
            return None
        try:
            return json.loads(answer.content)
        except ValueError:
            raise AgoraError(f"{self.url} answers, but not with JSON: is this the address of an Agora server?",
                             "unavailable", status=status) from None

    def get(self, path: str, **query: Any) -> Any:
        return self.json_of(self.send("GET", path, query=query))

    def post(self, path: str, body: Any = None, keyed: bool = False) -> Any:
        """`keyed` for what creates: sent again after a broken connection, done once."""
        headers = {"Idempotency-Key": new_key()} if keyed else None
        return self.json_of(self.send("POST", path, body, headers=headers))

    def delete(self, path: str) -> Any:
        return self.json_of(self.send("DELETE", path))

    @contextmanager
    def open(self, method: str, path: str, headers: Mapping[str, str],
             silent_seconds: float = SILENT_SECONDS) -> Iterator[httpx.Response]:
        """An answer whose body is read piece by piece. Raises httpx's own errors: who reads pieces knows how to go on."""
        timeout = httpx.Timeout(silent_seconds, connect=CONNECT_SECONDS)
        with self._client().stream(method, self.address_of(path), headers=self.headers_for(headers),
                                   timeout=timeout) as answer:
            yield answer


def _query_text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def error_of(answer: httpx.Response) -> AgoraError:
    """The error that an answer of 400 and above means, in the server's own words where it gave some."""
    status = answer.status_code
    detail = f"the server answered {status} {answer.reason_phrase}".rstrip()
    request_id = answer.headers.get("X-Request-Id")
    try:
        problem = json.loads(answer.read())
    except (ValueError, httpx.HTTPError):
        problem = None
    if isinstance(problem, dict):
        if isinstance(problem.get("detail"), str) and problem["detail"]:
            detail = problem["detail"]
        if isinstance(problem.get("instance"), str):
            request_id = problem["instance"]
    return AgoraError(detail, kind_for(status), request_id, status)
