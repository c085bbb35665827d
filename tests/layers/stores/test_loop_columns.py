"""Columns of loops are their fields in every store, whatever the limit and scope."""

import itertools
from contextlib import closing

import pytest

from gis.access import EVERYTHING, Scope
from gis.events import Task
from layers.stores import create_store
from layers.stores.loop_columns import (
    DTYPES,
    FIRST_DEPARTMENT,
    first_department,
    loop_expressions,
    loop_frame,
)
from layers.stores.loops import LoopQuery, TaskQuery
from layers.stores.memory import MemoryStore
from support.makers.loop_entries import AT, intake_of

HANDLING = {"sort": "handle", "department_id": "police", "area_path": "C1-01/C2-01/"}


@pytest.fixture(params=["memory", "geopackage"])
def store(request, tmp_path):
    if request.param == "memory":
        store = MemoryStore()
    else:
        store = create_store(str(tmp_path / "town.gpkg"))
    with closing(store):
        entries = [
            intake_of("1", tasks=[HANDLING | {"given_at": AT + 5}, HANDLING]),
            intake_of("2", loop={"area_path": "C1-01/C2-02/", "grid_id": None}),
            intake_of("3", loop={"is_sensitive": True, "kind": "dispute"}),
            intake_of("4", loop={"occurred_at": AT + 10, "closed_tier": 2},
                      tasks=[{"sort": "whistle", "department_id": "fire",
                              "area_path": "C1-01/C2-02/"}]),
        ]  # fmt: skip
        store.append(entries).result()
        yield store


def columns_of(store, query, scope=EVERYTHING):
    frame = store.loop_columns(query, scope, [*DTYPES])
    return frame.sort_values("row", ignore_index=True)


@pytest.mark.parametrize("few", [0, 5_000])
@pytest.mark.parametrize(
    ("query", "scope"),
    [
        (LoopQuery(), EVERYTHING),
        (LoopQuery(limit=1), EVERYTHING),
        (LoopQuery(area_path="C1-01/C2-01/"), EVERYTHING),
        (LoopQuery(since=AT + 1), EVERYTHING),
        (LoopQuery(), Scope(("",), grants=("dispute",))),
        (LoopQuery(), Scope(departments=("fire",))),
        (LoopQuery(kinds=("kite",)), EVERYTHING),
    ],
)
def test_columns_are_the_fields_of_the_loops(store, query, scope, few, monkeypatch):
    monkeypatch.setattr("layers.stores.geopackage.loop_queries.FEW", few)
    frame = columns_of(store, query, scope)
    loops = store.loops(LoopQuery(**_fields(query), limit=99), scope)[::-1]
    assert len(frame) == len(loops) == store.count_loops(query, scope)
    for name in [*DTYPES][:-1]:
        values = frame[name].astype(object).where(frame[name].notna(), None)
        assert values.tolist() == [getattr(loop, name) for loop in loops], name


def test_first_department_is_that_of_the_earliest_handling_task(store):
    frame = columns_of(store, LoopQuery())
    assert frame[FIRST_DEPARTMENT].tolist() == ["police", "", ""]


def test_department_is_by_time_then_by_number_and_never_that_of_a_whistle():
    tasks = [
        Task("E/10", "E", department_id="later", given_at=5),
        Task("E/2", "E", department_id="second", given_at=5),
        Task("E/1", "E", post_id="P", given_at=1),
        Task("E/3", "E", "whistle", department_id="called", given_at=1),
    ]
    assert {first_department(order) for order in itertools.permutations(tasks)} == {
        "second"
    }
    assert first_department([]) == ""


@pytest.mark.parametrize(
    ("query", "count"),
    [
        (TaskQuery(), 3),
        (TaskQuery(sorts=("whistle", "bell")), 1),
        (TaskQuery(area_path="C1-01/C2-01/"), 2),
        (TaskQuery(levels=(0, 0)), 3),
        (TaskQuery(since=AT + 1), 1),
        (TaskQuery(until=AT + 5), 2),
    ],
)
def test_tasks_are_of_the_sorts_the_area_and_the_time(store, query, count):
    assert len(store.tasks(query, EVERYTHING)) == count


def test_there_are_columns_of_no_other_name():
    with pytest.raises(ValueError, match="holder"):
        loop_expressions(["holder"])


def test_no_rows_are_columns_of_the_same_kind():
    empty, full = (
        loop_frame(c, ["kind", "row", "due_at"]) for c in ([], [[("a", 1, 2)]])
    )
    assert empty["row"].dtype == full["row"].dtype == "int64"
    assert empty["due_at"].dtype == full["due_at"].dtype == "float64"
    assert len(empty) == 0


def _fields(query):
    return {n: getattr(query, n) for n in query.__slots__ if n != "limit"}
