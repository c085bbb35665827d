"""Names, closed lists and looks stand where GIS software reads them."""

import sqlite3
from contextlib import closing

import pytest

from gis.models import SCENE_NAMES, Scene, Status
from layers.stores.geopackage.client_words import write_words
from layers.stores.geopackage.listed import LISTED
from layers.stores.geopackage.tables import create_geopackage


@pytest.fixture
def connection(tmp_path):
    path = tmp_path / "town.gpkg"
    create_geopackage(path)
    with closing(sqlite3.connect(path)) as opened:
        yield opened


def state(connection):
    return {
        table: sorted(connection.execute(f"SELECT {columns} FROM {table}"), key=repr)  # noqa: S608
        for table, columns in {
            "gpkg_contents": "table_name, identifier",
            "gpkg_data_columns": "*",
            "gpkg_data_column_constraints": "*",
            "layer_styles": "f_table_name, f_geometry_column, styleQML, useAsDefault",
        }.items()
    }


def entries(connection, layer, column):
    return dict(
        connection.execute(
            "SELECT value, description FROM gpkg_data_column_constraints "
            "NATURAL JOIN (SELECT constraint_name FROM gpkg_data_columns "
            "WHERE table_name = ? AND column_name = ?)",
            (layer, column),
        )
    )


def test_new_file_has_the_names_of_all_columns(connection):
    rows = state(connection)["gpkg_data_columns"]
    names = {(layer, column): name for layer, column, name, *_ in rows}
    assert names == {
        (name, field.name): field.zh
        for name, schema in LISTED.items()
        for field in schema.fields
    }


def test_every_layer_is_called_in_chinese_and_has_one_look(connection):
    rows = state(connection)
    called = dict(rows["gpkg_contents"])
    assert called["grids_now"] == "网格（现行）"
    assert all(called[name].endswith("（现行）") for name in LISTED)
    looks = {name: (place, rank) for name, place, _, rank in rows["layer_styles"]}
    assert len(rows["layer_styles"]) == len(looks)
    assert looks == {
        name: ("geom" if schema.geometry else "", 1) for name, schema in LISTED.items()
    }


def test_closed_lists_have_chinese_words(connection):
    scenes = {scene.value: SCENE_NAMES[scene][0] for scene in Scene}
    assert entries(connection, "enterprises_now", "scene") == scenes
    assert set(entries(connection, "events_now", "status")) == {*map(str, Status)}
    assert entries(connection, "events_now", "state") == {}


def test_words_are_written_anew_and_what_a_user_kept_stays(connection):
    before = state(connection)
    kept = ("INSERT INTO layer_styles (f_table_name, styleName) VALUES (?, ?)",)
    connection.execute(*kept, ("grids_now", "mine"))
    connection.execute("UPDATE gpkg_data_columns SET name = 'x' || column_name")
    write_words(connection)
    [mine] = connection.execute(
        "SELECT f_table_name FROM layer_styles WHERE styleName = 'mine'"
    )
    assert mine == ("grids_now",)
    connection.execute("DELETE FROM layer_styles WHERE styleName = 'mine'")
    assert state(connection) == before
