"""Tables follow the schemas, and a file says which store it is."""

import sqlite3
from contextlib import closing

import pytest

from gis.errors import StoreError
from layers.stores.facts import FACTS
from layers.stores.geopackage.connections import connect
from layers.stores.geopackage.migration import newest
from layers.stores.geopackage.tables import (
    TABLES,
    create_geopackage,
    identify,
    remove_geopackage,
    srs_id_of,
    statements,
)
from layers.stores.versions import VERSION_LAYERS


@pytest.fixture
def path(tmp_path):
    create_geopackage(tmp_path / "town.gpkg", store_id="S", crs="EPSG:4326")
    return tmp_path / "town.gpkg"


def query(path, statement):
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(statement).fetchall()


def test_every_layer_has_a_table():
    assert set(TABLES) == {schema.name for schema in VERSION_LAYERS} | set(FACTS)


@pytest.mark.parametrize("name", TABLES)
def test_table_has_the_columns_of_its_schema_and_asks_for_those_that_it_must(
    path, name
):
    table = TABLES[name]
    columns = query(path, f"PRAGMA table_info({name})")
    # a later column stands behind those that were there
    assert sorted(row[1] for row in columns) == sorted(["fid", *table.columns])
    required = {row[1] for row in columns if row[3]} - {"fid"}
    assert required == {field.name for field in table.fields if field.required}
    assert table.insert.count("?") == len(table.columns)


@pytest.mark.parametrize("name", TABLES)
def test_contents_list_what_is_in_force_and_not_what_stacks_all_times(path, name):
    statement = (
        "SELECT table_name, data_type, srs_id FROM gpkg_contents "  # noqa: S608
        f"WHERE table_name IN ('{name}', '{name}_now')"
    )
    is_drawn = TABLES[name].schema.geometry is not None
    expected = ("features", 4326) if is_drawn else ("attributes", None)
    is_closed = TABLES[name].schema.key_sharing == "closed"
    assert query(path, statement) == ([] if is_closed else [(f"{name}_now", *expected)])


def test_file_says_which_store_it_is_and_in_which_crs(path):
    with closing(connect(path)) as connection:
        assert identify(connection, path) == ("S", "EPSG:4326", newest())


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("PRAGMA application_id = 0", "is no store of Pagoda"),
        ("DROP TABLE pagoda_store", "is no store of Pagoda"),
        (
            "UPDATE pagoda_store SET schema_version = 99",
            "has form 99 of a later release",
        ),
    ],
)
def test_file_of_another_kind_or_age_is_refused(path, change, words):
    with closing(connect(path)) as connection:
        connection.execute(change)
        with pytest.raises(StoreError, match=words):
            identify(connection, path)


@pytest.mark.parametrize("crs", ["EPSG:4549", "EPSG:999999", "moon", "OGC:CRS84"])
def test_crs_that_is_no_geographic_one_of_epsg_makes_no_file(tmp_path, crs):
    with pytest.raises(StoreError, match="is no geographic CRS of EPSG"):
        create_geopackage(tmp_path / "town.gpkg", crs=crs)
    assert list(tmp_path.iterdir()) == []
    assert srs_id_of("EPSG:4326") == 4326


def test_file_of_another_store_is_not_removed(path):
    with pytest.raises(StoreError, match="nothing was removed"):
        remove_geopackage(path, "T")
    assert path.exists()
    remove_geopackage(path, "S")
    assert not path.exists()


def test_resources_are_whole_statements():
    for name in ("tables.sql", "rtree.sql"):
        for statement in statements(name):
            assert sqlite3.complete_statement(statement)
