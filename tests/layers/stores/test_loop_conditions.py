"""A condition of SQL asks for what the memory store takes."""

# ruff: noqa: S608  the conditions are what is tested

import sqlite3

from hypothesis import given
from hypothesis import strategies as st

from gis.events import Loop, Task
from layers.stores.loop_conditions import (
    Condition,
    all_of,
    any_of,
    below_path,
    loop_condition,
    one_of,
    task_condition,
)
from layers.stores.loops import LoopQuery, TaskQuery
from layers.stores.memory_loops import is_asked
from support.makers.loop_rows import LOOPS, PATHS, WORDS, table_of

QUERIES = st.builds(
    LoopQuery,
    states=st.lists(WORDS, max_size=2).map(tuple),
    kinds=st.lists(WORDS, max_size=2).map(tuple),
    sources=st.lists(WORDS, max_size=2).map(tuple),
    post_id=st.just("") | WORDS,
    area_path=PATHS,
    is_open=st.none() | st.booleans(),
    overdue_at=st.none() | st.integers(0, 5),
    since=st.none() | st.integers(0, 5),
    until=st.none() | st.integers(0, 5),
    below=st.none() | st.integers(0, 9),
    event_rows=st.lists(st.integers(0, 6), max_size=3).map(tuple),
)


@given(st.lists(LOOPS, max_size=6), QUERIES)
def test_rows_of_a_query_are_those_that_memory_takes(loops, query):
    numbered, connection = table_of(loops)
    condition = loop_condition(query)
    rows = connection.execute(
        f"SELECT event_row FROM loops WHERE {condition.sql}", condition.values
    )
    wanted = {loop.row for loop in numbered if is_asked(loop, query)}
    assert {row for (row,) in rows} == wanted


def test_tasks_are_asked_by_event_owner_and_state():
    connection = sqlite3.connect(":memory:")
    connection.execute(
        "CREATE TABLE tasks (task_id, event_id, whistle_id, post_id, department_id, "
        "state)"
    )
    tasks = [
        Task("1", "E", post_id="P"),
        Task("2", "E", department_id="D", whistle_id="W", state="done"),
        Task("3", "F", department_id="D"),
    ]
    connection.executemany(
        "INSERT INTO tasks VALUES (?, ?, ?, ?, ?, ?)",
        [
            (t.task_id, t.event_id, t.whistle_id, t.post_id, t.department_id, t.state)
            for t in tasks
        ],
    )

    def ids(**query):
        condition = task_condition(TaskQuery(**query))
        rows = connection.execute(
            f"SELECT task_id FROM tasks WHERE {condition.sql}", condition.values
        )
        return "".join(sorted(task_id for (task_id,) in rows))

    assert ids() == "123"
    assert ids(event_id="E") == "12"
    assert ids(department_ids=("D",), is_open=True) == "3"
    assert ids(post_ids=("P",), department_ids=("D",)) == "123"
    assert ids(whistle_id="W", is_open=False) == "2"


def test_conditions_are_joined_in_order_of_their_values():
    parts = [Condition("a = ?", (1,)), one_of("b", ("x", "y"))]
    assert all_of(parts) == Condition("(a = ?) AND (b IN (?,?))", (1, "x", "y"))
    assert any_of(parts).sql == "((a = ?) OR (b IN (?,?)))"
    assert any_of([]).sql == "false"
    assert below_path("").sql == "true"


def test_an_open_loop_is_asked_by_its_phase():
    assert is_asked(Loop("E", phase="handled"), LoopQuery(is_open=True))
