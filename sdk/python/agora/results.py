"""What the server says, as values: events, submissions, boards. Knows no HTTP."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Dict, List, Mapping, Optional

ENDED = frozenset(("scored", "failed", "cancelled"))


def moment(text: Optional[str]) -> Optional[datetime]:
    """A time of the API (RFC 3339, UTC) as an aware datetime."""
    return datetime.fromisoformat(text.replace("Z", "+00:00")) if text else None


@dataclass
class Column:
    """One score of an event. precision: decimals that are shown; values are never rounded here."""

    name: str
    precision: int = 4
    is_lower_the_better: bool = False


def columns_in(said: List[Mapping[str, Any]]) -> List[Column]:
    return [Column(one["name"], one.get("precision", 4), bool(one.get("is_lower_the_better"))) for one in said]


@dataclass
class Event:
    """An event as its page shows it. state: draft, checking, refused, ready, open, closed or released."""

    id: str
    slug: str
    title: str
    state: str
    summary: str = ""
    opens_at: Optional[datetime] = None
    closes_at: Optional[datetime] = None
    is_practice: bool = False
    official: Optional[str] = None
    columns: List[Column] = field(default_factory=list)  # official first
    elements: List[str] = field(default_factory=list)    # files that a submission has to have
    folds: int = 0
    people_count: int = 0
    submission_count: int = 0
    is_participant: bool = False
    is_organiser: bool = False
    left_today: Optional[int] = None  # submissions that may still be handed in today
    statement: str = ""               # Markdown
    raw: Dict[str, Any] = field(default_factory=dict, repr=False)

    @classmethod
    def from_json(cls, said: Mapping[str, Any]) -> "Event":
        mine = said.get("mine") or {}
        return cls(said["id"], said["slug"], said["title"], said["state"], said.get("summary") or "",
                   moment(said.get("opens_at")), moment(said.get("closes_at")), bool(said.get("is_practice")),
                   said.get("official"), columns_in(said.get("score_columns") or []),
                   list(said.get("elements") or []), said.get("folds") or 0, said.get("people_count") or 0,
                   said.get("submission_count") or 0, bool(mine.get("is_participant")), bool(mine.get("is_organiser")), mine.get("left_today"),
                   said.get("statement") or "", dict(said))


@dataclass
class Score:
    """One score of a submission: mean and standard deviation over the folds, and of the bagged predictions.

    What is not known is None; what is measured on the test part is, before the event's release.
    """

    train_mean: Optional[float] = None
    train_std: Optional[float] = None
    valid_mean: Optional[float] = None
    valid_std: Optional[float] = None
    bagged_valid: Optional[float] = None
    test_mean: Optional[float] = None
    test_std: Optional[float] = None
    bagged_test: Optional[float] = None


@dataclass
class Reason:
    """Why a submission failed, and what to do next."""

    kind: str
    phase: str
    fold: Optional[int] = None
    exception_class: str = ""
    file: str = ""
    line: int = 0
    message: str = ""
    next_step: str = ""

    def place(self) -> str:
        """Where it failed: "fit, fold 2 (classifier.py, line 14)"."""
        fold = f", fold {self.fold}" if self.fold is not None else ""
        line = f", line {self.line}" if self.line else ""
        return f"{self.phase}{fold}" + (f" ({self.file}{line})" if self.file else "")

    def words(self) -> str:
        """What failed: "ValueError: ...", or as much of it as may be known."""
        if self.exception_class and self.message and self.message != self.exception_class:
            return f"{self.exception_class}: {self.message}"
        return self.message or self.exception_class


def _of(kind: type, said: Mapping[str, Any]) -> Any:
    """A dataclass from the members that it knows; an absent or null one keeps its default."""
    known = kind.__dataclass_fields__  # type: ignore[attr-defined]
    return kind(**{name: value for name, value in said.items() if name in known and value is not None})


@dataclass
class Submission:
    """A submission as its author sees it.

    state: received, trial (on public data), queued, running (on hidden data), scored, failed or cancelled.
    scores: by name; official: the name of the one that ranks.
    fold_scores: for each fold {"train": {NAME: x}, "valid": {...}}, with "test" after the release.
    fit_seconds, predict_seconds: mean over the folds. size_bytes: in bytes.
    peak_memory_bytes: what the code took itself, beyond the loaded libraries and the data that all runs share.
    """

    id: str
    number: int
    name: str
    state: str
    event: Optional[str] = None
    team: str = ""
    author: str = ""
    reason: Optional[Reason] = None
    queue_place: Optional[int] = None
    wait_seconds: Optional[float] = None  # estimated
    folds_done: int = 0
    folds: int = 0
    official: Optional[str] = None
    scores: Dict[str, Score] = field(default_factory=dict)
    fold_scores: List[Dict[str, Dict[str, Optional[float]]]] = field(default_factory=list)
    fit_seconds: Optional[float] = None
    predict_seconds: Optional[float] = None
    peak_memory_bytes: Optional[int] = None
    size_bytes: int = 0
    created_at: Optional[datetime] = None
    started_at: Optional[datetime] = None
    ended_at: Optional[datetime] = None
    columns: List[Column] = field(default_factory=list, repr=False)
    raw: Dict[str, Any] = field(default_factory=dict, repr=False)

    @classmethod
    def from_json(cls, said: Mapping[str, Any], columns: Optional[List[Column]] = None) -> "Submission":
        queue, progress = said.get("queue") or {}, said.get("progress") or {}
        scores = {name: _of(Score, one) for name, one in (said.get("scores") or {}).items()}
        official = said.get("official")
        return cls(
            said["id"], said.get("number") or 0, said.get("name") or "", said["state"],
            (said.get("event") or {}).get("slug"), (said.get("team") or {}).get("name") or "",
            (said.get("author") or {}).get("name") or "", _of(Reason, said["reason"]) if said.get("reason") else None,
            queue.get("place"), queue.get("wait_seconds"), progress.get("folds_done") or 0, progress.get("folds") or 0,
            official, scores, list(said.get("folds") or []), said.get("fit_seconds"), said.get("predict_seconds"),
            said.get("peak_memory_bytes"), said.get("size_bytes") or 0, moment(said.get("created_at")),
            moment(said.get("started_at")), moment(said.get("ended_at")), columns or [], dict(said))

    @property
    def has_ended(self) -> bool:
        return self.state in ENDED

    @property
    def score(self) -> Optional[float]:
        """The official score of the bagged validation predictions; None before there is one."""
        return self.scores[self.official].bagged_valid if self.official in self.scores else None

    def score_columns(self) -> List[Column]:
        """The event's columns, official first; of an event that is not known, those of its scores."""
        return self.columns or [Column(name) for name in sorted(self.scores, key=lambda name: name != self.official)]

    def __str__(self) -> str:
        from agora.words import submission_text

        return submission_text(self)

    def _repr_html_(self) -> str:
        from agora.pages import submission_html

        return submission_html(self)


