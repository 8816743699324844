"""The open list of commands, and how they start and end."""

from __future__ import annotations

import argparse
import os
import sys
from typing import Any, Callable, List, NamedTuple, NoReturn, Optional, Sequence, Tuple

from agora.errors import MACHINE, USAGE, AgoraError
from agora.version import VERSION

Option = Tuple[Tuple[str, ...], dict]


def option(*names: str, **given: Any) -> Option:
    return names, given


class Command(NamedTuple):
    name: str
    summary: str
    example: str
    run: str  # module.function below agora.cli: imported when it is needed
    options: Sequence[Option] = ()


def _scopes(text: str) -> List[str]:
    words = text.split(",")
    if not set(words) <= {"read", "submit", "organise", "admin", "worker"}:
        raise argparse.ArgumentTypeError(f"{text}: give read, submit, organise, admin or worker, with commas between")
    return words


def _days(text: str) -> int:
    if not (text.isdigit() and 1 <= int(text) <= 3650):
        raise argparse.ArgumentTypeError(f"{text} is not in 1 to 3650")
    return int(text)


def _at_once(text: str) -> int:
    if not (text.isdigit() and 1 <= int(text) <= 200):
        raise argparse.ArgumentTypeError(f"{text} is not in 1 to 200")
    return int(text)


LIMIT = 50  # rows of a board

URL = option("url", nargs="?", metavar="URL", help="the server's address (default: the current one's)")
EVENT = option("event", nargs="?", metavar="EVENT", help="its name (default: the folder's)")
OF_EVENT = option("--event", help="the event that a number belongs to (default: the folder's)")

COMMANDS = (  # in the order of a participant's first steps
    Command("login", "Log in to a server, or sign up there; later commands go to it",
            "agora login https://agora.example.org", "account.login",
            (URL, option("--sign-up", action="store_true", help="make an account first"),
             option("--invitation", metavar="CODE", help="sign up with the code of an invitation"),
             option("--reset", metavar="CODE", help="choose a new password, with an administrator's code"),
             option("--name", help="your name, for --sign-up"),
             option("--email", help="your email address (asked for otherwise)"),
             option("--password-stdin", action="store_true",
                    help="read the password from the first line of standard input"),
             option("--token", help="keep a token that was made elsewhere; nothing is asked"),
             option("--scopes", type=_scopes, help="what the login may do, with commas: read, submit, organise, admin"),
             option("--days", type=_days, default=90, help="how long it lasts (default: %(default)s)"))),
    Command("logout", "End a login, here and on the server", "agora logout", "account.logout", (URL,)),
    Command("whoami", "Show the server and whom it takes you for", "agora whoami", "account.whoami"),
    Command("events", "List the events of the server", "agora events", "events.events"),
    Command("start", "Download an event's starter kit into a folder that knows its event",
            "agora start variable-stars-2026", "events.start",
            (option("event", metavar="EVENT", help="its name, as agora events lists it"),
             option("folder", nargs="?", metavar="FOLDER", help="a new folder (default: the event's name)"))),
    Command("try", "Train and score a submission here, in your own Python, on public data", "agora try submissions/my_model",
            "events.try_submission",
            (option("path", nargs="?", metavar="PATH",
                    help="the submission's folder, or its name below submissions/ (default: starting_kit)"),
             option("--all-folds", action="store_true", help="all folds, and their bag, instead of the first alone"),
             option("--quick", action="store_true", help="less data, fewer folds, where the kit knows how"),
             option("--seed", type=int, default=57, help="seeds Python's and NumPy's generators (default: %(default)s)"),
             option("--python", metavar="PATH", help="the Python that has rampwf (default: the active environment's)"),
             option("--output", action="store_true", help="show what the submission printed, on standard error"))),
    Command("join", "Take part in an event", "agora join variable-stars-2026", "events.join", (EVENT,)),
    Command("leave", "Take part in an event no longer: before your first submission", "agora leave variable-stars-2026",
            "events.leave", (EVENT,)),
    Command("submit", "Send a folder's files to an event, to be trained and scored",
            "agora submit submissions/starting_kit --wait", "submissions.submit",
            (option("targets", nargs="*", metavar="[EVENT] PATH",
                    help="the folder, or its name below submissions/; EVENT is known in a folder of agora start"),
             option("--name", help="what boards call it (default: the folder's name)"),
             option("--wait", action="store_true", help="stay until it is scored; exit code 1 where it fails"))),
    Command("board", "Show an event's board; * marks your team", "agora board --watch", "events.board",
            (EVENT,
             option("--watch", action="store_true", help="stay, and draw it anew when a score comes; Ctrl-C ends it"),
             option("--of", choices=("best", "all"), default="best", help="each team's best, or all submissions"),
             option("--sort", help="a score, train_time or created_at; with - before it, downward"),
             option("--limit", type=int, default=LIMIT, help="how many rows; 0 for all (default: %(default)s)"))),
    Command("submissions", "List submissions: your team's, or all for an organiser", "agora submissions",
            "submissions.submissions",
            (option("event", nargs="?", metavar="EVENT",
                    help="of this event (default: the folder's, else yours in all events)"),)),
    Command("logs", "Show what a submission printed, and where it failed", "agora logs 3", "submissions.logs",
            (option("id", nargs="?", metavar="ID", help="its id, or its number in the event (default: your newest)"),
             OF_EVENT)),
    Command("cancel", "Stop a submission that waits or runs", "agora cancel 3", "submissions.cancel",
            (option("id", metavar="ID", help="its id, or its number in the event"), OF_EVENT)),
    Command("notifications", "Show what you were told, newest first", "agora notifications --unread --read",
            "inbox.notifications",
            (option("--unread", action="store_true", help="only what you have not read"),
             option("--read", action="store_true", help="mark what is shown as read"),
             option("--limit", type=_at_once, default=20, help="how many (default: %(default)s)"))),
)


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.exit(USAGE, f"{message}\nRun with --help for more information.\n")


