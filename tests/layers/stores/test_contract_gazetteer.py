"""One suite for every store: what a name stands for, as things are recorded."""

from itertools import islice

import pytest

from layers.gazetteer import fold, read_places
from layers.snapshots import build_snapshot
from support.makers.contract_rows import GROUND
from support.makers.named_places import ROWS, named_places
from support.makers.store_history import day, publish_grounds


@pytest.fixture
def named(store):
    publish_grounds(store, {day(0): GROUND}, base=None)
    store.record("enterprises", named_places())
    return store


def ids(store, text, at=None):
    """The place and the register of every row that a text stands in."""
    now = at or store.now()
    register = read_places(store, now, build_snapshot(store, now))
    entries = (register.entry(row) for row in register.index.rows(fold(text)))
    return [(entry.place_id, entry.source) for entry in entries]


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("东湖", ["E-12", "E-1", "E-3 fire", "E-3", "E-2"]),
        ("东湖药店", ["E-1"]),
        ("湖东", ["E-2"]),
        ("e 1", ["E-1", "E-12"]),
        ("文二路3号", ["E-2"]),
        ("学院路", ["E-3 fire", "E-3"]),
        ("BAR", ["E-3"]),
        ("%_", []),
        ("南京", []),
    ],
)
def test_every_store_names_the_same_rows_in_the_same_order(named, text, rows):
    expected = [tuple((*row.split(), "market")[:2]) for row in rows]
    if fold(text):
        assert ids(named, text) == expected
    else:
        assert expected == []


def test_what_was_said_before_or_taken_back_stands_for_nothing(named, clock):
    clock.now = day(2)
    first = ROWS[:1]
    renamed = [(*first[0][:3], "南山药店", *first[0][4:])]
    named.record("enterprises", named_places(renamed))
    assert ids(named, "东湖药店") == []
    assert ids(named, "南山药店") == [("E-1", "market")]
    named.record("enterprises", named_places(renamed, cancelled=True))
    assert ids(named, "南山药店") == []


def test_what_comes_and_ends_by_itself_stands_from_then_until_then(named):
    row = [("E-9", "market", "actual", "庙会", None, 120.005, 30.005)]
    named.record(
        "enterprises",
        named_places(
            row,
            valid_from="1970-01-05T00:00:00+00:00",
            valid_to="1970-01-07T00:00:00+00:00",
        ),
    )
    days = [bool(ids(named, "庙会", day(number))) for number in (1, 4, 5, 6)]
    assert days == [False, True, True, False]


def test_rows_of_one_rank_stand_in_order_of_record(named, clock):
    clock.now = day(2)
    rows = [(f"N-{n}", "market", "actual", f"同名{n}", None, 120.005, 30.005)
            for n in (3, 1, 2)]  # fmt: skip
    named.record("enterprises", named_places(rows[:1]))
    named.record("enterprises", named_places(rows[1:]))
    assert [place for place, _ in islice(ids(named, "同名"), 3)] == [
        "N-3",
        "N-1",
        "N-2",
    ]
