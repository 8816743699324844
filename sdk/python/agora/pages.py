"""Results as HTML for a notebook: tables that read in light and dark, without a script; all text is escaped."""

from __future__ import annotations

from html import escape
from typing import List, Sequence

from agora.results import Board, Score, Submission
from agora.words import direction_text, duration_text, label_of, now, progress_text, shown, spread_text

# No colours of our own: the page's text colour, lighter or on a grey veil, reads on any background.
_TABLE = "border-collapse:collapse;font-variant-numeric:tabular-nums;margin:.4em 0;background:transparent"
_LINE = "border-bottom:1px solid rgba(128,128,128,.35)"
_CELL = "padding:.25em .8em;color:inherit;background:transparent"


def _table(caption: str, head: Sequence[str], rows: Sequence[Sequence[str]], numbers_from: int,
           marked: Sequence[int] = ()) -> str:
    def side(i: int) -> str:
        return "right" if i >= numbers_from else "left"

    heads = "".join(f'<th scope="col" style="{_CELL};{_LINE};text-align:{side(i)}">{escape(cell)}</th>'
                    for i, cell in enumerate(head))
    lines: List[str] = []
    for number, row in enumerate(rows):
        veil = ' style="background:rgba(128,128,128,.18)"' if number in marked else ""
        cells = "".join(f'<td style="{_CELL};{_LINE};text-align:{side(i)}">{escape(cell)}</td>'
                        for i, cell in enumerate(row))
        lines.append(f"<tr{veil}>{cells}</tr>")
    return (f'<table style="{_TABLE}"><caption style="text-align:left;color:inherit;opacity:.8">{escape(caption)}'
            f"</caption><thead><tr>{heads}</tr></thead><tbody>{''.join(lines)}</tbody></table>")


def _title(text: str) -> str:
    return f'<p style="margin:.2em 0"><strong>{escape(text)}</strong></p>'


def submission_html(submission: Submission) -> str:
    if submission.state == "scored":
        return _title(f"{submission.event or ''} · {label_of(submission)}") + _scores(submission)
    if submission.reason is None:
        return _title(f"{label_of(submission)}  {progress_text(submission, now())}")
    reason = submission.reason
    text = _title(f"{label_of(submission)} {submission.state}: {reason.kind} in {reason.place()}")
    if reason.words():
        text += f"<pre>{escape(reason.words())}</pre>"
    return text + (f"<p>next: {escape(reason.next_step)}</p>" if reason.next_step else "")


def _scores(submission: Submission) -> str:
    rows = []
    has_test = any(score.bagged_test is not None for score in submission.scores.values())
    for number, column in enumerate(submission.score_columns()):
        score, precision = submission.scores.get(column.name, Score()), column.precision
        row = [direction_text(column, number == 0), spread_text(score.train_mean, score.train_std, precision),
               spread_text(score.valid_mean, score.valid_std, precision), shown(score.bagged_valid, precision)]
        rows.append(row + ([shown(score.bagged_test, precision)] if has_test else []))
    head = ["score", "train", "valid", "bagged valid"] + (["bagged test"] if has_test else [])
    return _table(f"mean ± std over {submission.folds or len(submission.fold_scores)} folds", head, rows, 1)


def board_html(board: Board) -> str:
    if not board.rows:
        return _title(f"{board.event}: nobody is on the board yet")
    sides = [("test", " (test)"), ("valid", " (valid)")] if board.is_released else [("valid", "")]
    head = ["rank", "team", "submission"] + [column.name + said for column in board.columns for _, said in sides] + ["fit"]
    rows = []
    for row in board.rows:
        scores = [shown(row.scores.get(column.name, {}).get(side), column.precision)
                  for column in board.columns for side, _ in sides]
        rows.append(["" if row.rank is None else str(row.rank), row.team, row.name, *scores,
                     duration_text(row.fit_seconds)])
    mine = [i for i, row in enumerate(board.rows) if row.is_mine]
    return _table(f"board of {board.event}", head, rows, 3, mine)
