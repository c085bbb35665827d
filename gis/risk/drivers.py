"""What drives a score, and what changed it since another day."""

import datetime as dt
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from gis.risk.method import MICRO, RiskMethod
from gis.risk.score import (
    EventFacts,
    Floats,
    Hazard,
    Ints,
    PlaceFacts,
    Rows,
    event_ages,
    is_counted,
)
from gis.risk.shares import cap_events, spread_cap

Kind = Literal["place", "events"]
KINDS: Final[tuple[Kind, Kind]] = ("place", "events")


class Driver(NamedTuple):
    """One contributor to the score of an area.

    Attributes
    ----------
    kind
        "place", or "events" for a group of them.
    driver_id
        Id of the place or name of the group.
    facts
        1 for a place, else how many events of the group count.
    weight
        What it adds to S.
    share
        Its part of S, above 0 to 1.
    """

    kind: Kind
    driver_id: str
    facts: int
    weight: float
    share: float


@dataclass(frozen=True, slots=True, eq=False)
class Contributions:
    """Every contributor that adds to S of its area: places first, then events.

    Of each kind the heaviest stands first, those of one weight in the order of ids.

    Attributes
    ----------
    area
        Row of the area, ascending, shape (c,).
    kind
        Position in `KINDS`, shape (c,).
    driver_id
        Id of the place or name of the group, shape (c,).
    facts
        Number of facts, shape (c,).
    micro
        Weight in millionths, shape (c,).
    areas
        Number of areas.
    """

    area: Ints
    kind: Ints
    driver_id: NDArray[np.str_]
    facts: Ints
    micro: Ints
    areas: int

    @property
    def sums(self) -> Ints:
        """S of each area in millionths, shape (n,)."""
        sums = np.zeros(self.areas, dtype=np.int64)
        np.add.at(sums, self.area, self.micro)
        return sums

    def top(self, count: int = 5) -> tuple[tuple[Driver, ...], ...]:
        """Return the first few places of each area, then its first few groups."""
        runs = self.area * len(KINDS) + self.kind
        ranks = np.arange(len(runs)) - np.searchsorted(runs, runs)
        rows = np.flatnonzero(ranks < count)
        first = np.searchsorted(self.area[rows], np.arange(self.areas + 1)).tolist()
        sums = self.sums.tolist()
        return tuple(
            tuple(self._driver(row, sums[area]) for row in rows[start:end].tolist())
            for area, (start, end) in enumerate(pairwise(first))
        )

    def _driver(self, row: int, area_sum: int) -> Driver:
        micro = int(self.micro[row])
        return Driver(
            KINDS[self.kind[row]],
            str(self.driver_id[row]),
            int(self.facts[row]),
            micro / MICRO,
            micro / area_sum,
        )


def contributions(
    places: PlaceFacts,
    events: EventFacts,
    areas: int,
    method: RiskMethod,
    on: dt.date,
    owners: Rows | None = None,
) -> Contributions:
    """Split S of each area into places and groups of events.

    The parts of an area add up to its S exactly: where the events of a grid are capped,
    each group of them has its part of the cap. What weighs nothing is left out.

    Parameters
    ----------
    places
        Places; their codes of the last day are taken.
    events
        Events and their groups.
    areas
        Number of areas.
    method
        Weights, half-life and window.
    on
        The day.
    owners
        Row of the area above each grid that the facts lie in, -1 in none and for grids
        without data, as `Hazard.gather` leaves them out; None takes the grids.

    Examples
    --------
    >>> method = RiskMethod.from_body(
    ...     {
    ...         "version": "example/1", "owner": "grid office", "scale": "five_colour",
    ...         "denominator": "km2", "r0": 10, "k": 0, "breaks": [5, 10, 15, 20],
    ...         "place_weights": {"green": 0, "yellow": 1, "red": 5},
    ...         "event_weights": {"1": 1, "2": 1, "3": 1, "4": 2},
    ...         "half_life_days": 7, "window_days": 30, "steady_days": 1,
    ...         "source": "-", "source_zh": "-", "note": "-", "note_zh": "-",
    ...     }
    ... )
    >>> places = PlaceFacts(
    ...     np.array(["P2", "P1"]), np.array([0, 0]), scene=np.array([0, 0]),
    ...     codes=np.array([[3, 2]]),
    ... )
    >>> events = EventFacts(
    ...     np.array([0, 0]), severity=np.array([1, 4]),
    ...     day=np.array(["2026-09-30", "2026-09-30"], "M8[D]"),
    ...     group=np.array([0, 0]), groups=("noise",),
    ... )
    >>> parts = contributions(places, events, 1, method, dt.date(2026, 9, 30))
    >>> for driver in parts.top(2)[0]:
    ...     print(driver.driver_id, driver.facts, driver.weight, round(driver.share, 2))
    P2 1 5.0 0.56
    P1 1 1.0 0.11
    noise 2 3.0 0.33
    """
    rows = np.arange(areas) if owners is None else np.asarray(owners, dtype=np.int64)
    ids, inside, micro = _of_places(places, method)
    groups, group_areas, facts, group_micro = _of_events(
        events, _sum_up(micro, inside, len(rows)), (rows, areas), method, on
    )
    is_inside = rows[inside] >= 0
    ids, inside, micro = ids[is_inside], inside[is_inside], micro[is_inside]
    area = np.concatenate([rows[inside], group_areas])
    kind = np.repeat([0, 1], [len(ids), len(groups)])
    driver_id = np.concatenate([ids, groups])
    weights = np.concatenate([micro, group_micro])
    counts = np.concatenate([np.ones(len(ids), dtype=np.int64), facts])
    order = np.lexsort((driver_id, -weights, kind, area))
    return Contributions(
        area[order], kind[order], driver_id[order], counts[order], weights[order], areas
    )


