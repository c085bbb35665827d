"""Versions come back with lineage, layers and withdrawals."""

from dataclasses import replace

import pytest
from pandas.testing import assert_frame_equal

from gis.errors import StoreError
from layers.stores.postgis.versions import (
    add_version,
    add_withdrawal,
    read_history,
    read_version,
    standing_grid_ids,
    systems,
    versions_of_batch,
    withdrawals_of_batch,
)
from layers.stores.version_digest import version_bytes
from support.harness.postgres_rooms import add_links, open_connection
from support.makers.store_history import CRS
from support.makers.stored_rows import make_memory_town


@pytest.fixture(scope="module")
def town():
    return make_memory_town()


@pytest.fixture(scope="module")
def connection(postgis, town):
    """A store with the versions of a town; nothing is written to it after."""
    with open_connection(postgis) as opened:
        add_links(opened, town)
        for number in (1, 2):
            add_version(opened, town.version_layers(number), number)
        [withdrawal] = town.history().withdrawals
        add_withdrawal(opened, withdrawal, 3)
        yield opened


def test_history_comes_back_with_lineage_and_withdrawals(connection, town):
    assert read_history(connection, "main") == town.history()
    other = read_history(connection, "police")
    assert (other.versions, other.withdrawals) == ((), ())
    assert systems(connection) == ("main",)


@pytest.mark.parametrize("number", [1, 2])
def test_layers_of_a_version_come_back_as_they_were(connection, town, number):
    layers = read_version(connection, town.history(), number, CRS)
    expected = town.version_layers(number)
    assert layers.version == expected.version
    for name in ("grids", "circles", "communities"):
        assert_frame_equal(
            getattr(layers, name), getattr(expected, name), check_index_type=False
        )
    assert version_bytes(layers) == version_bytes(expected)


def test_grid_ids_are_those_of_versions_that_stand(connection, town):
    ids = standing_grid_ids(connection, town.history())
    assert ids == {1: frozenset({"G1", "G2", "G3"})}
    both = standing_grid_ids(connection, replace(town.history(), withdrawals=()))
    assert set(both[2]) == {"G1", "G3", "G4", "G5"}


def test_version_that_is_not_there_is_named_with_those_that_are(connection, town):
    with pytest.raises(StoreError, match=r"'main' has no version 3 but \[1, 2\]"):
        read_version(connection, town.history(), 3, CRS)


def test_rows_of_a_link_are_its_versions_or_its_withdrawals(connection, town):
    [layers] = versions_of_batch(connection, 2, CRS)
    assert layers.version == town.history().versions[1]
    assert withdrawals_of_batch(connection, 3) == list(town.history().withdrawals)
    assert versions_of_batch(connection, 9, CRS) == []
    assert withdrawals_of_batch(connection, 9) == []
