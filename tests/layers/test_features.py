"""The one exit of rows: what leaves for whom, under which id, in which CRS."""

import io
import json
import re
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from pyproj import CRS
from shapely import Point, box

from gis.errors import SettingError
from layers.features import (
    collection,
    crs_member,
    feature,
    features,
    file_features,
    named_crs,
    rows,
    shared_frame,
    write_collection,
)
from layers.schema.areas import RATED_CIRCLES, RATED_GRIDS, rated_schema
from layers.schema.circles import CIRCLES
from layers.schema.communities import COMMUNITIES
from layers.schema.events import EVENTS
from layers.schema.grids import GRIDS
from layers.schema.sharing import LOOPBACK, OPEN, WHOLE
from layers.stores.facts import FACTS

ROOT = Path(__file__).parents[2]
SCHEMAS = {
    schema.name: schema
    for schema in (GRIDS, CIRCLES, COMMUNITIES, EVENTS, RATED_GRIDS, RATED_CIRCLES)
} | {name: layer.schema for name, layer in FACTS.items()}
CGCS2000 = CRS("EPSG:4490")
SQUARE = box(120, 30, 120.1, 30.1)


def names_of(schema, *classes):
    return {field.name for field in schema.fields if field.sharing in classes}


def one_row(schema):
    """A row with a value in every field of a schema."""
    return pd.DataFrame({field.name: ["v"] for field in schema.fields})


def grids(**changes):
    columns = {
        "name": ["first", None],
        "residents": pd.array([12, None], dtype="Int64"),
        "grid_id": ["G1", "G2"],
    } | changes
    shapes = [SQUARE, box(120.1, 30, 120.2, 30.1)]
    return gpd.GeoDataFrame(columns, geometry=shapes, crs=CGCS2000)


# --- who sees what ----------------------------------------------------------


@pytest.mark.parametrize("schema", SCHEMAS.values(), ids=SCHEMAS)
def test_closed_field_never_leaves_on_loopback(schema):
    (record,) = rows(one_row(schema), schema, LOOPBACK)
    assert set(record) == names_of(schema, "open", "conditional")


def test_layers_with_closed_fields_are_among_those_tried():
    closed = {name for name, schema in SCHEMAS.items() if names_of(schema, "closed")}
    assert {"events", "inspections"} <= closed


@pytest.mark.parametrize("schema", SCHEMAS.values(), ids=SCHEMAS)
def test_only_open_fields_are_handed_out_to_others(schema):
    (record,) = rows(one_row(schema), schema, OPEN)
    assert set(record) == names_of(schema, "open")


def test_conditional_field_leaves_to_who_has_a_key():
    (first, _) = features(grids(), GRIDS, LOOPBACK)
    assert first["properties"]["residents"] == 12


def test_column_that_the_schema_does_not_know_is_closed():
    frame = grids(phone=["1", "2"])
    assert "phone" not in next(features(frame, GRIDS, LOOPBACK))["properties"]
    assert "phone" not in shared_frame(frame, GRIDS, OPEN)


def test_whole_keeps_every_column_as_it_is():
    frame = grids(phone=["1", "2"])
    assert shared_frame(frame, GRIDS, WHOLE) is frame
    assert next(features(frame, GRIDS, WHOLE))["properties"]["phone"] == "1"


def test_point_is_null_for_others_and_a_polygon_is_not():
    point = gpd.GeoDataFrame({"station_id": ["S"]}, geometry=[Point(1, 2)], crs=4326)
    stations = FACTS["stations"].schema
    assert next(features(point, stations, OPEN))["geometry"] is None
    assert next(features(point, stations, LOOPBACK))["geometry"]["type"] == "Point"
    assert next(features(grids(), GRIDS, OPEN))["geometry"]["type"] == "Polygon"


def test_frame_without_its_points_is_a_table():
    point = gpd.GeoDataFrame({"station_id": ["S"]}, geometry=[Point(1, 2)], crs=4326)
    shared = shared_frame(point, FACTS["stations"].schema, OPEN)
    assert not isinstance(shared, gpd.GeoDataFrame)
    assert list(shared) == ["station_id"]


@pytest.mark.parametrize("scope", [OPEN, LOOPBACK, WHOLE])
def test_row_that_is_closed_whole_leaves_in_no_scope(scope):
    devices = FACTS["devices"].schema
    frame = gpd.GeoDataFrame(
        {"device_id": ["V", "H"], "in_home": [False, True]},
        geometry=[Point(1, 2), Point(3, 4)],
        crs=4326,
    )
    for frame_rows in (
        shared_frame(frame, devices, scope),
        rows(frame, devices, scope),
        [*features(frame, devices, scope)],
        [*file_features(frame, devices, scope)],
    ):
        assert len(frame_rows) == 1
        assert "3.0" not in str(frame_rows)
    assert len(frame) == 2


# --- ids --------------------------------------------------------------------


