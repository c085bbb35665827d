"""A layer of grids taken apart: ids, attributes as JSON has them, its CRS."""

from collections import Counter
from collections.abc import Sequence
from typing import Any, Final, TypeAlias

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely

from gis.editing.change import Polygon
from gis.errors import CoverageError, CrsError, InvalidLayerError
from gis.sentences import sentence

GRID_ID: Final = "grid_id"
COMMUNITY_ID: Final = "community_id"
PARENT_ID: Final = "parent_id"
DEFAULT_CRS: Final = "EPSG:4490"

_AREAS: Final = (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON)

Row: TypeAlias = dict[str, Any]
"""Attributes of a grid."""


def crs_in_degrees(grids: gpd.GeoDataFrame) -> pyproj.CRS:
    """Return the CRS of grids in degrees; EPSG:4490 where none is said.

    Raises
    ------
    CrsError
        If they are in metres.
    """
    crs = pyproj.CRS.from_user_input(grids.crs or DEFAULT_CRS)
    if not crs.is_geographic:
        raise CrsError(
            "The grids are in {crs!r}, expected degrees; bring them to {default_crs}, "
            "in which they are stored.",
            crs=crs.to_string(),
            default_crs=DEFAULT_CRS,
        )
    return crs


def ids_of(grids: gpd.GeoDataFrame) -> list[str]:
    """Return the ids of grids as text.

    Raises
    ------
    InvalidLayerError
        If there are none, or one repeats.
    """
    if GRID_ID not in grids.columns:
        raise InvalidLayerError(
            "The grids have no column {grid_id!r}; name the column of the ids so.",
            grid_id=GRID_ID,
        )
    ids = [str(grid) for grid in grids[GRID_ID]]
    repeated = sorted(grid for grid, count in Counter(ids).items() if count > 1)
    if repeated:
        raise InvalidLayerError(
            "Grid id {repeated!r} repeats; join its features into one grid.",
            repeated=repeated[0],
        )
    return ids


def polygons_of(grids: gpd.GeoDataFrame, ids: Sequence[str]) -> dict[str, Polygon]:
    """Return the polygons of grids by id, as they are.

    Raises
    ------
    CoverageError
        If one is no polygon or not in degrees; it is named.
    """
    shapes = grids.geometry.to_numpy()
    is_area = np.isin(shapely.get_type_id(shapes), _AREAS) & ~shapely.is_empty(shapes)
    bounds = shapely.bounds(shapes)
    is_area &= (np.abs(bounds) <= (180.0, 90.0, 180.0, 90.0)).all(axis=1)
    for row in np.flatnonzero(~is_area)[:1]:
        kind = getattr(shapes[row], "geom_type", sentence("no geometry"))
        raise CoverageError(
            "Grid {ids!r} has {kind!r} within {bounds!r}, expected a polygon in "
            "degrees; fix it, or bring it from metres to degrees.",
            ids=ids[row],
            kind=kind,
            bounds=bounds[row].tolist(),
        )
    return dict(zip(ids, shapes, strict=True))


def rows_of(grids: gpd.GeoDataFrame, columns: Sequence[str]) -> list[Row]:
    """Return attributes of grids as JSON has them; None where one is missing."""
    values = [grids[column].tolist() for column in columns]
    return [
        {
            column: None if pd.api.types.is_scalar(value) and pd.isna(value) else value
            for column, value in zip(columns, row, strict=True)
        }
        for row in zip(*values, strict=True)
    ]
