"""Rows that the contract suite of the stores records."""

import hashlib

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


def destinations(*ids):
    """One destination an id."""
    url = [f"https://{name}.example/pagoda" for name in ids]
    columns = {"destination_id": list(ids), "url": url, "secret_id": "DESK_VARIABLE"}
    return pd.DataFrame(columns).assign(valid_from=MIDNIGHT)


def sources(*ids):
    """One source an id."""
    frame = pd.DataFrame({"source": list(ids), "name_zh": "来源", "sort": "camera"})
    return frame.assign(owner="office", valid_from=MIDNIGHT)


def devices(*rows):
    """Rows of (id, source, whether it is in a home), side by side on 30 degrees."""
    frame = pd.DataFrame(rows, columns=["device_id", "source", "in_home"])
    points = [shapely.Point(120 + n / 100, 30) for n in range(len(rows))]
    return gpd.GeoDataFrame(
        frame.assign(sort="camera", valid_from=MIDNIGHT), geometry=points, crs=CRS
    )


def departments(*ids):
    """One department an id, none of them at a point."""
    frame = pd.DataFrame({"department_id": list(ids), "name_zh": "部门", "rank": 1})
    return gpd.GeoDataFrame(
        frame.assign(valid_from=MIDNIGHT), geometry=[None] * len(ids), crs=CRS
    )


def keys(*rows):
    """Rows of (id, role): keys with a digest of their own."""
    frame = pd.DataFrame(rows, columns=["key_id", "role"])
    digests = [hashlib.sha256(row[0].encode()).hexdigest() for row in rows]
    return frame.assign(sha256=digests, valid_from=MIDNIGHT)


def record_event_facts(store):
    """Record something in each of the five layers of the event service."""
    store.record("destinations", destinations("desk"))
    store.record("sources", sources("video").assign(destination_id="desk"))
    store.record("devices", devices(("V1", "video", False), ("H1", "video", True)))
    store.record("departments", departments("police"))
    store.record("keys", keys(("K1", "steward")))


def faults_of(store):
    return [*verify(store.log(), store.store_id), *store.strays()]
