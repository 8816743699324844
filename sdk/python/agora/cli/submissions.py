"""agora submit, submissions, logs, cancel."""

from __future__ import annotations

import argparse
import re
from pathlib import Path
from typing import Any, Dict, Optional, Tuple

from agora import config
from agora.center import Center
from agora.cli import context, tell
from agora.errors import DONE, FAILED, MACHINE, WHICH_EVENT, AgoraError, UsageError
from agora.notebook import follow
from agora.progress import Line, bytes_bar
from agora.results import Submission
from agora.words import label_of, now, progress_text, reason_text, scores_text, submissions_text


def submit(given: argparse.Namespace) -> int:
    path = Path(given.path)
    place = config.find_place(path) or config.find_place()
    event = given.event or (place.event if place else None)
    if not event:
        raise UsageError(WHICH_EVENT, "invalid")
    path = _found(given.path, place)
    if not path.exists():
        raise UsageError(f"there is no folder {path}", "not_found")
    center = context.center(place)
    with Line() as line:
        submission = center.submit(event, path, given.name, bytes_bar(line, path.name))
        if given.wait:
            submission = follow(center, submission, line)
    return _ended(submission, given) if given.wait else _sent(submission, given)


def _found(given: str, place: Optional[config.Place]) -> Path:
    """A path, or a name below submissions/ of the folder that knows its event."""
    path = Path(given)
    if not path.exists() and place and "/" not in given and given not in (".", ".."):
        inside = place.folder / "submissions" / given
        return inside if inside.is_dir() else path
    return path


def _sent(submission: Submission, given: argparse.Namespace) -> int:
    if given.json:
        tell.say_json(submission.raw)
    else:
        tell.say(f"{label_of(submission)}  {progress_text(submission, now())}  {submission.id}\n")
        tell.complain("\nnext: agora submissions follows it; agora submit --wait stays until the score is there\n")
    return DONE


def _ended(submission: Submission, given: argparse.Namespace) -> int:
    if given.json:
        tell.say_json(submission.raw)
    elif submission.state == "scored":
        tell.say(scores_text(submission))
    elif submission.state == "cancelled":
        tell.complain(f"error: {label_of(submission)} was cancelled\n")
    else:
        tell.complain(f"error: {reason_text(submission)}\n{_next_text(submission)}")
    if submission.state == "scored":
        return DONE
    return MACHINE if submission.reason and submission.reason.kind == "machine" else FAILED


def _next_text(submission: Submission) -> str:
    step = submission.reason.next_step if submission.reason else ""
    steps = [step] if step else []
    if submission.reason and submission.reason.phase == "trial":
        steps.append(f"agora logs {submission.id} shows all that its trial printed")
    return f"\nnext: {'; '.join(steps)}\n" if steps else ""


def _event_if_any(given: Optional[str]) -> Tuple[Center, Optional[str]]:
    """The event given, or the folder's; none is no mistake here."""
    place = config.find_place()
    return context.center(place), given or (place.event if place else None)


def submissions(given: argparse.Namespace) -> int:
    center, event = _event_if_any(given.event)
    columns = center.event(event).columns if event else []
    found = center.submissions(event)
    if given.json:
        tell.say_json({"items": [one.raw for one in found]})
    else:
        tell.say(submissions_text(found, columns, with_event=event is None))
    return DONE


def _one(given: argparse.Namespace) -> Tuple[Center, str]:
    """A submission by its id, by its number in the event, or one's newest."""
    center, event = _event_if_any(given.event)
    word = (given.id or "").lstrip("#")
    if word and not word.isdigit():
        if not re.fullmatch(r"[0-7][0-9A-HJKMNP-TV-Z]{25}", word.upper()):
            raise AgoraError(f"{given.id} is no submission: give its id or its number (agora submissions shows both)",
                             "invalid")
        return center, word
    if word and not event:
        raise AgoraError(f"of which event is submission {word}? Give --event, or its id (agora submissions shows it)",
                         "invalid")
    for one in center.submissions(limit=None if word or event else 1):
        if event in (None, one.event, (one.raw.get("event") or {}).get("id")) and word in ("", str(one.number)):
            return center, one.id
    raise AgoraError(f"you have no submission {word} in {event}" if word else
                     "you have no submissions yet: agora submit sends the first", "not_found")


def logs(given: argparse.Namespace) -> int:
    center, id = _one(given)
    said = center.log(id)
    if given.json:
        tell.say_json(said)
    else:
        tell.say(_log_text(said))
    return DONE


def _log_text(said: Dict[str, Any]) -> str:
    text = ""
    for name, title in (("trial", "trial, on public data"), ("hidden", "on hidden data")):
        if said.get(name) is None:
            continue
        parts = [said[name].get(part) or "" for part in ("output", "traceback")]
        body = "".join(part if part.endswith("\n") else part + "\n" for part in parts if part)
        text += f"== {title} ==\n{body or '(nothing was printed)' + chr(10)}"
    return text or "there is no log yet\n"


def cancel(given: argparse.Namespace) -> int:
    center, id = _one(given)
    submission = center.cancel(id)
    if given.json:
        tell.say_json(submission.raw)
    elif submission.has_ended:
        tell.say(f"{label_of(submission)} is {submission.state}\n")
    else:
        tell.say(f"{label_of(submission)} is being stopped\n")
    return DONE
