from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from gis.events import Actor, Step, Task, climbs_owed, done_at, fold
from gis.events.standing import ended_task, task_clock
from support.makers.event_loops import MINUTE, NO_KEYS, POLICE, T0, Round


def test_a_key_owes_the_open_tasks_of_its_posts_and_departments():
    task = Task("E/1", "E", department_id="police")
    assert POLICE.owes(task)
    assert not POLICE.owes(Task("E/1", "E", department_id="police", state="done"))
    assert not Actor("k").owes(task)


def test_an_empty_debtor_is_nobody():
    assert not POLICE.owes(Task("E/1", "E", post_id="P-G1"))


def test_without_keys_everything_is_owed_by_who_asks():
    assert NO_KEYS.owes(Task("E/1", "E", department_id="police"))
    assert NO_KEYS.is_in(("reporter",))


def test_a_task_climbs_in_the_millisecond_after_it_was_due():
    clock = task_clock(Round().standing, Step("whistle", T0), 30)
    assert (clock["due_at"], clock["climbs_at"]) == (
        T0 + 30 * MINUTE,
        T0 + 30 * MINUTE + 1,
    )


def test_tasks_are_numbered_on_when_some_have_ended():
    assert Round(departments=("police", "safety")).close().standing.next_task == 3


def test_a_step_was_done_when_it_was_written_down_within_where_the_event_stands():
    case = Round()
    standing, late = case.standing, T0 + 120 * MINUTE
    for captured, at in ((60, 60), (-5, 0), (500, 120)):
        step = Step("handle", late, captured_at=T0 + captured * MINUTE)
        assert done_at(standing, step) == T0 + at * MINUTE
    assert done_at(standing, Step("handle", late)) == late
    # of who has to do with it again since then nothing was done before
    owed = {name: replace(task, given_at=T0 + 90) for name, task in case.tasks.items()}
    step = Step("handle", late, captured_at=T0 + 1)
    assert done_at(replace(standing, tasks=owed), step) == T0 + 90


@given(st.integers(0, 400), st.integers(0, 400))
def test_what_climbed_since_a_task_was_done_did_not_climb(done, wait):
    task = Task("E/1", "E", given_at=0, due_at=59, climb_ms=60, climbs_at=60)

    def level(until):
        return len(climbs_owed(task, until, "P-{}".format))

    climbed = task
    for climb in climbs_owed(task, done + wait, "P-{}".format):
        _, tasks = fold(Round().loop, {"E/1": climbed}, climb.changes)
        climbed = tasks["E/1"]
    values = ended_task(climbed, done)
    assert values.get("level", climbed.level) == level(done)
    assert values["ended_at"] == done


def test_nobody_is_done_before_arriving():
    task = Task("E/1", "E", given_at=10, checked_in_at=20)
    assert ended_task(task, 5)["ended_at"] == 20
