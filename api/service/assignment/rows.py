"""Rows of events with answers, as formats want them."""

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import shapely
from numpy.typing import NDArray

from gis.assignment import (
    Answers,
    is_usable,
)
from gis.crs import Datum, convert, parse_datum
from layers.files import Coordinates, EventTable, property_names


def as_points(
    table: EventTable,
    columns: pa.Table,
    coordinates: Coordinates,
    answers: Answers,
    datum: Datum,
    *,
    is_part: bool = False,
) -> tuple[EventTable, pa.Table, Coordinates]:
    """Return what GeoJSON holds: points in WGS 84, and what was reported as columns.

    Positions read from columns stand there as they came; those of a geometry that is
    not written as it came are added. All parts of a file have the same columns.
    """
    wgs84 = parse_datum("wgs84")
    x, y = convert(coordinates.x, coordinates.y, datum, wgs84)
    is_point = is_usable(answers.positions.reasons)
    points = coordinates._replace(
        x=np.where(is_point, x, np.nan), y=np.where(is_point, y, np.nan), columns=None
    )
    if coordinates.columns is None and table.geometry is not None:
        columns = _with_reported(
            columns, table.geometry, points, coordinates, datum, is_part=is_part
        )
    names = property_names(table.columns.column_names)
    renamed = table.columns.rename_columns(names)
    return replace(table, columns=renamed, crs=wgs84.crs), columns, points


def _with_reported(
    columns: pa.Table,
    geometry: NDArray[np.object_],
    points: Coordinates,
    reported: Coordinates,
    datum: Datum,
    *,
    is_part: bool,
) -> pa.Table:
    """Add the reported coordinates where they differ from the points written."""
    same = np.array_equal(
        [points.x, points.y], [reported.x, reported.y], equal_nan=True
    )
    if is_part or not same:
        columns = columns.append_column(
            "reported_x", pa.array(reported.x, from_pandas=True)
        )
        columns = columns.append_column(
            "reported_y", pa.array(reported.y, from_pandas=True)
        )
        name = pa.array([datum.name] * len(geometry), pa.string())
        columns = columns.append_column("reported_datum", name)
    is_other = shapely.get_type_id(geometry) > shapely.GeometryType.POINT
    if not (is_part or is_other.any()):
        return columns
    texts = np.full(len(geometry), None, dtype=object)
    texts[is_other] = shapely.to_wkt(geometry[is_other], rounding_precision=-1)
    return columns.append_column("reported_geometry", pa.array(texts, pa.string()))


def for_csv(columns: pa.Table) -> pa.Table:
    """Return the columns as CSV wants them: metres have 3 decimals."""
    place = columns.column_names.index("distance_m")
    metres = pc.cast(pc.round(columns["distance_m"], 3), pa.decimal128(18, 3))
    return columns.set_column(place, "distance_m", pc.cast(metres, pa.string()))


def for_sheet(columns: pa.Table) -> pa.Table:
    """Return the columns as a workbook wants them: metres are numbers of 3 decimals."""
    place = columns.column_names.index("distance_m")
    metres = pc.round(columns["distance_m"], 3)
    return columns.set_column(place, "distance_m", metres)
