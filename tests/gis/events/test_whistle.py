"""Departments are summoned, arrive or not, solve it, and are rated."""

import pytest

from gis.errors import LoopError
from gis.events import (
    SUMMONS_REASONS,
    Arrival,
    Loop,
    Standing,
    Step,
    Task,
    begin,
    check_in,
    climbs_owed,
    fold,
    is_over,
    rate,
    solve,
    summon,
)
from layers.packs.loop_files import templates
from support.makers.event_loops import (
    MINUTE,
    OPERATOR,
    POLICE,
    SAFETY,
    T0,
    Kind,
    Minutes,
    Round,
)

HERE = Arrival(120.0, 30.0, "G1")
AFAR = Arrival(120.1, 30.0, "G2")
SECOND = 1000


def whistled(*departments, minutes=None):
    case = Round(grid_id="G1", lon=120.0, lat=30.0)

    def changes(standing, at):
        step = Step("whistle", at)
        return summon(standing, step, departments, "w1", minutes=minutes)

    case.step("whistle", OPERATOR, minutes=0, changes=changes)
    return case


def arrive(case, actor, seconds, arrival=HERE):
    [task] = [t for t in case.tasks.values() if t.sort == "whistle" and actor.owes(t)]
    found = check_in(case.standing, task, T0 + seconds * SECOND, arrival)
    minutes = (T0 + seconds * SECOND - case.at) / MINUTE
    case.step(
        "check_in", actor, minutes=minutes, task_id=task.task_id, changes=found.changes
    )
    return found


def test_each_department_owes_a_task_of_its_own():
    case = whistled("police", "safety")
    assert case.open_tasks("whistle") == [("police", "whistle"), ("safety", "whistle")]
    assert {t.due_at for t in case.tasks.values() if t.whistle_id == "w1"} == {
        T0 + 30 * MINUTE
    }


def test_a_whistle_may_allow_other_minutes_than_the_kind():
    case = whistled("police", minutes=10)
    assert case.tasks["E/2"].due_at == T0 + 10 * MINUTE


@pytest.mark.parametrize(
    ("seconds", "is_on_time"),
    [(29 * 60 + 59, True), (30 * 60, True), (30 * 60 + 1, False)],
    ids=["29:59", "30:00", "30:01"],
)
def test_the_last_second_counts(seconds, is_on_time):
    case = whistled("police")
    assert arrive(case, POLICE, seconds).is_on_time is is_on_time


@pytest.mark.parametrize(
    ("arrival", "presence"),
    [
        (Arrival(120.0, 30.0, "G1"), "present"),
        (Arrival(120.9, 30.9, "G1"), "present"),
        (Arrival(120.002, 30.0, "G2"), "present"),
        (Arrival(120.0021, 30.0, "G2"), "remote"),
        (Arrival(120.0, 30.00180, None), "present"),
        (Arrival(120.0, 30.00181, None), "remote"),
        (AFAR, "remote"),
    ],
    ids=["spot", "far_in_grid", "192_m", "203_m", "199_m", "201_m", "afar"],
)
def test_present_is_in_the_grid_or_within_200_metres(arrival, presence):
    assert arrive(whistled("police"), POLICE, 60, arrival).presence == presence


def test_in_no_grid_nobody_is_inside():
    loop = Loop("E", grid_id=None)
    standing = Standing(templates()["s_town"], Kind(), loop, {})
    found = check_in(standing, Task("E/1", "E"), T0, Arrival(1.0, 1.0, None))
    assert (found.presence, found.distance_m) == ("remote", None)


def test_who_arrives_owes_a_solution_from_then_on():
    case = whistled("police")
    arrive(case, POLICE, 60)
    task = case.tasks["E/2"]
    assert task.is_open
    assert task.due_at == T0 + MINUTE + 1440 * MINUTE
    assert case.loop.arrived_at == T0 + MINUTE
    assert not is_over(case.tasks.values(), "w1")


def test_the_first_arrival_stays():
    case = whistled("police", "safety")
    arrive(case, POLICE, 60)
    arrive(case, SAFETY, 90)
    assert case.loop.arrived_at == T0 + 60 * SECOND


