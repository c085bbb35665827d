"""Facts are rows that come back with their types, points and times."""

import pytest
from pandas.testing import assert_frame_equal

from gis.errors import InvalidLayerError, StoreError
from layers.stores.facts import FACTS, empty_records
from layers.stores.geopackage.facts import (
    insert_facts,
    last_recorded_at,
    read_facts,
)
from support.harness.geopackage_rooms import SRS_ID, add_links, open_file
from support.makers.contract_rows import neighbours
from support.makers.store_history import CRS, day
from support.makers.stored_rows import make_memory_town

LAYERS = ("enterprises", "posts")


@pytest.fixture(scope="module")
def town():
    return make_memory_town()


@pytest.fixture
def file(tmp_path, town):
    with open_file(tmp_path) as opened:
        with opened.writing() as connection:
            add_links(connection, town)
            for layer in LAYERS:
                insert_facts(connection, layer, town.records(layer), SRS_ID)
        yield opened


@pytest.mark.parametrize("layer", LAYERS)
def test_rows_come_back_as_they_were_recorded(file, town, layer):
    with file.reading() as connection:
        assert_frame_equal(read_facts(connection, layer, SRS_ID), town.records(layer))


@pytest.mark.parametrize("layer", sorted(set(FACTS) - set(LAYERS)))
def test_layer_without_rows_is_an_empty_one(file, layer):
    with file.reading() as connection:
        rows = read_facts(connection, layer, SRS_ID)
        assert last_recorded_at(connection, layer) is None
    assert_frame_equal(rows, empty_records(layer, CRS), check_index_type=False)


def test_rows_of_a_link_are_those_of_its_batch_and_time(file, town):
    link = next(link for link, _ in town.log() if link.layer == "posts")
    with file.reading() as connection:
        rows = read_facts(connection, "posts", SRS_ID, batch=link.sequence)
        assert last_recorded_at(connection, "posts") == link.recorded_at == day(1)
    assert_frame_equal(rows, town.records("posts"))
    with file.writing() as connection:
        connection.execute("UPDATE posts SET batch = 99")
        assert read_facts(connection, "posts", SRS_ID, batch=link.sequence).empty


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("is_coded = 2", "A flag is not"),
        ("valid_from = '1970'", "A time is not"),
        ("geom = x'00'", "A point is not"),
    ],
)
def test_value_that_no_store_wrote_is_refused(file, change, words):
    with file.writing() as connection:
        # the triggers of the spatial index would measure a broken point
        triggers = connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        ).fetchall()
        for (name,) in triggers:
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute(f"UPDATE enterprises SET {change} WHERE place_id = 'E1'")  # noqa: S608  words of this test
    with (
        file.reading() as connection,
        pytest.raises(StoreError, match=f"{words} as it was stored"),
    ):
        read_facts(connection, "enterprises", SRS_ID)


def test_table_that_is_no_layer_of_facts_is_not_read(file):
    with (
        file.reading() as connection,
        pytest.raises(InvalidLayerError, match="'grids' is no layer of facts"),
    ):
        read_facts(connection, "grids", SRS_ID)


def test_polygon_with_another_header_or_none_is_refused(tmp_path):
    town = make_memory_town()
    town.record("neighbours", neighbours(("330109", None, 121, 122)))
    with open_file(tmp_path) as opened, opened.writing() as connection:
        add_links(connection, town)
        rows = town.records("neighbours")
        insert_facts(connection, "neighbours", rows, SRS_ID)
        assert_frame_equal(read_facts(connection, "neighbours", SRS_ID), rows)
        [(blob,)] = connection.execute("SELECT geom FROM neighbours").fetchall()
        connection.execute("DROP TRIGGER IF EXISTS only_added_neighbours_update")
        for changed in (blob[:4] + b"\0" * 4 + blob[8:], blob[:-8]):
            connection.execute("UPDATE neighbours SET geom = ?", [changed])
            with pytest.raises(StoreError, match="A polygon is not as it was stored"):
                read_facts(connection, "neighbours", SRS_ID)
