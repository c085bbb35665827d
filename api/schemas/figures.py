"""Figures of events as they are answered."""

from datetime import datetime
from typing import Final, Literal, Self, TypeAlias

from pydantic import BaseModel, Field

from api.schemas.event_answers import utc
from api.service.events.figures import AreaFigures
from gis.events import DepartmentRow
from layers.event_words import FIGURES_OF_PEOPLE
from layers.figures.events import FigureRow

By: TypeAlias = Literal["source", "circle", "line", "module", "department", "rule"]
DECIMALS: Final = 6


class MediansOut(BaseModel):
    """Medians of clocks, seconds; null where none has stopped."""

    discovery_s: float | None = Field(description="It occurred -> accepted.")
    arrival_s: float | None = Field(description="Accepted -> first body present.")
    first_response_s: float | None = Field(description="Received -> a person acts.")
    handling_s: float | None = Field(description="Assigned -> handled.")


class SharesOut(BaseModel):
    """Shares of the count, 0 to 1; null without events."""

    located: float | None
    ambiguous: float | None
    outside: float | None
    unplaced: float | None


class FigureRowOut(BaseModel):
    """Figures of the events that share something."""

    key: str = Field(description="Empty for events that have none of it.")
    name: str | None
    name_zh: str | None
    count: int
    open: int
    overdue: int
    resolved: int = Field(description="Closed after they were handled.")
    resolve_rate: float | None
    located: int
    ambiguous: int
    outside: int
    unplaced: int
    shares: SharesOut
    no_reply: int = Field(description="Open, acceptance due, nobody responded.")
    overridden: int
    override_rate: float | None
    closed_at_tier: dict[int, int] = Field(description="1 is the core.")
    lines: dict[str, int] = Field(description="The five lines of business.")
    medians: MediansOut

    @classmethod
    def of(cls, row: FigureRow, name: tuple[str, str] | None) -> Self:
        """Return a row as it is answered."""
        name_zh, name_en = name or (None, None)
        return cls(
            key=row.key,
            name=name_en,
            name_zh=name_zh,
            count=row.count,
            open=row.open,
            overdue=row.overdue,
            resolved=row.resolved,
            resolve_rate=share(row.resolved, row.count),
            located=row.located,
            ambiguous=row.ambiguous,
            outside=row.outside,
            unplaced=row.unplaced,
            shares=shares_of(row),
            no_reply=row.unanswered,
            overridden=row.overridden,
            override_rate=share(row.overridden, row.count),
            closed_at_tier=dict(row.closed_at_tier),
            lines=dict(row.lines),
            medians=medians_of(row),
        )


class SilenceOut(BaseModel):
    """An event without reply."""

    event_id: str
    kind: str
    department_id: str = Field(description="Who had to handle it first, if any.")
    accept_by: datetime


class SummonsOut(BaseModel):
    """What a department did when it was summoned, and how it was rated."""

    department_id: str
    summons: int
    solved: int
    present: int
    remote: int
    absent: int
    late: int
    ratings: int
    mean_rating: float | None

    @classmethod
    def of(cls, row: DepartmentRow) -> Self:
        """Return a row as it is answered."""
        return cls(**row._asdict())


class FiguresOut(BaseModel):
    """Figures of the events of an area that who asks sees."""

    area_id: str
    by: By
    since: datetime
    until: datetime
    counted_at: datetime
    total: FigureRowOut
    rows: list[FigureRowOut] = Field(description="Their counts sum to the total.")
    sensitive_kinds: list[str] = Field(
        description="Kinds about people in these figures: not to be published."
    )
    note: str
    note_zh: str
    no_reply: list[SilenceOut] = Field(
        description="By department: the longest silent first, at most 1000."
    )
    summons: list[SummonsOut] = Field(description="By department.")

    @classmethod
    def of(cls, area_id: str, by: By, figures: AreaFigures) -> Self:
        """Return figures as they are answered."""
        words = FIGURES_OF_PEOPLE["with" if figures.sensitive_kinds else "without"]
        return cls(
            area_id=area_id,
            by=by,
            since=utc(figures.since),
            until=utc(figures.until),
            counted_at=utc(figures.counted_at),
            total=FigureRowOut.of(figures.total, None),
            rows=[
                FigureRowOut.of(row, figures.names.get(row.key)) for row in figures.rows
            ],
            sensitive_kinds=[*figures.sensitive_kinds],
            note=words.en,
            note_zh=words.zh,
            no_reply=[
                SilenceOut(
                    event_id=silence.event_id,
                    kind=silence.kind,
                    department_id=silence.department_id,
                    accept_by=utc(silence.accept_by),
                )
                for silence in figures.silences
            ],
            summons=[SummonsOut.of(row) for row in figures.summons],
        )


def shares_of(row: FigureRow) -> SharesOut:
    """Return how well the positions of a row are known."""
    return SharesOut(
        located=share(row.located, row.count),
        ambiguous=share(row.ambiguous, row.count),
        outside=share(row.outside, row.count),
        unplaced=share(row.unplaced, row.count),
    )


def medians_of(row: FigureRow) -> MediansOut:
    """Return the medians of the clocks of a row."""
    return MediansOut(
        discovery_s=_seconds(row.medians.discovery_ms),
        arrival_s=_seconds(row.medians.arrival_ms),
        first_response_s=_seconds(row.medians.response_ms),
        handling_s=_seconds(row.medians.handling_ms),
    )


def share(part: int, whole: int) -> float | None:
    """Return a part of a whole, 0 to 1; None without a whole.

    Examples
    --------
    >>> share(1, 3), share(0, 0)
    (0.333333, None)
    """
    return round(part / whole, DECIMALS) if whole else None


def _seconds(ms: float | None) -> float | None:
    return None if ms is None else ms / 1000
