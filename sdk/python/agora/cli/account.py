"""agora login, logout, whoami."""

from __future__ import annotations

import argparse
import getpass
import sys

from agora import accounts, config
from agora.cli import context, tell
from agora.errors import DONE, AgoraError


def _ask(question: str, instead: str) -> str:
    if not sys.stdin.isatty():
        raise AgoraError(f'there is no terminal to ask for "{question}" on: give {instead}', "invalid")
    tell.complain(f"{question}: ")
    answer = sys.stdin.readline().strip()
    if not answer:
        raise AgoraError("nothing was answered", "invalid")
    return answer


def _password(given: argparse.Namespace) -> str:
    if given.password_stdin:
        password = sys.stdin.readline().rstrip("\r\n")
        if not password:
            raise AgoraError("standard input holds no password: write it in the first line", "invalid")
        return password
    if not sys.stdin.isatty():
        raise AgoraError('there is no terminal to ask for "password" on: give --password-stdin', "invalid")
    password = getpass.getpass("password: ")
    if given.sign_up and getpass.getpass("the same again: ") != password:
        raise AgoraError("the two passwords differ: say it again", "invalid")
    return password


def login(given: argparse.Namespace) -> int:
    url = config.address_of(given.url)
    if config.is_open_to_eavesdroppers(url):
        tell.complain(f"warning: what is sent to {url} can be read on the way: use https where the server has it\n")
    if given.token:
        person = accounts.use_token(url, given.token)
    else:
        email = given.email or _ask("email", "--email")
        name = given.name or _ask("name", "--name") if given.sign_up else ""
        password = _password(given)
        if given.sign_up:
            person = accounts.sign_up(url, email, password, accounts.SignUp(name, given.invitation))
            if person.get("standing") == "pending":
                return _told(given, {"server": url, "person": person},
                             f"signed up as {person['handle']}: an administrator has to approve it before you log in\n")
        person = accounts.log_in(url, email, password)
    return _told(given, {"server": url, "person": person}, f"logged in to {url} as {person['handle']}\n")


def logout(given: argparse.Namespace) -> int:
    server = config.choose_server()
    told = accounts.log_out(server)
    if not told:
        tell.complain("the server could not be told: the token holds until it expires, or until you delete it there\n")
    return _told(given, {"server": server.url}, f"logged out of {server.url}\n")


def whoami(given: argparse.Namespace) -> int:
    center = context.center(config.find_place())
    said = center.whoami()
    person, roles = said["person"], said.get("roles") or []
    text = f"{person['handle']} · {person['name']}" + (f" · {person['email']}" if person.get("email") else "")
    text += f"\nat {center.url}" + (f", {', '.join(roles)}" if roles else "") + "\n"
    return _told(given, {"server": center.url, **said}, text)


def _told(given: argparse.Namespace, value: dict, text: str) -> int:
    if given.json:
        tell.say_json(value)
    else:
        tell.say(text)
    return DONE
