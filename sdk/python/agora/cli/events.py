"""agora events, start, try, join, board."""

from __future__ import annotations

import argparse
import shutil
import sys
from pathlib import Path
from typing import Any, Dict

from agora import config, kits
from agora.cli import context, tell
from agora.errors import DONE, FAILED, MACHINE, AgoraError
from agora.progress import Line, bytes_bar
from agora.results import Board
from agora.trial import parent
from agora.words import board_text, column_text, events_text


def events(given: argparse.Namespace) -> int:
    found = context.center(config.find_place()).events()
    if given.json:
        tell.say_json({"items": [one.raw for one in found]})
    else:
        tell.say(events_text(found))
    return DONE


def start(given: argparse.Namespace) -> int:
    center = context.center(config.find_place())
    with Line() as line:
        folder = kits.start(center, given.event, Path(given.folder) if given.folder else None,
                            bytes_bar(line, given.event))
    if given.json:
        tell.say_json({"event": given.event, "server": center.url, "folder": str(folder)})
        return DONE
    tell.say(f"{folder} has the starter kit of {given.event}\n\n"
             f"next: cd {folder}\n"
             "      agora try                              runs the starting kit here, on the public data\n"
             "      agora join                             takes part\n"
             "      agora submit submissions/starting_kit --wait\n")
    return DONE


def join(given: argparse.Namespace) -> int:
    center, event = context.of_event(given.event)
    said = center.join(event) or {}
    if given.json:
        tell.say_json({"event": event, **said})
    else:
        team = (said.get("team") or {}).get("name")
        tell.say(f"joined {event}" + (f" as team {team}" if team else "") + "\n")
    return DONE


def try_submission(given: argparse.Namespace) -> int:
    path = Path(given.path)
    with Line() as line:
        line.draw(f"{path}  preparing the data")
        progress = _Folds(line, str(path))
        try:
            report = parent.run(path, given.all_folds, given.seed, given.python, progress.take)
        except parent.Failed as failed:
            line.clear()
            return _failed(failed, given)
    if given.output:
        tell.complain(report.output)
    if given.json:
        tell.say_json(report.to_json())
    else:
        tell.say(_report_text(report))
    tell.complain(f"{parent.UNSEALED}\n")
    return DONE


class _Folds:
    """Folds as they fill."""

    def __init__(self, line: Line, title: str):
        self.line = line
        self.title = title
        self.count = 0

    def take(self, said: Dict[str, Any]) -> None:
        if said["step"] == "folds":
            self.count = said["count"]
        if said.get("fold") is not None:
            done = said["fold"]
            now = {"fit": "◔", "predict": "◑", "score": "●"}[said["step"]]
            marks = "●" * done + now + "·" * (self.count - done - 1)
            self.line.draw(f"{self.title}  folds  {marks}  {done}/{self.count}")


def _report_text(report: parent.Report) -> str:
    whole = len(report.folds) == report.folds_of
    some = f"{len(report.folds)} folds" if whole else f"fold 0 of {report.folds_of}"
    text = f"{report.kit} · {report.submission} · {some} in {report.seconds['total']:.1f} s\n"
    steps = [step for step in ("train", "valid", "test") if step in report.folds[0]]
    for number, column in enumerate(report.columns):
        score = report.score(column.name) if whole else None
        text += column_text(column, number == 0, steps, report.folds, score)
    return text if whole else text + "\n--all-folds runs the others too, and bags them\n"


def _failed(failed: parent.Failed, given: argparse.Namespace) -> int:
    error = failed.error
    code = MACHINE if error["kind"] == "machine" else FAILED
    if given.output:
        tell.complain(failed.output)
    if given.json:
        tell.say_json({"error": {name: error[name] for name in ("kind", "phase", "fold", "message", "traceback")}})
        return code
    line = f", line {error['line']}" if error["line"] else ""
    place = f" ({error['file']}{line})" if error["file"] else ""
    fold = f", fold {error['fold']}" if error["fold"] is not None else ""
    words = error["message"] or error["exception_class"]
    if error["exception_class"] not in ("", "Refused", words):
        words = f"{error['exception_class']}: {words}"
    tell.complain(f"error: {error['kind']} in {error['phase']}{fold}{place}\n  {words}\n")
    if error["traceback"] and error["exception_class"] != "Refused":
        tell.complain(f"\n{error['traceback'].rstrip()}\n")
    tell.complain(f"\nnext: {parent.NEXT_STEPS.get(error['kind'], parent.NEXT_STEPS['exception'])}\n")
    return code


def board(given: argparse.Namespace) -> int:
    center, event = context.of_event(given.event)
    if given.watch and given.json:
        raise AgoraError("--watch draws a table: leave out --json", "usage")
    if given.watch:
        for now in center.watch_board(event, given.of, given.sort):
            _draw(now)
        return DONE
    found = center.board(event, given.of, given.sort)
    if given.json:
        tell.say_json({**found.raw, "items": [row.raw for row in found.rows], "next": found.next})
    else:
        tell.say(board_text(found))
    return DONE


def _draw(board: Board) -> None:
    """Over the last one on a terminal; elsewhere one after the other."""
    text = board_text(board)
    if not sys.stdout.isatty():
        tell.say(text + "\n")
        return
    height = shutil.get_terminal_size().lines - 2
    lines = tell.plain(text).splitlines()[:height]
    sys.stdout.write("\x1b[H\x1b[2J" + f"{board.event}, live (Ctrl-C ends)\n" + "\n".join(lines) + "\n")
    sys.stdout.flush()
