"""Rotations follow the clocks of the town, and hours that are not one are refused."""

import datetime as dt
from dataclasses import replace

import pytest

from gis.errors import InvalidLayerError, SettingError
from gis.local_time import instant_text, timezone_of
from gis.roster import Rotation, expand_rotations

POSTS = {"R1-L"}
DEPARTMENTS = tuple("abcdef")
HOUR = 3_600_000


def weekly(first, until, members=DEPARTMENTS, every_days=7, recorded_at=0):
    first, until = dt.datetime.fromisoformat(first), dt.datetime.fromisoformat(until)
    return Rotation("W", "R1-L", members, first, until, every_days, recorded_at)


def test_departments_take_turns_from_monday_at_eight():
    rotation = weekly("2026-09-07T08:00", "2026-10-26T08:00")
    duties = expand_rotations([rotation], POSTS)
    assert [duty.holder_id for duty in duties] == list("abcdefa")
    zone = timezone_of("Asia/Shanghai")
    starts = [instant_text(duty.starts_at, zone) for duty in duties]
    assert starts[:2] == [
        "2026-09-07T08:00:00.000+08:00",
        "2026-09-14T08:00:00.000+08:00",
    ]
    ends = [duty.ends_at for duty in duties]
    assert ends[:-1] == [duty.starts_at for duty in duties][1:]


def test_last_turn_ends_with_the_rotation():
    rotation = weekly("2026-09-07T08:00", "2026-09-16T00:00")
    last = expand_rotations([rotation], POSTS)[-1]
    assert last.ends_at - last.starts_at == 40 * HOUR


@pytest.mark.parametrize(
    ("timezone", "first", "hours"),
    [
        ("Europe/Berlin", "2026-03-23T08:00", 167),
        ("Europe/Berlin", "2026-10-19T08:00", 169),
        ("Asia/Shanghai", "2026-03-23T08:00", 168),
        # China had summer time from 1986 to 1991
        ("Asia/Shanghai", "1986-04-28T08:00", 167),
        ("Asia/Shanghai", "1986-09-08T08:00", 169),
    ],
)
def test_hand_over_keeps_its_hour_when_clocks_change(timezone, first, hours):
    until = dt.datetime.fromisoformat(first) + dt.timedelta(days=7)
    (turn,) = expand_rotations([weekly(first, until.isoformat())], POSTS, timezone)
    assert turn.ends_at - turn.starts_at == hours * HOUR


@pytest.mark.parametrize(
    ("first", "found"),
    [
        ("2026-03-28T02:30", "'W' .*'2026-03-29 02:30:00' is skipped"),
        ("2026-10-24T02:30", "'W' .*'2026-10-25 02:30:00' is shown twice"),
    ],
)
def test_hand_over_at_an_hour_that_is_not_one_is_refused(first, found):
    until = dt.datetime.fromisoformat(first) + dt.timedelta(days=3)
    rotation = weekly(first, until.isoformat(), every_days=1)
    with pytest.raises(InvalidLayerError, match=found):
        expand_rotations([rotation], POSTS, "Europe/Berlin")
    assert len(expand_rotations([rotation], POSTS)) == 3


def test_rotation_recorded_anew_cancels_the_turns_it_no_longer_has():
    old = weekly("2026-09-07T08:00", "2026-09-28T08:00")
    new = replace(old, until=dt.datetime(2026, 9, 14, 8), recorded_at=5)
    duties = expand_rotations([new, old], POSTS)
    gone = [duty.duty_id for duty in duties if duty.cancelled]
    assert gone == ["W/2026-09-14T08:00", "W/2026-09-21T08:00"]
    assert all(duty.recorded_at == 5 for duty in duties if duty.cancelled)


def test_cancelled_rotation_has_no_turn_left():
    old = weekly("2026-09-07T08:00", "2026-09-28T08:00")
    duties = expand_rotations([old, replace(old, recorded_at=5, cancelled=True)], POSTS)
    assert [duty.cancelled for duty in duties] == [False] * 3 + [True] * 3


GOOD = weekly("2026-09-07T08:00", "2026-09-28T08:00")


@pytest.mark.parametrize(
    ("bad", "found"),
    [
        (replace(GOOD, members=()), "has no members"),
        (replace(GOOD, post_id="X"), "'X'"),
        (replace(GOOD, every_days=0), "turns of 0 days"),
        (replace(GOOD, until=GOOD.first_at), "not after its first hand-over"),
        (replace(GOOD, until=dt.datetime(9999, 1, 1), every_days=1), "at most 10000"),
        (GOOD, "stands twice"),
    ],
)
def test_faulty_rotation_is_named_with_its_row(bad, found):
    with pytest.raises(InvalidLayerError, match=r"row 2") as caught:
        expand_rotations([GOOD, bad], POSTS)
    assert found in str(caught.value)
    assert str(caught.value).endswith(".")


def test_unknown_time_zone_is_named():
    with pytest.raises(SettingError, match="'Asia/Nowhere'"):
        expand_rotations([GOOD], POSTS, "Asia/Nowhere")


def test_turn_longer_than_any_calendar_is_one_turn():
    rotation = weekly("2026-09-07T08:00", "2026-09-16T08:00", every_days=10**9)
    (turn,) = expand_rotations([rotation], POSTS)
    assert turn.ends_at - turn.starts_at == 9 * 24 * HOUR
