"""A query that names nothing asks for all, newest first, and not too many."""

from dataclasses import fields

from gis.events import Loop
from layers.stores.loops import Entry, EntryReceipt, LoopQuery, TaskQuery
from layers.stores.memory_loops import is_asked


def test_a_query_that_names_nothing_takes_every_loop():
    assert is_asked(Loop("E"), LoopQuery())
    assert is_asked(Loop("E", phase="closed", kind="x", lon=1.0), LoopQuery())


def test_every_word_of_a_query_can_refuse():
    loop = Loop("E", 5, area_path="A/", state="s", kind="k", source="o", pack="p")
    refusing = {
        "states": ("x",),
        "kinds": ("x",),
        "sources": ("x",),
        "packs": ("x",),
        "post_id": "x",
        "area_path": "B/",
        "is_open": False,
        "overdue_at": 1,
        "since": 1,
        "until": 0,
        "cluster": "x",
        "below": 5,
        "event_rows": (4, 6),
    }
    assert set(refusing) == {f.name for f in fields(LoopQuery)} - {"limit"}
    for name, value in refusing.items():
        assert not is_asked(loop, LoopQuery(**{name: value})), name


def test_defaults_bring_and_ask_for_nothing_special():
    assert Entry() == Entry(None, (), None)
    assert EntryReceipt(None).is_new
    assert TaskQuery().limit >= LoopQuery().limit
