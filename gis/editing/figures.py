"""Figures of changed grids: their shape, people, places, checks, events and load."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Final, NamedTuple, Self

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray

from gis.editing.caseload import Redrawing, reassign
from gis.editing.ground_points import GroundPoints
from gis.editing.populations import Count, Homes, Populations, populations_of
from gis.editing.sizing import Limits, SizingRule
from gis.errors import InvalidLayerError
from gis.geometry import Polygonal, local_metres
from gis.models import Post, PostId, SafetyCode
from gis.roster import NO_PLAN, PostsPlan
from gis.safety.due import CHECK_DAYS

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

MONTH_DAYS: Final = 30
"""A month, in which checks and events are counted, has so many days."""
MEMBER_ROLE: Final = "full_time_member"
_CODES: Final = (None, *SafetyCode)
CHECKS_A_MONTH: Final = np.array(
    [0.0, 1.0, *(MONTH_DAYS / CHECK_DAYS[code] for code in list(SafetyCode)[1:])]
)
"""Checks owed a month by code; a place without one owes none."""


class Excess(NamedTuple):
    """A figure beyond what the rule gives for it."""

    name: str
    value: float
    limits: Limits


@dataclass(frozen=True, slots=True)
class GridFigures:
    """The figures of one grid; None is a layer that is not loaded, never 0.

    Attributes
    ----------
    grid_id
        The grid.
    area_m2
        Its area on the ellipsoid.
    compactness
        4 pi A / P^2 of its border, holes included: 1 for a circle.
    pieces
        Number of its parts.
    residents, registered, households
        An estimate where its ground changed and nobody has typed the number.
    places
        Number by scene and safety code; None in place of a code is a place without.
    checks, events
        Owed, and happened, in a month of 30 days.
    window_days
        Days in which the events were counted that are given for a month.
    members
        Posts of full-time members, filled or not.
    load_h, load_a_member_h
        Working hours a month by the rule, and for each of these posts: None where a
        layer that counts is not loaded, or there is no such post.
    """

    grid_id: str
    area_m2: float
    compactness: float
    pieces: int
    residents: Count | None
    registered: Count | None
    households: Count | None
    places: Mapping[tuple[str, SafetyCode | None], int] | None
    checks: float | None
    events: float | None
    window_days: float | None
    members: int | None
    load_h: float | None
    load_a_member_h: float | None

    def value(self, name: str) -> float | None:
        """Return a figure of `LIMITED` as one number."""
        if name == "area_km2":
            return self.area_m2 / 1e6
        if name == "places":
            return None if self.places is None else sum(self.places.values())
        value = getattr(self, name)
        return value.value if isinstance(value, Count) else value

    def beyond(self, rule: SizingRule) -> tuple[Excess, ...]:
        """Return the figures that are beyond the limits of a rule, in its order."""
        excesses = []
        for name, (least, most) in rule.limits.items():
            value = self.value(name)
            if value is None:
                continue
            if (least is not None and value < least) or (
                most is not None and value > most
            ):
                excesses.append(Excess(name, value, (least, most)))
        return tuple(excesses)


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """Places on the ground of a base.

    Attributes
    ----------
    points
        Their positions.
    scenes, scene
        Names of scenes in order, and which is that of each place, shape (n,).
    code
        `SafetyCode` of each, 0 for none, shape (n,).
    """

    points: GroundPoints
    scenes: tuple[str, ...]
    scene: Ints
    code: Ints

    @classmethod
    def locate(
        cls,
        polygons: Mapping[str, Polygonal],
        xy: tuple[Floats, Floats],
        scenes: Sequence[str],
        codes: Sequence[SafetyCode | None],
    ) -> Self:
        """Prepare places once for any number of changes.

        Parameters
        ----------
        polygons
            All grids of the base.
        xy
            Positions in their coordinates, shape (n,) each.
        scenes, codes
            Scene, and safety code or None, of each place.
        """
        names, scene = np.unique(
            np.array(scenes, dtype=object).astype(str), return_inverse=True
        )
        code = np.array([0 if c is None else int(c) for c in codes], dtype=np.int64)
        points = GroundPoints.locate(polygons, *xy)
        return cls(points, tuple(names.tolist()), scene.astype(np.int64), code)


@dataclass(frozen=True, slots=True, eq=False)
class Events:
    """Events of a window on the ground of a base, without those of sensitive kinds.

    Attributes
    ----------
    points
        Their positions.
    window_days
        Days in which they occurred.
    """

    points: GroundPoints
    window_days: float

    @classmethod
    def locate(
        cls,
        polygons: Mapping[str, Polygonal],
        xy: tuple[Floats, Floats],
        window_days: float,
        is_sensitive: Flags | None = None,
    ) -> Self:
        """Prepare events once for any number of changes.

        Parameters
        ----------
        polygons
            All grids of the base.
        xy
            Positions in their coordinates, shape (n,) each.
        window_days
            Days in which they occurred, above 0.
        is_sensitive
            Those that are in no figure, shape (n,); None where none is.
        """
        if not 0.0 < window_days < math.inf:
            raise InvalidLayerError(
                "The window of the events is {window_days!r} days, expected more than "
                "0; name the days in which they occurred.",
                window_days=window_days,
            )
        x, y = xy
        if is_sensitive is not None:
            x, y = x[~is_sensitive], y[~is_sensitive]
        return cls(GroundPoints.locate(polygons, x, y), window_days)


class Staff:
    """Posts of full-time members by area, counted once.

    Parameters
    ----------
    posts
        All posts of the base.
    """

    def __init__(self, posts: Iterable[Post]) -> None:
        members = [post for post in posts if post.role == MEMBER_ROLE]
        self.area_of: dict[PostId, str] = {p.post_id: p.area_id for p in members}
        self.counts = Counter(self.area_of.values())

    def with_plan(self, plan: PostsPlan) -> Counter[str]:
        """Return the number of posts by area once a plan of posts is in force."""
        if plan is NO_PLAN:
            return self.counts
        counts = self.counts.copy()
        for post_id in plan.ended & self.area_of.keys():
            counts[self.area_of[post_id]] -= 1
        for post_id, area in plan.moved.items():
            if post_id in self.area_of and post_id not in plan.ended:
                counts[self.area_of[post_id]] -= 1
                counts[area] += 1
        counts.update(p.area_id for p in plan.created if p.role == MEMBER_ROLE)
        return counts


@dataclass(frozen=True, slots=True, eq=False)
class GroundFacts:
    """What is on the ground of a base, prepared once; None is not loaded.

    Attributes
    ----------
    crs
        Geographic or projected CRS of all coordinates.
    populations
        Name of `POPULATIONS` -> count of each grid, None where it is not known; a name
        that is missing is not loaded.
    places, events, homes, staff
        Without `homes` people follow the area.
    """

    crs: pyproj.CRS
    populations: Populations = field(default_factory=dict)
    places: Places | None = None
    events: Events | None = None
    homes: Homes | None = None
    staff: Staff | None = None


def figures_of(
    facts: GroundFacts,
    change: Redrawing,
    rule: SizingRule,
    typed: Populations = MappingProxyType({}),
    plan: PostsPlan = NO_PLAN,
) -> tuple[GridFigures, ...]:
    """Return the figures of every grid of a change, as it is after it, in code order.

    People follow the ground, in whole numbers by the largest remainder: those of a grid
    of before are shared among the grids that got its ground, so that the sum over all
    stays. Those of a change from a base to itself are the figures before it. They are
    figures of grids and of posts, never of a person.

    Parameters
    ----------
    facts
        What is on the ground of the base.
    change
        What differs from that base.
    rule
        Hours and limits.
    typed
        Name of `POPULATIONS` -> counts that a planner has typed; they are no estimates.
    plan
        What is said about posts.

    Raises
    ------
    InvalidLayerError
        If the change takes a grid that the base does not have.

    References
    ----------
    .. [1] Polsby, Popper (1991), The Third Criterion: compactness as a procedural
       safeguard against partisan gerrymandering.

    Examples
    --------
    >>> square = shapely.box(0, 0, 1000, 1000)
    >>> east = shapely.box(500, 0, 1000, 1000)
    >>> halves = {"A": shapely.box(0, 0, 500, 1000), "B": east}
    >>> facts = GroundFacts(pyproj.CRS("+proj=laea"), {"residents": {"A": 1001}})
    >>> hours = {"population": 0.1, "event": 0.5}
    >>> rule = SizingRule("r/1", "office", "residents", hours, {})
    >>> west, east = figures_of(facts, Redrawing({"A": square}, halves), rule)
    >>> west.residents, east.residents
    (Count(value=501, is_estimate=True), Count(value=500, is_estimate=True))
    >>> round(west.area_m2), round(west.compactness, 3), west.places, west.load_h
    (500000, 0.698, None, None)
    """
    ids = tuple(sorted(change.after))
    shapes = np.array([change.after[grid] for grid in ids], dtype=object)
    metric = local_metres(shapes, facts.crs) if ids else shapes
    areas, lengths = shapely.area(metric), shapely.length(metric)
    pieces = shapely.get_num_geometries(shapes)
    people = populations_of(facts.populations, change, ids, facts.homes, typed)
    places = _places(facts.places, change, ids)
    events = _events(facts.events, change, ids)
    members = None if facts.staff is None else facts.staff.with_plan(plan)
    figures = []
    for row, grid in enumerate(ids):
        by_code = None if places is None else places[row]
        figures.append(
            _with_load(
                GridFigures(
                    grid,
                    float(areas[row]),
                    float(4.0 * np.pi * areas[row] / lengths[row] ** 2),
                    int(pieces[row]),
                    people["residents"][row],
                    people["registered"][row],
                    people["households"][row],
                    by_code,
                    None if by_code is None else _checks(by_code),
                    None if events is None else events[row],
                    None if facts.events is None else facts.events.window_days,
                    None if members is None else members[grid],
                    None,
                    None,
                ),
                rule,
            )
        )
    return tuple(figures)


def _rows_by_grid(
    points: GroundPoints, change: Redrawing, ids: Sequence[str]
) -> list[Ints]:
    """Return the points that each grid of a change holds."""
    moves = reassign(points, change)
    order = np.argsort(moves.after, kind="stable")
    by_grid = moves.after[order]
    rank = {grid: row for row, grid in enumerate(moves.ids)}
    ranks = np.array([rank[grid] for grid in ids], dtype=np.int64)
    first = np.searchsorted(by_grid, ranks)
    last = np.searchsorted(by_grid, ranks, side="right")
    points_by_grid = moves.points[order]
    return [points_by_grid[a:b] for a, b in zip(first, last, strict=True)]


def _places(
    places: Places | None, change: Redrawing, ids: Sequence[str]
) -> list[dict[tuple[str, SafetyCode | None], int]] | None:
    """Return the number of places of each grid, by scene and code."""
    if places is None:
        return None
    kinds = len(_CODES)
    cells = places.scene * kinds + places.code
    tables = []
    for rows in _rows_by_grid(places.points, change, ids):
        counts = np.bincount(cells[rows], minlength=len(places.scenes) * kinds)
        tables.append(
            {
                (places.scenes[cell // kinds], _CODES[cell % kinds]): int(counts[cell])
                for cell in np.flatnonzero(counts).tolist()
            }
        )
    return tables


def _checks(places: Mapping[tuple[str, SafetyCode | None], int]) -> float:
    """Return the checks that places owe in a month."""
    return float(sum(CHECKS_A_MONTH[code or 0] * n for (_, code), n in places.items()))


def _events(
    events: Events | None, change: Redrawing, ids: Sequence[str]
) -> list[float] | None:
    """Return the events of each grid in a month."""
    if events is None:
        return None
    rows = _rows_by_grid(events.points, change, ids)
    return [len(own) * MONTH_DAYS / events.window_days for own in rows]


def _with_load(figures: GridFigures, rule: SizingRule) -> GridFigures:
    """Return figures with the hours of a rule."""
    population: Count | None = getattr(figures, rule.population)
    amounts = {
        "population": None if population is None else population.value,
        "place": figures.value("places"),
        "check": figures.checks,
        "event": figures.events,
        "km2": figures.area_m2 / 1e6,
    }
    hours = 0.0
    for item, weight in rule.hours.items():
        amount = amounts[item]
        if weight and amount is None:
            return figures
        hours += weight * (amount or 0.0)
    a_member = hours / figures.members if figures.members else None
    return replace(figures, load_h=hours, load_a_member_h=a_member)
