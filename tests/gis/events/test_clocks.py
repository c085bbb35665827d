"""Clocks of an event, and what departments did."""

from gis.events import Clocks, Loop, Task, clocks_of, department_rows


def test_each_clock_runs_between_its_two_times():
    loop = Loop(
        "E",
        occurred_at=1,
        received_at=3,
        accepted_at=7,
        first_response_at=13,
        assigned_at=20,
        arrived_at=37,
        handled_at=61,
    )
    assert clocks_of(loop) == Clocks(6, 30, 10, 41)


def test_a_clock_that_runs_is_nothing_yet():
    assert clocks_of(Loop("E")) == Clocks(None, None, None, None)


def test_departments_show_what_they_did_and_how_it_was_rated():
    tasks = [
        Task("A/1", "A", "whistle", department_id="police", presence="present",
             state="done", rating=5),
        Task("B/1", "B", "bell", department_id="police", presence="remote", level=2,
             rating=2),
        Task("C/1", "C", "whistle", department_id="police", level=1),
        Task("D/1", "D", "handle", department_id="police"),
    ]  # fmt: skip
    [row] = department_rows(tasks)
    assert row == ("police", 3, 1, 1, 1, 1, 2, 2, 3.5)
