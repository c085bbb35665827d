"""A rated day of a hand-made town of three strips: what counts, where, since when."""

import datetime as dt
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gis.errors import InvalidLayerError, StoreError
from gis.models import Instant, RiskLevel, SafetyCode
from gis.risk.day import rate_layer
from layers.maps import offline
from layers.rating.day import rate_day
from layers.rating.map import draw_risk_day
from support.makers.pack_texts import TEXT
from support.makers.rated_acts import (
    KINDS,
    acts,
    assert_same_day,
    events,
    play,
    repeats,
)
from support.makers.rated_towns import (
    DAY,
    FOUNDED,
    Town,
    check,
    codes,
    column_of,
    event,
    place,
    red_and_green,
)

GREEN, YELLOW, RED = SafetyCode


def figures(rated):
    """All that a day says, as bytes and plain values."""
    said = [
        rated.left_out,
        rated.card,
        *(areas.levels.tobytes() for areas in tiers(rated)),
    ]
    for areas in tiers(rated):
        frame = areas.frame.drop(columns="geometry")
        said += [frame["score"].to_numpy().tobytes(), frame.to_csv()]
    places = rated.places.drop(columns="geometry").to_csv()
    return [*said, places, rated.events.drop(columns="event_id").to_csv()]


def tiers(rated):
    return rated.tiers.values()


# --- what is counted where --------------------------------------------------


def test_facts_count_in_their_grid_and_in_its_circles():
    town = Town().places(place("P1", 1), place("P2", 2), place("P3", 5))
    town.checks(check(1, "P1", 30, found=[("F1", "critical")]), check(2, "P2", 30))
    rated = town.events(event(1, 1, 30), event(2, 1, 29), event(3, 5, 30)).rated()
    assert codes(rated) == {"P1": RED, "P2": GREEN, "P3": YELLOW}
    assert column_of(rated.grids, "places") == {"G1": 2, "G2": 1, "G3": 0}
    assert column_of(rated.grids, "events") == {"G1": 2, "G2": 1, "G3": 0}
    assert column_of(rated.circles, "red") == {"C": 1, "W": 1, "E": 0}
    assert rated.left_out == {}


def test_grid_of_which_nothing_is_known_has_no_data_and_neither_has_its_circle():
    rated = Town().places(place("P1", 1)).rated()
    assert column_of(rated.grids, "level") == {"G1": 1, "G2": 0, "G3": 0}
    assert np.isnan(column_of(rated.grids, "score")["G3"])
    assert column_of(rated.circles, "level") == {"C": 1, "W": 1, "E": 0}


def test_day_before_the_first_version_is_refused():
    with pytest.raises(StoreError, match="no version in force"):
        Town().rated(FOUNDED - dt.timedelta(days=1))


def test_finding_of_a_place_is_fixed_once_and_what_it_never_had_is_not():
    town = Town().places(place("P1", 1), place("P2", 2))
    town.checks(
        check(1, "P1", 20, found=[("F1", "critical")]),
        check(2, "P2", 20, found=[("F2", "minor")]),
        check(3, "P1", 19, fixed=["F1"]),
        check(4, "P1", 21, fixed=["ghost1", "ghost2", "F2"]),
        check(5, "P1", 22, fixed=["F1"]),
        check(6, "P1", 23, fixed=["F1"]),
        check(7, "P1", 24, found=[("F1", "minor")]),
        check(8, "P1", 25, fixed=["F1"]),
        check(9, "P2", 26, found=[("F3", "minor")], fixed=["F3"]),
    )
    rows = town.rated().inspections
    assert rows.set_index("inspection_id")["fixed"].to_dict() == {
        **{f"I{number}": 0 for number in range(1, 10)},
        "I5": 1,
        "I9": 1,
    }


# --- since when -------------------------------------------------------------


@settings(max_examples=10)
@given(acts, acts)
def test_figures_as_of_a_cut_off_stay_whatever_is_recorded_later(earlier, later):
    town = Town().places(place("P1", 1), place("P2", 5), place("P3", None))
    play(town, earlier)
    cut_off = Instant(town.clock.now)
    before = figures(town.rated())
    assert figures(town.rated(known_at=cut_off)) == before
    play(town, later, start=len(earlier) + 1)
    assert figures(town.rated(known_at=cut_off)) == before


