"""Polygons of a file in the coordinates of a store."""

from pathlib import Path

import geopandas as gpd
import numpy as np

from gis.crs import Datum, parse_datum
from gis.geometry import Polygonal
from gis.sentences import sentence
from layers.datums import bring_shapes, choose_datum
from layers.files import read_outline


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


def bring_outline(
    path: Path, target: Datum, grids_datum: str | None, ballpark_m: float | None
) -> tuple[Polygonal, str]:
    """Return the outline of a file in another datum, and why in which it was.

    Parameters
    ----------
    path
        Polygons; together they are the town.
    target
        Datum that it is brought to.
    grids_datum, ballpark_m
        What overrides the CRS of the grids, for an outline in degrees too, and the
        error allowed where no parameters lead from that.
    """
    outline, crs = read_outline(path)
    is_metres = crs is not None and not crs.is_geographic
    source, notice = choose_datum(
        sentence("polygons of the outline"),
        "--grids-datum",
        None if is_metres else grids_datum,
        crs,
        ballpark_m,
    )
    [brought] = bring_shapes(np.array([outline]), source, target)
    return brought, notice
