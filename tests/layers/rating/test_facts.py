"""What is known of places and events at a cut-off, and what is counted nowhere."""

import datetime as dt
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from gis.errors import InvalidLayerError
from gis.models import Instant, SafetyCode
from layers import Cutoff
from layers.rating.facts import read_risk_facts
from support.makers.rated_towns import (
    DAY,
    FOUNDED,
    Town,
    check,
    codes,
    column_of,
    event,
    moment,
    place,
    text,
)

GREEN, YELLOW, RED = SafetyCode


def test_place_without_position_in_no_grid_or_of_two_scenes_is_counted_by_name():
    town = Town().places(
        place("P1", None),
        place("P2", 40),
        place("P3", 1, source="police"),
        place("P3", 1, source="register", scene="crowded_place"),
        place("P4", None, valid_to=text(moment(20))),
    )
    rated = town.events(event(1, 40, 30), event(2, None, 30)).rated()
    assert rated.left_out == {
        "no_position": 1,
        "no_grid": 1,
        "sources_disagree": 1,
        "no_event_grid": 2,
    }
    assert sorted(codes(rated)) == ["P1", "P2", "P3"]
    assert column_of(rated.grids, "places") == {"G1": 1, "G2": 0, "G3": 0}


def test_inspection_of_a_place_that_has_no_code_is_counted_by_name():
    town = Town().places(place("P1", 1), place("P2", 1, is_coded=False))
    rated = town.checks(check(1, "P2", 30, found=[("F1", "critical")])).rated()
    assert rated.left_out == {"no_inspected_place": 1}
    assert list(codes(rated)) == ["P1"]


def test_place_of_several_sources_is_where_its_actual_address_is():
    kinds = {"address_kind": "registered"}, {"address_kind": "actual"}
    rows = [
        place("P1", column, **kind) for column, kind in zip((1, 5), kinds, strict=True)
    ]
    rated = Town().places(*rows).rated()
    assert column_of(rated.grids, "places") == {"G1": 0, "G2": 1, "G3": 0}


def test_module_is_as_reported_else_that_of_the_kind():
    town = Town().events(
        event(1, 1, 30, details="噪声 '\"\n"),
        event(2, 1, 30, details="[1]"),
        event(3, 1, 30, details='{"module": "disputes"}'),
        event(4, 1, 30, kind="kite"),
    )
    modules = town.rated().events["module"].tolist()
    assert modules == ["enforcement", "enforcement", "disputes", ""]


def test_place_that_is_gone_has_no_code_after():
    gone = place("P1", 1, valid_to=text(moment(29, 15)))
    town = Town().places(gone, place("P2", 2))
    assert list(codes(town.rated(dt.date(2026, 9, 28)))) == ["P1", "P2"]
    rated = town.rated(dt.date(2026, 9, 29))
    assert list(codes(rated)) == ["P2"]
    assert column_of(rated.grids, "places")["G1"] == 1


def test_place_known_later_has_no_code_before():
    town = Town().places(place("P1", 1), place("P2", 2, valid_from=text(moment(30))))
    assert list(codes(town.rated(dt.date(2026, 9, 29)))) == ["P1"]
    assert list(codes(town.rated())) == ["P1", "P2"]


def test_fact_recorded_late_does_not_count_as_known_before():
    town = Town().places(place("P1", 1)).checks(check(1, "P1", 20))
    town.clock.now = moment(30, 23)
    town.checks(check(2, "P1", 29, found=[("F1", "critical")]))
    town.events(event(1, 1, 29))
    before = town.rated(known_at=Instant(moment(30, 22)))
    assert codes(before) == {"P1": GREEN}
    assert column_of(before.grids, "events")["G1"] == 0
    after = town.rated(known_at=town.clock.now)
    assert codes(after) == {"P1": RED}
    assert column_of(after.grids, "events")["G1"] == 1


def test_method_of_a_longer_window_than_was_read_is_refused():
    facts = Town().places(place("P1", 1)).rated().facts
    longer = replace(facts.rulebook.method, window_days=31)
    with pytest.raises(InvalidLayerError, match="31 days where events of 30 days"):
        facts.with_method(longer)


def test_day_begins_and_ends_on_its_own_clocks():
    cutoff = Cutoff(dt.date(2026, 3, 29), timezone="Europe/Berlin")
    assert cutoff.start_of(0) == 1_774_738_800_000  # 28 March 23:00 UTC
    assert cutoff.start_of(1) - cutoff.start_of(0) == 23 * 3_600_000
    assert cutoff.end == cutoff.start_of(1) - 1


def test_local_days_of_instants_are_those_of_the_zone_and_missing_ones_stay():
    moments = pd.Series(
        pd.to_datetime(["2026-09-29T16:00Z", "2026-09-29T15:59Z", None])
    )
    days = Cutoff(DAY).days_of(moments)
    assert days[:2].tolist() == [dt.date(2026, 9, 30), dt.date(2026, 9, 29)]
    assert np.isnat(days[2])


def test_events_of_the_window_and_the_past_days_are_read_and_no_others():
    town = Town().places(place("P1", 1))
    days = (dt.date(2026, 8, 29), dt.date(2026, 8, 30), DAY, dt.date(2026, 10, 1))
    town.events(*(event(n, 1, day) for n, day in enumerate(days)))
    facts = read_risk_facts(town.store, Cutoff(DAY), past_days=2)
    assert facts.rulebook.method.window_days == 30
    assert facts.event_days == 32
    assert facts.events["day"].dt.date.tolist() == [days[1], DAY]


def test_places_are_handed_to_the_rating_in_code_order_with_their_first_day():
    town = Town().places(place("P2", 1, hazard="high"), place("P1", 5))
    facts = read_risk_facts(town.store, Cutoff(DAY), past_days=0)
    assert facts.places["place_id"].tolist() == ["P1", "P2"]
    assert facts.places["grid_row"].tolist() == [1, 0]
    assert facts.places["hazard"].tolist() == ["", "high"]
    assert facts.places["known"].dt.date.tolist() == [FOUNDED, FOUNDED]


def test_store_without_facts_has_none_and_leaves_nothing_out():
    facts = read_risk_facts(Town().store, Cutoff(DAY), past_days=0)
    assert (len(facts.places), len(facts.inspections), len(facts.events)) == (0, 0, 0)
    assert len(facts.stations) == 0
    assert facts.left_out == {}
