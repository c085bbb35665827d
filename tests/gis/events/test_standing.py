from gis.events import Actor, Step, Task
from gis.events.standing import task_clock
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
