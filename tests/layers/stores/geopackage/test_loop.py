"""Actions, loops and tasks are rows that come back whole."""

import sqlite3

import pytest

from gis.errors import StoreError
from gis.events import Loop, Task
from layers.stores.geopackage.loop import (
    differing_rows,
    insert_actions,
    last_action_row,
    put_loops,
    read_actions,
    read_intakes,
    read_loops,
    read_requests,
    read_standing,
    read_tasks,
)
from layers.stores.memory import MemoryStore
from support.harness.geopackage_rooms import add_links, open_file
from support.makers.loop_entries import AT, intake_of

LOOP = Loop("E", 3, state="handled", is_sensitive=True, lon=120.1, closed_tier=2)
TASK = Task("E/1", "E", "whistle", department_id="police", presence="remote", rating=4)


@pytest.fixture
def memory():
    store = MemoryStore(now=lambda: AT, store_id="S")
    tasks = ({"sort": "handle", "due_at": 5, "post_id": "P1"},)
    store.append(
        [
            intake_of("1", tasks=tasks, destinations=("hotline",)),
            intake_of("2", key_id="K", request_key="r"),
        ]
    ).result()
    return store


@pytest.fixture
def connection(tmp_path, memory):
    """A file with the actions of a store in memory."""
    with open_file(tmp_path) as file, file.writing() as connection:
        add_links(connection, memory)
        insert_actions(connection, memory._actions)
        yield connection


def test_actions_come_back(connection, memory):
    rows = read_actions(connection, "true ORDER BY fid", ())
    assert list(rows) == memory._actions
    assert last_action_row(connection) == 2


def test_actions_that_no_link_names_are_not_read(connection):
    connection.execute("UPDATE actions SET batch = 99 WHERE fid = 1")
    assert [e.row for e in read_actions(connection, "true", ())] == [2]


def test_an_action_that_is_damaged_is_named(connection):
    connection.execute("UPDATE actions SET body = x'7b' WHERE fid = 1")
    with pytest.raises(StoreError, match="Action 1 is not as it was stored"):
        list(read_actions(connection, "true", ()))


def test_an_action_stands_once(connection, memory):
    with pytest.raises(sqlite3.IntegrityError):
        insert_actions(connection, memory._actions[:1])


def test_first_actions_and_requests_are_read(connection, memory):
    first, second = memory._actions
    event_ids = [first.action.event_id, "other"]
    assert read_intakes(connection, event_ids) == {event_ids[0]: first}
    assert read_requests(connection, {("K", "r"), ("K", "")}) == {("K", "r"): second}


def test_loops_and_tasks_come_back_and_are_replaced(connection):
    put_loops(connection, [LOOP, Loop("F", 4)], [TASK])
    later = Loop("E", 3, state="closed")
    put_loops(connection, [later], [Task("E/1", "E")])
    assert list(read_loops(connection, "event_id = ?", ("E",))) == [later]
    assert list(read_tasks(connection, "true", ())) == [Task("E/1", "E")]
    put_loops(connection, [LOOP], [TASK])
    assert read_standing(connection, {"E", "G"}) == ({"E": LOOP}, {"E": {"E/1": TASK}})


def test_rows_that_differ_are_counted(connection):
    put_loops(connection, [LOOP], [TASK])
    assert differing_rows(connection, {"E": LOOP}, {"E": {"E/1": TASK}}) == 0
    assert differing_rows(connection, {"E": LOOP}, {}) == 1
    assert differing_rows(connection, {}, {"E": {"E/1": TASK}}) == 1


def test_each_destination_of_an_action_waits(connection):
    rows = connection.execute("SELECT outbox_row, destination, state FROM deliveries")
    assert rows.fetchall() == [(1, "hotline", "waiting")]
