"""One suite for every store: what actions do is read again in order of the log."""

import pytest

from gis.events import Action, Changes
from layers.stores.loops import Entry, LoopStep
from support.makers.loop_entries import AT, action_of, intake_of


def append(store, *entries):
    return store.append(entries).result()


@pytest.fixture
def filled(store):
    """Two events with three actions each by turns, and an audit between them."""
    first = intake_of("1", tasks=[{"department_id": "a", "due_at": AT + 5}])
    second = intake_of("2")
    append(store, first)
    append(store, Entry(actions=(Action("A", None, "key", AT),)))
    append(store, second)
    for number in range(2):
        for entry in (first, second):
            event_id = entry.event.event.event_id
            changes = Changes({"state": f"s{number}", "accepted_at": AT + number})
            append(store, Entry(actions=(action_of(event_id, changes=changes),)))
    return store


def expected_steps(store):
    """The same, from each event's own actions."""
    rows = {entry.row: entry for entry in every_action(store)}
    return tuple(
        LoopStep(
            row,
            store.loop(rows[row].action.event_id).row,
            rows[row].action.event_id,
            rows[row].action.at,
            rows[row].recorded_at,
            rows[row].action.changes,
        )
        for row in sorted(rows)
    )


def every_action(store):
    for event_id in store.events()["event_id"]:
        yield from store.actions(event_id)


def test_steps_are_what_the_actions_of_events_do(filled):
    steps = filled.steps(0, 100)
    assert steps == expected_steps(filled)
    assert len(steps) == 6


@pytest.mark.parametrize(("after", "limit"), [(0, 2), (1, 3), (2, 100), (7, 5)])
def test_steps_after_a_row_are_at_most_so_many(filled, after, limit):
    later = [step for step in expected_steps(filled) if step.row > after]
    assert list(filled.steps(after, limit)) == later[:limit]


def test_a_store_without_actions_has_no_steps(store):
    assert store.steps(0, 10) == ()
