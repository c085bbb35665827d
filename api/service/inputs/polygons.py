"""Polygons of a file in the coordinates of a store."""

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from api.service.inputs.datums import choose_datum
from gis.crs import Datum, convert, parse_datum
from layers.territory import require_degrees


def bring_polygons(
    grids: gpd.GeoDataFrame, declared: str | None, crs: str
) -> tuple[gpd.GeoDataFrame, str]:
    """Return grids in the CRS of the store, and a sentence on the datum they were in.

    Parameters
    ----------
    grids
        Grids as a file has them.
    declared
        Datum that the user declares; None for nothing.
    crs
        CRS of the store.

    Raises
    ------
    CrsError
        If what shall be degrees cannot be.
    CoverageError
        If a ring spans more than half the globe.
    """
    datum, notice = choose_datum("grids", "--grids-datum", declared, grids.crs)
    require_degrees(grids, datum)
    polygons = bring_shapes(grids.geometry.to_numpy(), datum, parse_datum(crs))
    geometry = gpd.GeoSeries(polygons, index=grids.index, crs=crs)
    return grids.set_geometry(geometry), notice


def bring_shapes(
    shapes: NDArray[np.object_], source: Datum, target: Datum
) -> NDArray[np.object_]:
    """Return geometries with their vertices in another datum.

    Parameters
    ----------
    shapes
        Geometries, shape (n,).
    source, target
        Datum that they are in, and shall be in.
    """
    brought: NDArray[np.object_] = shapely.transform(
        shapes, lambda xy: np.column_stack(convert(xy[:, 0], xy[:, 1], source, target))
    )
    return brought
