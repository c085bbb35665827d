"""Figures of events equal a plain recount, and their rows sum to the total."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.events import LINES, Clocks, Kind, Loop, Minutes, Task
from layers.figures.events import (
    COUNTS,
    FIGURE_KEYS,
    accept_times,
    figure_rows,
    keys_of,
    total_row,
    unanswered,
)
from support.makers.event_frames import frame_of
from support.oracles.plain_figures import plain_key, plain_row, plain_rows

NOW = 1000
ACCEPT_BY = 500
TIMES = st.none() | st.integers(0, 2000)
LOOPS = st.lists(
    st.builds(
        Loop,
        st.integers(0, 99).map(str),
        source=st.sampled_from(["", "camera", "hotline"]),
        line=st.sampled_from(["", "hazard", "service"]),
        module=st.sampled_from(["safety", "economy"]),
        rule_id=st.sampled_from(["noise@1", "noise@2"]),
        area_path=st.sampled_from(["", "C1/", "C1/C2/", "C1/C3/G1/"]),
        status=st.sampled_from(
            ["inside", "boundary", "snapped", "outside", "community"]
        ),
        phase=st.sampled_from(["reported", "closed"]),
        occurred_at=st.integers(0, 2000),
        received_at=st.integers(0, 2000),
        due_at=TIMES,
        accepted_at=TIMES,
        assigned_at=TIMES,
        arrived_at=TIMES,
        handled_at=TIMES,
        first_response_at=TIMES,
        is_overridden=st.booleans(),
        closed_tier=st.none() | st.integers(1, 5),
    ),
    max_size=12,
    unique_by=lambda loop: loop.event_id,
)


def tasks_of(loops):
    """Two tasks of each event, of departments that its id says."""
    return [
        Task(f"{loop.event_id}/{n}", loop.event_id, department_id=f"d{n}", given_at=at)
        for loop in loops
        for n, at in ((1, int(loop.event_id) % 3), (2, 1))
        if int(loop.event_id) % 4
    ]


def due(frame):
    return pd.Series(float(ACCEPT_BY), index=frame.index)


def total(loops):
    frame = frame_of(loops)
    return total_row(frame, due(frame), NOW)


@given(LOOPS, st.sampled_from(FIGURE_KEYS), st.integers(1, 4))
def test_figures_equal_a_plain_recount(loops, by, tier):
    tasks = tasks_of(loops)
    frame = frame_of(loops, tasks)
    rows = figure_rows(frame, keys_of(frame, by, tier), due(frame), NOW)
    key_of = plain_key(by, tasks, tier)
    assert rows == plain_rows(loops, key_of, lambda _: ACCEPT_BY, NOW)
    assert total(loops) == plain_row("", loops, lambda _: ACCEPT_BY, NOW)


@given(LOOPS, st.sampled_from(FIGURE_KEYS))
def test_rows_sum_to_the_total(loops, by):
    frame = frame_of(loops, tasks_of(loops))
    rows = figure_rows(frame, keys_of(frame, by, 2), due(frame), NOW)
    for name in COUNTS:
        assert sum(getattr(row, name) for row in rows) == getattr(total(loops), name)
    for row in rows:
        placings = row.located + row.ambiguous + row.outside + row.unplaced
        assert placings == row.count


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
    assert getattr(total([Loop("E", status=status)]), name) == 1


@pytest.mark.parametrize(
    ("due_at", "phase", "overdue"),
    [(999, "reported", 1), (1000, "reported", 0), (999, "closed", 0)],
)
def test_what_was_due_before_now_is_overdue_while_open(due_at, phase, overdue):
    assert total([Loop("E", due_at=due_at, phase=phase)]).overdue == overdue


@pytest.mark.parametrize(
    ("fields", "expected"),
    [({}, True), ({"first_response_at": 900}, False), ({"phase": "closed"}, False)],
)
def test_no_reply_is_an_open_event_that_nobody_answered(fields, expected):
    frame = frame_of([Loop("E", **fields)])
    assert unanswered(frame, due(frame), NOW).tolist() == [expected]
    assert unanswered(frame, due(frame), ACCEPT_BY).tolist() == [False]


@pytest.mark.parametrize(
    ("phase", "handled_at", "resolved"),
    [("closed", 5, 1), ("closed", None, 0), ("handled", 5, 0)],
)
def test_resolved_is_what_is_closed_after_it_was_handled(phase, handled_at, resolved):
    loop = Loop("E", phase=phase, handled_at=handled_at)
    assert total([loop]).resolved == resolved


def test_closed_events_count_at_the_tier_that_closed_them():
    loops = [
        Loop(str(i), phase="closed", closed_tier=t) for i, t in enumerate((5, 5, 1))
    ]
    assert total([*loops, Loop("open")]).closed_at_tier == {1: 1, 5: 2}


def test_every_row_has_the_five_lines_and_an_expected_key_a_row_of_zeros():
    frame = frame_of([Loop("E", line="hazard"), Loop("F", line="")])
    rows = figure_rows(frame, keys_of(frame, "line"), due(frame), NOW, LINES)
    assert {row.key: row.count for row in rows} == {
        **dict.fromkeys(LINES, 0),
        "hazard": 1,
        "": 1,
    }
    assert all([*row.lines] == [*LINES] for row in rows)
    assert total([]).medians == Clocks(None, None, None, None)


def test_acceptance_is_due_by_the_minutes_of_the_kind():
    noise = Kind("noise", ("噪声", "Noise"), "", "", "", (), Minutes(2, 30, 60, 30))
    loops = [Loop("E", kind="noise", received_at=5), Loop("F", kind="kite")]
    times = accept_times(frame_of(loops), {"noise": noise}, 15)
    assert times.tolist() == [120_005, 900_000]
