"""Polygons of a file in the coordinates of a store."""

import geopandas as gpd
import numpy as np
import shapely

from api.service.inputs.datums import choose_datum, refuse_misplaced
from gis.crs import convert, parse_datum


def bring_polygons(
    grids: gpd.GeoDataFrame,
    declared: str | None,
    crs: str,
    ballpark_m: float | None = None,
) -> tuple[gpd.GeoDataFrame, str]:
    """Return grids in the CRS of the store, and what to say of the datum they were in.

    Parameters
    ----------
    grids
        Grids as a file has them.
    declared
        Datum that the user declares; None for nothing.
    crs
        CRS of the store.
    ballpark_m
        Error allowed where no parameters lead to WGS 84, metres; None refuses that.
    """
    datum, notice = choose_datum(
        "grids", "--grids-datum", declared, grids.crs, ballpark_m
    )
    notice = " ".join([notice, *refuse_misplaced(grids, datum, "--grids-datum")])
    target = parse_datum(crs)
    polygons = shapely.transform(
        grids.geometry.to_numpy(),
        lambda xy: np.column_stack(convert(xy[:, 0], xy[:, 1], datum, target)),
    )
    geometry = gpd.GeoSeries(polygons, index=grids.index, crs=crs)
    return grids.set_geometry(geometry), notice
