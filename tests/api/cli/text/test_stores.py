"""Lines of what is in a new store."""

import pytest

from api.cli.text.stores import NEXT_OF_EMPTY, NEXT_OF_SAMPLE, content_lines, init_lines
from layers.stores.memory import MemoryStore
from support.makers.contract_rows import GROUND, MIDNIGHT, posts
from support.makers.store_history import Clock, day, publish_grounds

ZONE = "Asia/Shanghai"


@pytest.fixture
def store() -> MemoryStore:
    """Three grids under three circles, with two posts."""
    store = MemoryStore(now=Clock())
    publish_grounds(store, {day(1): GROUND}, base=None)
    rows = [(f"{grid}-L", grid, "grid_leader", "L1", MIDNIGHT) for grid in ("G1", "G2")]
    store.record("posts", posts(*rows))
    return store


def test_every_layer_that_has_rows_is_counted(store: MemoryStore) -> None:
    version, grids, *facts, events, log = content_lines(store, ZONE)
    digest, link = store.history().head().digest, store.last_link()
    assert version.endswith(
        f" 1 of grid system 'main', valid from 1970-01-02T08:00, digest {digest[:12]}"
    )
    assert grids.split(maxsplit=1)[1] == "3 under 3 circles, in 0 communities"
    assert [line.split() for line in facts] == [["posts", "2"]]
    assert events.split() == ["events", "0"]
    assert log.split(maxsplit=1)[1] == f"2 links, head {link.head[:12]}"


def test_store_without_a_link_has_no_head() -> None:
    lines = content_lines(MemoryStore(now=Clock()), ZONE)
    assert [line.split() for line in lines] == [
        ["events", "0"],
        ["log", "0", "links,", "head", "none"],
    ]


def test_first_line_says_what_the_store_was_filled_from(store: MemoryStore) -> None:
    contents = content_lines(store, ZONE)
    restored = init_lines(store, "town.gpkg", ZONE, "copy", None)
    sample = init_lines(store, "town.gpkg", ZONE, None, "s_town")
    empty = init_lines(store, "town.gpkg", ZONE, None, None)
    merged = init_lines(store, "town.gpkg", ZONE, None, "x_town")
    assert merged[0] == "Made town.gpkg with X town (synthetic)."
    assert restored == [
        "Made town.gpkg from copy, every link with its head.",
        *contents,
    ]
    assert sample == [
        "Made town.gpkg with S town (synthetic).",
        *contents,
        *NEXT_OF_SAMPLE,
    ]
    assert empty == [
        f"Made town.gpkg, store {store.store_id}, empty.",
        *NEXT_OF_EMPTY,
    ]
