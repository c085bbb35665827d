"""Events are rows that come back whole, by id, by link and by what is asked."""

import uuid

import pytest

from layers.stores.postgis.events import (
    EventQuery,
    add_events,
    event_by_id,
    events_of_batch,
    last_row,
    query_events,
    read_entries,
    read_log_rows,
    read_taken,
    receipts_due,
)
from support.harness.postgres_rooms import add_links, open_connection
from support.makers.store_history import day, new_event
from support.makers.stored_rows import events_of_town, make_memory_town


@pytest.fixture(scope="module")
def town():
    return make_memory_town()


@pytest.fixture(scope="module")
def events(town):
    return events_of_town(town)


@pytest.fixture(scope="module")
def connection(postgis, town, events):
    """A store with the events of a town; nothing is written to it after."""
    with open_connection(postgis) as opened:
        with opened.transaction():
            add_links(opened, town)
            add_events(opened, events, 6, day(1))
        yield opened


def test_events_come_back_whole_by_id_and_by_link(connection, events):
    assert events_of_batch(connection, 6, day(1)) == events
    for stored in events:
        assert event_by_id(connection, uuid.UUID(stored.receipt.event_id)) == stored
    assert event_by_id(connection, uuid.UUID(int=0)) is None
    assert events_of_batch(connection, 5, day(1)) == []


@pytest.mark.parametrize(
    ("question", "rows"),
    [
        ({}, [1, 2, 3]),
        ({"since": day(2)}, [2, 3]),
        ({"until": day(2)}, [1]),
        ({"since": day(1), "until": day(40)}, [1, 2]),
        ({"grid_ids": ["G1", "G3"]}, [1, 3]),
        ({"grid_ids": []}, []),
        ({"after": 1}, [2, 3]),
        ({"limit": 2}, [1, 2]),
        ({"since": day(1), "after": 1, "limit": 1}, [2]),
    ],
    ids=str,
)
def test_what_is_asked_is_answered_in_order_of_the_log(
    connection, events, question, rows
):
    whole = {"since": None, "until": None, "grid_ids": None, "after": 0, "limit": None}
    answer = query_events(connection, EventQuery(**(whole | question)))
    assert answer == [events[row - 1] for row in rows]


def test_what_is_there_of_events_that_are_brought_is_known(connection, events):
    event_id = events[1].receipt.event_id
    brought = [
        new_event("1"),
        new_event("3"),
        new_event("new"),
        new_event("restored", event_id=event_id),
    ]
    assert read_entries(connection, brought) == {("hotline", "1"): events[0]}
    assert read_taken(connection, brought) == {event_id}
    assert read_log_rows(connection, [event_id, "none", "A" * 32]) == {event_id: 2}
    assert last_row(connection) == 3


def test_nothing_is_there_of_an_empty_store(postgis):
    with open_connection(postgis) as empty:
        assert read_entries(empty, [new_event("1")]) == read_entries(empty, []) == {}
        assert read_taken(empty, [new_event("1")]) == frozenset()
        assert last_row(empty) == 0


def test_outbox_of_a_destination_is_read_on_from_a_row(connection, events):
    for destination, after, limit, rows in (
        ("police", 0, 9, [1, 3]),
        ("police", 1, 9, [3]),
        ("police", 0, 1, [1]),
        ("fire", 0, 9, [3]),
        ("nobody", 0, 9, []),
    ):
        receipts = receipts_due(connection, destination, after, limit)
        assert receipts == tuple(events[row - 1].receipt for row in rows)
