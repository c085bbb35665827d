"""Rows that the contract suite of the stores records."""

import geopandas as gpd
import pandas as pd
import shapely

from layers.stores.log import verify
from support.makers.store_history import CRS

GROUND = {"G1": (0, 4), "G2": (4, 8), "G3": (8, 12)}
MIDNIGHT = "1970-01-01T00:00:00+00:00"


def posts(*rows):
    columns = ["post_id", "area_id", "role", "holder_id"]
    frame = pd.DataFrame([row[:4] for row in rows], columns=columns)
    return frame.assign(valid_from=[row[4] for row in rows])


def enterprises(*rows):
    frame = pd.DataFrame(rows, columns=["place_id", "source", "name"])
    points = [shapely.Point(120 + n / 100, 30) for n in range(len(rows))]
    return gpd.GeoDataFrame(
        frame.assign(scene="street_shop", is_coded=True, valid_from=MIDNIGHT),
        geometry=points,
        crs=CRS,
    )


def neighbours(*rows):
    """Rows of (code, name, west, east): boxes from 29 to 31 degrees north."""
    frame = pd.DataFrame([row[:2] for row in rows], columns=["neighbour_id", "name"])
    return gpd.GeoDataFrame(
        frame.assign(valid_from=MIDNIGHT),
        geometry=[shapely.box(west, 29, east, 31) for *_, west, east in rows],
        crs=CRS,
    )


def faults_of(store):
    return [*verify(store.log(), store.store_id), *store.strays()]
