"""Polygons of a file in the coordinates of a store."""

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from gis.crs import Datum, convert, parse_datum


def bring_polygons(grids: gpd.GeoDataFrame, datum: Datum, crs: str) -> gpd.GeoDataFrame:
    """Return grids in the CRS of the store.

    Parameters
    ----------
    grids
        Grids as a file has them.
    datum
        Datum of their coordinates.
    crs
        CRS of the store.
    """
    polygons = bring_shapes(grids.geometry.to_numpy(), datum, parse_datum(crs))
    geometry = gpd.GeoSeries(polygons, index=grids.index, crs=crs)
    return grids.set_geometry(geometry)


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