def test_facts_are_recounted_in_the_boundaries_in_force_on_the_day():
    town = Town().places(place("P1", 1), place("P2", 3))
    town.checks(check(1, "P1", 28, found=[("F1", "critical")]))
    town.events(event(1, 1, 28), event(2, 3, 28))
    ground = {"G1W": (0, 2), "G1E": (2, 4), "G2": (4, 8), "G3": (8, 12)}
    town.publish(ground, 29, base=1)
    before, after = town.rated(dt.date(2026, 9, 28)), town.rated()
    assert (before.version.version, after.version.version) == (1, 2)
    for name in ("places", "events"):
        assert column_of(before.grids, name) == {"G1": 2, "G2": 0, "G3": 0}
        assert column_of(after.grids, name) == {"G1E": 1, "G1W": 1, "G2": 0, "G3": 0}
    assert column_of(after.grids, "red") == {"G1E": 0, "G1W": 1, "G2": 0, "G3": 0}
    # past days too, so that they can be compared
    assert after.tiers["grids"].levels.shape == (3, 4)
    assert (after.tiers["grids"].levels[:, :2] > 0).all()


@settings(max_examples=8)
@given(st.data())
def test_order_of_rows_changes_no_byte(data):
    day = 28
    rows = [
        place("P1", 1),
        place("P1", 2, source="police", scene="crowded_place"),
        place("P2", 5, hazard="high"),
        place("P3", 40),
    ]
    checks = [
        check(1, "P1", day, found=[("F1", "minor"), ("F2", "serious")]),
        check(2, "P1", day, found=[("F1", "critical")]),
        check(3, "P1", day, fixed=["F2"]),
        check(4, "P2", day, found=[("F1", "serious")], fixed=["F1"]),
    ]
    events = [event(n, n % 6, day + n % 3, kind=kind) for n, kind in enumerate("abba")]
    pages = []
    for turned in (lambda one: one, lambda one: data.draw(st.permutations(one))):
        town = Town().places(*turned(rows)).checks(*turned(checks))
        rated = town.events(*turned(events)).rated()
        pages.append(offline.page(draw_risk_day(rated)))
    assert pages[0] == pages[1]


# --- events that come later -------------------------------------------------


@settings(max_examples=8)
@given(acts, st.lists(st.one_of(events, repeats), max_size=4), st.booleans())
def test_day_with_new_events_is_the_day_read_anew(earlier, later, is_cut_off):
    town = Town().places(place("P1", 1), place("P2", 5), place("P3", None))
    town.events(event(0, 1, 29))
    play(town, earlier)
    known_at = Instant(town.clock.now) if is_cut_off else None
    days = {day: town.rated(day, known_at) for day in (DAY, dt.date(2026, 9, 20))}
    for number, act in enumerate(later, start=len(earlier) + 1):
        play(town, [act], start=number)
        for day, rated in days.items():
            days[day] = rated.with_new_events(town.store)
            assert_same_day(days[day], town.rated(day, known_at))


def test_first_events_of_a_town_without_any_are_as_if_read_with_it():
    town = Town().places(place("P1", 1))
    rated = town.rated()
    for number, kind in enumerate(KINDS, start=1):
        town.events(event(number, None if number % 2 else 1, 30, kind=kind))
        rated = rated.with_new_events(town.store)
        assert_same_day(rated, town.rated())


def test_event_that_does_not_count_on_the_day_leaves_it_the_same_object():
    town = Town().places(place("P1", 1)).events(event(1, 1, 28))
    rated = town.rated(dt.date(2026, 9, 28))
    before = town.rated(known_at=Instant(town.clock.now))
    town.clock.now += 1
    town.events(event(2, 1, 29), event(1, 1, 28))
    assert rated.with_new_events(town.store) is rated
    assert before.with_new_events(town.store) is before
    late = event(3, 1, 28)
    again = rated.with_new_events(town.events(late).store)
    assert column_of(again.grids, "events")["G1"] == 2
    # the day that was handed out is as it was, and nothing of places was done again
    assert column_of(rated.grids, "events")["G1"] == 1
    assert again.base is rated.base


