"""agora events, start, try, join, leave, board."""

from __future__ import annotations

import argparse
import shutil
import sys
import time
from pathlib import Path
from typing import Any, Dict, Optional

from agora import config, kits
from agora.center import Center
from agora.cli import context, tell
from agora.errors import DONE, FAILED, MACHINE
from agora.progress import Line, bytes_bar
from agora.results import Board
from agora.trial import parent
from agora.words import Ranks, board_text, column_text, events_text, facts_text, now, ranks_of, state_text

CALM_SECONDS = 0.2  # a burst of scores is one redraw


def events(given: argparse.Namespace) -> int:
    center = context.center()
    found = center.events()
    if given.json:
        tell.say_json({"items": [one.raw for one in found]})
    else:
        tell.say(events_text(found) if found else f"there are no events at {center.url} yet\n")
    return DONE


def start(given: argparse.Namespace) -> int:
    center = context.center()
    event = center.event(given.event)
    with Line() as line:
        folder = kits.start(center, event.slug, Path(given.folder) if given.folder else None,
                            bytes_bar(line, event.slug))
    if given.json:
        tell.say_json({"event": event.slug, "server": center.url, "folder": str(folder)})
        return DONE
    steps = [[f"  cd {folder}", ""], ["  agora try", "trains and scores submissions/starting_kit here, unsealed"]]
    if not event.is_participant:
        steps.append(["  agora join", "to take part"])
    steps += [["  agora submit submissions/starting_kit --wait", "sends it"],
              ["  agora board --watch", "shows where it stands"]]
    tell.say(f"{event.title} is in {folder}\n\nnext:\n{facts_text(steps)}")
    return DONE


def join(given: argparse.Namespace) -> int:
    place = config.find_place()
    center, event = context.of_event(given.event)
    said = center.join(event)
    if given.json:
        tell.say_json(said)
        return DONE
    tell.say(f"you take part in {event} as {said['team']['name']}\n")
    if not place or place.event != event:
        tell.complain(f"\nnext: agora start {event}\n")
    return DONE


def leave(given: argparse.Namespace) -> int:
    center, event = context.of_event(given.event)
    center.leave(event)
    if given.json:
        tell.say_json({"event": event, "is_participant": False})
    else:
        tell.say(f"you take part in {event} no longer\n")
    return DONE


def try_submission(given: argparse.Namespace) -> int:
    kit, folder = parent.find_submission(given.path)
    title = f"{kit.name} · {folder.name}"
    with Line() as line:
        line.draw(f"{title}  preparing the data")
        progress = _Folds(line, title)
        try:
            report = parent.run(given.path, given.all_folds, given.quick, given.seed, given.python, progress.take)
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
    if given.watch:
        return _watch(center, event, given)
    facts = center.event(event)
    found = center.board(event, given.of, given.sort, given.limit or None)
    if given.json:
        tell.say_json(_board_json(found))
    else:
        tell.say(f"{facts.title} · {state_text(facts, now())}\n\n{board_text(found)}")
    return DONE


def _board_json(board: Board) -> Dict[str, Any]:
    return {**board.raw, "items": [row.raw for row in board.rows], "next": board.next}


def _watch(center: Center, event: str, given: argparse.Namespace) -> int:
    """Draws the board at each change; on a terminal also now and then, for the times that pass."""
    last: Optional[Board] = None
    before: Ranks = {}
    over = sys.stdout.isatty()
    height = 0
    for news in center.board_news(event):
        if news == "heartbeat" and (given.json or not over):
            continue
        facts = center.event(event)
        found = center.board(event, given.of, given.sort, given.limit or None)
        changed = last is None or [row.raw for row in found.rows] != [row.raw for row in last.rows]
        if changed:
            before = ranks_of(last or found)
            last = found
        if given.json and changed:
            tell.say_json(_board_json(found))
        elif not given.json and (changed or over):
            fits = max(5, shutil.get_terminal_size().lines - 5) if over else None
            text = f"{facts.title} · {state_text(facts, now())}\n\n{board_text(found, before, fits)}"
            if height:
                sys.stdout.write(f"\x1b[{height}A\r\x1b[J" if over else "\n")
            tell.say(text)
            height = text.count("\n")
        time.sleep(CALM_SECONDS)
    return DONE
