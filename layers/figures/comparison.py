"""Figures of two periods, compared inside one set of boundaries, or refused."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from gis.errors import InvalidLayerError
from gis.local_time import local_day, timezone_of
from gis.models import Instant
from gis.risk.periods import PeriodCounts, compare_periods
from gis.versions import History, Version
from layers.figures.question import FigureError
from layers.figures.tally import FigureRow, FigureTable


@dataclass(frozen=True, slots=True)
class Period:
    """A time and the figures of its events.

    Attributes
    ----------
    since, until
        From, inclusively, until, exclusively.
    table
        The figures.
    """

    since: Instant
    until: Instant
    table: FigureTable


@dataclass(frozen=True, slots=True)
class Rebase:
    """How events of an earlier period came to the boundaries of the later one.

    Attributes
    ----------
    moves
        How those that count in the area did, of `layers.figures.moved_events.MOVES`
        -> how many.
    left_out
        Those of the town that count in no area, of `NOT_MOVED` there -> how many.
    """

    moves: Mapping[str, int]
    left_out: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Change:
    """How events became more or fewer.

    Attributes
    ----------
    keys
        As those of a row; none for the total.
    before, after
        Events of the earlier and of the later period.
    change
        After less before, as a share of before; None where that is 0.
    """

    keys: tuple[str, ...]
    before: int
    after: int
    change: float | None


@dataclass(frozen=True, slots=True)
class PeriodComparison:
    """Figures of two periods inside one set of boundaries.

    Attributes
    ----------
    before
        The earlier period.
    total, rows
        Change of all events, and by what the rows of either are by.
    statement
        One sentence that says periods and boundaries.
    versions
        Those in force in the earlier period, in order.
    version
        That of the later one, on whose boundaries both are counted.
    rebase
        How the events of the earlier period came to them; None where these were in
        force then.
    """

    before: Period
    total: Change
    rows: tuple[Change, ...]
    statement: str
    versions: tuple[Version, ...]
    version: Version
    rebase: Rebase | None = None


def versions_in(
    history: History, period: tuple[Instant, Instant]
) -> tuple[Version, ...]:
    """Return the versions that were in force at some time of a period, in order.

    Parameters
    ----------
    history
        Of the versions.
    period
        From, inclusively, until, exclusively.
    """
    since, until = period
    first = history.in_force(since)
    later = (v for v in history.timeline() if since < v.valid_from < until)
    return tuple(v for v in (first, *later) if v is not None)


def versions_of(
    history: History, period: tuple[Instant, Instant]
) -> tuple[Version, ...]:
    """Return the versions that were in force in a time, in order.

    Parameters
    ----------
    history
        Of the versions.
    period
        From, inclusively, until, exclusively.

    Raises
    ------
    FigureError
        If none was at its beginning.
    """
    if history.in_force(period[0]) is None:
        raise FigureError(
            "No boundaries were in force at the beginning of a period that is "
            "compared; compare periods since the first version of GET /versions.",
            "所比较的时段开始时还没有生效的边界版本；请比较首个版本生效之后的时段。",
        )
    return versions_in(history, period)


def version_of(history: History, period: tuple[Instant, Instant]) -> Version:
    """Return the first version of those boundaries that were in force all of a time.

    Parameters
    ----------
    history
        Of the versions.
    period
        From, inclusively, until, exclusively.

    Raises
    ------
    FigureError
        If none was at its beginning, or another one came into force.
    """
    first, *later = versions_of(history, period)
    for version in later:
        if version.digest != first.digest:
            raise changed(first, version)
    return first


def changed(first: Version, second: Version) -> FigureError:
    """Return the refusal to compare across a change of boundaries.

    Parameters
    ----------
    first, second
        The earlier and the later boundaries.
    """
    earlier, later = first.version, second.version
    return FigureError(
        f"Boundaries changed from version {earlier} to version {later} in or between "
        "the periods, so that their areas are not the same; take a later period inside "
        "one version, and rebase=true to count the earlier one on its boundaries.",
        f"两个时段之内或之间，边界由第 {earlier} 版变为第 {later} 版，区域已不相同；"
        "请选择同一版本内的较晚时段，并加 rebase=true，"
        "使较早时段按其边界重新归属后比较。",
    )


def compare(
    history: History,
    before: Period,
    after: Period,
    zone: str,
    rebase: Rebase | None = None,
) -> PeriodComparison:
    """Compare the events of two periods.

    Parameters
    ----------
    history
        Of the boundaries.
    before, after
        The earlier and the later period, by the same parts.
    zone
        IANA zone of days.
    rebase
        How the earlier period was counted on the boundaries of the later one; None
        where it was not.

    Raises
    ------
    FigureError
        If boundaries changed and the earlier period was not moved, or they changed in
        the later one; if the periods overlap, stand in the wrong order or differ by
        more than 3 days.
    """
    spans = [(period.since, period.until) for period in (before, after)]
    versions, version = versions_of(history, spans[0]), version_of(history, spans[1])
    replaced = [v for v in versions if v.digest != version.digest]
    if replaced and rebase is None:
        # where the earlier period has one version that one has changed until the later
        version_of(history, spans[0])
        raise changed(versions[0], version)
    tables = [
        {row.keys: row for row in period.table.rows} for period in (before, after)
    ]
    keys = sorted(tables[0].keys() | tables[1].keys())
    totals = before.table.total, after.table.total
    statement = _statement(before, after, version.digest, replaced, zone)
    return PeriodComparison(
        before,
        _change((), *totals),
        tuple(_change(key, *(table.get(key) for table in tables)) for key in keys),
        statement,
        versions,
        version,
        rebase,
    )


def _statement(
    before: Period, after: Period, digest: str, replaced: list[Version], zone: str
) -> str:
    """Return what is compared, or refuse periods that are not alike."""
    first, second = (
        PeriodCounts(
            local_day(period.since, timezone_of(zone)),
            local_day(Instant(period.until - 1), timezone_of(zone)),
            ("",),
            np.array([period.table.total.counts["events"]]),
            digest,
        )
        for period in (before, after)
    )
    moved_from = ", ".join(dict.fromkeys(version.digest for version in replaced))
    try:
        return compare_periods(
            replace(first, rebased_from=moved_from), second
        ).statement
    except InvalidLayerError as error:
        raise FigureError(
            str(error),
            "两个时段重叠、先后颠倒，或天数相差超过 3 天；请用 against 给出较早的、"
            "长度相近的时段。",
        ) from error


def _change(
    keys: tuple[str, ...], before: FigureRow | None, after: FigureRow | None
) -> Change:
    """Return how the events of a row changed."""
    first, second = (
        0 if row is None else row.counts["events"] for row in (before, after)
    )
    return Change(keys, first, second, (second - first) / first if first else None)
