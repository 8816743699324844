"""Results as text: tables and sentences for a terminal."""

from __future__ import annotations

import math
from datetime import datetime, timezone
from typing import Dict, Mapping, Optional, Sequence

from agora.results import Board, BoardRow, Column, Event, Score, Submission, moment


def table_text(rows: Sequence[Sequence[str]]) -> str:
    """A table for people: the first row is the head; numbers stand right."""
    columns = max((len(row) for row in rows), default=0)
    widths = [max(len(row[i]) for row in rows if i < len(row)) for i in range(columns)]
    lines = []
    for r, row in enumerate(rows):
        cells = []
        for i, cell in enumerate(row):
            under_head = r == 0 and len(rows) > 1 and i < len(rows[1]) and _is_number(rows[1][i])
            cells.append(cell.rjust(widths[i]) if _is_number(cell) or under_head else cell.ljust(widths[i]))
        lines.append("  ".join(cells).rstrip() + "\n")
    return "".join(lines)


def facts_text(facts: Sequence[Sequence[str]]) -> str:
    """Facts, one a line: the names under each other, the values left."""
    width = max((len(name) for name, _ in facts), default=0)
    return "".join((f"{name.ljust(width)}  {value}" if value else name) + "\n" for name, value in facts)


def _is_number(text: str) -> bool:
    return text[:1] in tuple("0123456789-") or text == "nan"


def shown(value: Optional[float], precision: int) -> str:
    """A score as its metric shows it; empty where it is not known."""
    if value is None:
        return ""
    return "nan" if math.isnan(value) else f"{value:.{precision}f}"


def spread_text(mean: Optional[float], std: Optional[float], precision: int) -> str:
    if mean is None:
        return ""
    return shown(mean, precision) + ("" if std is None else f" ± {shown(std, precision + 1)}")


def duration_text(seconds: Optional[float]) -> str:
    """ "0.12 s", "3.4 min" """
    if seconds is None:
        return ""
    if seconds < 10:
        return f"{seconds:.2f} s"
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.1f} min" if seconds < 7200 else f"{seconds / 3600:.1f} h"


def _counted(count: float, unit: str) -> str:
    whole = int(count)
    return f"{whole} {unit}" + ("" if whole == 1 or unit in ("min", "s") else "s")


def _span_text(seconds: float) -> str:
    for limit, unit_seconds, unit in ((120, 1, "s"), (2 * 3600, 60, "min"), (2 * 86400, 3600, "hour")):
        if seconds < limit:
            return _counted(seconds / unit_seconds, unit)
    return _counted(seconds / 86400, "day")


def relative_text(moment: Optional[datetime], now: datetime) -> str:
    """ "in 3 days", "2 min ago" """
    if moment is None:
        return ""
    seconds = (moment - now).total_seconds()
    if abs(seconds) < 1:
        return "now"
    return "in " + _span_text(seconds) if seconds > 0 else _span_text(-seconds) + " ago"


def moment_text(moment: Optional[datetime], now: datetime) -> str:
    """ "in 3 days (2026-12-04 18:00 CET)", in the reader's time zone """
    if moment is None:
        return ""
    return f"{relative_text(moment, now)} ({moment.astimezone().strftime('%Y-%m-%d %H:%M %Z')})"


def now() -> datetime:
    return datetime.now(timezone.utc)


def direction_text(column: Column, official: bool) -> str:
    better = "lower" if column.is_lower_the_better else "higher"
    return f"{column.name} ({'official, ' if official else ''}{better} is better)"


Folds = Sequence[Mapping[str, Mapping[str, Optional[float]]]]  # of each: {"train": {NAME: score}, "valid": ...}


def column_text(column: Column, official: bool, steps: Sequence[str], folds: Folds, score: Optional[Score]) -> str:
    """One score: a row for each fold, then mean ± std and the bagged predictions' where `score` has them."""
    rows = [["fold", *steps]]
    for number, fold in enumerate(folds):
        values = [fold.get(step, {}).get(column.name) for step in steps]
        rows.append([str(number)] + [shown(math.nan if value is None else value, column.precision) for value in values])
    if score is not None:
        rows.append(["mean ± std"] + [spread_text(getattr(score, f"{step}_mean"), getattr(score, f"{step}_std"),
                                                  column.precision) for step in steps])
        rows.append(["bagged", ""] + [shown(getattr(score, f"bagged_{step}"), column.precision) for step in steps[1:]])
    return f"\n{direction_text(column, official)}\n{table_text(rows)}"


def label_of(submission: Submission) -> str:
    return f"{submission.name or 'submission'} (#{submission.number or '?'})"


def submission_text(submission: Submission) -> str:
    """Its scores, or why it failed, or where it stands."""
    if submission.state == "scored":
        return scores_text(submission)
    if submission.reason:
        step = f"\n\nnext: {submission.reason.next_step}" if submission.reason.next_step else ""
        return f"{label_of(submission)} failed: {reason_text(submission)}{step}\n"
    return f"{label_of(submission)}  {progress_text(submission, now())}\n"


def scores_text(submission: Submission) -> str:
    fitted = f", each fitted in {duration_text(submission.fit_seconds)}" if submission.fit_seconds is not None else ""
    text = f"{submission.event or ''} · {label_of(submission)} · {len(submission.fold_scores)} folds{fitted}\n"
    for number, column in enumerate(submission.score_columns()):
        score = submission.scores.get(column.name, Score())
        steps = ["train", "valid"] + (["test"] if score.test_mean is not None else [])
        text += column_text(column, number == 0, steps, submission.fold_scores, score)
    return text


