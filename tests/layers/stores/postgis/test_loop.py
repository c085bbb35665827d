"""Actions, loops and tasks are rows that come back whole."""

# ruff: noqa: S608  the words are of this module

import psycopg
import pytest

from gis.errors import StoreError
from gis.events import Loop, Task
from layers.stores.memory import MemoryStore
from layers.stores.postgis.loop import (
    insert_actions,
    last_action_row,
    mend_loops,
    put_loops,
    read_actions,
    read_intakes,
    read_loops,
    read_requests,
    read_standing,
    read_tasks,
)
from layers.stores.postgis.strays import strays
from support.harness.postgres_rooms import add_links, open_connection
from support.makers.loop_entries import AT, intake_of

LOOP = Loop("E", 3, state="handled", is_sensitive=True, lon=120.1, closed_tier=2)
TASK = Task("E/1", "E", "whistle", department_id="police", presence="remote", rating=4)
MINE = "SET session_replication_role = replica"
"""Let the owner of a table change its rows."""


@pytest.fixture(scope="module")
def memory():
    store = MemoryStore(now=lambda: AT, store_id="S")
    tasks = ({"sort": "handle", "due_at": 5, "post_id": "P1"},)
    store.append(
        [
            intake_of("1", tasks=tasks, destinations=("hotline",), path=("a>b", "")),
            intake_of("2", key_id="K", request_key="r"),
        ]
    ).result()
    return store


@pytest.fixture
def connection(postgis, memory):
    """A store with the actions of one in memory; the links of its events too."""
    with open_connection(postgis) as opened, opened.transaction():
        add_links(opened, memory)
        insert_actions(opened, memory._actions)
        yield opened


def test_actions_come_back(connection, memory):
    assert read_actions(connection, "true ORDER BY action_row", ()) == memory._actions
    assert last_action_row(connection) == 2


def test_actions_that_no_link_names_are_not_read_and_named(connection):
    connection.execute(MINE)
    connection.execute("UPDATE actions SET batch = 99")
    assert read_actions(connection, "true", ()) == []
    assert last_action_row(connection) == 0
    texts = " ".join(fault.text for fault in strays(connection))
    assert "Layer 'actions' has 2 rows that no link of the log names" in texts
    assert "Layer 'action_outbox' has 1 rows that no link" in texts


def test_action_put_into_a_link_is_refused(connection):
    connection.execute(
        "INSERT INTO actions SELECT 77, 9, batch, recorded_at, 'A', event_id, action, "
        "at, path, task_id, key_id, role, post_id, reason, 's', fingerprint, status, "
        "answer, body FROM actions LIMIT 1"
    )
    with pytest.raises(StoreError, match="has 3 rows where 2 were committed"):
        read_actions(connection, "action_row = 1", ())


def test_action_that_is_damaged_is_named(connection):
    connection.execute(MINE)
    connection.execute("UPDATE actions SET body = '{' WHERE action_row = 1")
    with pytest.raises(StoreError, match="Action 1 is not as it was stored"):
        read_actions(connection, "true", ())


def test_rows_of_actions_are_only_ever_added(postgis, memory):
    with open_connection(postgis) as opened:
        insert_actions(opened, memory._actions)
        for table in ("actions", "action_outbox"):
            with pytest.raises(psycopg.errors.RaiseException, match="only ever added"):
                opened.execute(f"DELETE FROM {table}")


@pytest.mark.parametrize(
    "names", ["action_row", "event_id, seq", "key_id, request_key", "action_id"]
)
def test_action_stands_once(connection, names):
    own = {
        "action_row": "9",
        "seq": "9",
        "action_id": "'A'",
        "request_key": "'s'",
    }
    kept = {name: name for name in names.split(", ")}
    values = own | {name: name for name in kept if name in own}
    with pytest.raises(psycopg.errors.UniqueViolation):
        connection.execute(
            "INSERT INTO actions SELECT {action_row}, {seq}, batch, recorded_at, "
            "{action_id}, event_id, action, at, path, task_id, key_id, role, post_id, "
            "reason, {request_key}, fingerprint, status, answer, body FROM actions "
            "WHERE request_key <> ''".format(**values)
        )


def test_first_actions_and_requests_are_read(connection, memory):
    first, second = memory._actions
    event_ids = [first.action.event_id, "other"]
    assert read_intakes(connection, event_ids) == {event_ids[0]: first}
    assert read_requests(connection, {("K", "r"), ("K", "")}) == {("K", "r"): second}
    assert read_intakes(connection, []) == read_requests(connection, []) == {}


def test_loops_and_tasks_come_back_and_are_replaced(connection):
    put_loops(connection, [LOOP, Loop("F", 4)], [TASK])
    later = Loop("E", 3, state="closed")
    put_loops(connection, [later], [Task("E/1", "E"), Task("E/10", "E")])
    assert read_loops(connection, "event_id = %s", ("E",)) == [later]
    assert read_tasks(connection, "task_id = 'E/1'", ()) == [Task("E/1", "E")]
    put_loops(connection, [LOOP], [TASK, Task("E/2", "E")])
    loops, tasks = read_standing(connection, {"E", "G"})
    assert loops == {"E": LOOP}
    assert list(tasks["E"]) == ["E/1", "E/2", "E/10"]


def test_rows_that_differ_are_counted_and_mended(connection):
    put_loops(connection, [LOOP, Loop("F", 4)], [TASK, Task("E/2", "E")])
    other = Task("E/1", "E", state="done")
    wanted = {"E": Loop("E", 3), "F": Loop("F", 4)}, {"E": {"E/1": other}}
    assert mend_loops(connection, *wanted) == 3
    assert mend_loops(connection, *wanted) == 0
    assert read_standing(connection, ["E"]) == ({"E": Loop("E", 3)}, wanted[1])
