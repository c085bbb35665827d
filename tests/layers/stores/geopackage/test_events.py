"""Events are rows that come back whole, by id, by link and by what is asked."""

import pytest

from gis.errors import StoreError
from layers.stores.event_history import HistoryRows
from layers.stores.geopackage.events import (
    event_condition,
    events_of,
    insert_due,
    insert_events,
    insert_history,
    last_row,
    read_entries,
    read_event,
    read_events,
    read_outbox,
    read_rows,
    read_taken,
)
from support.harness.geopackage_rooms import SRS_ID, add_links, open_file
from support.makers.histories import event_history, plain_event
from support.makers.store_history import day, new_event
from support.makers.stored_rows import bare, events_of_town, make_memory_town


@pytest.fixture(scope="module")
def town():
    return make_memory_town()


@pytest.fixture(scope="module")
def events(town):
    return events_of_town(town)


@pytest.fixture(scope="module")
def file(tmp_path_factory, town, events):
    """A file with the events of a town; nothing is written to it after."""
    with open_file(tmp_path_factory.mktemp("events")) as opened:
        with opened.writing() as connection:
            add_links(connection, town)
            insert_events(connection, events, SRS_ID)
            insert_due(connection, events)
        yield opened


def test_row_that_is_there_takes_the_whole_transaction_back(tmp_path):
    rows = HistoryRows(event_history([plain_event("1")]), ["id"], 1, day(3))
    with open_file(tmp_path) as opened:

        def write_twice():
            with opened.writing() as connection:
                insert_history(connection, rows, 1, SRS_ID)
                insert_history(connection, rows, 2, SRS_ID)

        with pytest.raises(StoreError, match="has a row that no link of its log names"):
            write_twice()
        with opened.writing() as connection:
            assert last_row(connection) == 0
            insert_history(connection, rows, 1, SRS_ID)
        with opened.reading() as connection:
            counts = connection.execute("SELECT count(*), max(fid) FROM events")
            assert counts.fetchone() == (1, 1)


def test_events_come_back_whole_by_id_and_by_link(file, events):
    with file.reading() as connection:
        assert list(events_of(connection, 6, SRS_ID)) == events
        for stored in events:
            assert read_event(connection, stored.receipt.event_id, SRS_ID) == stored
        assert read_event(connection, "no-id", SRS_ID) is None
        assert list(events_of(connection, 5, SRS_ID)) == []


@pytest.mark.parametrize(
    ("question", "rows"),
    [
        ({}, [1, 2, 3]),
        ({"since": day(2)}, [2, 3]),
        ({"until": day(2)}, [1]),
        ({"since": day(1), "until": day(40)}, [1, 2]),
        ({"grid_ids": ["G1", "G3"]}, [1, 3]),
        ({"grid_ids": []}, []),
        ({"grid_ids": ["G3"], "since": day(2), "until": day(41)}, [3]),
        ({"after": 1}, [2, 3]),
        ({"limit": 2}, [1, 2]),
        ({"since": day(1), "after": 1, "limit": 1}, [2]),
    ],
    ids=str,
)
def test_what_is_asked_is_answered_in_order_of_the_log(file, events, question, rows):
    whole = {"since": None, "until": None, "grid_ids": None, "after": 0, "limit": None}
    condition = event_condition(**(whole | question))
    with file.reading() as connection:
        answer = list(read_events(connection, *condition, SRS_ID))
    assert answer == [bare(events[row - 1]) for row in rows]


def test_what_is_there_of_events_that_are_brought_is_known(file, events):
    event_id = events[1].receipt.event_id
    brought = [
        new_event("1"),
        new_event("3"),
        new_event("new"),
        new_event("restored", event_id=event_id),
    ]
    with file.reading() as connection:
        entries = read_entries(connection, brought, SRS_ID)
        assert entries == {("hotline", "1"): bare(events[0])}
        assert read_taken(connection, brought) == {event_id}
        assert read_rows(connection, [event_id, "other"]) == {event_id: 2}
        assert last_row(connection) == 3


def test_nothing_is_known_of_an_empty_file(tmp_path):
    with open_file(tmp_path) as file, file.reading() as connection:
        assert read_entries(connection, [new_event("1")], SRS_ID) == {}
        assert read_rows(connection, ["other"]) == {}
        assert last_row(connection) == 0


def test_outbox_of_a_destination_is_read_on_from_a_row(file, events):
    with file.reading() as connection:
        for destination, after, limit, rows in (
            ("police", 0, 9, [1, 3]),
            ("police", 1, 9, [3]),
            ("police", 0, 1, [1]),
            ("fire", 0, 9, [3]),
            ("nobody", 0, 9, []),
        ):
            receipts = read_outbox(connection, destination, after, limit)
            assert receipts == tuple(events[row - 1].receipt for row in rows)
