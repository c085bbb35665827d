"""Before and after: counts of two periods, compared inside one set of boundaries."""

import datetime as dt
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from gis.errors import InvalidLayerError
from gis.sentences import joined, sentence

LENGTH_SLACK_DAYS: Final = 3
"""Months differ by 3 days, years by 1; what differs by more is not compared."""


@dataclass(frozen=True, slots=True, eq=False)
class PeriodCounts:
    """Counts of areas over a period, and the boundaries they were counted in.

    Attributes
    ----------
    first, last
        First and last day, both included.
    area_ids
        Ids of the areas, each once, shape (n,).
    counts
        Whole numbers, shape (n,).
    boundary_digest
        Digest of the set of grids in which the facts were counted.
    rebased_from
        Digest of the grids in force at the time, where the facts were assigned anew to
        those of `boundary_digest`; empty where these were in force.
    """

    first: dt.date
    last: dt.date
    area_ids: tuple[str, ...]
    counts: NDArray[np.int64]
    boundary_digest: str
    rebased_from: str = ""

    @property
    def days(self) -> int:
        """Number of days."""
        return (self.last - self.first).days + 1


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """Counts of two periods in one set of boundaries.

    Attributes
    ----------
    area_ids
        Areas in order of their ids, shape (n,).
    before, after
        Counts, shape (n,).
    change
        After less before, shape (n,).
    share
        Change as a share of before, shape (n,); NaN where before is 0.
    total_share
        The same of the sums; NaN where the first sum is 0.
    boundary_digest
        The boundaries both are counted in.
    statement
        One sentence that says periods and boundaries.
    """

    area_ids: tuple[str, ...]
    before: NDArray[np.int64]
    after: NDArray[np.int64]
    change: NDArray[np.int64]
    share: NDArray[np.float64]
    total_share: float
    boundary_digest: str
    statement: str


def compare_periods(before: PeriodCounts, after: PeriodCounts) -> Comparison:
    """Compare the counts of two periods area by area.

    Parameters
    ----------
    before, after
        Counts of the same areas over periods of like length that do not overlap.

    Raises
    ------
    InvalidLayerError
        If the boundaries differ (assign the facts of one period anew to the grids of
        the other and say so by `rebased_from`), the areas differ, or the periods
        overlap, stand in the wrong order or differ by more than 3 days in length.

    Examples
    --------
    >>> years = [
    ...     PeriodCounts(
    ...         dt.date(year, 1, 1), dt.date(year, 12, 31), ("G1",), np.array([n]), "a1"
    ...     )
    ...     for year, n in ((2019, 500), (2020, 194))
    ... ]
    >>> compared = compare_periods(*years)
    >>> compared.change, round(compared.total_share, 3)
    (array([-306]), -0.612)
    >>> compared.statement
    '2019-01-01 / 2019-12-31 against 2020-01-01 / 2020-12-31, both in boundaries a1.'
    """
    _check_boundaries(before, after)
    _check_periods(before, after)
    first, second = _by_id(before), _by_id(after)
    area_ids = tuple(sorted(before.area_ids))
    return Comparison(
        area_ids,
        first,
        second,
        second - first,
        _share(first, second),
        float(_share(first.sum(keepdims=True), second.sum(keepdims=True))[0]),
        before.boundary_digest,
        _statement(before, after),
    )


def _check_boundaries(before: PeriodCounts, after: PeriodCounts) -> None:
    if not before.boundary_digest or before.boundary_digest != after.boundary_digest:
        raise InvalidLayerError(
            "The periods were counted in boundaries {boundary_digest!r} and "
            "{boundary_digest_2!r}; assign the facts of one period anew to the grids "
            "of the other before comparing.",
            boundary_digest=before.boundary_digest,
            boundary_digest_2=after.boundary_digest,
        )
    areas = [sorted(period.area_ids) for period in (before, after)]
    if areas[0] != areas[1] or len(set(areas[0])) != len(areas[0]):
        raise InvalidLayerError(
            "The periods have {areas} and {areas_2} areas that are not the same, each "
            "once; give every area of both periods, with 0 where nothing was counted.",
            areas=len(areas[0]),
            areas_2=len(areas[1]),
        )


def _check_periods(before: PeriodCounts, after: PeriodCounts) -> None:
    if not before.first <= before.last < after.first <= after.last:
        raise InvalidLayerError(
            "Periods {span} and {span_2} overlap or stand in the wrong order; give "
            "the earlier one first.",
            span=_span(before),
            span_2=_span(after),
        )
    if abs(before.days - after.days) > LENGTH_SLACK_DAYS:
        raise InvalidLayerError(
            "Periods of {days} and {days_2} days are not alike; compare periods whose "
            "lengths differ by at most {length_slack_days} days.",
            days=before.days,
            days_2=after.days,
            length_slack_days=LENGTH_SLACK_DAYS,
        )


def _by_id(period: PeriodCounts) -> NDArray[np.int64]:
    order = sorted(range(len(period.area_ids)), key=period.area_ids.__getitem__)
    return np.asarray(period.counts, dtype=np.int64)[order]


def _share(before: NDArray[np.int64], after: NDArray[np.int64]) -> NDArray[np.float64]:
    share = np.full(len(before), np.nan)
    np.divide(after - before, before, out=share, where=before > 0)
    return share


def _span(period: PeriodCounts) -> str:
    return f"{period.first:%Y-%m-%d} / {period.last:%Y-%m-%d}"


def _statement(before: PeriodCounts, after: PeriodCounts) -> str:
    anew = joined(
        "",
        (
            sentence(
                "; facts of {span} assigned anew from {rebased_from}",
                span=_span(period),
                rebased_from=period.rebased_from,
            )
            for period in (before, after)
            if period.rebased_from
        ),
    )
    return sentence(
        "{span} against {span_2}, both in boundaries {boundary_digest}{anew}.",
        span=_span(before),
        span_2=_span(after),
        boundary_digest=before.boundary_digest,
        anew=anew,
    )
