"""Wall clocks and instants: what is not one hour is refused."""

import datetime as dt
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.errors import InvalidLayerError, SettingError
from gis.local_time import (
    DEFAULT_TIMEZONE,
    EPOCH,
    days_between,
    instant_text,
    local_day,
    local_instant,
    timezone_of,
)
from gis.models import Instant

SHANGHAI = ZoneInfo("Asia/Shanghai")
CHICAGO = ZoneInfo("America/Chicago")
# clocks of Shanghai were last put forward in 1991
recent = st.datetimes(dt.datetime(1992, 1, 1), dt.datetime(2100, 1, 1))


@given(recent)
def test_shanghai_is_eight_hours_ahead_of_utc(local):
    elapsed = local - dt.timedelta(hours=8) - EPOCH.replace(tzinfo=None)
    assert local_instant(local, SHANGHAI) == elapsed // dt.timedelta(milliseconds=1)


@given(recent, st.sampled_from([SHANGHAI, dt.UTC]))
def test_text_of_an_instant_reads_back_as_the_instant(local, zone):
    instant = local_instant(local, SHANGHAI)
    moment = dt.datetime.fromisoformat(instant_text(instant, zone))
    assert moment.utcoffset() == zone.utcoffset(local)
    assert (moment - EPOCH) // dt.timedelta(milliseconds=1) == instant


def test_text_before_1970_and_between_seconds_is_exact():
    assert instant_text(-1) == "1969-12-31T23:59:59.999+00:00"


@pytest.mark.parametrize(
    ("local", "word"),
    [
        (dt.datetime(2026, 3, 8, 2, 30), "skipped"),
        (dt.datetime(2026, 3, 8, 2, 0), "skipped"),
        (dt.datetime(2026, 11, 1, 1, 30), "shown twice"),
        (dt.datetime(2026, 11, 1, 1, 0), "shown twice"),
    ],
)
def test_hour_that_is_not_one_hour_is_refused(local, word):
    with pytest.raises(InvalidLayerError, match=f"is {word} by .*America/Chicago"):
        local_instant(local, CHICAGO)


@pytest.mark.parametrize(
    ("local", "offset_h"),
    [
        (dt.datetime(2026, 3, 8, 1, 59), 6),
        (dt.datetime(2026, 3, 8, 3, 0), 5),
        (dt.datetime(2026, 11, 1, 0, 59), 5),
        (dt.datetime(2026, 11, 1, 2, 0), 6),
    ],
)
def test_minutes_beside_a_change_of_clocks_are_taken(local, offset_h):
    utc = local.replace(tzinfo=dt.UTC) + dt.timedelta(hours=offset_h)
    assert local_instant(local, CHICAGO) == utc.timestamp() * 1000


def test_zone_is_found_by_its_name():
    assert timezone_of(DEFAULT_TIMEZONE) == SHANGHAI


@pytest.mark.parametrize("name", ["Asia/Hangzhou", "", "../etc", "/etc/hosts", "Asia"])
def test_zone_that_is_not_known_is_refused(name):
    with pytest.raises(SettingError, match=r"is not known; use .*Asia/Shanghai'\.$"):
        timezone_of(name)


def test_days_of_a_time_begin_at_local_midnights_whatever_clocks_do():
    zone = ZoneInfo("America/New_York")
    start = local_instant(dt.datetime(2026, 3, 7, 23), zone)
    days = days_between(start, Instant(start + 26 * 3_600_000), zone)
    assert [day.isoformat() for day, _ in days] == [
        *("2026-03-07", "2026-03-08", "2026-03-09"),
    ]
    lengths = [b - a for (_, a), (_, b) in pairwise(days)]
    assert lengths == [24 * 3_600_000, 23 * 3_600_000]
    assert local_day(start, zone) == days[0][0]
    assert days_between(start, start, zone) == []