def test_layer_of_areas_is_rated_once_and_when_it_is_asked_for(monkeypatch):
    rated = Town().places(place("P1", 1)).rated()
    calls = []

    def counted(*options):
        calls.append(options[3])
        return rate_layer(*options)

    monkeypatch.setattr("layers.rating.day.rate_layer", counted)
    assert [*rated.tiers] == ["grids", "tier2", "tier1"]
    assert len(rated.tiers) == 3
    assert calls == []
    assert rated.grids is rated.grids
    assert calls == [3]
    assert "tier5" not in rated.tiers
    with pytest.raises(KeyError):
        rated.tiers["tier5"]


# --- the method -------------------------------------------------------------


@pytest.mark.parametrize(
    ("base", "extent"), [("residents", 2.0), ("registered", 0.5), ("places", 2.0)]
)
def test_score_counts_against_what_the_method_names(base, extent):
    people = {"residents": [2_000, 1_000, 10], "registered": [500, 400, 10]}
    rated = red_and_green(**people).rated()
    method = replace(rated.method, denominator=base)
    again = rate_day(rated.facts.with_method(method), history_days=0)
    weights = 2 * rated.method.place_weights[2]
    r0, k = method.r0, method.k
    expected = r0 + (weights - extent * r0) / (extent + k)
    assert column_of(again.grids, "score")["G1"] == pytest.approx(expected, rel=1e-12)
    assert again.card.population_base == method.unit.base
    # the facts that were read are as they were
    assert rated.facts.rulebook.method.denominator == "km2"


@pytest.mark.parametrize("base", ["residents", "registered"])
def test_people_that_the_grids_do_not_tell_are_asked_for(base):
    rated = red_and_green().rated()
    method = replace(rated.method, denominator=base)
    with pytest.raises(InvalidLayerError, match=f"against '{base}' and no grid says"):
        rate_day(rated.facts.with_method(method))


def test_grid_whose_people_are_not_known_has_no_data_and_counts_in_no_circle():
    town = red_and_green(residents=pd.array([None, 1_000, 10], dtype="Int64"))
    rated = town.rated()
    method = replace(rated.method, denominator="residents")
    again = rate_day(rated.facts.with_method(method))
    assert column_of(again.grids, "raw_level")["G1"] == 0
    # its red places ask for a colour all the same
    assert column_of(again.grids, "level")["G1"] == RiskLevel.YELLOW
    assert column_of(again.grids, "floor")["G1"] == RiskLevel.YELLOW
    assert np.isnan(column_of(again.grids, "score")["G1"])
    scores = column_of(again.grids, "score")
    assert column_of(again.circles, "score")["W"] == scores["G2"]
    assert column_of(again.circles, "drivers")["W"] == tuple(
        driver for driver in column_of(again.grids, "drivers")["G2"]
    )


# --- what is shown ----------------------------------------------------------


def test_card_says_the_days_of_events_and_of_the_inspections_that_count():
    town = Town().places(place("P1", 1), place("P2", 1, is_coded=False))
    assert town.rated().card.data_date == "事件 events 无 none"
    town.checks(check(1, "P1", 3), check(2, "P1", 29), check(3, "P2", 1))
    town.events(event(1, 1, 15))
    assert town.rated().card.data_date == (
        "事件 events 2026-09-01 / 2026-09-30 · 检查 checks 2026-09-03 / 2026-09-29"
    )


def test_kind_that_a_pack_of_the_store_calls_sensitive_is_in_no_figure():
    town = Town().events(event(1, 1, 30, kind="kite"))
    assert len(town.rated().events) == 1
    sensitive = TEXT.replace("sensitive = false", "sensitive = true")
    town.rule("pack/kites", {"toml": sensitive})
    rated = town.rated()
    assert len(rated.events) == 0
    assert rated.sensitive_events["category"].tolist() == ["kite"]
