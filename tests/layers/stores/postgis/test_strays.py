"""What no link names is found, and refused where it stands among rows that are read."""

import pytest

from gis.errors import StoreError
from layers.stores.facts import FACTS
from layers.stores.postgis.facts import fact_rows, fact_table
from layers.stores.postgis.strays import refuse_miscounted, strays
from layers.stores.postgis.tables import add_rows
from support.harness.postgres_rooms import add_links, open_connection
from support.makers.stored_rows import make_memory_town


@pytest.fixture(scope="module")
def connection(postgis):
    """A store with the links of a town and, of their rows, those of two layers."""
    town = make_memory_town()
    with open_connection(postgis) as opened:
        add_links(opened, town)
        for name in ("enterprises", "posts"):
            rows = fact_rows(FACTS[name], town.records(name))
            add_rows(opened, fact_table(FACTS[name]), rows)
        yield opened


def test_links_without_their_rows_are_named(connection):
    texts = [fault.text for fault in strays(connection)]
    assert "Link 6 of layer 'events' has 0 rows where 3 were committed." in texts
    assert not any("posts" in text for text in texts)


def test_links_that_were_read_are_refused_and_others_are_not(connection):
    refuse_miscounted(connection, "posts", [5])
    refuse_miscounted(connection, "events", [])
    for batches in ([6], None):
        with pytest.raises(StoreError, match="has 0 rows where 3 were committed; see"):
            refuse_miscounted(connection, "events", batches)