def test_who_checks_in_from_afar_climbs_an_interval_later_and_is_not_there():
    case = whistled("police", "safety")
    arrive(case, POLICE, 60, AFAR)
    assert case.loop.arrived_at is None
    late = [
        task.department_id
        for task in case.tasks.values()
        if climbs_owed(task, T0 + 30 * MINUTE + 1, str)
    ]
    assert late == ["safety"]
    assert climbs_owed(case.tasks["E/2"], T0 + 60 * MINUTE + 1, str)


def test_who_comes_after_a_check_in_from_afar_is_there_and_on_time():
    case = whistled("police")
    arrive(case, POLICE, 60, AFAR)
    found = arrive(case, POLICE, 600)
    assert (found.presence, found.is_on_time) == ("present", True)
    assert case.tasks["E/2"].checked_in_at == T0 + 600 * SECOND


def test_the_whistle_is_over_when_all_have_solved_it():
    case = whistled("police", "safety")
    for actor, task_id in ((POLICE, "E/2"), (SAFETY, "E/3")):
        assert not is_over(case.tasks.values(), "w1")
        changes = solve(case.tasks[task_id], case.at, "cleared away")
        case.step("solve", actor, task_id=task_id, changes=changes)
    assert is_over(case.tasks.values(), "w1")
    assert case.tasks["E/2"].result == "cleared away"
    assert case.loop.state == "assigned"


def test_the_rating_stays_with_the_result():
    case = whistled("police")
    changes = solve(case.tasks["E/2"], case.at, "cleared away")
    case.step("solve", POLICE, task_id="E/2", changes=changes)
    case.step("rate", OPERATOR, changes=rate(case.tasks["E/2"], 4))
    task = case.tasks["E/2"]
    assert (task.result, task.rating, task.state) == ("cleared away", 4, "done")


def test_a_department_that_never_came_may_be_rated():
    case = whistled("police").close()
    case.step("rate", OPERATOR, changes=rate(case.tasks["E/2"], 1))
    assert (case.tasks["E/2"].rating, case.tasks["E/2"].state) == (1, "ended")


OPEN = Task("E/2", "E", "whistle", department_id="police")
OVER = Task("E/2", "E", "whistle", department_id="police", state="done")


def second_whistle(case, *departments, minutes=None):
    return summon(
        case.standing, Step("whistle", T0), departments, "w2", minutes=minutes
    )


@pytest.mark.parametrize(
    ("call", "reason"),
    [
        (lambda: second_whistle(Round()), "no_debtor"),
        (lambda: second_whistle(Round(), "a", "a"), "summoned_already"),
        (lambda: second_whistle(whistled("police"), "police"), "summoned_already"),
        (lambda: second_whistle(Round(), "a", minutes=0), "no_minutes"),
        (lambda: solve(OPEN, T0, " "), "no_result"),
        (lambda: rate(OVER, 0), "no_score"),
        (lambda: rate(OVER, 6), "no_score"),
        (lambda: rate(OVER, 4.5), "no_score"),
        (lambda: rate(OPEN, 3), "not_over"),
        (lambda: rate(Task("E/1", "E", "handle", state="done"), 3), "not_over"),
    ],
)
def test_what_makes_no_sense_is_refused_with_a_reason(call, reason):
    assert reason in SUMMONS_REASONS
    with pytest.raises(LoopError) as refused:
        call()
    assert refused.value.reason == reason


def test_who_is_there_does_not_check_in_again():
    case = whistled("police")
    arrive(case, POLICE, 60)
    with pytest.raises(LoopError, match="already"):
        check_in(case.standing, case.tasks["E/2"], T0, HERE)


def test_a_bell_calls_its_responders_at_once():
    loop = Loop("E", template="bell", post_id="P-G1", received_at=T0)
    standing = Standing(templates()["bell"], Kind(minutes=Minutes(arrive=20)), loop, {})
    calls = summon(standing, Step("report", T0), ("a", "b", "c"), "b1", sort="bell")
    effect = begin(standing, "", (), calls)
    loop, tasks = fold(loop, {}, effect.changes)
    assert [(t.department_id or t.post_id, t.sort) for t in tasks.values()] == [
        *(("a", "bell"), ("b", "bell"), ("c", "bell"), ("P-G1", "handle")),
    ]
    assert (loop.state, loop.due_at) == ("responding", T0 + 20 * MINUTE)
