"""Results as text: tables and sentences for a terminal."""

from __future__ import annotations

import math
from datetime import datetime, timezone
from typing import Any, Dict, List, Optional, Sequence

from agora.results import Board, Column, Event, Submission


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


def _is_number(text: str) -> bool:
    return text[:1] in tuple("0123456789-") or text == "nan"


def shown(value: Optional[float], precision: int) -> str:
    """A score as its metric shows it; empty where it is not known."""
    if value is None:
        return ""
    return "nan" if math.isnan(value) else f"{value:.{precision}f}"


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


def fold_table(column: Column, folds: Sequence[Dict[str, Dict[str, Optional[float]]]],
               bagged: Dict[str, Optional[float]]) -> str:
    """One score: a row for each fold, then mean ± std and, where known, the bagged predictions'."""
    steps = [step for step in ("train", "valid", "test") if any(column.name in fold.get(step, {}) for fold in folds)]
    rows = [["fold", *steps]]
    for number, fold in enumerate(folds):
        rows.append([str(number)] + [shown(fold.get(step, {}).get(column.name), column.precision) for step in steps])
    if len(folds) > 1:
        rows.append(["mean ± std"] + [_spread(column, folds, step) for step in steps])
    if any(value is not None for value in bagged.values()):
        rows.append(["bagged"] + [shown(bagged.get(step), column.precision) for step in steps])
    return table_text(rows)


def _spread(column: Column, folds: Sequence[Dict[str, Dict[str, Optional[float]]]], step: str) -> str:
    values = [fold.get(step, {}).get(column.name) for fold in folds]
    known = [math.nan if value is None else value for value in values]
    mean = sum(known) / len(known)
    std = math.sqrt(sum((value - mean) ** 2 for value in known) / len(known))  # ddof 0, as ramp-test
    return f"{shown(mean, column.precision)} ± {shown(std, column.precision + 1)}"


def title_of(submission: Submission) -> str:
    return " · ".join(part for part in (submission.event, submission.name or f"#{submission.number}") if part)


def submission_text(submission: Submission) -> str:
    """Title, then its scores, or why it failed, or where it stands."""
    if submission.state == "scored":
        return scores_text(submission)
    if submission.reason:
        return f"{title_of(submission)} · {submission.state}\n{reason_text(submission)}"
    return state_line(submission) + "\n"


def scores_text(submission: Submission) -> str:
    text = f"{title_of(submission)} · {submission.folds or len(submission.fold_scores)} folds"
    if submission.fit_seconds is not None:
        text += f" · fit {submission.fit_seconds:.1f} s a fold"
    text += "\n"
    for column in submission.score_columns():
        score = submission.scores[column.name]
        text += f"\n{direction_text(column, column.name == submission.official)}\n"
        bagged = {"valid": score.bagged_valid, "test": score.bagged_test}
        if submission.fold_scores:
            text += fold_table(column, submission.fold_scores, bagged)
        else:
            text += table_text([["", "train", "valid"],
                                ["mean", shown(score.train_mean, column.precision),
                                 shown(score.valid_mean, column.precision)],
                                ["bagged", "", shown(score.bagged_valid, column.precision)]])
    return text


def reason_text(submission: Submission) -> str:
    """The lines after `error: `, as those of a run in local cells."""
    reason = submission.reason
    if reason is None:
        return ""
    words = reason.words()
    text = f"{reason.kind} in {reason.place()}\n" + (f"  {words}\n" if words else "")
    return text + (f"\nnext: {reason.next_step}\n" if reason.next_step else "")


def state_line(submission: Submission) -> str:
    """One line for a progress display."""
    text = f"{title_of(submission)}  {_STATES.get(submission.state, submission.state)}"
    if submission.state in ("received", "queued") and submission.queue_place:
        text += f", place {submission.queue_place}"
        if submission.wait_seconds is not None:
            text += f", about {submission.wait_seconds:.0f} s"
    if submission.state == "running" and submission.folds:
        done = min(submission.folds_done, submission.folds)
        text += f"  {'●' * done}{'·' * (submission.folds - done)}  {done}/{submission.folds}"
    return text


_STATES = {"received": "waits for its trial", "trial": "trial on public data", "queued": "waits for hidden data",
           "running": "folds"}


def board_text(board: Board) -> str:
    if not board.rows:
        return f"{board.event}: no submission has a score yet\n"
    head = ["rank", "submission", "team"] + [column.name for column in board.columns]
    if board.is_released:
        head += [f"{column.name} test" for column in board.columns]
    rows: List[List[str]] = [head + ["fit"]]
    for row in board.rows:
        cells = ["" if row.rank is None else str(row.rank), row.name, row.team + (" *" if row.is_mine else "")]
        cells += [_cell(row.scores, column, "valid") for column in board.columns]
        if board.is_released:
            cells += [_cell(row.scores, column, "test") for column in board.columns]
        rows.append(cells + [duration_text(row.fit_seconds)])
    return table_text(rows)


def _cell(scores: Dict[str, Dict[str, Optional[float]]], column: Column, side: str) -> str:
    return shown(scores.get(column.name, {}).get(side), column.precision)


def events_text(events: Sequence[Event]) -> str:
    if not events:
        return "no event yet\n"
    rows = [["event", "title", "state", "closes", "people", "submissions"]]
    for event in events:
        rows.append([event.slug, event.title, event.state, relative_text(event.closes_at, now()), str(event.people_count),
                     str(event.submission_count)])
    return table_text(rows)


def submissions_text(submissions: Sequence[Submission], with_event: bool) -> str:
    if not submissions:
        return "no submission yet\n"
    rows = [["id", "number", *(["event"] if with_event else []), "name", "state", "score", "handed in"]]
    for one in submissions:
        columns = one.score_columns()
        score = shown(one.score, columns[0].precision) if columns else ""
        why = one.reason.kind if one.reason else ""
        rows.append([one.id, str(one.number), *([one.event or ""] if with_event else []), one.name, one.state,
                     score or why, relative_text(one.created_at, now())])
    return table_text(rows)


def fold_values(said: Any) -> List[Dict[str, Dict[str, Optional[float]]]]:
    """The folds of a report as `fold_table` takes them: without what is no score."""
    return [{step: fold[step] for step in ("train", "valid", "test") if step in fold} for fold in said]
