"""Values of a checked layer as records have them: None where there is none."""

import math

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely


def number_or_none(value: object) -> float | None:
    """Return a number of a checked layer; None where it is missing.

    Examples
    --------
    >>> number_or_none(float("nan")), number_or_none(None), number_or_none(2)
    (None, None, 2.0)
    """
    if value is None or value is pd.NA:
        return None
    number = float(str(value))
    return None if math.isnan(number) else number


def lonlats_of(frame: gpd.GeoDataFrame) -> list[tuple[float | None, float | None]]:
    """Return the coordinates of points, None for both where a row has none.

    Examples
    --------
    >>> from shapely import Point
    >>> lonlats_of(gpd.GeoDataFrame(geometry=[Point(120, 30), None]))
    [(120.0, 30.0), (None, None)]
    """
    shapes = np.array(frame.geometry.to_numpy())
    shapes[shapely.is_empty(shapes)] = None
    lons, lats = shapely.get_x(shapes).tolist(), shapely.get_y(shapes).tolist()
    return [
        (None, None) if math.isnan(lon) else (lon, lat)
        for lon, lat in zip(lons, lats, strict=True)
    ]