@pytest.mark.parametrize(
    "order",
    [
        ["grid_id", "name", "residents", "geometry"],
        ["geometry", "residents", "name", "grid_id"],
        ["name", "geometry", "grid_id", "residents"],
    ],
)
def test_id_is_the_key_of_the_schema_whatever_the_order_of_columns(order):
    assert [f["id"] for f in features(grids()[order], GRIDS, LOOPBACK)] == ["G1", "G2"]


def test_key_that_a_scope_does_not_see_is_no_id():
    frame = gpd.GeoDataFrame(
        {"event_id": ["E"], "community_id": ["M"]}, geometry=[Point(1, 2)], crs=4326
    )
    (item,) = features(frame, EVENTS, OPEN)
    assert "id" not in item
    assert item["properties"] == {"community_id": "M"}


def test_feature_of_a_file_has_its_key_as_a_property_only():
    item = next(file_features(grids(), GRIDS, WHOLE))
    assert "id" not in item
    assert item["properties"]["grid_id"] == "G1"


@pytest.mark.parametrize(
    ("name", "key"),
    [("grids", "grid_id"), ("tier4", "circle_id"), ("communities", "community_id")],
)
def test_rated_layer_has_the_key_of_its_areas(name, key):
    assert rated_schema(name).key == key


# --- values -----------------------------------------------------------------


def test_missing_values_are_null():
    missing = {"name": None, "parent_id": float("nan"), "residents": pd.NA}
    frame = pd.DataFrame({"grid_id": ["G"], **{k: [v] for k, v in missing.items()}})
    assert rows(frame, GRIDS, LOOPBACK) == [{"grid_id": "G", **dict.fromkeys(missing)}]


def test_missing_geometry_is_null():
    frame = gpd.GeoDataFrame({"grid_id": ["G"]}, geometry=[None], crs=4326)
    assert next(features(frame, GRIDS, LOOPBACK))["geometry"] is None


def test_values_are_plain_for_json():
    assert json.loads(json.dumps(rows(grids(), GRIDS, LOOPBACK)))[0]["residents"] == 12


# --- CRS --------------------------------------------------------------------


@pytest.mark.parametrize("crs", [None, CRS("EPSG:4326"), CRS("OGC:CRS84")])
def test_wgs84_is_what_geojson_means_and_is_not_named(crs):
    assert "crs" not in collection([], crs)


def test_cgcs2000_does_not_leave_under_the_name_of_wgs84():
    item = collection(features(grids(), GRIDS, LOOPBACK), CGCS2000)
    assert item["crs"]["properties"] == {"name": "urn:ogc:def:crs:EPSG::4490"}


def test_coordinates_leave_as_they_are_with_every_digit():
    x = 120.123456789012
    frame = gpd.GeoDataFrame({"grid_id": ["G"]}, geometry=[Point(x, 30)], crs=CGCS2000)
    assert next(features(frame, GRIDS, LOOPBACK))["geometry"]["coordinates"] == (
        x,
        30.0,
    )


def test_file_can_name_wgs84_too():
    name = named_crs(CRS("EPSG:4326"))["crs"]["properties"]["name"]
    assert name == "urn:ogc:def:crs:EPSG::4326"


def test_crs_without_a_code_is_refused():
    own = CRS("+proj=tmerc +lat_0=0 +lon_0=120.3 +k=1 +x_0=5 +y_0=0 +ellps=GRS80")
    with pytest.raises(SettingError, match="has no code"):
        crs_member(own)


@pytest.mark.parametrize("code", [4269, 4549, 3857])
def test_coordinates_of_another_datum_or_projection_are_refused(code):
    with pytest.raises(SettingError, match="GeoJSON is in WGS 84"):
        crs_member(CRS(code))


# --- writing ----------------------------------------------------------------


def test_written_collection_is_one_feature_a_line():
    stream = io.BytesIO()
    write_collection(stream, [feature({"a": 1}, None), feature({}, None)], {"n": "x"})
    assert stream.getvalue() == (
        b'{"type":"FeatureCollection","n":"x","features":[\n'
        b'{"type":"Feature","properties":{"a":1},"geometry":null},\n'
        b'{"type":"Feature","properties":{},"geometry":null}\n]}\n'
    )


def test_written_collection_without_features_can_be_read():
    stream = io.BytesIO()
    write_collection(stream, [], {})
    assert json.loads(stream.getvalue())["features"] == []


def test_members_stand_before_the_features():
    assert list(collection([], None, {"on": "2026"})) == ["type", "on", "features"]


def test_geojson_is_written_here_only():
    writer = re.compile(r'"type": ?"Feature|\.to_json\(\)\)|\.to_geo_dict\(')
    found = {
        path.relative_to(ROOT).as_posix()
        for floor in ("gis", "layers", "api")
        for path in (ROOT / floor).rglob("*.py")
        if writer.search(path.read_text(encoding="utf-8"))
    }
    assert found == {"layers/features.py"}