@dataclass
class BoardRow:
    """scores: {NAME: {"valid": of the bagged predictions, "train_mean", "valid_mean", and "test" after the release}}."""

    rank: Optional[int]
    submission_id: str
    number: int
    name: str
    team: str
    scores: Dict[str, Dict[str, Optional[float]]]
    fit_seconds: Optional[float] = None
    predict_seconds: Optional[float] = None
    created_at: Optional[datetime] = None
    scored_at: Optional[datetime] = None
    is_mine: bool = False
    raw: Dict[str, Any] = field(default_factory=dict, repr=False)

    @classmethod
    def from_json(cls, said: Mapping[str, Any]) -> "BoardRow":
        return cls(said.get("rank"), said["submission_id"], said.get("number") or 0, said.get("name") or "",
                   (said.get("team") or {}).get("name") or "", dict(said.get("scores") or {}), said.get("fit_seconds"),
                   said.get("predict_seconds"), moment(said.get("created_at")), moment(said.get("scored_at")),
                   bool(said.get("is_mine")), dict(said))


@dataclass
class Board:
    """An event's board. columns: its scores, the official one first. rows: in their order."""

    event: str
    columns: List[Column]
    rows: List[BoardRow]
    updated_at: Optional[datetime] = None
    next: Optional[str] = field(default=None, repr=False)
    raw: Dict[str, Any] = field(default_factory=dict, repr=False)

    @classmethod
    def from_json(cls, event: str, said: Mapping[str, Any]) -> "Board":
        columns = sorted(said.get("columns") or [], key=lambda one: not one.get("official"))
        return cls(event, columns_in(columns), [BoardRow.from_json(one) for one in said.get("items") or []],
                   moment(said.get("updated_at")), said.get("next"), dict(said))

    @property
    def is_released(self) -> bool:
        """Whether test scores are shown."""
        return any(score.get("test") is not None for row in self.rows for score in row.scores.values())

    def to_pandas(self) -> Any:
        """A DataFrame with a row for each row: rank, submission, team, then the scores ("NAME", and "NAME test" after
        the release), fit_seconds, predict_seconds, scored_at. Fails with ImportError where pandas is absent."""
        import pandas

        return pandas.DataFrame([_flat(row, self.columns, self.is_released) for row in self.rows])

    def __str__(self) -> str:
        from agora.words import board_text

        return board_text(self)

    def _repr_html_(self) -> str:
        from agora.pages import board_html

        return board_html(self)


def _flat(row: BoardRow, columns: List[Column], is_released: bool) -> Dict[str, Any]:
    flat: Dict[str, Any] = {"rank": row.rank, "submission": row.name, "team": row.team}
    for column in columns:
        score = row.scores.get(column.name, {})
        flat[column.name] = score.get("valid")
        if is_released:
            flat[f"{column.name} test"] = score.get("test")
    flat.update(fit_seconds=row.fit_seconds, predict_seconds=row.predict_seconds, scored_at=row.scored_at)
    return flat