def reason_text(submission: Submission) -> str:
    """What failed where, and on a second line the exception."""
    reason = submission.reason
    if reason is None:
        return submission.state
    words = reason.words()
    return f"{reason.kind} in {reason.place()}" + (f"\n  {words}" if words else "")


def progress_text(submission: Submission, now: datetime) -> str:
    """Where it stands, for one line."""
    if submission.state in ("received", "queued"):
        if not submission.queue_place:
            return "waiting"
        wait = submission.wait_seconds
        return f"queued at place {submission.queue_place}" + (f", about {duration_text(wait)}" if wait is not None else "")
    if submission.state == "trial":
        return "trial on public data"
    return _folds_text(submission, now) if submission.state == "running" else submission.state


def _folds_text(submission: Submission, now: datetime) -> str:
    folds, done = submission.folds, submission.folds_done
    if folds <= 0:
        return "preparing"
    text = "folds  " + "".join("●" if fold < done else "·" for fold in range(min(folds, 60))) + f"  {done}/{folds}"
    if done >= folds:
        return text + "  scoring"
    elapsed = (now - submission.started_at).total_seconds() if submission.started_at else 0.0
    if done > 0 and elapsed > 0:
        text += f"  about {math.ceil(elapsed / done * (folds - done))} s left"
    return text


Ranks = Dict[str, int]  # of submissions by id


def ranks_of(board: Board) -> Ranks:
    return {row.submission_id: row.rank or 0 for row in board.rows}


def inbox_text(items: Sequence[Mapping[str, str]], url: str, now: datetime) -> str:
    """What one was told, each with the page that says more at the server of that address."""
    return "\n".join(f"{one['title']} · {relative_text(moment(one['created_at']), now)}"
                     f"{'' if one['read_at'] else ' · new'}\n  {one['text']}\n  {url}{one['url']}\n" for one in items)


def board_text(board: Board, before: Optional[Ranks] = None, most_rows: Optional[int] = None) -> str:
    """before: the ranks that rows have moved from, for a last column. most_rows: past them only one's own are shown."""
    if not board.rows:
        return "nobody is on the board yet\n"
    sides = [("test", " (test)"), ("valid", " (valid)")] if board.is_released else [("valid", "")]
    head = ["rank", "team", "submission"] + [column.name + said for column in board.columns for _, said in sides]
    rows = [head + ["fit", "scored"] + ([""] if before is not None else [])]
    shown_rows = [row for i, row in enumerate(board.rows) if most_rows is None or i < most_rows or row.is_mine]
    for row in shown_rows:
        cells = ["" if row.rank is None else str(row.rank), cut(row.team, 32) + (" *" if row.is_mine else ""),
                 cut(row.name, 32)]
        cells += [shown(row.scores.get(column.name, {}).get(side), column.precision)
                  for column in board.columns for side, _ in sides]
        cells += [duration_text(row.fit_seconds), relative_text(row.scored_at, now())]
        rows.append(cells + ([_mark(row, before)] if before is not None else []))
    hidden = len(board.rows) - len(shown_rows)
    return table_text(rows) + (f"... and {hidden} more\n" if hidden else "")


def _mark(row: BoardRow, before: Ranks) -> str:
    if row.submission_id not in before:
        return "new"
    moved = before[row.submission_id] - (row.rank or 0)
    return f"{'▲' if moved > 0 else '▼'}{abs(moved)}" if moved else ""


def cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[:most - 1] + "…"


def state_text(event: Event, now: datetime) -> str:
    text = event.state
    if event.opens_at and event.opens_at > now:
        text += f", opens {moment_text(event.opens_at, now)}"
    if event.closes_at:
        text += f", {'closes' if event.closes_at > now else 'closed'} {moment_text(event.closes_at, now)}"
    return text


def _closing_text(event: Event, now: datetime) -> str:
    if event.state == "open":
        return relative_text(event.closes_at, now)
    return f"opens {relative_text(event.opens_at, now)}" if event.opens_at and event.opens_at > now else ""


def events_text(events: Sequence[Event]) -> str:
    rows = [["event", "title", "state", "closes", "people", "submissions", "you"]]
    for event in events:
        part = "organiser" if event.is_organiser else "joined" if event.is_participant else ""
        rows.append([event.slug, cut(event.title, 48), event.state, _closing_text(event, now()),
                     str(event.people_count), str(event.submission_count), part])
    return table_text(rows)


def submissions_text(submissions: Sequence[Submission], columns: Sequence[Column], with_event: bool) -> str:
    """columns: of the event, official first; empty where there are several events."""
    if not submissions:
        return "no submissions yet: agora submit sends the first\n"
    with_team = len({one.raw.get("team", {}).get("id") for one in submissions}) > 1
    rows = [["#", "name", *(["event"] if with_event else []), *(["team"] if with_team else []), "state",
             columns[0].name if columns else "score", "sent", "id"]]
    for one in submissions:
        why = f" ({one.reason.kind} in {one.reason.phase})" if one.state == "failed" and one.reason else ""
        precision = columns[0].precision if columns else 4
        rows.append([str(one.number), one.name, *([one.event or ""] if with_event else []),
                     *([one.team] if with_team else []), one.state + why, shown(one.score, precision),
                     relative_text(one.created_at, now()), one.id])
    return table_text(rows)
