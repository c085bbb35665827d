"""A state of an event says what its loop and its tasks say, however they came to be."""

from hypothesis import given
from hypothesis import strategies as st

from gis.events import PLACINGS, Changes, Loop, fold
from gis.tally import TIMES
from layers.figures.event_state import CHANGED, EXACT, EventState
from layers.stores.loop_columns import first_department
from support.makers.figure_histories import histories
from support.oracles.plain_tally import late_after


def folded(actions):
    """Return loop, tasks and lateness after some actions."""
    loop, tasks, late = Loop("E"), {}, []
    for at, changes in actions:
        late = late_after(late, at, tasks, changes)
        loop, tasks = fold(loop, tasks, changes)
    return loop, tasks, bool(late)


@given(histories(), st.data())
def test_a_state_is_that_of_the_loop_and_its_tasks(store, data):
    event_id = data.draw(st.sampled_from(store.events()["event_id"].tolist()))
    entries = store.actions(event_id)
    some = entries[: data.draw(st.integers(0, len(entries)))]
    actions = [(entry.action.at, entry.action.changes) for entry in some]
    state = EventState()
    for at, changes in actions:
        state.fold(at, changes)
    loop, tasks, is_late = folded(actions)
    assert state.times == [getattr(loop, name) for name in TIMES]
    assert state.area == (loop.area_path, loop.grid_id)
    assert (state.is_open, state.is_late) == (loop.is_open, is_late)
    profile = state.profile()
    for name in ("kind", "line", "module", "source", "rule_id", "state"):
        assert getattr(profile, name) == getattr(loop, name)
    for name in ("is_sensitive", "is_overridden", "closed_tier"):
        assert getattr(profile, name) == getattr(loop, name)
    assert profile.placing == PLACINGS.get(loop.status, "unplaced")
    assert profile.department == first_department(tasks.values())
    departments = {task.department_id for task in tasks.values()} - {""}
    assert profile.departments == departments
    assert (profile.is_closed, profile.is_late) == (not loop.is_open, is_late)


def test_what_was_done_in_time_is_not_late_because_word_of_it_was():
    owed = {"task_id": "E/1", "state": "open", "due_at": 10}
    climb = {"task_id": "E/1", "level": 1}
    for ended_at, is_late in ((9, False), (10, False), (11, True)):
        state = EventState()
        state.fold(1, Changes({}, (owed,)))
        state.fold(11, Changes({}, (climb,)))
        assert state.is_late
        done = {"task_id": "E/1", "state": "done", "ended_at": ended_at}
        state.fold(20, Changes({}, (done,)))
        assert state.is_late == is_late
    # who arrived too late is late, however soon it is done from then
    state = EventState()
    state.fold(1, Changes({}, (owed,)))
    state.fold(12, Changes({}, (owed | {"due_at": 30},)))
    state.fold(20, Changes({}, (done,)))
    assert state.is_late


def test_what_a_step_does_to_times_is_two_bits_each():
    state = EventState()
    changes = [
        ({"accepted_at": 5, "assigned_at": 5}, 0b0101),
        ({"accepted_at": 5}, 0),
        ({"accepted_at": None, "handled_at": 5}, 0b010010),
        ({"closed_at": 4}, EXACT),
        ({"state": "closed", "received_at": 3}, 0),
    ]
    for loop, change in changes:
        assert state.fold(5, Changes(loop)) == change
    assert dict(zip(CHANGED, state.times[1:], strict=False))["closed_at"] == 4


def test_who_handles_first_and_who_owes_anything_is_in_the_profile():
    whistle = {"task_id": "E/2", "department_id": "fire", "given_at": 1}
    tasks = (
        whistle | {"sort": "whistle"},
        {"task_id": "E/3", "department_id": "police", "given_at": 2},
        {"task_id": "E/4", "department_id": "office", "given_at": 3},
    )
    state = EventState()
    state.fold(9, Changes({"status": "snapped", "phase": "closed"}, tasks))
    profile = state.profile()
    assert profile.department == "police"
    assert profile.departments == {"fire", "police", "office"}
    assert (profile.placing, profile.is_closed) == ("outside", True)


def test_times_count_from_when_an_event_occurred_at_its_first_step():
    state = EventState()
    state.fold(9, Changes({"occurred_at": 7}))
    state.begin(3)
    state.fold(9, Changes({"occurred_at": 8}))
    assert (state.row, state.occurred_at) == (3, 7)
