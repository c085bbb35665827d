"""What is listed are the views of the file, each column with a Chinese name."""

import sqlite3
from contextlib import closing

import pytest

from layers.stores.geopackage.listed import LISTED, RATED_LAYER
from layers.stores.geopackage.tables import create_geopackage, guards


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    path = tmp_path_factory.mktemp("listed") / "town.gpkg"
    create_geopackage(path)
    return path


@pytest.mark.parametrize("name", LISTED)
def test_schema_has_the_columns_of_its_view(path, name):
    with closing(sqlite3.connect(path)) as connection:
        columns = [row[1] for row in connection.execute(f"PRAGMA table_info({name})")]
    fields = [field.name for field in LISTED[name].fields]
    is_drawn = LISTED[name].geometry is not None
    assert columns == ["fid", *["geom"] * is_drawn, *fields]


def test_every_view_that_ends_in_now_is_listed_but_those_that_others_ask():
    views = {name for name in guards() if name.endswith("_now")}
    assert views - set(LISTED) == {"store_now", "version_now"}
    assert set(LISTED) <= views


@pytest.mark.parametrize(
    "schema", [*LISTED.values(), RATED_LAYER], ids=lambda s: s.name
)
def test_every_column_has_a_chinese_name_of_its_own(schema):
    names = [field.zh for field in schema.fields]
    assert all(names)
    assert len(set(names)) == len(names)


def test_every_layer_has_a_chinese_name_of_its_own():
    names = [schema.zh for schema in LISTED.values()]
    assert all(names)
    assert len(set(names)) == len(names)
