"""A rated day has for each who asks what he sees, and for nobody more."""

import orjson
import pytest

from api.service.access.sight import VISITOR, Sight
from api.service.rating.days import RiskDesk
from api.service.rating.documents import area_text
from api.service.rating.seen import seen_day, without_sensitive
from gis.access import EVERYTHING, Role, Scope
from layers.maps.offline import page
from layers.rating.day import RiskDay
from layers.rating.map import draw_risk_day
from layers.schema.sharing import LOOPBACK, OPEN
from support.makers.drawn_maps import model_of
from support.makers.event_town import OPERATOR, EventTown
from support.makers.square_town import TIMEZONE, SquareTown

WHOLE = Sight(EVERYTHING, frozenset({Role.OPERATOR}), None)
FIRST = Sight(Scope(("G1/",)), frozenset({Role.INSPECTOR}), None)
SECOND = Sight(Scope(("G2/",)), frozenset({Role.INSPECTOR}), None)


def drivers(rating: RiskDay, kind: str) -> set[str]:
    """Ids of the drivers of a kind in all layers."""
    return {
        driver.driver_id
        for areas in rating.tiers.values()
        for row in areas.frame["drivers"]
        for driver in row
        if driver.kind == kind
    }


def test_who_sees_everything_gets_the_day_itself(rating: RiskDay) -> None:
    assert seen_day(rating, WHOLE) is rating
    assert "P1" in drivers(rating, "place")


@pytest.mark.parametrize(("sight", "place"), [(FIRST, "P1"), (SECOND, "P2")])
def test_places_and_events_are_those_of_the_area(rating, sight, place) -> None:
    day = seen_day(rating, sight)
    assert day.places["place_id"].tolist() == [place]
    assert drivers(day, "place") <= {place}
    assert set(day.events["grid_id"]) <= {sight.scope.area_paths[0][:2]}
    assert drivers(day, "events") == drivers(rating, "events")
    assert day is seen_day(rating, sight)


def test_levels_are_the_same_for_all(rating: RiskDay) -> None:
    for sight in (FIRST, VISITOR):
        day = seen_day(rating, sight)
        assert [*day.tiers] == [*rating.tiers]
        for name, areas in rating.tiers.items():
            seen = day.tiers[name].frame
            assert seen["level"].equals(areas.frame["level"])
            assert seen["score"].equals(areas.frame["score"])
            assert seen.crs == areas.frame.crs


def test_a_visitor_sees_no_place_event_or_figure(rating: RiskDay) -> None:
    day = seen_day(rating, VISITOR)
    assert len(day.places) == len(day.events) == len(day.facts.stations) == 0
    document = orjson.loads(area_text(day, [*day.tiers], OPEN))
    for item in document["features"]:
        assert not {"drivers", "events", "places", "red"} & {*item["properties"]}
    assert drivers(day, "place") == drivers(day, "events") == set()


def test_the_page_of_a_visitor_names_no_place(rating: RiskDay) -> None:
    whole, visitor, near = (
        str(model_of(page(draw_risk_day(seen_day(rating, sight)))))
        for sight in (WHOLE, VISITOR, SECOND)
    )
    assert "'P1'" in whole
    assert not [text for text in ("'P1'", "'P2'") if text in visitor]
    assert [text for text in ("'P1'", "'P2'") if text in near] == ["'P2'"]


def test_the_whole_day_is_left_as_it_is(rating: RiskDay, eventful: SquareTown) -> None:
    before = orjson.loads(area_text(rating, ["grids"], LOOPBACK))
    seen_day(rating, VISITOR)
    seen_day(rating, FIRST)
    assert orjson.loads(area_text(rating, ["grids"], LOOPBACK)) == before
    assert len(rating.events) == len(eventful.store.events())


def test_event_that_became_sensitive_is_not_drawn_as_it_was() -> None:
    town = EventTown()
    stays, other = town.report(), town.report()
    day = RiskDesk(town.store, TIMEZONE).on()
    assert without_sensitive(day, town.store) is day
    assert {stays, other} <= {*day.events["event_id"]}
    town.act(other, OPERATOR, "override", to="dispute", reason="they quarrel")
    drawn = without_sensitive(day, town.store)
    assert stays in {*drawn.events["event_id"]}
    assert other not in {*drawn.events["event_id"]}
