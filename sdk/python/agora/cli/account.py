"""agora login, logout, whoami."""

from __future__ import annotations

import argparse
import getpass
import os
import sys
from typing import Any, Dict

from agora import accounts, config
from agora.cli import context, tell
from agora.errors import DONE, AgoraError, UsageError
from agora.results import moment
from agora.words import moment_text, now, facts_text


def _ensure_terminal(question: str, instead: str) -> None:
    """A question goes to the terminal, whatever standard input is."""
    try:
        os.close(os.open("CONIN$" if os.name == "nt" else "/dev/tty", os.O_RDWR))
    except OSError:
        raise AgoraError(f'there is no terminal to ask for "{question}" on: give {instead}', "invalid") from None


def _ask(question: str, instead: str) -> str:
    _ensure_terminal(question, instead)
    if os.name == "nt" or sys.stdin.isatty():
        answer = input(f"{question}: ")
    else:
        with open("/dev/tty", "r+b", buffering=0) as terminal:
            terminal.write(f"{question}: ".encode())
            answer = terminal.readline().decode("utf-8", "replace")
    if not answer.strip():
        raise AgoraError("nothing was answered", "invalid")
    return answer.strip()


def _ask_secret(question: str) -> str:
    _ensure_terminal(question, "--password-stdin")
    return getpass.getpass(f"{question}: ")  # by the terminal, without echo


def _password(given: argparse.Namespace) -> str:
    if given.password_stdin:
        password = sys.stdin.readline().rstrip("\r\n")
        if not password:
            raise AgoraError("standard input holds no password: write it in the first line", "invalid")
        return password
    if not (given.sign_up or given.reset):
        return _ask_secret("Password")
    password = _ask_secret("A password (at least 8 characters)")
    if _ask_secret("The same again") != password:
        raise AgoraError("the two passwords differ: try again", "invalid")
    return password


def login(given: argparse.Namespace) -> int:
    given.url = url = _address(given)
    if config.is_open_to_eavesdroppers(url):
        tell.complain(f"note: {url} is not encrypted: what you send can be read on the way; prefer https\n")
    if given.token:
        return _logged_in(given, url, accounts.use_token(url, given.token))
    given.sign_up = given.sign_up or bool(given.invitation)
    accounts.ensure_server(url)
    email = given.email or _ask("Email", "--email")
    name = (given.name or _ask("Your name", "--name")) if given.sign_up else ""
    password = _password(given)
    if given.reset:
        accounts.reset_password(url, given.reset, password)
    if given.sign_up:
        person = accounts.sign_up(url, email, password, name, given.invitation)
        if person.get("standing") == "pending":
            return _told(given, {"server": url, "person": person},
                         f"signed up at {url}: an administrator approves new people; then say agora login {url}\n")
    return _logged_in(given, url, accounts.log_in(url, email, password, given.scopes, given.days))


def _address(given: argparse.Namespace) -> str:
    if given.url:
        try:
            return config.address_of(given.url)
        except AgoraError as error:
            raise UsageError(error.detail, "invalid") from None
    servers = config.read_servers()
    if not servers:
        raise UsageError("to which server? Say agora login URL", "invalid")
    return servers[-1]["url"]


def _logged_in(given: argparse.Namespace, url: str, made: Dict[str, Any]) -> int:
    person, expires = made["me"]["person"], made["expires_at"]
    text = f"logged in to {url} as {person['name']} ({person['handle']})\n"
    if expires:
        text += f"the login ends {moment_text(moment(expires), now())}; it is kept in {config.servers_file()}\n"
    return _told(given, {"server": url, "person": person, "expires_at": expires}, text)


def logout(given: argparse.Namespace) -> int:
    kept = _kept(given)
    failed = accounts.end_token(kept) if kept.get("token_id") else None
    config.forget(kept["url"])
    _told(given, {"server": kept["url"], "ended": failed is None and bool(kept.get("token_id"))},
          f"logged out of {kept['url']}\n")
    if failed:
        tell.complain("note: the token is forgotten here, but the server could not be told to end it: "
                      f"{failed.detail}\n")
    return DONE


def _kept(given: argparse.Namespace) -> Dict[str, Any]:
    servers = config.read_servers()
    if not given.url:
        if not servers:
            raise AgoraError("you are logged in to no server", "not_found")
        return servers[-1]
    url = config.address_of(given.url)
    for one in servers:
        if one["url"] == url:
            return one
    raise AgoraError(f"you are not logged in to {url}", "not_found")


def whoami(given: argparse.Namespace) -> int:
    center = context.center(None)
    said = center.whoami()
    person = said["person"]
    rows = [["server", center.url], ["email", person.get("email") or ""]]
    rows += [[name, ", ".join(said[name])] for name in ("roles", "scopes") if said.get(name)]
    return _told(given, {**said, "server": center.url}, f"{person['name']} ({person['handle']})\n{facts_text(rows)}")


def _told(given: argparse.Namespace, value: Dict[str, Any], text: str) -> int:
    if given.json:
        tell.say_json(value)
    else:
        tell.say(text)
    return DONE
