"""The plan of a town counts every coded place once, by circle, trade and hazard."""

import datetime as dt

import numpy as np
import pytest

from gis.models import SafetyCode
from layers.rating.day import read_risk_day
from layers.rating.facts import Cutoff
from layers.rating.plan import load_text, plan_checks
from support.makers.rated_towns import Town, check, event, place

TODAY = dt.date(2026, 9, 30)


@pytest.fixture(scope="module")
def rated():
    """P1 is red in the west, P2 and P3 are green, one of them in the east."""
    town = Town().places(
        place("P1", 1, scene="hazardous_chemicals"),
        place("P2", 2),
        place("P3", 9),
        place("P4", None),
    )
    town.checks(
        check(1, "P1", 30, found=[("F1", "critical")]),
        check(2, "P2", 20),
        check(3, "P3", 29),
        check(4, "P4", 29),
    )
    events = [event(n, 1, 29, kind="fire_hazard") for n in range(3)]
    quarrels = [event(9 + n, 1, 29, kind="dispute") for n in range(5)]
    return town.events(*events, *quarrels).rated()


def test_red_place_is_checked_daily_and_a_green_one_monthly(rated):
    plan = plan_checks(rated, days=30)
    assert plan.span == (dt.date(2026, 10, 1), dt.date(2026, 10, 30))
    checks = dict(zip(plan.circles["circle_id"], plan.circles["checks"], strict=True))
    # P1 each day, P2 on the 20th, P3 and P4 on the 29th
    assert checks == {"W": 31, "E": 1, "": 1}


def test_every_coded_place_stands_in_one_circle_and_one_trade(rated):
    plan = plan_checks(rated)
    assert plan.circles["places"].sum() == (rated.places["code"] > 0).sum() == 4
    assert plan.trades["places"].sum() == 4
    assert plan.trades["checks"].sum() == plan.circles["checks"].sum()
    west = plan.trades[plan.trades["circle_id"] == "W"]
    assert west["scene"].tolist() == ["hazardous_chemicals", "street_shop"]
    assert west["red"].tolist() == [1, 0]


def test_hazards_are_what_fired_and_what_was_reported_and_nothing_sensitive(rated):
    hazards = dict(
        zip(
            plan_checks(rated).circles["circle_id"],
            plan_checks(rated).circles["hazards"],
            strict=True,
        )
    )
    assert hazards["W"][0] == ("fire_hazard", 3)
    assert ("critical-finding", 1) in hazards["W"]
    assert not any(kind == "dispute" for kinds in hazards.values() for kind, _ in kinds)


def test_without_posts_there_is_no_capacity(rated):
    plan = plan_checks(rated)
    assert plan.circles["posts"].tolist() == [0, 0, 0]
    assert load_text(10, 0) == "—"


def test_s_town_has_a_row_for_each_joint_enforcement_circle(s_town_store):
    day = read_risk_day(s_town_store, Cutoff(TODAY), 0)
    plan = plan_checks(day, checks_a_day=6)
    assert len(plan.circles[plan.circles["circle_id"] != ""]) == 30
    coded = day.places[day.places["code"] > 0]
    assert plan.circles["places"].sum() == len(coded)
    owners = day.facts.snapshot.territory.pagoda.grid_parents
    circle = plan.circles.iloc[3]
    own = coded[coded["grid_id"].map(owners) == circle["circle_id"]]
    greens = (own["code"] == SafetyCode.GREEN).sum()
    assert circle["checks"] >= greens
    assert circle["capacity"] == circle["posts"] * 6 * 30
    assert circle["posts"] > 0
    assert np.array([n for _, n in circle["hazards"]]).min() > 0
