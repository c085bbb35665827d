"""Clocks of events, and figures whose rows sum to the total."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.events import (
    FIGURE_KEYS,
    Clocks,
    Loop,
    Task,
    clocks_of,
    department_rows,
    figure_rows,
    key_function,
    medians_of,
)

NOW = 1000
COUNTS = (
    *("count", "open", "overdue", "located", "ambiguous", "outside", "unplaced"),
    *("unanswered", "overridden"),
)
TIMES = st.none() | st.integers(0, 2000)
LOOPS = st.lists(
    st.builds(
        Loop,
        st.integers(0, 99).map(str),
        source=st.sampled_from(["", "camera", "hotline"]),
        line=st.sampled_from(["hazard", "service"]),
        module=st.sampled_from(["safety", "economy"]),
        rule_id=st.sampled_from(["noise@1", "noise@2"]),
        area_path=st.sampled_from(["", "C1/", "C1/C2/", "C1/C3/G1/"]),
        status=st.sampled_from(
            ["inside", "boundary", "snapped", "outside", "community"]
        ),
        phase=st.sampled_from(["reported", "closed"]),
        due_at=TIMES,
        accepted_at=TIMES,
        first_response_at=TIMES,
        is_overridden=st.booleans(),
        closed_tier=st.none() | st.integers(1, 5),
    ),
    max_size=12,
    unique_by=lambda loop: loop.event_id,
)


def rows(loops, key_of=lambda _loop: ""):
    return figure_rows(loops, key_of, lambda _loop: 500, NOW)


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


def test_medians_leave_out_clocks_that_run():
    loops = [Loop(str(ms), accepted_at=ms) for ms in (10, 20, 90)]
    assert medians_of([*loops, Loop("open")]).discovery_ms == 20
    assert medians_of([]) == Clocks(None, None, None, None)


@given(LOOPS, st.sampled_from(FIGURE_KEYS), st.integers(1, 4))
def test_rows_sum_to_the_total(loops, by, tier):
    tasks = [Task(f"{loop.event_id}/1", loop.event_id) for loop in loops]
    parts = rows(loops, key_function(by, tasks, tier))
    totals = rows(loops)
    for name in COUNTS:
        total = sum(getattr(row, name) for row in totals)
        assert sum(getattr(row, name) for row in parts) == total
    for row in parts:
        placings = row.located + row.ambiguous + row.outside + row.unplaced
        assert placings == row.count


def one(**fields):
    [row] = rows([Loop("E", **fields)])
    return row


@pytest.mark.parametrize(
    ("status", "name"),
    [
        ("inside", "located"),
        ("boundary", "ambiguous"),
        ("overlap", "ambiguous"),
        ("snapped", "outside"),
        ("outside", "outside"),
        ("unlocated", "unplaced"),
        ("community", "unplaced"),
    ],
)
def test_each_status_is_counted_once(status, name):
    assert getattr(one(status=status), name) == 1


@pytest.mark.parametrize(
    ("due_at", "phase", "overdue"),
    [(999, "reported", 1), (1000, "reported", 0), (999, "closed", 0)],
)
def test_what_was_due_before_now_is_overdue_while_open(due_at, phase, overdue):
    assert one(due_at=due_at, phase=phase).overdue == overdue


@pytest.mark.parametrize(
    ("fields", "unanswered"),
    [({}, 1), ({"first_response_at": 900}, 0), ({"phase": "closed"}, 0)],
)
def test_no_reply_is_an_open_event_that_nobody_answered(fields, unanswered):
    assert one(**fields).unanswered == unanswered
    [row] = figure_rows([Loop("E")], lambda _l: "", lambda _l: NOW, NOW)
    assert row.unanswered == 0


def test_closed_events_count_at_the_tier_that_closed_them():
    loops = [
        Loop(str(i), phase="closed", closed_tier=t) for i, t in enumerate((5, 5, 1))
    ]
    assert rows([*loops, Loop("open")])[0].closed_at_tier == {1: 1, 5: 2}


def test_an_event_counts_for_the_department_that_had_it_first():
    tasks = [
        Task("E/10", "E", department_id="later", given_at=5),
        Task("E/2", "E", department_id="second", given_at=5),
        Task("E/1", "E", post_id="P", given_at=1),
        Task("E/3", "E", "whistle", department_id="called", given_at=1),
    ]
    assert key_function("department", tasks)(Loop("E")) == "second"
    assert key_function("department", tasks)(Loop("F")) == ""


def test_an_area_below_the_path_of_an_event_is_none():
    assert key_function("circle", tier=3)(Loop("E", area_path="C1/C2/")) == ""


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
