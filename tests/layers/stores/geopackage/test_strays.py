"""What no link names is found, and refused where it stands among rows that are read."""

import pytest

from gis.errors import StoreError
from layers.stores.geopackage.facts import insert_facts
from layers.stores.geopackage.strays import refuse_miscounted, strays
from support.harness.geopackage_rooms import SRS_ID, add_links, open_file
from support.makers.stored_rows import make_memory_town


@pytest.fixture
def file(tmp_path):
    """A file with the links of a town and, of their rows, those of two layers."""
    town = make_memory_town()
    with open_file(tmp_path) as opened:
        with opened.writing() as connection:
            add_links(connection, town)
            for layer in ("enterprises", "posts"):
                insert_facts(connection, layer, town.records(layer), SRS_ID)
        yield opened


def texts(file):
    with file.reading() as connection:
        return " ".join(fault.text for fault in strays(connection))


def test_links_without_their_rows_and_guards_that_are_gone_are_named(file):
    assert "Link 6 of layer 'events' has 0 rows where 3 were committed." in texts(file)
    assert "triggers that guard the store, or views of it, are gone" in texts(file)
    assert "posts" not in texts(file)


def test_row_with_the_time_of_no_link_is_not_among_those_of_its_link(file):
    with file.writing() as connection:
        connection.execute("UPDATE posts SET recorded_at = valid_from")
    assert "Layer 'posts' has 1 rows that no link of the log names" in texts(file)


def test_links_that_were_read_are_refused_and_others_are_not(file):
    with file.writing() as connection:
        connection.execute("DELETE FROM enterprises WHERE place_id = 'E1'")
        refuse_miscounted(connection, "posts", [5])
        refuse_miscounted(connection, "enterprises", [])
        with pytest.raises(StoreError, match="has 1 rows where 2 were committed; see"):
            refuse_miscounted(connection, "enterprises", [4])
