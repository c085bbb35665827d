"""Places with names and addresses, as registers name them."""

from collections.abc import Sequence

import geopandas as gpd
import pandas as pd
import shapely

from support.makers.store_history import CRS

SINCE = "1970-01-01T00:00:00+00:00"
COLUMNS = ("place_id", "source", "address_kind", "name", "address", "lon", "lat")
ROWS = (
    ("E-1", "market", "actual", "东湖药店", "东湖街道文一路12号", 120.005, 30.005),
    ("E-2", "market", "actual", "湖东网吧", "东湖街道文二路3号", 120.055, 30.005),
    ("E-3", "market", "registered", "东湖 Bar", "学院路1号", 120.095, 30.005),
    ("E-3", "fire", "actual", "东湖酒吧", "学院路2号", 120.015, 30.005),
    ("E-12", "market", "actual", "东湖", None, 120.105, 30.005),
    ("E-4", "market", "actual", "西山幼儿园", "西山巷9号", None, None),
)
"""Of the strips of `contract_rows.GROUND`: E-1 and E-3 in G1, E-2 in G2, E-12 in G3,
E-4 nowhere."""


def named_places(
    rows: Sequence[tuple[object, ...]] = ROWS, **columns: object
) -> gpd.GeoDataFrame:
    """Enterprises as a store takes them."""
    frame = pd.DataFrame(rows, columns=COLUMNS)
    points = [
        None if pd.isna(lon) else shapely.Point(lon, lat)
        for lon, lat in zip(frame.pop("lon"), frame.pop("lat"), strict=True)
    ]
    values = {"scene": "street_shop", "is_coded": True, "valid_from": SINCE} | columns
    return gpd.GeoDataFrame(frame.assign(**values), geometry=points, crs=CRS)
