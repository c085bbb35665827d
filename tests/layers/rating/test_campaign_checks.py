"""Places without a code owe a check where a campaign names their kind."""

import datetime as dt

import pytest

from layers.figures.counting import Span, count_campaigns
from support.makers.rated_towns import DAY, Town, check, codes, moment, place, text

ESTATE = "住宅小区"
BODY = {
    "name": "小区消防",
    "scenes": [ESTATE],
    "first": "2026-09-07",
    "last": "2026-09-25",
}


def estate(place_id, column, **changes):
    return place(place_id, column, scene=ESTATE, is_coded=False, **changes)


@pytest.fixture
def town():
    """A coded shop, three estates and a school; a campaign on estates."""
    town = Town().places(
        place("P1", 1),
        estate("R1", 1, name="花园"),
        estate("R2", 5),
        estate("R3", 9, valid_to=text(moment(20))),
        place("S1", 1, scene="school", is_coded=False),
    )
    return town.rule("campaign/estates", BODY)


def owed(rated):
    places = rated.campaign_places
    rows = places[places["due_on"].notna()]
    return dict(zip(rows["place_id"], rows["overdue_days"], strict=True))


def test_places_of_the_kind_owe_a_check_from_the_last_day_and_have_no_code(town):
    rated = town.rated()
    assert owed(rated) == {"R1": 5, "R2": 5}
    assert rated.campaign_places["campaign"].tolist() == ["estates", "estates"]
    assert rated.campaign_places["grid_id"].tolist() == ["G1", "G2"]
    assert list(codes(rated)) == ["P1"]
    assert rated.left_out == {}
    assert owed(town.rated(dt.date(2026, 9, 20))) == {"R1": 0, "R2": 0}


def test_kind_is_taken_in_from_the_first_day_on(town):
    assert town.rated(dt.date(2026, 9, 6)).campaign_places.empty
    assert len(town.rated(dt.date(2026, 9, 7)).campaign_places) == 3


def test_check_since_the_first_day_is_the_one_and_one_before_is_none(town):
    rated = town.checks(check(1, "R1", 7), check(2, "R2", 6)).rated()
    assert owed(rated) == {"R2": 5}


def test_checks_count_by_grid_kind_and_campaign_and_are_no_unknown_ones(town):
    in_campaign = {"campaign": "estates"}
    town.checks(
        check(1, "R1", 8) | in_campaign,
        check(2, "R2", 9, found=[("F1", "minor")]) | in_campaign,
        check(3, "S1", 9),
    )
    rated = town.rated()
    # nobody asked for the check of the school
    assert rated.left_out == {"no_inspected_place": 1}
    counters = count_campaigns(rated, Span(dt.date(2026, 9, 1), DAY))
    rows = counters[counters["campaign"] == "estates"]
    assert rows[["grid_id", "scene", "checks"]].to_numpy().tolist() == [
        ["G1", ESTATE, 1],
        ["G2", ESTATE, 1],
    ]
    assert counters["campaigns"].sum() == 1


def test_place_that_one_register_gives_a_code_is_a_coded_place():
    town = Town().places(estate("R1", 1, source="b"), place("R1", 1, source="a"))
    rated = town.rule("campaign/estates", BODY).rated()
    assert list(codes(rated)) == ["R1"]
    assert rated.campaign_places.empty


def test_kind_that_no_place_is_of_is_counted_by_name(town):
    town.rule("campaign/quays", BODY | {"scenes": ["码头", "street_shop", ESTATE]})
    assert town.rated().left_out == {"no_campaign_place": 1}
    assert town.rated(dt.date(2026, 9, 6)).left_out == {}


def test_place_of_another_kind_does_not_change_how_areas_are_rated(town):
    with_estates = town.rated()
    alone = Town().places(place("P1", 1)).rule("campaign/estates", BODY).rated()
    columns = ["score", "level", "places", "overdue"]
    assert with_estates.grids[columns].equals(alone.grids[columns])
