"""What cameras see of each grid, by a radius of view that the caller states."""

from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely

from gis.crs import Datum, convert, datum_of, parse_datum, propose_metric_crs
from gis.sentences import sentence

SHARE_DECIMALS: Final = 6
SEGMENTS: Final = 32
"""Of a quarter of a circle: its area errs by less than one in two thousand."""


def camera_coverage(
    grids: gpd.GeoDataFrame, devices: gpd.GeoDataFrame, radius_m: float
) -> pd.DataFrame:
    """Return how many cameras stand in each grid and what share of it cameras see.

    A camera is taken to see everything within the radius, whatever stands between, and
    over the border of its grid too. A camera in a home or without a place counts
    nowhere; one on a border stands in each grid that touches it.

    Parameters
    ----------
    grids
        Polygons with `grid_id`.
    devices
        Layer of devices; those that are no cameras are left out.
    radius_m
        How far a camera sees, metres, above 0.

    Returns
    -------
    coverage
        grid_id, cameras, share (0 to 1, 6 decimals), in the order of the grids.

    Raises
    ------
    ValueError
        If the radius is not above 0.

    Examples
    --------
    >>> square = shapely.box(120, 30, 120.001, 30.001)
    >>> grids = gpd.GeoDataFrame({"grid_id": ["G"]}, geometry=[square], crs=4490)
    >>> eyes = gpd.GeoDataFrame(
    ...     {"sort": ["camera"], "in_home": [False]},
    ...     geometry=[shapely.Point(120.0005, 30.0005)], crs=4490,
    ... )
    >>> camera_coverage(grids, eyes, 500.0).to_dict("records")
    [{'grid_id': 'G', 'cameras': 1, 'share': 1.0}]
    """
    if not 0 < radius_m < np.inf:
        raise ValueError(
            sentence(
                "The radius is {radius_m!r} m; give one above 0.", radius_m=radius_m
            )
        )
    assert grids.crs is not None  # noqa: S101  layers of a store have one
    is_camera = (devices["sort"] == "camera") & ~devices["in_home"].eq(True)
    cameras = devices[is_camera & devices.geometry.notna()].to_crs(grids.crs)
    polygons = grids.geometry.to_numpy()
    inside = shapely.STRtree(polygons).query(
        cameras.geometry.to_numpy(), predicate="intersects"
    )
    metric = _metric_crs(grids, datum_of(grids.crs))
    grounds = grids.geometry.to_crs(metric).to_numpy()
    points = cameras.geometry.to_crs(metric).to_numpy()
    view = shapely.union_all(shapely.buffer(points, radius_m, quad_segs=SEGMENTS))
    view_m2 = shapely.area(shapely.intersection(grounds, view))
    return pd.DataFrame(
        {
            "grid_id": grids["grid_id"].to_numpy(),
            "cameras": np.bincount(inside[1], minlength=len(grids)),
            "share": np.round(view_m2 / shapely.area(grounds), SHARE_DECIMALS),
        }
    )


def _metric_crs(grids: gpd.GeoDataFrame, datum: Datum) -> pyproj.CRS:
    """Return the metric CRS of the middle of the grids."""
    min_x, min_y, max_x, max_y = grids.total_bounds
    middle = np.array([(min_x + max_x) / 2]), np.array([(min_y + max_y) / 2])
    lon, lat = convert(*middle, datum, parse_datum("wgs84"))
    return propose_metric_crs(float(lon[0]), float(lat[0]))
