"""Facts are rows that come back with their types, points and times."""

import pytest
import shapely
from pandas.testing import assert_frame_equal

from layers.stores.facts import FACTS, as_known
from layers.stores.postgis.connections import wire_instant
from layers.stores.postgis.facts import (
    fact_rows,
    fact_table,
    read_facts,
    read_records,
)
from layers.stores.postgis.tables import add_rows
from support.harness.postgres_rooms import add_links, open_connection
from support.makers.contract_rows import MIDNIGHT, posts
from support.makers.store_history import CRS, day
from support.makers.stored_rows import make_memory_town

LAYERS = ("enterprises", "posts")


@pytest.fixture(scope="module")
def town():
    """A town whose post is recorded again, then taken back."""
    store = make_memory_town()
    row = ("P1", "G2", "grid_leader", "L1", MIDNIGHT)
    store.record("posts", posts(row))
    store.record("posts", posts(row).assign(cancelled=True))
    return store


@pytest.fixture(scope="module")
def connection(postgis, town):
    """A store with the facts of a town; nothing is written to it after."""
    with open_connection(postgis) as opened:
        add_links(opened, town)
        for name in LAYERS:
            rows = fact_rows(FACTS[name], town.records(name))
            add_rows(opened, fact_table(FACTS[name]), rows)
        yield opened


@pytest.mark.parametrize("name", FACTS)
def test_table_has_the_columns_of_its_layer_and_a_point_where_there_are_some(name):
    has_points = FACTS[name].schema.geometry is not None
    names = [field.name for field in FACTS[name].fields]
    assert list(fact_table(FACTS[name]).columns) == names + ["geom"] * has_points


def test_row_has_times_as_the_wire_has_them_and_none_where_a_value_is_missing(town):
    first, second = fact_rows(FACTS["enterprises"], town.records("enterprises"))
    names = list(fact_table(FACTS["enterprises"]).columns)
    values = dict(zip(names, first, strict=True))
    assert (values["valid_from"], values["recorded_at"]) == (
        wire_instant(day(0)),
        wire_instant(day(1)),
    )
    assert values["valid_to"] is values["hazard"] is None
    assert shapely.from_wkb(values["geom"]) == shapely.Point(120, 30)
    assert second[-1] is None


@pytest.mark.parametrize("name", LAYERS)
def test_rows_come_back_as_they_were_recorded_whole_and_by_link(connection, town, name):
    records = town.records(name)
    assert_frame_equal(read_records(connection, FACTS[name], CRS), records)
    batch = int(records["batch"].iloc[0])
    rows = read_records(connection, FACTS[name], CRS, batch=batch)
    of_batch = records[records["batch"] == batch]
    assert_frame_equal(rows, of_batch, check_index_type=False)


@pytest.mark.parametrize("known_at", [None, day(0), day(1), day(1) + 1, day(1) + 2])
@pytest.mark.parametrize("valid_at", [None, -1, day(0)])
def test_database_answers_as_the_rows_say(connection, town, valid_at, known_at):
    for name in LAYERS:
        facts = read_facts(
            connection, FACTS[name], CRS, valid_at=valid_at, known_at=known_at
        )
        expected = as_known(
            town.records(name), name, valid_at=valid_at, known_at=known_at
        )
        assert_frame_equal(facts, expected, check_index_type=False)
