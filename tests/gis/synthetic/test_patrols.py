"""Patrols check what is due, see findings fixed, and take part in campaigns."""

import datetime as dt

import numpy as np
import pytest

from gis.models import SafetyCode, Scene
from gis.safety import SCENES, Campaign
from gis.synthetic.patrols import (
    NOT_FIXED,
    Patrols,
    Round,
    call_up,
    drop_surplus,
    parts_taken,
    walk,
)

GREEN, YELLOW, RED = SafetyCode
FIRST_DAY = dt.date(2026, 8, 1)
SHOP, SITE = SCENES.index(Scene.STREET_SHOP), SCENES.index(Scene.CONSTRUCTION_SITE)


def campaign(scene, first, last):
    days = (FIRST_DAY + dt.timedelta(days=day) for day in (first, last))
    return Campaign("c", "专项", (scene,), *days)


PATROLS = Patrols(FIRST_DAY, 30, 900, 120, (campaign(Scene.STREET_SHOP, 10, 15),))


def chance(seed=1):
    return np.random.default_rng(seed)


@pytest.fixture(scope="module")
def tour():
    """A month of 900 checks at 300 places, 200 of them shops, 30 of high hazard."""
    scene = np.repeat([SHOP, SITE], [200, 100])
    is_high = np.arange(300) % 10 == 0
    return walk(scene, is_high, np.ones(300), PATROLS, chance())


def test_patrols_do_the_checks_that_were_ordered_each_place_once_a_day(tour):
    assert len(tour.place) == len(tour.day) == len(tour.campaign) == 900
    assert set(tour.day.tolist()) == set(range(30))
    assert len(set(zip(tour.place.tolist(), tour.day.tolist(), strict=True))) == 900
    assert set(tour.place.tolist()) == set(range(300))


def test_weekends_have_fewer_checks(tour):
    weekdays = (FIRST_DAY.weekday() + np.arange(30)) % 7
    counts = np.bincount(tour.day, minlength=30)
    assert counts[weekdays >= 5].max() < counts[weekdays < 5].min()


def test_finding_is_of_the_place_that_was_checked_and_fixed_at_a_later_check(tour):
    assert (tour.of_place == tour.place[tour.detected]).all()
    fixed = tour.fixed != NOT_FIXED
    assert fixed.any()
    assert (tour.place[tour.fixed[fixed]] == tour.of_place[fixed]).all()
    assert (tour.day[tour.fixed[fixed]] > tour.day[tour.detected[fixed]]).all()


def test_first_check_of_a_shop_within_the_campaign_is_its_part(tour):
    in_time = (tour.day >= 10) & (tour.day <= 15) & (tour.place < 200)
    places = tour.place[in_time]
    assert set(tour.place[tour.campaign == 0].tolist()) == set(places.tolist())
    assert (tour.campaign[~in_time] == -1).all()
    assert (tour.campaign == 0).sum() == len(set(places.tolist()))


def test_surplus_of_fixed_findings_is_forgotten_the_minor_ones_only(tour):
    copy = Round(*(getattr(tour, name).copy() for name in Round.__slots__))
    graver = (copy.severity > 0).sum()
    is_open = (copy.fixed == NOT_FIXED).sum()
    drop_surplus(copy, PATROLS.fixes, chance())
    assert (copy.fixed != NOT_FIXED).sum() == PATROLS.fixes
    assert (copy.fixed == NOT_FIXED).sum() == is_open
    assert (copy.severity > 0).sum() == graver


@pytest.mark.parametrize(
    ("severities", "is_high", "code"),
    [
        ([], True, GREEN),
        ([0, 0], False, GREEN),
        ([0, 0, 0], False, YELLOW),
        ([1], False, YELLOW),
        ([1], True, RED),
        ([1, 1, 1], False, RED),
        ([2], False, RED),
    ],
)
def test_code_follows_from_what_is_open(severities, is_high, code):
    round_ = Round()
    checks = round_.check(np.array([1]), 0, np.array([-1]))
    round_.find(np.repeat(checks, len(severities)), np.array(severities, dtype=int))
    codes = round_.codes(np.array([False, is_high]))
    assert codes.tolist() == [GREEN, code]


def test_what_was_fixed_counts_no_longer():
    round_ = Round()
    round_.find(round_.check(np.array([0]), 0, np.array([-1])), np.array([2]))
    round_.fixed[0] = 0
    assert round_.codes(np.array([False])).tolist() == [GREEN]


def test_campaign_calls_up_its_scene_on_its_first_day_and_nobody_else():
    scene = np.repeat([SHOP, SITE], [500, 20])
    due = np.full(520, 99.0)
    called = call_up(due, scene, PATROLS, 10, chance())
    assert (called[:500] < 99.0).mean() > 0.9
    assert (called[500:] == 99.0).all()
    assert (call_up(due, scene, PATROLS, 11, chance()) == 99.0).all()
    assert (due == 99.0).all()


@pytest.mark.parametrize(
    ("last", "day", "part"), [(9, 10, 0), (-1, 15, 0), (10, 12, -1), (9, 16, -1)]
)
def test_only_the_first_check_within_a_campaign_is_its_part(last, day, part):
    parts = parts_taken(PATROLS, np.array([SHOP, SITE]), np.array([last] * 2), day)
    assert parts.tolist() == [part, -1]