def _of_places(
    places: PlaceFacts, method: RiskMethod
) -> tuple[NDArray[np.str_], Ints, Ints]:
    """Return id, grid and weight of every place that weighs something."""
    micro = method.place_micro()[places.scene, places.codes[-1]]
    rows = np.flatnonzero((places.area >= 0) & (micro > 0))
    ids = places.place_ids[rows].astype(np.str_)
    return ids, places.area[rows].astype(np.int64), micro[rows]


def _of_events(
    events: EventFacts,
    place_sums: Ints,
    above: tuple[Ints, int],
    method: RiskMethod,
    on: dt.date,
) -> tuple[NDArray[np.str_], Ints, Ints, Ints]:
    """Return name, area, number and weight of every group in every area."""
    weights = method.event_micro()
    ages = event_ages(events.day, on)
    rated = (events.severity >= 1) & (events.severity <= len(weights))
    counted = (ages >= 0) & (ages < weights.shape[1]) & (events.area >= 0) & rated
    rows = np.flatnonzero(counted & is_counted(events, method))
    shape = len(place_sums), len(events.groups)
    bins = events.area[rows].astype(np.int64) * shape[1] + events.group[rows]
    facts = np.bincount(bins, minlength=shape[0] * shape[1]).reshape(shape)
    micro = _sum_up(weights[events.severity[rows] - 1, ages[rows]], bins, facts.size)
    capped = cap_events(
        place_sums, micro.reshape(shape).sum(axis=1), method.place_percent
    )
    spread = spread_cap(micro.reshape(shape), capped)
    owners, areas = above
    facts, spread = (_sum_up(each, owners, areas) for each in (facts, spread))
    area, group = np.nonzero(spread)
    names = np.array([*events.groups], dtype=np.str_)
    return names[group], area, facts[area, group], spread[area, group]


def _sum_up(values: Ints, rows: Ints, count: int) -> Ints:
    """Return the sums of values by row; those of row -1 count nowhere."""
    sums = np.zeros((count, *values.shape[1:]), dtype=np.int64)
    np.add.at(sums, rows[rows >= 0], values[rows >= 0])
    return sums


@dataclass(frozen=True, slots=True, eq=False)
class ScoreChange:
    """By how much scores changed between two days, and through what.

    `score` is the sum of the other three, up to rounding; NaN where an area has no data
    on one of the days.

    Attributes
    ----------
    score
        Score now less score before, shape (n,).
    by_places, by_events
        Through safety codes, through events coming and fading, shape (n,).
    by_extent
        Through a changed denominator, shape (n,); 0 where E is the same.
    """

    score: Floats
    by_places: Floats
    by_events: Floats
    by_extent: Floats


def score_change(before: Hazard, now: Hazard, method: RiskMethod) -> ScoreChange:
    """Split the change of each score since another day.

    Parameters
    ----------
    before, now
        Hazards of the same areas; the last day of each is compared.
    method
        Constants, the same for both days.

    Examples
    --------
    >>> method = RiskMethod.from_body(
    ...     {
    ...         "version": "example/1", "owner": "grid office", "scale": "five_colour",
    ...         "denominator": "km2", "r0": 10, "k": 0, "breaks": [5, 10, 15, 20],
    ...         "place_weights": {"green": 0, "yellow": 1, "red": 5},
    ...         "event_weights": {"1": 1, "2": 1, "3": 1, "4": 2},
    ...         "half_life_days": 7, "window_days": 30, "steady_days": 1,
    ...         "source": "-", "source_zh": "-", "note": "-", "note_zh": "-",
    ...     }
    ... )
    >>> def hazard(places, events):
    ...     sums = [np.array([[weight * 1_000_000]]) for weight in (places, events)]
    ...     return Hazard(*sums, extents=np.array([2.0]), left_out={})
    >>> change = score_change(hazard(4, 6), hazard(10, 2), method)
    >>> change.score, change.by_places, change.by_events
    (array([1.]), array([3.]), array([-2.]))
    """
    floor_before, floor_now = before.extents + method.k, now.extents + method.k
    places = (now.places[-1] - before.places[-1]) / MICRO / floor_now
    events = (now.events[-1] - before.events[-1]) / MICRO / floor_now
    weight = before.sums[-1] + method.k * method.r0
    extent = weight / floor_now - weight / floor_before
    return ScoreChange(places + events + extent, places, events, extent)
