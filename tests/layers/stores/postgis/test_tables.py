"""Tables follow the schemas; rows go in and come back to the last bit."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from gis.versions import Version
from layers.schema.circles import CIRCLES
from layers.schema.communities import COMMUNITIES
from layers.schema.grids import GRIDS
from layers.stores.facts import FACTS
from layers.stores.postgis import create_postgis
from layers.stores.postgis.connections import Connections
from layers.stores.postgis.tables import (
    WIRES,
    add_rows,
    as_parameter,
    polygon_rows,
    polygon_table,
    read_polygons,
)
from support.harness.postgres_rooms import columns_of, rows_of
from support.makers.store_history import CRS, day


@pytest.fixture
def url(postgis):
    fresh = postgis.fresh_url()
    create_postgis(fresh)
    return fresh


@pytest.mark.parametrize("schema", [GRIDS, CIRCLES, COMMUNITIES], ids=lambda s: s.name)
def test_table_of_a_layer_has_the_columns_of_its_schema(url, schema):
    named = [field.name for field in schema.fields]
    # a later column stands behind those that were there
    assert sorted(columns_of(url, schema.name)) == sorted(
        ["system", "version", *named, "geom"]
    )


@pytest.mark.parametrize("name", FACTS)
def test_table_of_facts_has_the_columns_of_its_schema(url, name):
    named = ["ordinal", *(field.name for field in FACTS[name].fields)]
    geom = [] if FACTS[name].schema.geometry is None else ["geom"]
    # a later column stands behind those that were there
    assert sorted(columns_of(url, name)) == sorted([*named, *geom])


def test_every_text_is_compared_by_code_point(url):
    found = rows_of(
        url,
        "SELECT table_name, column_name FROM information_schema.columns "
        "WHERE table_schema = current_schema() AND data_type = 'text' "
        "AND collation_name IS DISTINCT FROM 'C' AND table_name <> 'schema_version'",
    )
    assert found == []


def test_grids_come_back_in_code_order_bit_by_bit(url):
    ids = ["乙", "a", "B", "é", "A1", "A10", "A2"]
    random = np.random.default_rng(3)
    xy = random.uniform([73, 18], [135, 53], (len(ids), 2))
    fine = shapely.multipolygons(
        shapely.buffer(shapely.points(xy), 0.001), indices=np.arange(len(ids))
    )
    columns = {field.name: None for field in GRIDS.fields} | {"grid_id": ids}
    grids = gpd.GeoDataFrame(columns, geometry=fine, crs=CRS)
    version = Version("main", 1, day(0), day(0), "planner", "chief", "", "", None)
    connections = Connections(url)
    with connections.take() as connection:
        rows = polygon_rows(grids, GRIDS, "main", 1)
        add_rows(connection, polygon_table(GRIDS), rows)
        found = read_polygons(connection, GRIDS, version, CRS)
    connections.close()
    given = dict(zip(ids, shapely.to_wkb(fine).tolist(), strict=True))
    assert found["grid_id"].tolist() == sorted(ids)
    assert found.geometry.to_wkb().tolist() == [given[i] for i in sorted(ids)]


@pytest.mark.parametrize("schema", [GRIDS, CIRCLES, COMMUNITIES], ids=lambda s: s.name)
def test_row_of_a_layer_begins_with_its_version_and_ends_with_its_polygon(schema):
    names = [field.name for field in schema.fields]
    table = polygon_table(schema)
    assert list(table.columns) == ["system", "version", *names, "geom"]
    square = shapely.MultiPolygon([shapely.box(0, 0, 1, 1)])
    values = {f.name: ["7"] if f.kind == "text" else [7] for f in schema.fields}
    frame = gpd.GeoDataFrame(values, geometry=[square], crs=CRS)
    [row] = polygon_rows(frame, schema, "main", 3)
    assert row[:2] == ("main", 3)
    assert list(row[2:-1]) == [value for [value] in values.values()]
    assert shapely.from_wkb(row[-1]) == square
    assert len(row) == len(table.columns)


def test_missing_values_of_a_layer_are_none():
    columns = {field.name: pd.Series([None], dtype="str") for field in GRIDS.fields}
    columns |= {"grid_id": ["G1"], "residents": pd.array([None], dtype="Int64")}
    columns["registered"] = pd.array([3], dtype="Int64")
    frame = gpd.GeoDataFrame(columns, geometry=[shapely.MultiPolygon()], crs=CRS)
    [row] = polygon_rows(frame, GRIDS, "main", 1)
    wired = dict(zip(polygon_table(GRIDS).columns, row, strict=True))
    assert wired["registered"] == 3
    assert wired["residents"] is wired["name"] is None


def test_every_kind_of_field_has_a_form_on_the_wire():
    kinds = {f.kind for layer in FACTS.values() for f in layer.fields}
    assert kinds <= set(WIRES)


def test_instant_is_a_parameter_with_its_offset():
    assert as_parameter(None) is None
    assert as_parameter(day(1)).isoformat() == "1970-01-02T00:00:00+00:00"
