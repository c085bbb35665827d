"""Overdue tasks climb, never twice to one level, however long the clock stood still."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.events import SERVICE, Loop, Task, climbs_owed, fold
from support.makers.event_loops import MINUTE, T0, Kind, Minutes, Round

HOUR = 60 * MINUTE
TASK = Task(
    "E/1",
    "E",
    area_path="C1/C2/C3/G1/",
    due_at=T0,
    climb_ms=HOUR,
    climbs_at=T0 + 1,
)


def posts(area_id):
    return f"P-{area_id}"


def keys(climbs):
    return [climb.request_key for climb in climbs]


def test_a_task_climbs_as_soon_as_it_is_overdue():
    assert climbs_owed(TASK, T0, posts) == ()
    assert keys(climbs_owed(TASK, T0 + 1, posts)) == ["E/1/1"]


def test_it_climbs_a_circle_an_interval_and_repeats_at_the_core():
    climbs = climbs_owed(TASK, T0 + 1 + 4 * HOUR, posts)
    assert [climb.area_id for climb in climbs] == ["C3", "C2", "C1", "C1", "C1"]
    assert keys(climbs) == [f"E/1/{level}" for level in (1, 2, 3, 4, 5)]


@given(st.lists(st.integers(0, 5 * HOUR), min_size=1, max_size=6))
def test_a_clock_that_stands_still_catches_up_without_doubling(pauses):
    loop, tasks = Loop("E"), {"E/1": TASK}
    now, seen = T0, []
    for pause in pauses:
        now += pause
        for climb in climbs_owed(tasks["E/1"], now, posts):
            seen.append(climb)
            loop, tasks = fold(loop, tasks, climb.changes)
        assert climbs_owed(tasks["E/1"], now, posts) == ()
    assert seen == list(climbs_owed(TASK, now, posts))


def test_a_circle_without_a_post_is_passed_over_upwards():
    climbs = climbs_owed(TASK, T0 + 1, lambda area: "P" if area == "C1" else "")
    assert [(climb.area_id, climb.post_id) for climb in climbs] == [("C1", "P")]


def test_a_town_without_posts_still_counts_the_levels():
    climbs = climbs_owed(TASK, T0 + 1, lambda _area: "")
    assert [(c.area_id, c.post_id, c.level) for c in climbs] == [("C1", "", 1)]


@pytest.mark.parametrize("path", ["", "C1/"])
def test_a_task_at_the_core_or_nowhere_repeats_there(path):
    task = Task("E/1", "E", area_path=path, climb_ms=1, climbs_at=1)
    areas = {climb.area_id for climb in climbs_owed(task, 3, posts)}
    assert areas == {path.strip("/")}


@pytest.mark.parametrize(
    "task",
    [
        Task("E/1", "E", climb_ms=0, climbs_at=1),
        Task("E/1", "E", climb_ms=5, climbs_at=None),
        Task("E/1", "E", climb_ms=5, climbs_at=1, state="done"),
    ],
    ids=["without_interval", "never", "done"],
)
def test_what_does_not_climb_owes_nothing(task):
    assert climbs_owed(task, 99, posts) == ()


def test_a_climb_is_a_step_of_the_service_that_leaves_the_debtor():
    case = Round(kind=Kind(minutes=Minutes(handle=1)))
    [climb] = climbs_owed(case.tasks["E/1"], T0 + MINUTE + 1, posts)
    effect = case.step("climb", SERVICE, task_id="E/1", changes=climb.changes)
    assert effect.path == ()
    task = case.tasks["E/1"]
    assert (task.level, task.department_id, task.is_open) == (1, "police", True)
    assert case.loop.first_response_at is None
