"""What figures are asked for: a time, an area, conditions, and what rows are by."""

import datetime as dt
from collections.abc import Callable, Collection, Hashable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache, partial
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from gis.access import Scope
from gis.errors import SettingError
from gis.events import MINUTE_MS
from gis.local_time import days_between, timezone_of
from gis.models import Instant
from gis.sentences import bilingual
from gis.tally import (
    CHOSEN,
    CLOSED,
    COUNTS,
    INSIDE,
    LATE,
    NEAR,
    NO_LOOP,
    NOWHERE,
    OVERRIDDEN,
    OWED,
    OWN,
    PLAIN,
    TIERS,
    UNOWNED,
    Choice,
)
from layers.figures.columns import Area, EventColumns
from layers.figures.lexicon import Lexicon

FIELD_OF: Final[Mapping[str, str]] = {
    "module": "module",
    "line": "line",
    "department": "department",
    "category": "kind",
    "channel": "source",
    "source": "source",
    "rule": "rule_id",
    "state": "state",
}
"""What rows may be by -> the field of a profile that says it."""
MOVE: Final = "move"
"""Rows of events that were moved to other boundaries are by how; no door has it."""
BY: Final = ("children", *FIELD_OF, "day")
"""What rows of figures may be by."""
CONDITIONS: Final = ("module", "line", "department", "category", "channel")
"""What events may be chosen by."""
MOST_ROWS: Final = 10_000
DAY_MS: Final = 86_400_000
REST: Final = ""
"""The key of events that have none."""


@dataclass(frozen=True, slots=True)
class Ground:
    """An area whose events count, and what its children are.

    Attributes
    ----------
    area_id
        A circle or grid, whose children are the areas next below; empty for the whole
        town with what lies in no area.
    grids
        Grids of a community, which are its children; None for circles and grids.

    Examples
    --------
    >>> Ground("C2").child(Area("C1/C2/G1/", "G1")), Ground("C2").child(Area("C1/", ""))
    ('G1', None)
    """

    area_id: str
    grids: frozenset[str] | None = None

    def child(self, area: Area) -> str | None:
        """Return the child in which an event lies; None where it lies elsewhere."""
        if self.grids is not None:
            return area.grid_id if area.grid_id in self.grids else None
        ids = area.path.split("/")
        if not self.area_id:
            return ids[0]
        if self.area_id not in ids:
            return None
        return ids[ids.index(self.area_id) + 1]


