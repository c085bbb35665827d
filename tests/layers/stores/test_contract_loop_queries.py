"""One suite for every store: what is derived is asked by every field and scope."""

import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.access import EVERYTHING, EVERYWHERE, NOWHERE, WHOLE, Scope
from gis.events import Changes
from gis.models import Instant
from layers.stores import loop_lists
from layers.stores.loops import Entry, LoopQuery, TaskQuery
from layers.stores.memory import MemoryStore
from layers.stores.memory_loops import is_asked
from support.makers.attacked_stores import execute
from support.makers.contract_rows import faults_of
from support.makers.loop_entries import AT, action_of, intake_of
from support.makers.store_history import new_event

SEEN = Scope(EVERYWHERE, grants=("a", "b", "c", "noise"))
"""Sees every loop of these tests."""


def append(store, *entries):
    """Append entries as one caller; return the receipts."""
    return store.append(entries).result()


def random_entries():
    """Return events in every state, area and kind, with tasks of departments."""
    chance = random.Random(12)  # noqa: S311  no secret
    entries = []
    for number in range(60):
        tasks = [
            {
                "department_id": chance.choice("abc"),
                "sort": "whistle",
                "whistle_id": chance.choice(["", "W1", "W2"]),
                "due_at": Instant(AT + chance.randrange(5)),
                "state": chance.choice(["open", "done"]),
                "level": chance.randrange(4),
            }
            for _ in range(chance.randrange(3))
        ]
        phase = chance.choice(["reported", "handled", "closed"])
        fields = {
            "state": chance.choice("abc"),
            "phase": phase,
            "kind": chance.choice("abc"),
            "pack": chance.choice("abc"),
            "post_id": chance.choice("abc"),
            "cluster": chance.choice(["", "E1"]),
            "area_path": chance.choice(
                [
                    *("", "C1/", "C1/C2/", "C1/C20/", "C1/C2/G1/", "C1/C2/G10/"),
                    *("C1/C2/C3/C4/C5/G1/", "C1/C2/C3/C4/C5/G10/"),
                ]
            ),
            "is_sensitive": chance.random() < 0.4,
            "occurred_at": Instant(chance.randrange(5)),
            "lon": chance.choice([None, 120.0, 121.0]),
            "lat": chance.choice([30.0, 31.0]),
        }
        source = chance.choice("abc")
        entries.append(intake_of(str(number), loop=fields, tasks=tasks, source=source))
    return entries


@pytest.fixture
def pair(store):
    """A store and one in memory with the same events in every state."""
    memory, entries = MemoryStore(now=store.now), random_entries()
    for writer in (store, memory):
        append(writer, *entries)
    return store, memory


QUERIES = {
    "all": {},
    "states": {"states": ("a", "b")},
    "kinds": {"kinds": ("c",)},
    "sources": {"sources": ("a",)},
    "packs": {"packs": ("b", "c")},
    "post_id": {"post_id": "a"},
    "area_path": {"area_path": "C1/C2/"},
    "deep area_path": {"area_path": "C1/C2/C3/C4/C5/G1/"},
    "area_path of none": {"area_path": "C1/C3/"},
    "open": {"is_open": True},
    "closed": {"is_open": False},
    "overdue_at": {"overdue_at": Instant(AT + 2)},
    "since": {"since": Instant(2)},
    "until": {"until": Instant(2)},
    "cluster": {"cluster": "E1"},
    "below": {"below": 20},
    "limit": {"limit": 7},
    "no limit": {"limit": 0},
}


def test_loops_are_asked_by_every_field_newest_first(pair):
    store, memory = pair
    every = memory.loops(LoopQuery(), SEEN)
    assert [loop.row for loop in every] == list(range(60, 0, -1))
    for name, fields in QUERIES.items():
        query = LoopQuery(**fields)
        wanted = tuple(loop for loop in every if is_asked(loop, query))
        assert store.loops(query, SEEN) == wanted[: query.limit], name
        assert store.count_loops(query, SEEN) == len(wanted), name


WORDS = st.lists(st.sampled_from("abc"), max_size=2).map(tuple)
PATHS = st.sampled_from(
    ["", "C1/", "C1/C2/", "C1/C20/", "C1/C2/G1/", "C1/C2/C3/C4/C5/G1/", "C2/"]
)
SCOPES = st.just(WHOLE) | st.builds(
    Scope, st.lists(PATHS, max_size=3).map(tuple), WORDS, WORDS, WORDS
)
LOOP_QUERIES = st.builds(
    LoopQuery,
    states=WORDS,
    kinds=WORDS,
    area_path=PATHS,
    is_open=st.none() | st.booleans(),
    overdue_at=st.none() | st.integers(AT, AT + 4).map(Instant),
    below=st.none() | st.integers(0, 61),
    event_rows=st.just(()) | st.lists(st.integers(0, 61), max_size=30).map(tuple),
    limit=st.integers(0, 20),
)


