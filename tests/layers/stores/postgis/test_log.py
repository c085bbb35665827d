"""Links are rows that come back in order; those of events change no answer."""

from dataclasses import astuple

import pytest

from layers.stores.log import genesis, next_link
from layers.stores.postgis.connections import wire_instant
from layers.stores.postgis.log import LINKS_AFTER, last_link, read_revision
from layers.stores.postgis.tables import LINKS, add_rows
from support.harness.postgres_rooms import open_connection
from support.makers.store_history import day


@pytest.fixture
def connection(postgis):
    with open_connection(postgis) as opened:
        yield opened


def append(connection, *layers):
    """Append a link a layer; return them."""
    links, head = [], genesis("S")
    for number, layer in enumerate(layers, start=1):
        links.append(next_link(head, number, layer, day(number), [b"row"]))
        head = links[-1].head
    rows = [astuple(link) for link in links]
    wired = [(*row[:3], wire_instant(row[3]), *row[4:]) for row in rows]
    add_rows(connection, LINKS, wired)
    return links


def test_empty_log_has_no_last_link_and_revision_0(connection):
    assert last_link(connection) is None
    assert read_revision(connection) == 0


def test_last_link_comes_back_whole(connection):
    links = append(connection, "versions", "posts", "events")
    assert last_link(connection) == links[-1]


def test_revision_passes_over_links_of_events(connection):
    append(connection, "versions", "posts", "events", "events")
    assert read_revision(connection) == 2


def test_links_after_a_sequence_come_in_order_and_in_parts(connection):
    append(connection, "versions", "posts", "events")
    part = connection.execute(LINKS_AFTER, [1, 1], binary=True).fetchall()
    assert [row[0] for row in part] == [2]
    rest = connection.execute(LINKS_AFTER, [1, 9], binary=True).fetchall()
    assert [row[:4] for row in rest] == [
        (2, "posts", 1, day(2)),
        (3, "events", 1, day(3)),
    ]