TOWN: Final = Ground("")
"""All events, wherever they lie."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """What stands in no event, but decides how it counts.

    Attributes
    ----------
    channels
        Source -> its channel.
    accept_minutes
        Kind -> how long after its receipt it is to be accepted.
    other_minutes
        The same of any other kind.
    """

    channels: Mapping[str, str] = field(default_factory=dict)
    accept_minutes: Mapping[str, int] = field(default_factory=dict)
    other_minutes: int = 15


@dataclass(frozen=True, slots=True)
class FigureQuery:
    """What figures are asked for.

    Attributes
    ----------
    ground
        The area.
    since, until
        Events that occurred in ``[since, until)``, as they stood at the end.
    moment
        What was due before it is overdue: the end, or now if that is earlier.
    known_at
        Only what was recorded up to then counts; None takes all.
    by
        Of `BY`, what the rows are by; none for the total alone.
    chosen
        Of `CONDITIONS` -> values; only events that have one of them count.
    zone
        IANA zone of days.
    """

    ground: Ground
    since: Instant
    until: Instant
    moment: Instant
    known_at: Instant | None = None
    by: tuple[str, ...] = ()
    chosen: Mapping[str, frozenset[str]] = field(default_factory=dict)
    zone: str = "UTC"


class FigureError(SettingError):
    """What is asked for cannot be counted.

    Attributes
    ----------
    text_zh
        The same in Chinese; empty says it in general.
    """

    def __init__(self, text: str, text_zh: str = "") -> None:
        super().__init__(bilingual(text, text_zh) if text_zh else text)
        self.text_zh = text_zh


class Share(NamedTuple):
    """What one part of `FigureQuery.by` gives to the number of a group.

    Attributes
    ----------
    keys
        In order.
    profiles, areas
        The place of the key of each; None where it does not depend on it.
    """

    keys: tuple[str, ...]
    profiles: NDArray[np.int32] | None = None
    areas: NDArray[np.int32] | None = None


def choice_of(
    columns: EventColumns, query: FigureQuery, scope: Scope, meaning: Meaning
) -> tuple[Choice, tuple[tuple[str, ...], ...]]:
    """Return what is counted as the scan takes it, and the keys of each part of groups.

    The number of a group is that of its keys, the last one changing soonest.

    Parameters
    ----------
    columns, query, scope, meaning
        As `layers.figures.tally.count_events` has them.

    Raises
    ------
    FigureError
        If there may be more than `MOST_ROWS` rows.
    """
    days = _days(query) if "day" in query.by else []
    bits = _profile_bits(columns, query, scope, meaning)
    # of what nobody may count no key is made, and no refusal says how many there are
    countable = np.flatnonzero(bits & (OWN | PLAIN) != 0)
    shares = [
        _days_share(days)
        if by == "day"
        else _children_share(columns, query)
        if by == "children"
        else _moves_share(columns)
        if by == MOVE
        else _share(columns, query, meaning, by, countable)
        for by in query.by
    ]
    sizes = [len(share.keys) for share in shares]
    _refuse_many(sizes, query.by)
    profile_group = np.zeros(columns.profile_count, np.int32)
    area_group = np.zeros(columns.area_count, np.int32)
    day_step, step = 0, 1
    for share, size in zip(reversed(shares), reversed(sizes), strict=True):
        if share.profiles is not None:
            profile_group += np.int32(step) * share.profiles
        elif share.areas is not None:
            area_group += np.int32(step) * share.areas
        else:
            day_step = step
        step *= size
    areas = area_bits(columns.areas, columns.area_count, query.ground, scope.area_paths)
    return Choice(
        query.since,
        query.until,
        query.moment,
        columns.step_count(query.known_at),
        np.stack([bits, profile_group, *_places(columns)], axis=1).astype(np.int32),
        np.stack([areas, area_group], axis=1).astype(np.int32),
        _accept_terms(columns, meaning),
        np.array([at for _, at in days] or [Instant(0)], np.int64),
        day_step,
    ), tuple(share.keys for share in shares)


@lru_cache(maxsize=256)
def area_bits(
    areas: Lexicon[Area], count: int, ground: Ground, paths: tuple[str, ...]
) -> NDArray[np.uint8]:
    """Return what each of the first areas is, as the scan takes it.

    Parameters
    ----------
    areas, count
        The areas, and how many.
    ground
        Where events count.
    paths
        Areas of the scope.
    """
    bits = np.zeros(count, np.uint8)
    for number, area in enumerate(areas.values(count)):
        seen_path = area.path if area.seen_path is None else area.seen_path
        bits[number] = (
            INSIDE * (ground.child(area) is not None)
            | NEAR * seen_path.startswith(paths)
            | NOWHERE * (not area.path)
            | UNOWNED * (area.grid_id is None)
        )
    return bits


@lru_cache(maxsize=64)
def child_places(
    areas: Lexicon[Area], count: int, ground: Ground
) -> tuple[tuple[str, ...], NDArray[np.int32]]:
    """Return the children that have events, in order, and that of each area.

    Parameters
    ----------
    areas, count
        The areas, and how many.
    ground
        Whose children.
    """
    children = [ground.child(area) for area in areas.values(count)]
    keys = tuple(sorted({child for child in children if child is not None}))
    places = {key: place for place, key in enumerate(keys)}
    at = [places.get(child, 0) if child is not None else 0 for child in children]
    return keys, np.array(at, np.int32)


def _days(query: FigureQuery) -> list[tuple[dt.date, Instant]]:
    """Return the days of the time, not before they are known to be few."""
    _refuse_many([(query.until - query.since) // DAY_MS], query.by)
    return days_between(query.since, query.until, timezone_of(query.zone))


def _days_share(days: list[tuple[dt.date, Instant]]) -> Share:
    """Return what days give."""
    return Share(tuple(day.isoformat() for day, _ in days))


def _children_share(columns: EventColumns, query: FigureQuery) -> Share:
    """Return what the areas next below give."""
    keys, at = child_places(columns.areas, columns.area_count, query.ground)
    return Share(keys or (REST,), areas=at)


def _moves_share(columns: EventColumns) -> Share:
    """Return what the ways give by which events came to their areas."""
    moves = [area.move for area in columns.areas.values(columns.area_count)]
    keys = tuple(sorted({*moves}))
    return Share(
        keys or (REST,), areas=np.array([keys.index(m) for m in moves], np.int32)
    )


def _share(
    columns: EventColumns,
    query: FigureQuery,
    meaning: Meaning,
    by: str,
    countable: NDArray[np.intp],
) -> Share:
    """Return what a field of profiles gives, of those that may be counted."""
    name = FIELD_OF[by]
    codes = columns.profiles.codes(name, columns.profile_count)
    values = [_key(by, value, meaning) for value in columns.profiles.values(name)]
    wanted = query.chosen.get(by)
    some = {values[code] for code in np.unique(codes[countable])}
    keys = tuple(sorted(key for key in some if wanted is None or key in wanted))
    places = {key: place for place, key in enumerate(keys)}
    marks = np.array([places.get(value, 0) for value in values], np.int32)
    return Share(keys or (REST,), profiles=marks[codes] if len(marks) else codes)


def _key(by: str, value: Hashable, meaning: Meaning) -> str:
    """Return the key that a value of a field gives."""
    text = str(value)
    return meaning.channels.get(text, text) if by == "channel" else text


def _profile_bits(
    columns: EventColumns, query: FigureQuery, scope: Scope, meaning: Meaning
) -> NDArray[np.uint8]:
    """Return what each profile is."""

    def mark(name: str, mark_of: Callable[[Any], object]) -> np.ndarray:
        return columns.profiles.mark(name, mark_of, columns.profile_count)

    bits = np.zeros(columns.profile_count, np.uint8)
    plain = ~mark("is_sensitive", bool) | mark("kind", lambda k: k in scope.grants)
    owed = mark("departments", lambda some: not some.isdisjoint(scope.departments))
    own = mark("source", lambda source: scope.is_whole or source in scope.sources)
    chosen = np.ones(columns.profile_count, bool)
    for by, values in query.chosen.items():
        chosen &= mark(FIELD_OF[by], partial(_is_one, by, values, meaning))
    for bit, marks in (
        (OWN, own),
        (PLAIN, plain),
        (OWED, owed),
        (CHOSEN, chosen),
        (CLOSED, mark("is_closed", bool)),
        (LATE, mark("is_late", bool)),
        (NO_LOOP, mark("state", lambda state: not state)),
        (OVERRIDDEN, mark("is_overridden", bool)),
    ):
        bits |= np.uint8(bit) * marks.astype(np.uint8)
    return bits


def _is_one(by: str, keys: Collection[str], meaning: Meaning, value: Hashable) -> bool:
    """Say whether a value of a field gives one of some keys."""
    return _key(by, value, meaning) in keys


def _places(columns: EventColumns) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the columns of the placing and of the closing tier of each profile."""
    first = COUNTS.index("tier_1")
    count = columns.profile_count
    placings = columns.profiles.mark("placing", COUNTS.index, count)
    tiers = columns.profiles.mark(
        "closed_tier",
        lambda tier: -1 if tier is None else first + min(max(tier, 1), TIERS) - 1,
        count,
    )
    return placings, tiers


def _accept_terms(columns: EventColumns, meaning: Meaning) -> NDArray[np.int64]:
    """Return until how long after its receipt each profile is to be accepted."""
    minutes, other = meaning.accept_minutes, meaning.other_minutes
    terms = columns.profiles.mark(
        "kind", lambda kind: minutes.get(kind, other) * MINUTE_MS, columns.profile_count
    )
    return terms.astype(np.int64)


def _refuse_many(sizes: list[int], by: tuple[str, ...]) -> None:
    """Refuse so many rows that nobody reads them."""
    count = int(np.prod(sizes, dtype=np.int64)) if sizes else 1
    if count > MOST_ROWS:
        raise FigureError(
            f"Figures by {', '.join(by)} have up to {count} rows, expected at most "
            f"{MOST_ROWS}; leave out a part, or choose a shorter time.",
            f"按 {'、'.join(by)} 统计最多可能有 {count} 行，超过 {MOST_ROWS} 行；"
            "请减少分项，或缩短时间。",
        )
