"""Figures of events as they are answered."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Final, Self, TypeAlias

from pydantic import BaseModel, Field

from api.schemas.event_answers import utc
from api.service.events.closed_months import ClosedMonth
from api.service.events.figures import AreaFacts, AreaFigures
from gis.events import DepartmentRow
from gis.suppression import LEAST
from gis.tally import TIERS
from gis.versions import Version
from layers.figures.comparison import Change, PeriodComparison, Rebase
from layers.figures.moved_events import MOVES, NOT_MOVED
from layers.figures.tally import FigureRow
from layers.words.events import FIGURES_OF_PEOPLE

DECIMALS: Final = 6
Names: TypeAlias = Mapping[str, Mapping[str, tuple[str, str]]]
"""By -> key -> Chinese and English name."""
DEFINITIONS: Final = "/figures"


class MediansOut(BaseModel):
    """Medians of spans, seconds; null where none has ended."""

    reporting_s: float | None = Field(description="It occurred -> received.")
    acceptance_s: float | None = Field(description="Received -> accepted.")
    dispatch_s: float | None = Field(description="Accepted -> assigned.")
    handling_s: float | None = Field(description="Assigned -> handled.")
    closing_s: float | None = Field(description="Handled -> closed.")
    discovery_s: float | None = Field(description="It occurred -> accepted.")
    first_response_s: float | None = Field(description="Received -> a person acts.")
    arrival_s: float | None = Field(description="Accepted -> first body present.")


class SharesOut(BaseModel):
    """Shares of the events, 0 to 1; null without events."""

    located: float | None
    ambiguous: float | None
    outside: float | None
    unplaced: float | None


class KeyOut(BaseModel):
    """What the events of a row share."""

    by: str
    key: str = Field(description="Empty for events that have none of it.")
    name: str | None
    name_zh: str | None


class FigureRowOut(BaseModel):
    """Figures of the events that share something."""

    keys: list[KeyOut] = Field(description="In the order of by; none for the total.")
    events: int
    open: int
    overdue: int
    resolved: int = Field(description="Closed after they were handled.")
    resolve_rate: float | None
    closed_in_time: int = Field(description="Closed, and nothing was ever overdue.")
    located: int
    ambiguous: int
    outside: int
    unplaced: int
    shares: SharesOut
    no_grid: int = Field(description="In no grid.")
    no_reply: int = Field(description="Open, acceptance due, nobody responded.")
    overridden: int
    override_rate: float | None
    closed_at_tier: dict[int, int] = Field(description="1 is the core.")
    medians: MediansOut

    @classmethod
    def of(cls, row: FigureRow, names: Names) -> Self:
        """Return a row as it is answered; names are by part, in order of the keys."""
        counts = row.counts
        tiers = {tier: counts[f"tier_{tier}"] for tier in range(1, TIERS + 1)}
        return cls(
            keys=_keys(row.keys, names),
            resolve_rate=share(counts["resolved"], counts["events"]),
            shares=shares_of(row),
            override_rate=share(counts["overridden"], counts["events"]),
            closed_at_tier={tier: count for tier, count in tiers.items() if count},
            medians=medians_of(row),
            **{name: counts[name] for name in COUNTED},
        )


COUNTED: Final = (
    *("events", "open", "overdue", "resolved", "closed_in_time", "no_reply"),
    *("overridden", "no_grid", "located", "ambiguous", "outside", "unplaced"),
)
"""Counts that are answered as they are."""


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


class PlacesOut(BaseModel):
    """Places with a code and their checks, at the end of the last day."""

    places: int
    green: int
    yellow: int
    red: int
    checks_due: int = Field(description="Due by the end of the day, overdue ones too.")
    checks_overdue: int
    checks: int = Field(description="Done in the time.")
    drills: int
    findings: int
    fixed: int
    checked_by_several: int = Field(
        description="Places that at least two departments checked in the time."
    )


class RatingOut(BaseModel):
    """Score and level of the area at the end of a day, and by which versions."""

    day: date
    score: float | None
    level: int | None = Field(description="1 green to 5 red, 0 without data.")
    safety_rule: str
    risk_method: str


class PostsOut(BaseModel):
    """Posts of the area at the end of the time."""

    posts: int
    vacant: int = Field(description="Nobody holds them then.")
    grids_unattended: int = Field(description="Whose own leader is not on duty then.")


class WhistlesOut(BaseModel):
    """Departments summoned in the time, as it stood at the end."""

    whistles: int
    running: int
    late: int
    solved: int


class FactsOut(BaseModel):
    """What the area has beside its events."""

    places: PlacesOut | None = Field(description="Null where no checks may be seen.")
    rating: RatingOut
    posts: PostsOut | None
    whistles: WhistlesOut

    @classmethod
    def of(cls, facts: AreaFacts) -> Self:
        """Return facts as they are answered."""
        places, posts = facts.places, facts.posts
        return cls(
            places=None if places is None else PlacesOut(**places._asdict()),
            rating=RatingOut(**facts.rating._asdict()),
            posts=None if posts is None else PostsOut(**posts._asdict()),
            whistles=WhistlesOut(**facts.whistles._asdict()),
        )


class ChangeOut(BaseModel):
    """How events became more or fewer."""

    keys: list[KeyOut]
    before: int
    after: int
    change: float | None = Field(description="As a share of before; null of 0.")


class MovedOut(BaseModel):
    """How some events came to the boundaries used, or why they did not."""

    how: str
    events: int
    text: str
    text_zh: str

    @classmethod
    def of(cls, how: str, events: int) -> Self:
        """Return a number of events with its words."""
        words = {**MOVES, **NOT_MOVED}[how]
        return cls(how=how, events=events, text=words.en, text_zh=words.zh)


class RebaseOut(BaseModel):
    """How the events of a period were counted on boundaries of another time."""

    moved: list[MovedOut] = Field(description="Of those that count in the area.")
    left_out: list[MovedOut] = Field(
        description="Of the whole town: not re-based, they count in no area."
    )

    @classmethod
    def of(cls, rebase: Rebase) -> Self:
        """Return it as it is answered."""
        return cls(
            moved=[MovedOut.of(*pair) for pair in sorted(rebase.moves.items())],
            left_out=[MovedOut.of(*pair) for pair in sorted(rebase.left_out.items())],
        )


class BoundariesOut(BaseModel):
    """A version of the boundaries."""

    version: int
    digest: str


class ComparisonOut(BaseModel):
    """An earlier period inside the same boundaries, and how events changed since."""

    since: datetime
    until: datetime
    statement: str
    boundaries: BoundariesOut = Field(description="On which both are counted.")
    boundaries_then: list[BoundariesOut] = Field(
        description="In force in the earlier period."
    )
    rebase: RebaseOut | None = Field(
        description="Null where those were the same, so that nothing was re-based."
    )
    total: FigureRowOut
    rows: list[FigureRowOut]
    total_change: ChangeOut
    changes: list[ChangeOut] = Field(description="By what the rows of either are by.")

    @classmethod
    def of(cls, comparison: PeriodComparison, names: Names) -> Self:
        """Return a comparison as it is answered."""
        before, rebase = comparison.before, comparison.rebase
        return cls(
            since=utc(before.since),
            until=utc(before.until),
            statement=comparison.statement,
            boundaries=_boundaries(comparison.version),
            boundaries_then=[_boundaries(v) for v in comparison.versions],
            rebase=None if rebase is None else RebaseOut.of(rebase),
            total=FigureRowOut.of(before.table.total, {}),
            rows=[FigureRowOut.of(row, names) for row in before.table.rows],
            total_change=_change(comparison.total, {}),
            changes=[_change(change, names) for change in comparison.rows],
        )


class PeopleOut(BaseModel):
    """Events of one kind about people in a closed month."""

    kind: str = Field(description="Empty for all of these kinds.")
    name: str
    name_zh: str
    events: int | None = Field(description="Null where the number is withheld.")
    text: str = Field(description="As the monthly report shows it.")


class ClosedMonthOut(BaseModel):
    """Kinds about people in a closed month: the edition of the monthly report."""

    first: date
    last: date
    known_at: datetime = Field(description="The cut-off, for every reader the same.")
    least: int = Field(description="Smaller numbers are withheld, and some others.")
    rule: str
    rule_zh: str
    kinds: list[PeopleOut] = Field(description="None where nothing is given.")
    note: str = Field(description="What the marks mean, or why nothing is given.")
    note_zh: str

    @classmethod
    def of(cls, month: ClosedMonth) -> Self:
        """Return a month as it is answered."""
        return cls(
            first=month.span.first,
            last=month.span.last,
            known_at=utc(month.known_at),
            least=LEAST,
            rule=month.rule.en,
            rule_zh=month.rule.zh,
            kinds=[
                PeopleOut(
                    kind=kind,
                    name=month.names[kind].en,
                    name_zh=month.names[kind].zh,
                    events=int(text) if text.isdigit() else None,
                    text=text,
                )
                for kind, text in month.kinds.items()
            ],
            note=month.note.en,
            note_zh=month.note.zh,
        )


class FiguresOut(BaseModel):
    """Figures of the events of an area that who asks sees."""

    area_id: str
    by: list[str]
    chosen: dict[str, list[str]] = Field(description="Only events with one of each.")
    since: datetime
    until: datetime
    valid_at: datetime = Field(description="The area is that in force then.")
    known_at: datetime | None = Field(description="Recorded up to then; null: all.")
    counted_at: datetime
    boundary_version: int
    boundary_digest: str
    revision: int
    last_action: int = Field(description="Last row of the log of actions that counts.")
    definitions: str = Field(description="Where each figure is defined.")
    total: FigureRowOut
    against: ComparisonOut | None = Field(description="Null if not asked for.")
    facts: FactsOut | None = Field(description="Null before any rules were in force.")
    rebase: RebaseOut | None = Field(
        description="How events came to the boundaries; null where none were re-based."
    )
    rows: list[FigureRowOut] = Field(description="Their counts sum to the total.")
    in_no_area: int = Field(description="Beside the total: would count, lie nowhere.")
    withheld_kinds: list[str] = Field(description="Kinds about people: not counted.")
    sensitive_kinds: list[str] = Field(
        description="Kinds about people in these figures: not to be published."
    )
    closed_month: ClosedMonthOut | None = Field(
        description="Kinds about people, of a whole month; null of another time."
    )
    note: str
    note_zh: str
    no_reply: list[SilenceOut] = Field(
        description="By department, as of now: the longest silent first, at most 1000."
    )
    summons: list[SummonsOut] = Field(description="By department.")

    @classmethod
    def of(
        cls,
        figures: AreaFigures,
        facts: AreaFacts | None,
        comparison: PeriodComparison | None,
        month: ClosedMonth | None,
    ) -> Self:
        """Return figures as they are answered."""
        words = FIGURES_OF_PEOPLE["with" if figures.sensitive_kinds else "without"]
        question, table = figures.question, figures.table
        return cls(
            area_id=question.area_id,
            by=[*question.by],
            chosen={name: sorted(some) for name, some in question.chosen.items()},
            since=utc(question.since),
            until=utc(question.until),
            valid_at=utc(figures.valid_at),
            known_at=None if question.known_at is None else utc(question.known_at),
            counted_at=utc(figures.counted_at),
            boundary_version=figures.version,
            boundary_digest=figures.digest,
            revision=figures.revision,
            last_action=figures.last_action,
            definitions=DEFINITIONS,
            total=FigureRowOut.of(table.total, {}),
            against=(
                None
                if comparison is None
                else ComparisonOut.of(comparison, figures.names)
            ),
            facts=None if facts is None else FactsOut.of(facts),
            rebase=(None if figures.rebase is None else RebaseOut.of(figures.rebase)),
            rows=[FigureRowOut.of(row, figures.names) for row in table.rows],
            in_no_area=table.nowhere,
            withheld_kinds=[*figures.withheld],
            sensitive_kinds=[*figures.sensitive_kinds],
            closed_month=None if month is None else ClosedMonthOut.of(month),
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
    events = row.counts["events"]
    return SharesOut(
        **{name: share(row.counts[name], events) for name in SharesOut.model_fields}
    )


def medians_of(row: FigureRow) -> MediansOut:
    """Return the medians of the spans of a row."""
    names = {name: name.removesuffix("_s") for name in MediansOut.model_fields}
    spans = names | {"first_response_s": "response"}
    return MediansOut(
        **{name: _seconds(row.medians_ms[span]) for name, span in spans.items()}
    )


def share(part: int, whole: int) -> float | None:
    """Return a part of a whole, 0 to 1; None without a whole.

    Examples
    --------
    >>> share(1, 3), share(0, 0)
    (0.333333, None)
    """
    return round(part / whole, DECIMALS) if whole else None


def _keys(keys: tuple[str, ...], names: Names) -> list[KeyOut]:
    """Return keys with their parts and names; none of a total."""
    pairs = zip(keys, names.items(), strict=False)
    return [_key(by, key, of_keys.get(key)) for key, (by, of_keys) in pairs]


def _boundaries(version: Version) -> BoundariesOut:
    """Return a version as it is answered."""
    return BoundariesOut(version=version.version, digest=version.digest)


def _change(change: Change, names: Names) -> ChangeOut:
    """Return a change as it is answered."""
    share_of = change.change
    return ChangeOut(
        keys=_keys(change.keys, names),
        before=change.before,
        after=change.after,
        change=None if share_of is None else round(share_of, DECIMALS),
    )


def _key(by: str, key: str, name: tuple[str, str] | None) -> KeyOut:
    """Return a key with its names, if it has some."""
    name_zh, name_en = name or (None, None)
    return KeyOut(by=by, key=key, name=name_en, name_zh=name_zh)


def _seconds(ms: float | None) -> float | None:
    return None if ms is None else ms / 1000
