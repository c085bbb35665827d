"""Figures of two periods, compared inside one set of boundaries, or refused."""

from dataclasses import dataclass

import numpy as np

from gis.errors import InvalidLayerError
from gis.local_time import local_day, timezone_of
from gis.models import Instant
from gis.risk.periods import PeriodCounts, compare_periods
from gis.versions import History
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
    """

    before: Period
    total: Change
    rows: tuple[Change, ...]
    statement: str


def digest_of(history: History, period: tuple[Instant, Instant]) -> str:
    """Return the digest of the boundaries that were in force all of a time.

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
    since, until = period
    first = history.in_force(since)
    if first is None:
        raise FigureError(
            "No boundaries were in force at the beginning of a period that is "
            "compared; compare periods since the first version of GET /versions.",
            "所比较的时段开始时还没有生效的边界版本；请比较首个版本生效之后的时段。",
        )
    later = [v for v in history.timeline() if since < v.valid_from < until]
    for version in later:
        if version.digest != first.digest:
            raise changed(first.version, version.version)
    return first.digest


def changed(first: int, second: int) -> FigureError:
    """Return the refusal to compare across a change of boundaries.

    Parameters
    ----------
    first, second
        Versions, of the earlier and the later boundaries.

    Examples
    --------
    >>> str(changed(1, 2))[:43]
    'Boundaries changed from version 1 to versio'
    """
    return FigureError(
        f"Boundaries changed from version {first} to version {second} in or between "
        "the periods, so that their areas are not the same; compare periods inside "
        "one version, or ask for each by itself.",
        f"两个时段之内或之间，边界由第 {first} 版变为第 {second} 版，区域已不相同；"
        "请比较同一版本内的时段，或分别查询。",
    )


def compare(
    history: History, before: Period, after: Period, zone: str
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

    Raises
    ------
    FigureError
        If boundaries changed, the periods overlap, stand in the wrong order or differ
        by more than 3 days.
    """
    spans = [(period.since, period.until) for period in (before, after)]
    digests = [digest_of(history, span) for span in spans]
    if digests[0] != digests[1]:
        versions = [history.in_force(since) for since, _ in spans]
        raise changed(*(version.version for version in versions if version))
    tables = [
        {row.keys: row for row in period.table.rows} for period in (before, after)
    ]
    keys = sorted(tables[0].keys() | tables[1].keys())
    totals = before.table.total, after.table.total
    statement = _statement(before, after, digests[0], zone)
    return PeriodComparison(
        before,
        _change((), *totals),
        tuple(_change(key, *(table.get(key) for table in tables)) for key in keys),
        statement,
    )


def _statement(before: Period, after: Period, digest: str, zone: str) -> str:
    """Return what is compared, or refuse periods that are not alike."""
    counts = [
        PeriodCounts(
            local_day(period.since, timezone_of(zone)),
            local_day(Instant(period.until - 1), timezone_of(zone)),
            ("",),
            np.array([period.table.total.counts["events"]]),
            digest,
        )
        for period in (before, after)
    ]
    try:
        return compare_periods(*counts).statement
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
