"""What a day is rated from: what is silent, and which events count."""

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest

from gis.models import RiskLevel
from layers.rating.ground import read_ground
from support.makers.rated_towns import (
    DAY,
    Town,
    check,
    column_of,
    event,
    place,
    red_and_green,
)
from support.makers.risk_facts import FIRST_BODY

DAYS = [DAY - dt.timedelta(days=back) for back in reversed(range(4))]


def ground_of(town):
    return read_ground(town.rated().facts, DAYS)


def test_kinds_that_are_no_hazards_add_nothing():
    quiet = red_and_green()
    asked = red_and_green().events(
        *(
            event(n, 1, 30, kind=kind, severity=4)
            for n, kind in enumerate(("elder_care", "volunteer_request", "dispute"))
        )
    )
    sums = [ground_of(town).hazard.sums for town in (quiet, asked)]
    assert sums[0].tobytes() == sums[1].tobytes()
    burning = red_and_green().events(event(9, 1, 30, kind="fire_hazard", severity=4))
    assert ground_of(burning).hazard.sums[-1][0] > sums[0][-1][0]


def test_events_of_a_kind_that_no_table_has_are_counted_as_left_out():
    town = red_and_green().events(event(1, 1, 30, kind="kite"), event(2, 1, 30))
    assert town.rated().left_out == {"unknown_event_kind": 1}
    assert town.rule("risk", FIRST_BODY).rated().left_out == {}


def test_grid_without_a_coded_place_has_no_colour_whatever_its_events():
    town = red_and_green().events(event(1, 9, 30, kind="fire_hazard", severity=4))
    rated = town.rated()
    assert column_of(rated.grids, "level")["G3"] == 0
    assert column_of(rated.grids, "events")["G3"] == 1
    first = town.rule("risk", FIRST_BODY).rated()
    assert column_of(first.grids, "level")["G3"] == RiskLevel.GREEN


def test_town_without_any_coded_place_is_rated_by_its_events_and_says_so():
    town = Town().events(event(1, 1, 30, kind="fire_hazard", severity=4))
    ground = ground_of(town)
    assert ground.method.is_exempt
    assert ground.hazard.sums[-1].tolist() == [4.0, 0.0, 0.0]
    assert "no place is coded, so events alone make S" in town.rated().card.constants


@pytest.mark.parametrize(
    "values",
    [
        {"kind": "kite"},
        {"kind": "street_trading"},
        {"kind": "fire_hazard", "severity": 0},
    ],
)
def test_events_that_are_no_hazards_give_no_colour(values):
    town = Town().events(
        event(1, 1, 30, **values),
        event(2, 9, 30, kind="fire_hazard", severity=4),
    )
    rated = town.rated()
    levels, counts = (column_of(rated.grids, name) for name in ("level", "events"))
    assert (levels["G1"], counts["G1"]) == (0, 1)
    assert levels["G3"] > 0


def test_places_of_the_past_days_are_coded_as_they_were_then():
    town = Town().places(place("P1", 1)).checks(check(1, "P1", 10))
    town.checks(check(2, "P1", 30, found=[("F1", "critical")]))
    assert ground_of(town).facts.places.codes[:, 0].tolist() == [1, 1, 1, 3]


def test_grid_whose_people_are_unknown_has_no_extent():
    rated = red_and_green(residents=[None, 1_000.0, 10.0]).rated()
    method = replace(rated.method, denominator="residents")
    extents = read_ground(rated.facts.with_method(method), DAYS).hazard.extents
    np.testing.assert_array_equal(extents, [np.nan, 1.0, np.nan])
