"""Points of a file of facts: where they lie in a store, and what is wrong with them."""

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray

from gis.assignment import REASONS, Positions, is_usable
from gis.assignment.positions import (
    NOT_A_NUMBER,
    OUT_OF_RANGE,
    SWAPPED_AXES,
    bring_to_grids,
)
from gis.crs import Datum, parse_datum
from gis.crs_area import likely_crs
from gis.errors import RowFault
from gis.sentences import sentence
from layers.files import Coordinates, EventTable
from layers.files.coordinates import is_wrong
from layers.files.table import values_of
from layers.stores import Store
from layers.stores.protocol import MAIN_SYSTEM

WITH_COMMA = REASONS.index("decimal_comma")
EVERYWHERE = (-180.0, -90.0, 180.0, 90.0)


def bring_to_store(coordinates: Coordinates, datum: Datum, store: Store) -> Positions:
    """Return positions of a file in the CRS of a store, and why some cannot be used.

    Parameters
    ----------
    coordinates
        As they were read.
    datum
        What they are in.
    store
        One that fits the grids of its head only with x and y exchanged is
        ``swapped_axes``; without grids only what cannot be lon, lat is.
    """
    head = store.history(MAIN_SYSTEM).head()
    bounds: Sequence[float] = EVERYWHERE
    if head is not None:
        bounds = store.version_layers(head.version).grids.total_bounds.tolist()
    reported, target = coordinates.positions, parse_datum(store.crs)
    return bring_to_grids(reported, datum, target, bounds)


def points_of(positions: Positions) -> NDArray[np.object_]:
    """Return points of positions; None where there is none that can be used."""
    points = np.array(shapely.points(positions.x, positions.y), dtype=object)
    is_nowhere = np.isnan(positions.x) | np.isnan(positions.y)
    points[is_nowhere | ~is_usable(positions.reasons)] = None
    return points


def point_faults(
    coordinates: Coordinates, positions: Positions, table: EventTable, datum: Datum
) -> list[RowFault]:
    """Return a fault for each position that cannot be used; one may be missing.

    Parameters
    ----------
    coordinates
        As they were read, in the datum.
    positions
        What `bring_to_store` made of them.
    table
        The file, for what stands there.
    datum
        What they are in.
    """
    is_bad = is_wrong(positions.reasons) & ~is_usable(positions.reasons)
    faults = []
    for row in np.flatnonzero(is_bad).tolist():
        code = int(positions.reasons[row])
        if code in (SWAPPED_AXES, OUT_OF_RANGE):
            place = float(coordinates.x[row]), float(coordinates.y[row])
            rule = _misplaced(code, place, datum)
        else:
            rule = _unreadable(code, _cells(coordinates, table, row))
        faults.append(RowFault(row + 1, "geometry", rule))
    return faults


def _misplaced(code: int, place: tuple[float, float], datum: Datum) -> str:
    """Return what is wrong with a place that is exchanged, or off its CRS."""
    spot = f"{place[0]:.12g}, {place[1]:.12g}"
    if code == SWAPPED_AXES:
        if datum.is_geographic:
            return sentence(
                "{shown} has lon and lat exchanged, expected lon first; exchange the "
                "two",
                shown=spot,
            )
        return sentence(
            "{shown} has x and y exchanged, expected x, the easting, first; exchange "
            "the two",
            shown=spot,
        )
    likely = likely_crs(*place, datum)
    if likely is not None:
        return sentence(
            "{shown} lies outside the area of use of {name}, likely in {text}; "
            "correct it, or say so with --datum",
            shown=spot,
            name=datum.name,
            text=likely.text,
        )
    return sentence(
        "{shown} lies outside the area of use of {name}; correct it, or say with "
        "--datum what it is in",
        shown=spot,
        name=datum.name,
    )


def _unreadable(code: int, cells: str) -> str:
    """Return what is wrong with cells, or a geometry, that are no position."""
    if code == WITH_COMMA:
        return sentence(
            "{cells} has a decimal comma, expected a point as in 120.05", cells=cells
        )
    if code == NOT_A_NUMBER:
        return sentence(
            "{cells} is no pair of numbers, expected two such as 120.05, 30.25",
            cells=cells,
        )
    return sentence("{cells} where a point was expected", cells=cells)


def _cells(coordinates: Coordinates, table: EventTable, row: int) -> str:
    """Return what stands in the file for one position."""
    if coordinates.columns is None:
        fault = table.faults.get(row)
        assert table.geometry is not None  # noqa: S101  positions were read of it
        return fault or str(table.geometry[row].geom_type)
    names = table.columns.column_names
    cells = table.columns.slice(row, 1)
    pair = (values_of(cells, names.index(name))[0] for name in coordinates.columns)
    return ", ".join(map(repr, pair))
