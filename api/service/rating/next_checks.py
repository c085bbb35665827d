"""The checks of somebody's places: late, today and in the next days, nearest first."""

import datetime as dt
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
import pandas as pd
import shapely

from gis.geodesy import metres_per_degree
from gis.models import SafetyCode
from layers.rating.day import RiskDay
from layers.schema.circles import text_or_none

NEXT_DAYS: Final = 7
"""So many days ahead checks are shown."""


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


@dataclass(frozen=True, slots=True)
class NextChecks:
    """Checks by when they are owed, the nearest place first.

    Attributes
    ----------
    late, today, ahead
        Overdue; owed today; owed within the next `NEXT_DAYS` days.
    """

    late: tuple[NextCheck, ...]
    today: tuple[NextCheck, ...]
    ahead: tuple[NextCheck, ...]


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
    coded = pd.DataFrame(rating.places)
    rows = pd.concat([coded, rating.campaign_places], ignore_index=True)
    grids = {grid: has_grid(text_or_none(grid)) for grid in rows["grid_id"].unique()}
    until = np.datetime64(rating.day, "D") + NEXT_DAYS
    is_near = rows["due_on"].to_numpy("datetime64[D]") <= until
    # a place that was never given a date owes nothing: NaT compares false
    near = rows[is_near & rows["grid_id"].map(grids).to_numpy(dtype=bool)]
    checks = sorted(
        (_check(row, origin) for row in near.to_dict("records")), key=_order
    )
    today = rating.day
    return NextChecks(
        tuple(check for check in checks if check.due_on < today),
        tuple(check for check in checks if check.due_on == today),
        tuple(check for check in checks if check.due_on > today),
    )


def _order(check: NextCheck) -> tuple[float, dt.date, str]:
    """Return where a check stands: by distance, then by when it is owed."""
    distance = math.inf if check.distance_m is None else check.distance_m
    return distance, check.due_on, check.place_id


def _check(row: dict[str, object], origin: Spot | None) -> NextCheck:
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
