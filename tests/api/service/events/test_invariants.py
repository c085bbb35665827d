"""What is planted into actions and rows is found, in a sentence about the event."""

import sqlite3
from contextlib import closing

import pytest

from api.service.events.invariants import loop_faults
from gis.access import WHOLE
from gis.events import Action, Changes
from layers.stores import create_store, open_store
from layers.stores.loops import Entry, TaskQuery
from support.makers.clocked_town import ClockedTown, clock_over, run_until_idle


@pytest.fixture
def town() -> ClockedTown:
    return ClockedTown()


def act(town: ClockedTown, event_id: str, action: str, path=(), **values) -> None:
    loop = values.pop("loop", {})
    state = {"state": path[-1]} if path else {}
    entry = Action(
        f"{event_id}-{town.store.last_action()}",
        event_id,
        action,
        town.store.now(),
        path,
        changes=Changes(state | loop, values.pop("tasks", ())),
        **values,
    )
    town.store.append([Entry(actions=(entry,))]).result()


def faults(town: ClockedTown) -> list[str]:
    return list(loop_faults(town.store))


def test_nothing_is_wrong_with_events_that_climbed_and_waited(
    town: ClockedTown,
) -> None:
    town.report("1")
    town.report("2", kind="dispute")
    town.report("3", kind="nobody knows")
    town.pass_minutes(5 * 24 * 60)
    run_until_idle(clock_over(town.intake))
    assert town.store.last_action() > 100
    assert faults(town) == []


def test_an_open_event_without_post_is_wrong_and_a_closed_one_is_not(
    town: ClockedTown,
) -> None:
    event_id = town.report("1")
    act(town, event_id, "transfer", reason="r", loop={"post_id": ""})
    [fault] = faults(town)
    assert event_id in fault
    assert "no post answers for it" in fault
    act(
        town,
        event_id,
        "withdraw",
        ("assigned", "withdrawn"),
        reason="r",
        loop={"phase": "closed"},
    )
    assert faults(town) == []


def test_a_task_of_nobody_is_wrong(town: ClockedTown) -> None:
    event_id = town.report("1")
    act(town, event_id, "note", tasks=({"task_id": f"{event_id}/1", "post_id": ""},))
    [fault] = faults(town)
    assert "expected one of the two" in fault


@pytest.mark.parametrize(
    ("action", "path", "reason", "words"),
    [
        ("verify", ("assigned", "verified"), "r", "does not allow"),
        ("skip", ("assigned", "verified"), "r", "does not allow"),
        ("skip", ("assigned", "handled", "verified"), "", "without a reason"),
        ("return", ("assigned", "accepted"), " ", "without a reason"),
        ("return", ("assigned", "handled"), "r", "does not allow"),
        ("handle", ("accepted", "handled"), "", "expected from 'assigned'"),
        ("handle", ("assigned", "done"), "", "is no state of loop"),
    ],
)
def test_a_step_that_the_template_does_not_have_is_wrong(
    town: ClockedTown, action: str, path: tuple[str, ...], reason: str, words: str
) -> None:
    act(town, town.report("1"), action, path, reason=reason)
    [fault] = faults(town)
    assert words in fault


def test_steps_that_the_template_has_are_right(town: ClockedTown) -> None:
    event_id = town.report("1")
    act(town, event_id, "handle", ("assigned", "handled"))
    act(town, event_id, "return", ("handled", "accepted"), reason="not done")
    act(
        town,
        event_id,
        "skip",
        ("accepted", "assigned", "handled", "verified"),
        reason="was done",
    )
    act(town, event_id, "close", ("verified", "closed"), loop={"phase": "closed"})
    act(town, event_id, "evaluate", ("closed", "evaluated"))
    act(town, event_id, "reopen", ("evaluated", "assigned"), reason="came back")
    assert faults(town) == []


def test_a_state_without_a_path_is_wrong(town: ClockedTown) -> None:
    act(town, town.report("1"), "note", loop={"state": "handled"})
    [fault] = faults(town)
    assert "its path [] ends in 'assigned'" in fault


def test_rows_that_were_changed_beside_their_actions_are_wrong(
    town: ClockedTown,
) -> None:
    event_id = town.report("1")
    [task] = town.store.tasks(TaskQuery(event_id=event_id), WHOLE)
    town.store._tasks[event_id] = {}
    loop = town.store._loops[event_id]
    town.store._loops[event_id] = type(loop)(
        **{f: getattr(loop, f) for f in loop.__slots__} | {"severity": 4}
    )
    first, second = faults(town)
    assert "stands with severity 4, its actions make it 1" in first
    assert task.task_id in second
    town.store.rebuild_loops()
    assert faults(town) == []


def test_an_event_whose_row_is_gone_is_wrong(town: ClockedTown) -> None:
    town.report("1")
    event_id = town.report("2")
    del town.store._loops[event_id], town.store._tasks[event_id]
    [fault] = faults(town)
    assert fault.startswith("1 of 2 actions is of events that stand nowhere")


def test_a_town_in_a_file_is_checked_alike(tmp_path) -> None:
    town = ClockedTown()
    town.report("1")
    town.pass_minutes(2 * 24 * 60)
    run_until_idle(clock_over(town.intake))
    path = tmp_path / "town.gpkg"
    store = create_store(str(path), now=town.squares.clock)
    for entry in town.store.actions(town.squares.event_id("1")):
        event = town.store.event(entry.action.event_id) if entry.seq == 1 else None
        new = event.new if event else None
        store.append([Entry(new, (entry.action,))]).result()
    assert list(loop_faults(store)) == []
    store.close()
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE loops SET severity = 3")
    store = open_store(str(path), now=town.squares.clock)
    [fault] = loop_faults(store)
    assert "stands with severity 3" in fault
    assert store.rebuild_loops() > 0
    assert list(loop_faults(store)) == []
    store.close()
