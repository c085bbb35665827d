"""The checks of somebody's places: late, today and in the next days, nearest first."""

import datetime as dt
import math
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple, overload
from weakref import WeakKeyDictionary

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from gis.geodesy import metres_per_degree
from gis.models import SafetyCode
from layers.rating.day import RiskDay
from layers.schema.circles import text_or_none

NEXT_DAYS: Final = 7
"""So many days ahead checks are shown."""


COLUMNS: Final = (
    *("place_id", "name", "scene", "code", "grid_id", "due_on", "overdue_days"),
    "geometry",
)
"""What is said of a place."""


class Spot(NamedTuple):
    """From where distances are measured, degrees."""

    lon: float
    lat: float


class NextCheck(NamedTuple):
    """A check that is owed now or soon.

    Attributes
    ----------
    place_id, name, scene
        The place.
    code
        None where a campaign alone owes the check.
    grid_id
        The grid it lies in; None in none.
    due_on, overdue_days
        When it is owed, and by how much it is late.
    spot
        Where the place is; None where that is not known.
    distance_m
        From where one stands; None where either is not known.
    """

    place_id: str
    name: str | None
    scene: str
    code: SafetyCode | None
    grid_id: str | None
    due_on: dt.date
    overdue_days: int
    spot: Spot | None
    distance_m: float | None


class _Owed(NamedTuple):
    """Places of a day that owe a check by the end of the next days.

    Attributes
    ----------
    rows
        The places.
    days
        In how many days each is owed, below 0 where it is late.
    grids, grid_rows
        Ids of grids, the last one None, and the grid of each.
    lon, lat
        Where each is, degrees; NaN where that is not known.
    ranks
        Of the ids of places, in code order.
    """

    rows: pd.DataFrame
    days: NDArray[np.int64]
    grids: tuple[str | None, ...]
    grid_rows: NDArray[np.int64]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    ranks: NDArray[np.int64]


_OWED: Final[WeakKeyDictionary[RiskDay, _Owed]] = WeakKeyDictionary()
"""As long as their day is kept anywhere."""


@dataclass(frozen=True, slots=True)
class CheckList(Sequence[NextCheck]):
    """Checks in order, each made when it is asked for: of thousands few are shown.

    Attributes
    ----------
    owed
        Places of the day.
    order
        Rows of those of this list.
    origin
        From where distances are measured.
    """

    owed: _Owed
    order: NDArray[np.int64]
    origin: Spot | None
    _made: dict[int, NextCheck] = field(default_factory=dict, repr=False)

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.order)

    @overload
    def __getitem__(self, place: int) -> NextCheck: ...

    @overload
    def __getitem__(self, place: slice) -> tuple[NextCheck, ...]: ...

    def __getitem__(self, place: int | slice) -> NextCheck | tuple[NextCheck, ...]:
        """Return a check, or some."""
        chosen = self.order[place if isinstance(place, slice) else [place]].tolist()
        fresh = [row for row in chosen if row not in self._made]
        records = self.owed.rows.take(fresh).to_dict("records") if fresh else ()
        for row, record in zip(fresh, records, strict=True):
            self._made[row] = _check(record, self.origin)
        checks = tuple(self._made[row] for row in chosen)
        return checks if isinstance(place, slice) else checks[0]


@dataclass(frozen=True, slots=True)
class NextChecks:
    """Checks by when they are owed, the nearest place first.

    Attributes
    ----------
    late, today, ahead
        Overdue; owed today; owed within the next `NEXT_DAYS` days.
    """

    late: Sequence[NextCheck]
    today: Sequence[NextCheck]
    ahead: Sequence[NextCheck]


