"""Links are rows of one chain that begins with the id of the store."""

import pytest

from layers.stores.geopackage.log import (
    append_link,
    last_link,
    links_after,
    revision,
)
from layers.stores.log import verify
from support.harness.geopackage_rooms import open_file
from support.makers.store_history import day

BATCHES = [("versions", [b"one"]), ("posts", [b"two", b"three"]), ("events", [b"four"])]


@pytest.fixture
def file(tmp_path):
    with open_file(tmp_path) as opened:
        yield opened


def append_all(connection):
    """Append three links; return them with their rows."""
    batches, last = [], "S"
    for number, (layer, rows) in enumerate(BATCHES, start=1):
        last = append_link(connection, last, layer, day(number), rows)
        batches.append((last, rows))
    return batches


def test_links_are_a_chain_from_the_id_of_the_store(file):
    with file.writing() as connection:
        batches = append_all(connection)
    assert list(verify(batches, "S")) == []
    assert list(verify(batches, "T")) != []


def test_links_come_back_in_order_from_any_of_them(file):
    with file.writing() as connection:
        links = [link for link, _ in append_all(connection)]
    with file.reading() as connection:
        for after in range(4):
            assert links_after(connection, after) == links[after:]
        assert last_link(connection) == links[-1]


def test_revision_passes_over_links_of_events(file):
    with file.writing() as connection:
        assert (last_link(connection), revision(connection)) == (None, 0)
        append_all(connection)
        assert revision(connection) == 2


def test_link_that_was_changed_shows_in_the_chain(file):
    with file.writing() as connection:
        rows = [rows for _, rows in append_all(connection)]
        connection.execute("UPDATE log SET layer = 'rules' WHERE sequence = 2")
        links = links_after(connection, 0)
    [fault] = verify(zip(links, rows, strict=True), "S")
    assert fault.text == "Link 2 does not hold the one before it."
