"""Versions come back with lineage, layers and withdrawals; a change is refused."""

from dataclasses import replace

import pytest
from pandas.testing import assert_frame_equal

from gis.errors import StoreError
from layers.stores.geopackage.versions import (
    insert_version,
    insert_withdrawal,
    published,
    read_grid_ids,
    read_history,
    read_layer,
    read_version,
    read_withdrawals,
)
from layers.stores.version_digest import version_bytes
from layers.stores.versions import VERSION_LAYERS
from support.harness.geopackage_rooms import SRS_ID, add_links, open_file
from support.makers.stored_rows import make_memory_town


@pytest.fixture(scope="module")
def town():
    return make_memory_town()


@pytest.fixture
def file(tmp_path, town):
    with open_file(tmp_path) as opened:
        with opened.writing() as connection:
            add_links(connection, town)
            for number in (1, 2):
                layers = town.version_layers(number)
                insert_version(connection, layers, number, SRS_ID)
            [withdrawal] = town.history().withdrawals
            insert_withdrawal(connection, withdrawal, 3)
        yield opened


def test_history_comes_back_with_lineage_and_withdrawals(file, town):
    with file.reading() as connection:
        assert read_history(connection, "main") == town.history()
        other = read_history(connection, "police")
        assert (other.versions, other.withdrawals) == ((), ())
        [withdrawal] = read_withdrawals(connection, "batch = ?", 3)
    assert withdrawal.reason == "postponed"


@pytest.mark.parametrize("number", [1, 2])
def test_layers_of_a_version_come_back_as_they_were(file, town, number):
    with file.reading() as connection:
        layers = read_version(connection, "main", number, SRS_ID)
        grids = read_layer(connection, VERSION_LAYERS[0], layers.version, SRS_ID)
    expected = town.version_layers(number)
    assert layers.version == expected.version
    for name in ("grids", "circles", "communities"):
        assert_frame_equal(
            getattr(layers, name), getattr(expected, name), check_index_type=False
        )
    assert_frame_equal(grids, expected.grids)
    assert version_bytes(layers) == version_bytes(expected)


def test_grid_ids_are_those_of_versions_that_stand(file, town):
    with file.reading() as connection:
        ids = read_grid_ids(connection, town.history())
        both = replace(town.history(), withdrawals=())
        assert set(read_grid_ids(connection, both)[2]) == {"G1", "G3", "G4", "G5"}
    assert ids == {1: frozenset({"G1", "G2", "G3"})}


def test_version_that_is_not_there_is_named_with_those_that_are(file):
    with (
        file.reading() as connection,
        pytest.raises(StoreError, match=r"'main' has no version 3 but \[1, 2\]"),
    ):
        read_version(connection, "main", 3, SRS_ID)


def test_versions_of_a_link_are_whole(file, town):
    with file.reading() as connection:
        [layers] = published(connection, 2, SRS_ID)
        assert published(connection, 9, SRS_ID) == []
    assert layers.version == town.history().versions[1]


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE versions SET digest = 'x'",
        "UPDATE grids SET name = 'x'",
        "UPDATE circles SET tier = 3 WHERE circle_id = 'E'",
    ],
    ids=["digest", "name", "tier"],
)
def test_version_that_was_changed_is_refused(file, change):
    with file.writing() as connection:
        assert connection.execute(change).rowcount > 0
    assert_refused(file)


def test_header_of_a_polygon_that_was_changed_is_refused(file):
    with file.writing() as connection:
        [blob] = connection.execute("SELECT geom FROM grids WHERE fid = 1").fetchone()
        changed = blob[:4] + (4326).to_bytes(4, "little") + blob[8:]
        connection.execute("UPDATE grids SET geom = ? WHERE fid = 1", (changed,))
    assert_refused(file)


def assert_refused(file):
    with (
        file.reading() as connection,
        pytest.raises(StoreError, match="A version is not as it was stored"),
    ):
        published(connection, 1, SRS_ID)
