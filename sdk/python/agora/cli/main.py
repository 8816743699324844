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


EVENT = option("event", nargs="?", metavar="EVENT", help="the event's name (default: the folder's)")
ID = option("id", metavar="ID", help="the submission's id")

COMMANDS = (  # in the order of a participant's first steps
    Command("login", "Log in to a server, and keep a token for it", "agora login https://agora.example.org", "account.login",
            (option("url", metavar="URL", help="the server's address"),
             option("--email", help="asked for otherwise"),
             option("--password-stdin", action="store_true", help="read the password from standard input"),
             option("--token", help="a token that was made on the server's pages, instead of a password"),
             option("--sign-up", action="store_true", help="make an account first"),
             option("--name", help="with --sign-up: your name, as others see it"),
             option("--invitation", metavar="CODE", help="with --sign-up: the code of an invitation"))),
    Command("logout", "End the token of this machine", "agora logout", "account.logout"),
    Command("whoami", "Tell who you are to the server", "agora whoami", "account.whoami"),
    Command("events", "List the events", "agora events", "events.events"),
    Command("start", "Get an event's starter kit", "agora start variable-stars", "events.start",
            (option("event", metavar="EVENT", help="the event's name"),
             option("folder", nargs="?", metavar="FOLDER", help="a new folder (default: the event's name)"))),
    Command("try", "Run a submission on the public data, in your own Python, unsealed", "agora try submissions/mine",
            "events.try_submission",
            (option("path", nargs="?", default=".", metavar="PATH",
                    help="the submission's folder (default: submissions/starting_kit)"),
             option("--all-folds", action="store_true", help="all folds, and their bag, instead of the first alone"),
             option("--seed", type=int, default=57, help="seeds Python's and NumPy's generators (default: %(default)s)"),
             option("--python", metavar="PATH", help="the Python that has rampwf (default: the active environment's)"),
             option("--output", action="store_true", help="show what the submission printed, on standard error"))),
    Command("join", "Take part in an event", "agora join variable-stars", "events.join", (EVENT,)),
    Command("submit", "Hand in a submission", "agora submit variable-stars submissions/mine --wait", "submissions.submit",
            (option("targets", nargs="*", metavar="[EVENT] PATH",
                    help="the event's name (default: the folder's), and the folder with the submission's files"),
             option("--name", help="what the board calls it (default: the folder's name)"),
             option("--wait", action="store_true", help="until it has ended; exit code 1 where it failed"))),
    Command("board", "Show an event's board", "agora board variable-stars --watch", "events.board",
            (EVENT, option("--watch", action="store_true", help="draw it again each time that it changes"),
             option("--of", choices=("best", "all"), default="best", help="each team's best, or all (default: %(default)s)"),
             option("--sort", metavar="COLUMN", help="a score's name, train_time or created_at; -COLUMN for descending"))),
    Command("submissions", "List your submissions", "agora submissions variable-stars", "submissions.submissions",
            (EVENT, option("--limit", type=int, default=50, help="how many at most (default: %(default)s)"))),
    Command("logs", "Show what a submission printed", "agora logs 01JZ0000000000000000000000", "submissions.logs", (ID,)),
    Command("cancel", "End a submission that waits or runs", "agora cancel 01JZ0000000000000000000000",
            "submissions.cancel", (ID,)),
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


def _url_meant() -> str:
    from agora import config

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
        url = given.url if given.command == "login" else _url_meant()
        return tell.report(error, given.json, "" if given.command == "try" else url)
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
