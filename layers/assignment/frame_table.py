"""A frame of somebody's own as the table that a reader of files returns."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import shapely
from pandas.api.types import infer_dtype

from gis.errors import CrsError, InvalidLayerError, SettingError
from layers.files.coordinates import usual_pair
from layers.files.table import EventTable
from layers.schema.frames import has_geometry, refuse_other_than_frames

_PLAIN_KINDS: Final = frozenset(
    {
        *("string", "integer", "floating", "mixed-integer-float", "decimal"),
        *("boolean", "datetime64", "categorical", "empty"),
    }
)
"""Columns that Arrow reads as they are; of other objects it would guess."""

Frame: TypeAlias = pd.DataFrame | gpd.GeoDataFrame


@dataclass(frozen=True, slots=True)
class FrameColumns:
    """Which columns of a frame say where, when and how exactly.

    Attributes
    ----------
    lon, lat
        Longitude (or x) and latitude (or y); None takes the geometry, else the usual
        names.
    at, accuracy
        Times, and radii in metres; None where there are none.

    Raises
    ------
    SettingError
        If one is no text.
    """

    lon: str | None = None
    lat: str | None = None
    at: str | None = None
    accuracy: str | None = None

    def __post_init__(self) -> None:
        for option, name in self.pairs:
            if not isinstance(name, str):
                raise SettingError(
                    "{option} is {value!r}, expected the name of a column as text; "
                    "write it in quotes.",
                    option=option,
                    value=name,
                )

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """Each option that names a column, and the name."""
        options = {
            "lon": self.lon,
            "lat": self.lat,
            "at": self.at,
            "accuracy": self.accuracy,
        }
        return [(o, name) for o, name in options.items() if name is not None]


def frame_table(what: str, frame: Frame, columns: FrameColumns) -> EventTable:
    """Return the columns of a frame that are read, and its geometry.

    Parameters
    ----------
    what
        What the frame holds, for sentences ("events").
    frame
        Rows of points, with columns or a geometry that say where.
    columns
        The columns to read.

    Raises
    ------
    InvalidLayerError
        If it is no frame, has heads in several rows, or nothing that says where.
    SettingError
        If there is no such column, or there are several.
    CrsError
        If positions are read from a geometry without a CRS.

    Examples
    --------
    >>> places = pd.DataFrame({"Lng": ["120.1", 120.2], "Lat": [30.3, 30.3]})
    >>> frame_table("events", places, FrameColumns()).columns["Lng"].to_pylist()
    ['120.1', '120.2']
    """
    refuse_other_than_frames(what, frame)
    names = [str(name) for name in frame.columns]
    has_points = has_geometry(frame)
    read = [name for _, name in columns.pairs]
    if columns.lon is None and columns.lat is None and not has_points:
        read += _usual(what, names)
    options = {name: option for option, name in columns.pairs}
    arrays = {
        name: _array(frame.iloc[:, _place(what, names, name, options.get(name, name))])
        for name in dict.fromkeys(read)
    }
    if not has_points:
        return EventTable(pa.table(arrays))
    points = shapely.force_2d(frame.geometry.to_numpy())
    # what points_from_xy makes of two missing values, and a file keeps as empty
    is_missing = np.isnan(shapely.get_x(points)) & np.isnan(shapely.get_y(points))
    is_missing &= shapely.get_type_id(points) == shapely.GeometryType.POINT
    points[is_missing] = None
    return EventTable(pa.table(arrays), points, frame.geometry.crs)


def refuse_no_crs(what: str, table: EventTable) -> None:
    """Refuse points of a geometry that nobody says the CRS of.

    Parameters
    ----------
    what
        What they are, for the sentence.
    table
        Read without columns of coordinates.

    Raises
    ------
    CrsError
        Says how to declare it.
    """
    if table.geometry is not None and table.crs is None:
        raise CrsError(
            "The {what} declare no CRS, expected one; say which they are in, as by "
            "frame.set_crs('EPSG:4326').",
            what=what,
        )


def _usual(what: str, names: Sequence[str]) -> tuple[str, str]:
    """Return the columns of usual names, or say what there is instead."""
    pair = usual_pair(names)
    if pair is None:
        raise InvalidLayerError(
            "The {what} have no geometry and no pair of columns such as 'lon' and "
            "'lat'; they have {names!r}, name the two by lon= and lat=.",
            what=what,
            names=list(names),
        )
    return pair


def _place(what: str, names: Sequence[str], name: str, option: str) -> int:
    """Return where a column stands."""
    if names.count(name) != 1:
        raise SettingError(
            "The {what} have {count} columns {name!r}, expected one for {option}=; "
            "they have {names!r}, name one of them.",
            what=what,
            count=names.count(name),
            name=name,
            option=option,
            names=list(names),
        )
    return names.index(name)


def _array(column: pd.Series) -> pa.Array:
    """Return a column for Arrow; objects of other or several kinds as their text."""
    if infer_dtype(column, skipna=True) in _PLAIN_KINDS:
        try:
            return pa.Array.from_pandas(column)
        except (pa.ArrowException, OverflowError):
            pass  # whole numbers beyond 64 bits
    cells = column.astype(object)
    texts = [
        None if is_missing else str(cell)
        for cell, is_missing in zip(cells.tolist(), cells.isna().tolist(), strict=True)
    ]
    return pa.array(texts, pa.string())
