"""States over time: at an instant, over a span, and as duties make them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.models import Holding, Post
from gis.roster import BEGINNING, Duty, Timeline
from gis.roster.timeline import holdings, side_by_side

POST = Post("G1-L", "G1", "grid_leader", "L1")
VACANT = Post("G1-L", "G1", "grid_leader")


@st.composite
def timelines(draw):
    starts = (BEGINNING, *sorted(draw(st.sets(st.integers(-10, 30), max_size=8))))
    return Timeline(starts, tuple(f"state {row}" for row in range(len(starts))))


@st.composite
def duties(draw):
    """Duties of one post in order of time, some end to end, with few holders."""
    time, rows = draw(st.integers(-5, 5)), []
    for number in range(draw(st.integers(1, 6))):
        starts_at = time + draw(st.integers(0, 2))
        time = starts_at + draw(st.integers(1, 4))
        holder = draw(st.sampled_from("ab"))
        rows.append(Duty(f"d{number}", POST.post_id, holder, starts_at, time, 0))
    return rows


@given(timelines())
def test_state_holds_from_its_start_to_before_the_next(timeline):
    for start, state in zip(*timeline, strict=True):
        assert timeline.at(start) == state
    for start, state in zip(timeline.starts[1:], timeline.states, strict=False):
        assert timeline.at(start - 1) == state


@given(timelines())
def test_many_instants_are_answered_as_each(timeline):
    instants = range(-12, 33)
    assert timeline.at_all(iter(instants)) == [timeline.at(i) for i in instants]


@given(timelines(), st.integers(-12, 32), st.integers(0, 20))
def test_spans_are_the_runs_of_equal_states(timeline, starts_at, length):
    ends_at = starts_at + length
    spans = list(timeline.spans(starts_at, ends_at))
    borders = [starts_at, *(end for _, end, _ in spans)]
    assert [start for start, _, _ in spans] == borders[:-1]
    assert borders[-1] == ends_at
    assert all(start < end for start, end, _ in spans)
    each = [state for start, end, state in spans for _ in range(start, end)]
    assert each == timeline.at_all(range(starts_at, ends_at))


@given(duties())
def test_duties_are_held_as_they_say_and_nobody_is_on_duty_between(duties):
    timeline = holdings("G1", POST, duties)
    for instant in range(-8, 50):
        on = [d.holder_id for d in duties if d.starts_at <= instant < d.ends_at]
        reason = "" if on else "no_one_on_duty"
        holder = on[0] if on else None
        assert timeline.at(instant) == Holding("G1", "G1-L", holder, reason)


@given(duties())
def test_starts_ascend_from_the_beginning(duties):
    starts = holdings("G1", POST, duties).starts
    assert starts[0] == BEGINNING
    assert list(starts) == sorted(set(starts))


def test_duties_of_one_holder_end_to_end_are_not_joined_with_those_of_another():
    week = [
        Duty("a", "G1-L", "L1", 0, 5, 0),
        Duty("b", "G1-L", "L1", 5, 9, 0),
        Duty("c", "G1-L", "L2", 9, 12, 0),
    ]
    timeline = holdings("G1", POST, week)
    assert timeline.at(8).holder_id == "L1"
    assert timeline.at(9).holder_id == "L2"
    assert timeline.at(12).reason == "no_one_on_duty"


@pytest.mark.parametrize(
    ("post", "holding"),
    [
        (POST, Holding("G1", "G1-L", "L1")),
        (VACANT, Holding("G1", "G1-L", None, "vacant_post")),
        (None, Holding("G1", None, None, "vacant_post")),
    ],
    ids=["held", "vacant", "no post"],
)
def test_post_without_duties_is_the_same_at_all_times(post, holding):
    assert holdings("G1", post, []) == Timeline((BEGINNING,), (holding,))


@given(st.lists(timelines(), max_size=4))
def test_side_by_side_is_the_state_of_each_at_every_instant(lines):
    together = side_by_side(lines)
    assert together.starts[0] == BEGINNING
    for instant in range(-12, 33):
        assert together.at(instant) == tuple(line.at(instant) for line in lines)
