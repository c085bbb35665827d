"""Figures of a week ago: rated aside, once a day and area."""

import datetime as dt
import threading
from types import SimpleNamespace

import numpy as np
import pytest

from api.service.cockpit.headlines import (
    Earlier,
    area_headlines,
    event_headline,
    place_headlines,
    places_of,
)
from api.service.rating.days import RiskDesk
from gis.errors import NoVersionError
from support.makers.square_town import TIMEZONE, SquareTown


@pytest.fixture
def rating():
    return RiskDesk(SquareTown().store, TIMEZONE)


def until_rated(earlier, *question):
    for _ in range(2000):
        places = earlier.places(*question)
        if places is not None:
            return places
        threading.Event().wait(0.005)
    pytest.fail("it was never rated")


def test_places_of_a_week_ago_are_those_of_that_day(rating):
    earlier, today = Earlier(rating), rating.on()
    grids = frozenset(today.grids["grid_id"])
    before = until_rated(earlier, today, grids, "C")
    week_ago = rating.on(today.day - dt.timedelta(days=7))
    assert before == places_of(week_ago, grids)
    earlier.close()


def test_before_the_first_version_nothing_is_known():
    def on(day):
        raise NoVersionError("none")

    day = SimpleNamespace(day=dt.date(2026, 9, 1))
    earlier = Earlier(SimpleNamespace(on=on))
    earlier.places(day, frozenset(), "C")
    [job] = earlier._jobs.values()
    job.result(10)
    assert earlier.places(day, frozenset(), "C") is None
    earlier.close()


@pytest.mark.parametrize(
    ("days", "expected"), [(15, (2, 1)), (8, (2, 1)), (7, (2, None))]
)
def test_areas_are_counted_today_and_seven_days_before(days, expected):
    levels = np.full((days, 3), 1, np.int8)
    levels[-1] = [5, 5, 4]
    if days > 7:
        levels[-8] = [5, 1, 1]
    day = SimpleNamespace(tiers={"grids": SimpleNamespace(levels=levels)})
    red, orange = area_headlines(day, np.arange(3))
    assert (red.value, red.before) == expected
    assert (orange.value, orange.before) == (1, None if days == 7 else 0)
    [only, _] = area_headlines(day, np.array([2]))
    assert only.value == 0


def test_what_is_not_known_has_no_before(rating):
    places = places_of(rating.on(), frozenset())
    assert {h.before for h in place_headlines(places, None)} == {None}
    figures = SimpleNamespace(
        table=SimpleNamespace(total=SimpleNamespace(counts={"open": 3}))
    )
    assert event_headline("open", figures, None) == ("open", 3, None)
