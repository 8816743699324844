"""agora submit, submissions, logs, cancel."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any, Dict

from agora import config
from agora.cli import context, tell
from agora.errors import DONE, FAILED, MACHINE
from agora.notebook import follow
from agora.progress import Line, bytes_bar
from agora.results import Submission
from agora.words import reason_text, scores_text, submissions_text, title_of


def submit(given: argparse.Namespace) -> int:
    path = Path(given.path)
    center, event = context.of_event(given.event, path)
    with Line() as line:
        submission = center.submit(event, path, given.name, bytes_bar(line, path.name))
        if given.wait:
            try:
                submission = follow(center, submission, line)
            except KeyboardInterrupt:
                line.clear()
                tell.complain(f"no longer waiting; the submission goes on: agora cancel {submission.id} ends it\n")
                raise
    if not given.wait:
        return _handed_in(submission, given)
    return _ended(submission, given)


def _handed_in(submission: Submission, given: argparse.Namespace) -> int:
    if given.json:
        tell.say_json(submission.raw)
    else:
        place = f", place {submission.queue_place} in the queue" if submission.queue_place else ""
        tell.say(f"{title_of(submission)} handed in as {submission.id}{place}\n")
        tell.complain(f"\nnext: agora logs {submission.id}\n")
    return DONE


def _ended(submission: Submission, given: argparse.Namespace) -> int:
    if given.json:
        tell.say_json(submission.raw)
    elif submission.state == "scored":
        tell.say(scores_text(submission))
    elif submission.reason:
        tell.complain(f"error: {reason_text(submission)}")
    else:
        tell.complain(f"error: {title_of(submission)} was {submission.state}\n")
    if submission.state == "scored":
        return DONE
    return MACHINE if submission.reason and submission.reason.kind == "machine" else FAILED


def submissions(given: argparse.Namespace) -> int:
    place = config.find_place()
    event = given.event or (place.event if place else None)
    found = context.center(place).submissions(event, given.limit)
    if given.json:
        tell.say_json({"items": [one.raw for one in found]})
    else:
        tell.say(submissions_text(found, with_event=event is None))
    return DONE


def logs(given: argparse.Namespace) -> int:
    said = context.center(config.find_place()).log(given.id)
    if given.json:
        tell.say_json(said)
    else:
        tell.say(_log_text(said))
    return DONE


def _log_text(said: Dict[str, Any]) -> str:
    parts = []
    for name, title in (("trial", "trial, on public data"), ("hidden", "run on hidden data")):
        if said.get(name) is None:
            continue
        output, traceback = said[name].get("output") or "", said[name].get("traceback") or ""
        body = "\n".join(text.rstrip("\n") for text in (output, traceback) if text)
        parts.append(f"== {title}\n{body or '(nothing was printed)'}\n")
    return "\n".join(parts) or "there is no log yet\n"


def cancel(given: argparse.Namespace) -> int:
    submission = context.center(config.find_place()).cancel(given.id)
    if given.json:
        tell.say_json(submission.raw)
    else:
        tell.say(f"{title_of(submission)} is {submission.state}\n")
    return DONE
