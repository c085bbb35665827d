"""What is overdue climbs in time, once a step, whatever happens to the clock."""

from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from api.service.events.climbs import STEPS, Climbs
from gis.events import Action, Changes
from layers.stores import create_store, open_store
from layers.stores.loops import Entry
from support.makers.clocked_town import MINUTE, ClockedTown

DAY = 24 * 60
"""Minutes in which noise is to be handled; it climbs every 30 afterwards."""


@pytest.fixture
def town() -> ClockedTown:
    return ClockedTown()


def climbs_over(town: ClockedTown) -> Climbs:
    return Climbs(town.store, town.intake.snapshots, town.intake.ids)


def levels(town: ClockedTown, event_id: str) -> list[tuple[int, str]]:
    return [
        (a.request["level"], a.request["post_id"])
        for a in town.actions(event_id, "climb")
    ]


def test_a_task_that_is_due_to_the_millisecond_does_not_climb(
    town: ClockedTown,
) -> None:
    event_id = town.report("1")
    town.pass_minutes(DAY)
    climbs_over(town).turn(town.store.now())
    assert levels(town, event_id) == []


def test_a_task_climbs_in_the_millisecond_after_it_was_due(town: ClockedTown) -> None:
    event_id = town.report("1")
    town.pass_minutes(DAY)
    town.squares.clock.now += 1
    climbs_over(town).turn(town.store.now())
    [climb] = town.actions(event_id, "climb")
    assert climb.request_key == f"{climb.task_id}/1"
    assert (climb.key_id, climb.request["area_id"], climb.request["post_id"]) == (
        "pagoda",
        "C",
        "C-L",
    )


def test_a_clock_made_anew_takes_no_step_twice(town: ClockedTown) -> None:
    event_id = town.report("1")
    town.pass_minutes(DAY + 31)
    for _ in range(3):
        climbs_over(town).turn(town.store.now())
    assert [level for level, _ in levels(town, event_id)] == [1, 2]


def test_a_clock_that_stood_still_catches_up_in_bounded_turns(
    town: ClockedTown,
) -> None:
    event_id = town.report("1")
    town.pass_minutes(DAY + 30 * (STEPS + 5))
    climbs, now = climbs_over(town), town.store.now()
    left_since = climbs.turn(now)
    assert left_since is not None
    assert round((now - left_since) / 60_000) == 30 * 5
    assert len(levels(town, event_id)) == STEPS
    assert not climbs.turn(town.store.now())
    assert [n for n, _ in levels(town, event_id)] == [*range(1, STEPS + 6)]


def test_an_event_that_was_closed_climbs_no_more(town: ClockedTown) -> None:
    event_id = town.report("1")
    [task] = town.store.actions(event_id)[0].action.changes.tasks
    ended = {"task_id": task["task_id"], "state": "ended", "climbs_at": None}
    action = Action(
        "A", event_id, "note", town.store.now(), changes=Changes({}, (ended,))
    )
    town.store.append([Entry(actions=(action,))]).result()
    town.pass_minutes(DAY * 2)
    climbs_over(town).turn(town.store.now())
    assert levels(town, event_id) == []


def test_an_event_acted_on_meanwhile_climbs_in_the_next_turn(
    town: ClockedTown,
) -> None:
    event_id = town.report("1")
    town.pass_minutes(DAY + 1)
    climbs = climbs_over(town)
    append, others = town.store.append, []

    def overtaken(entries):
        if not others:
            note = Action("N", event_id, "note", town.store.now())
            others.append(append([Entry(actions=(note,))]).result())
        return append(entries)

    town.store.append = overtaken
    assert climbs.turn(town.store.now())
    assert levels(town, event_id) == []
    assert not climbs.turn(town.store.now())
    assert levels(town, event_id) == [(1, "C-L")]


def test_an_event_that_cannot_climb_stops_no_other_and_is_logged_once(
    town: ClockedTown, caplog: pytest.LogCaptureFixture
) -> None:
    broken = town.report("1")
    [task] = town.store.actions(broken)[0].action.changes.tasks
    never = {"task_id": task["task_id"], "climb_ms": 0}
    action = Action(
        "A", broken, "note", town.store.now(), changes=Changes({}, (never,))
    )
    town.store.append([Entry(actions=(action,))]).result()
    sound = town.report("2")
    town.pass_minutes(DAY + 1)
    climbs = climbs_over(town)
    for _ in range(3):
        assert not climbs.turn(town.store.now())
    assert levels(town, sound) == [(1, "C-L")]
    [record] = caplog.records
    assert broken in record.getMessage()
    assert "expected more than 0" in record.getMessage()


def test_a_step_that_is_taken_twice_by_mistake_is_refused_by_the_store(
    town: ClockedTown,
) -> None:
    event_id = town.report("1")
    town.pass_minutes(DAY + 1)
    climbs_over(town).turn(town.store.now())
    [climb] = town.actions(event_id, "climb")
    again = replace(climb, action_id="other", at=climb.at + MINUTE)
    [receipt] = town.store.append([Entry(actions=(again,))]).result()
    assert not receipt.is_new
    assert len(levels(town, event_id)) == 1


def test_a_clock_over_a_file_that_was_closed_in_between_takes_each_step_once(
    town: ClockedTown, tmp_path: Path
) -> None:
    event_id = town.report("1")
    [first] = town.store.actions(event_id)
    event = town.store.event(event_id)
    path, clock = str(tmp_path / "town.gpkg"), town.squares.clock
    with closing(create_store(path, now=clock)) as store:
        store.append([Entry(event.new, (first.action,))]).result()
    town.pass_minutes(DAY + 1)
    for _ in range(3):
        with closing(open_store(path, now=clock)) as store:
            Climbs(store, town.intake.snapshots, town.intake.ids).turn(store.now())
        town.pass_minutes(20)
    with closing(open_store(path, now=clock)) as store:
        keys = [entry.action.request_key for entry in store.actions(event_id)]
    assert keys == ["", f"{event_id}/1/1", f"{event_id}/1/2"]