def list_next(
    rating: RiskDay, has_grid: Callable[[str | None], bool], origin: Spot | None
) -> NextChecks:
    """Return the checks of the places of some grids.

    Parameters
    ----------
    rating
        The day.
    has_grid
        Says of a grid, or of none, whether its places count.
    origin
        From where distances are measured; None leaves them out, and then the check
        that is owed longest comes first.
    """
    owed = _OWED.get(rating)
    if owed is None:
        owed = _OWED[rating] = _owed_of(rating)
    is_own = np.array([has_grid(grid) for grid in owed.grids])
    order = _ordered(owed, np.flatnonzero(is_own[owed.grid_rows]), origin)
    days = owed.days[order]
    return NextChecks(
        *(
            CheckList(owed, order[chosen], origin)
            for chosen in (days < 0, days == 0, days > 0)
        )
    )


def _owed_of(rating: RiskDay) -> _Owed:
    """Return what the places of a day owe."""
    coded = pd.DataFrame(rating.places)
    rows = pd.concat([coded, rating.campaign_places], ignore_index=True)
    today = np.datetime64(rating.day, "D")
    due = rows["due_on"].to_numpy("datetime64[D]")
    # a place that was never given a date owes nothing: NaT compares false
    is_near = due <= today + NEXT_DAYS
    near = rows.loc[is_near, [*COLUMNS]].reset_index(drop=True)
    grid_rows, grids = pd.factorize(near["grid_id"])
    lon, lat = _degrees(np.asarray(near["geometry"], dtype=object))
    ids = near["place_id"].tolist()
    ranks = np.empty(len(ids), np.int64)
    ranks[sorted(range(len(ids)), key=ids.__getitem__)] = np.arange(len(ids))
    return _Owed(
        near,
        (due[is_near] - today).astype(np.int64),
        (*map(text_or_none, grids), None),
        grid_rows.astype(np.int64),
        lon,
        lat,
        ranks,
    )


def _degrees(
    geometries: NDArray[np.object_],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return where points are; NaN for what is none."""
    points = [g if isinstance(g, shapely.Point) else None for g in geometries]
    return shapely.get_x(points), shapely.get_y(points)


def _ordered(
    owed: _Owed, rows: NDArray[np.int64], origin: Spot | None
) -> NDArray[np.int64]:
    """Return some rows by distance, then by when they are owed, then by id."""
    far = np.zeros(len(rows))
    if origin is not None:
        lon, lat = owed.lon[rows], owed.lat[rows]
        east, north = metres_per_degree((origin.lat + lat) / 2)
        far = np.hypot((lon - origin.lon) * east, (lat - origin.lat) * north)
        far = np.where(np.isnan(far), np.inf, far)
    return rows[np.lexsort((owed.ranks[rows], owed.days[rows], far))]


def _check(row: Mapping[Hashable, Any], origin: Spot | None) -> NextCheck:
    """Return the check of a row of places."""
    spot = _spot(row.get("geometry"))
    due_on, code = pd.Timestamp(str(row["due_on"])).date(), row["code"]
    late_days = row["overdue_days"]
    return NextCheck(
        str(row["place_id"]),
        text_or_none(row["name"]),
        str(row["scene"]),
        SafetyCode(code) if isinstance(code, int) and code else None,
        text_or_none(row["grid_id"]),
        due_on,
        late_days if isinstance(late_days, int) else 0,
        spot,
        None if spot is None or origin is None else distance_m(origin, spot),
    )


def _spot(geometry: object) -> Spot | None:
    if not isinstance(geometry, shapely.Point) or geometry.is_empty:
        return None
    return Spot(geometry.x, geometry.y)


def distance_m(origin: Spot, spot: Spot) -> float:
    """Return how far two spots of a town are apart, metres.

    Parameters
    ----------
    origin, spot
        Degrees.

    Examples
    --------
    >>> round(distance_m(Spot(120.0, 30.0), Spot(120.0, 30.01)))
    1109
    """
    east, north = metres_per_degree(np.array([(origin.lat + spot.lat) / 2]))[:, 0]
    return math.hypot(
        (spot.lon - origin.lon) * float(east), (spot.lat - origin.lat) * float(north)
    )
