"""Polygons of a file in the coordinates of a store."""

import geopandas as gpd
import numpy as np
import shapely

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
    target = parse_datum(crs)
    polygons = shapely.transform(
        grids.geometry.to_numpy(),
        lambda xy: np.column_stack(convert(xy[:, 0], xy[:, 1], datum, target)),
    )
    geometry = gpd.GeoSeries(polygons, index=grids.index, crs=crs)
    return grids.set_geometry(geometry)