def parser() -> argparse.ArgumentParser:
    root = _Parser(prog="agora", description="Take part in the events of a data science center")
    commands = root.add_subparsers(metavar="COMMAND", dest="command")
    for row in COMMANDS:
        one = commands.add_parser(row.name, help=row.summary, description=row.summary,
                                  epilog=f"Example:\n  {row.example}",
                                  formatter_class=argparse.RawDescriptionHelpFormatter)
        for names, given in row.options:
            one.add_argument(*names, **given)
        one.add_argument("--json", action="store_true", help="print one JSON object")
        one.set_defaults(run=row.run)
    version = commands.add_parser("version", help="Print the version")
    version.set_defaults(run=None)
    return root


def _parsed(words: List[str]) -> argparse.Namespace:
    """argparse takes `--sort -x` for two options, and knows no optional word before a required one."""
    joined: List[str] = []
    for word in words:
        if joined and joined[-1] == "--sort":
            joined[-1] += "=" + word
        else:
            joined.append(word)
    root = parser()
    given, rest = root.parse_known_args(joined)
    if given.command == "submit":
        given.targets += [word for word in rest if not word.startswith("-")]
        rest = [word for word in rest if word.startswith("-")]
        if not given.targets:
            root.error("PATH is required: the folder with the submission's files")
        given.event, given.path = (given.targets if len(given.targets) > 1 else [None, *given.targets])[:2]
        rest += given.targets[2:]
    if rest:
        root.error(f"The following argument{'s were' if len(rest) > 1 else ' was'} not expected: {' '.join(rest)}")
    return given


def _function(where: str) -> Callable[[argparse.Namespace], int]:
    import importlib

    module, _, name = where.partition(".")
    return getattr(importlib.import_module(f"agora.cli.{module}"), name)


def _url_meant(given: argparse.Namespace, error: AgoraError) -> str:
    """The server that an error came from; empty where it is none's, or the next step is no login."""
    from agora import config

    if given.command == "try":
        return ""
    if given.command == "login":
        return given.url or "" if given.token or error.kind == "unavailable" else ""
    try:
        return config.choose_server(place=config.find_place()).url
    except AgoraError:
        return ""


def main(words: Optional[List[str]] = None) -> int:
    words = sys.argv[1:] if words is None else words
    names = [row.name for row in COMMANDS] + ["version"]
    if words and not words[0].startswith("-") and words[0] not in names:
        sys.stderr.write(f"error: '{words[0]}' is no command: agora --help lists those that there are\n")
        return USAGE
    given = _parsed(words)
    if given.command is None:
        sys.stderr.write("A subcommand is required\nRun with --help or --help-all for more information.\n")
        return USAGE
    if given.run is None:
        sys.stdout.write(f"agora {VERSION}\n")
        return 0
    return run(given)


def run(given: argparse.Namespace) -> int:
    from agora.cli import tell

    try:
        return _function(given.run)(given)
    except AgoraError as error:
        return tell.report(error, given.json, _url_meant(given, error))
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # whoever read our output has enough: `agora board | head`
        return 0
    except OSError as error:
        where = f" ({error.filename})" if error.filename else ""
        sys.stderr.write(f"error: {error.strerror or error}{where}\n")
        return MACHINE


if __name__ == "__main__":
    sys.exit(main())