@given(SCOPES, LOOP_QUERIES)
def _assert_scope_is_that_of_memory(store, memory, scope, query):
    assert store.loops(query, scope) == memory.loops(query, scope)
    assert store.count_loops(query, scope) == memory.count_loops(query, scope)
    assert store.tasks(TaskQuery(), scope) == memory.tasks(TaskQuery(), scope)
    ours, theirs = (s.changes(query.limit, 9, scope) for s in (store, memory))
    assert [e.action for e, _ in ours] == [e.action for e, _ in theirs]
    assert [loop for _, loop in ours] == [loop for _, loop in theirs]
    [loop] = memory.loops(LoopQuery(below=query.limit + 2, limit=1), SEEN)
    is_visible = memory.is_visible(loop.event_id, scope)
    assert store.is_visible(loop.event_id, scope) == is_visible


def test_scope_sees_what_it_sees_in_memory(pair):
    _assert_scope_is_that_of_memory(*pair)


NARROW = {
    "every way by single entries": {"FIRST": 1, "WIDER": 1, "FEWEST": 1, "FAIR": 1},
    "the nearest way": {"FIRST": 1, "WIDER": 1, "FEWEST": 1, "FAIR": 1000},
    "many keys": {"FIRST": 2, "FEWEST": 1, "MANY": 1},
    "no way by areas": {"FIRST": 1, "WIDER": 2, "FEWEST": 1, "MOST_AREAS": 0},
    "areas as a set": {"FIRST": 1, "WIDER": 3, "FEWEST": 2, "FEW_AREAS": 0},
}
"""Turns that end after few entries, as those of a million loops do."""


@given(SCOPES, LOOP_QUERIES)
def _assert_list_is_that_of_memory(store, memory, scope, query):
    assert store.loops(query, scope) == memory.loops(query, scope)


@pytest.mark.parametrize("name", NARROW)
def test_list_is_that_of_memory_however_it_is_met(pair, monkeypatch, name):
    for constant, value in NARROW[name].items():
        monkeypatch.setattr(loop_lists, constant, value)
    _assert_list_is_that_of_memory(*pair)


PAGED = {
    "areas of which one is inside another": Scope(("C1/C2/", "C1/C2/G1/", "C1/C20/")),
    "same area twice": Scope(("C1/C2/", "C1/C2/")),
    "areas and their own department": Scope(("C1/C2/",), departments=("a", "b")),
    "everything at once": Scope(("C1/",), ("a",), ("b",), ("c",)),
}


@pytest.mark.parametrize("name", PAGED)
def test_pages_of_a_list_leave_nothing_out_and_double_nothing(pair, monkeypatch, name):
    store, memory = pair
    monkeypatch.setattr(loop_lists, "FIRST", 3)
    rows, below = [], None
    while page := store.loops(LoopQuery(below=below, limit=4), PAGED[name]):
        rows += [loop.row for loop in page]
        below = rows[-1]
    wanted = memory.loops(LoopQuery(limit=100), PAGED[name])
    assert rows == [loop.row for loop in wanted]
    assert len(rows) > 4  # of a page


def test_rows_of_a_history_between_events_leave_nothing_out(store, monkeypatch):
    monkeypatch.setattr(loop_lists, "FIRST", 1)
    monkeypatch.setattr(loop_lists, "FEWEST", 1)
    for number in range(8):
        area = {"area_path": "C1/" if number in (0, 7) else "C2/"}
        append(store, intake_of(str(number), loop=area))
        append(store, *(Entry(new_event(f"{number}/{n}")) for n in range(9)))
    loops = store.loops(LoopQuery(limit=2), Scope(("C1/",)))
    assert [loop.area_path for loop in loops] == ["C1/", "C1/"]
    assert loops[0].row - loops[1].row == 70


