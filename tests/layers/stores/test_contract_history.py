"""One suite for every store: a history in columns is stored as its events are."""

import pytest

from gis.errors import InvalidLayerError
from layers.stores.log import verify
from support.makers.contract_rows import faults_of
from support.makers.histories import event_history, plain_event, whole_history
from support.makers.store_history import day


def without_ids(store):
    """Everything that is stored but for the ids of events."""
    rows = [
        (link.layer, link.rows, link.recorded_at, *(row[40:] for row in rows))
        for link, rows in store.log()
    ]
    # as text: what is missing is not equal to itself
    frame = store.events().drop(columns="event_id").to_wkb()
    return rows, repr(frame.to_dict("list"))


def test_history_in_columns_is_stored_as_event_by_event(make_store, clock):
    columns, events = make_store(clock), make_store(clock)
    for start in (0, 3):
        some = whole_history()[start : start + 3]
        assert columns.append_history([event_history(some)]) == len(some)
        events.append_events(some)
    assert without_ids(columns) == without_ids(events)
    assert list(verify(columns.log(), columns.store_id)) == []
    assert faults_of(columns) == []
    ids = columns.events()["event_id"].tolist()
    assert ids == sorted(set(ids))
    assert columns.event(ids[0]).new.at_occurrence == bytes(range(256))


def test_what_came_before_is_not_appended_again(store, clock):
    first, second, third = (plain_event(name) for name in "123")
    assert store.append_history([event_history([first])]) == 1
    clock.now = day(9)
    assert store.append_history([event_history([first, second])]) == 1
    assert store.append_history([event_history([third, third])]) == 1
    assert store.append_history([event_history([first, second, third])]) == 0
    assert store.events()["source_id"].tolist() == ["1", "2", "3"]
    assert [link.rows for link, _ in store.log()] == [1, 1, 1]


def test_parts_of_a_history_are_links_of_one_time(store):
    first, second, third, fourth = (plain_event(name) for name in "1234")
    parts = [[first], [], [second, third], [third, fourth], [first]]
    assert store.append_history(map(event_history, parts)) == 4
    log = [link for link, _ in store.log()]
    assert [link.rows for link in log] == [1, 2, 1]
    assert len({link.recorded_at for link in log}) == 1
    assert store.events()["batch"].tolist() == [1, 2, 2, 3]
    assert store.events()["row"].tolist() == [1, 2, 3, 4]
    assert store.append_history([]) == 0
    assert faults_of(store) == []


@pytest.mark.parametrize(
    ("new", "text"),
    [
        (plain_event("1", severity=4), "'1' of 'hotline' came before with other"),
        (plain_event("", severity=4), "row 2, field 'source_id'"),
    ],
)
def test_history_with_a_fault_is_refused_whole(store, new, text):
    store.append_history([event_history([plain_event("1")])])
    with pytest.raises(InvalidLayerError, match=text):
        store.append_history([event_history([plain_event("2"), new])])
    parts = [event_history([plain_event("2")]), event_history([plain_event("3"), new])]
    with pytest.raises(InvalidLayerError):
        store.append_history(parts)
    assert store.events()["source_id"].tolist() == ["1"]


def test_row_after_a_history_is_the_next(store, clock):
    store.append_history([event_history(whole_history())])
    [receipt] = store.append_events([plain_event("late")])
    assert (receipt.row, receipt.batch) == (6, 2)
    assert store.append_history([event_history([plain_event("later")])]) == 1
    assert store.events()["row"].tolist() == list(range(1, 8))
    assert faults_of(store) == []