def test_departments_of_an_event_follow_its_actions(store):
    tasks = ({"department_id": "a"}, {"department_id": "a"}, {"post_id": "P1"})
    [receipt] = append(store, intake_of("1", loop={"kind": "noise"}, tasks=tasks))
    event_id = receipt.event.event_id
    more = {"task_id": f"{event_id}/9", "department_id": "b"}
    changes = Changes({"kind": "theft", "state": "assigned"}, (more,))
    append(store, Entry(None, (action_of(event_id, changes=changes),)))
    for department, kinds, states, count in (
        ("a", ("noise",), (), 0),
        ("a", ("theft",), ("assigned",), 1),
        ("b", ("theft",), (), 1),
        ("b", (), ("assigned",), 1),
        ("c", (), (), 0),
    ):
        query = LoopQuery(kinds=kinds, states=states)
        loops = store.loops(query, Scope(departments=(department,)))
        assert len(loops) == count, (department, kinds, states)


DAMAGE = {
    "missing": "DELETE FROM loop_departments WHERE event_row < 20",
    "other": "UPDATE loop_departments SET kind = 'odd' WHERE event_row < 20",
    "surplus": "INSERT INTO loop_departments (department_id, event_row, kind, "
    "is_sensitive, state, phase, area_path, source) SELECT 'odd', event_row, kind, "
    "is_sensitive, state, phase, area_path, source FROM loops WHERE event_row < 20",
}


@pytest.mark.parametrize("name", DAMAGE)
def test_departments_of_events_are_made_again(pair, name):
    store, memory = pair
    if isinstance(store, MemoryStore):
        pytest.skip("it has no rows of departments")
    execute(store, DAMAGE[name])
    assert store.rebuild_loops() > 8
    for scope in (Scope(departments=(d,), grants=("a",)) for d in ("a", "b", "odd")):
        assert store.loops(LoopQuery(), scope) == memory.loops(LoopQuery(), scope)
    assert store.rebuild_loops() == 0


def test_service_itself_is_listed_every_loop_by_every_field(pair):
    store, memory = pair
    for name, fields in QUERIES.items():
        query = LoopQuery(**fields)
        assert store.loops(query, WHOLE) == memory.loops(query, SEEN), name
        assert store.count_loops(query, WHOLE) == memory.count_loops(query, SEEN), name


def test_scope_of_nothing_sees_nothing_and_no_event_is_seen_by_none(pair):
    store, _ = pair
    assert store.loops(LoopQuery(), NOWHERE) == ()
    assert store.changes(0, 9, NOWHERE) == store.tasks(TaskQuery(), NOWHERE) == ()
    assert not store.is_visible("none", EVERYTHING)


TASK_QUERIES = {
    "whistle": {"whistle_id": "W1"},
    "department": {"department_ids": ("a", "c")},
    "either owner": {"department_ids": ("a",), "post_ids": ("P1",)},
    "nobody": {"post_ids": ("nobody",)},
    "levels": {"levels": (1, 2)},
    "open": {"is_open": True},
    "no longer": {"is_open": False, "department_ids": ("b",)},
    "limit": {"limit": 5},
}


def test_tasks_are_asked_by_every_field_the_first_due_first(pair):
    store, memory = pair
    [task, *_] = memory.tasks(TaskQuery(), SEEN)
    for name, fields in (TASK_QUERIES | {"of": {"event_id": task.event_id}}).items():
        query = TaskQuery(**fields)
        assert store.tasks(query, SEEN) == memory.tasks(query, SEEN), name


def damage(store, loop, task):
    """Change a row of what is derived of each sort, past the doors of a store."""
    if isinstance(store, MemoryStore):
        store._loops[loop.event_id] = replace(loop, state="odd")
        others = dict(store._tasks[task.event_id])
        others[task.task_id] = replace(task, level=7)
        store._tasks[task.event_id] = others
        return
    execute(
        store,
        f"UPDATE loops SET state = 'odd' WHERE event_row = {loop.row}",  # noqa: S608  ours
        f"UPDATE tasks SET level = 7 WHERE task_id = '{task.task_id}'",  # noqa: S608  ours
    )


def test_what_is_derived_is_made_again_from_actions(pair):
    store, _ = pair
    loops, tasks = store.loops(LoopQuery(), SEEN), store.tasks(TaskQuery(), SEEN)
    later = action_of(loops[0].event_id, changes=Changes({"state": "a"}))
    append(store, Entry(None, (later,)))
    loops = store.loops(LoopQuery(), SEEN)
    assert store.rebuild_loops() == 0
    damage(store, loops[0], tasks[-1])
    assert store.loop(loops[0].event_id).state == "odd"
    assert store.rebuild_loops() >= 2
    assert store.loops(LoopQuery(), SEEN) == loops
    assert store.tasks(TaskQuery(), SEEN) == tasks
    assert store.rebuild_loops() == 0
    assert faults_of(store) == []
