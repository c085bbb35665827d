"""A rated day of a hand-made town of three strips: what counts, where, since when."""

import datetime as dt
import html
import json
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gis.errors import InvalidLayerError, StoreError
from gis.local_time import DEFAULT_TIMEZONE, local_instant, timezone_of
from gis.models import Instant, RiskLevel, SafetyCode
from layers import Cutoff, open_store, read_risk_day
from layers.maps import offline
from layers.packs.code_tables import SENSITIVE, names_of
from layers.rating.day import rate_day
from layers.rating.map import draw_risk_day
from layers.stores.protocol import Draft
from layers.stores.version_digest import draft_digest
from support.makers.drawn_maps import model_of
from support.makers.store_history import Clock, layers_of, new_event, publication

ZONE = timezone_of(DEFAULT_TIMEZONE)
DAY = dt.date(2026, 9, 30)
FOUNDED = dt.date(2026, 9, 1)
GROUND = {"G1": (0, 4), "G2": (4, 8), "G3": (8, 12)}
GREEN, YELLOW, RED = SafetyCode


def moment(day, hour=9):
    """The instant of an hour of a local day; days by number are of September."""
    if isinstance(day, int):
        day = dt.date(2026, 9, day)
    return local_instant(dt.datetime.combine(day, dt.time(hour)), ZONE)


def text(instant):
    return (
        dt.datetime(1970, 1, 1) + dt.timedelta(milliseconds=instant)
    ).isoformat() + ("+00:00")


def place(place_id, column, **changes):
    """A shop in the middle of a column of the ground; None has no position."""
    row = {
        "place_id": place_id,
        "scene": "street_shop",
        "is_coded": True,
        "source": "register",
        "valid_from": text(moment(FOUNDED, 0)),
        "column": column,
    }
    return row | changes


def check(number, place_id, day, hour=9, *, found=(), fixed=()):
    """A check; `found` pairs the id of a finding with its severity."""
    listed = [{"finding_id": name, "severity": severity} for name, severity in found]
    return {
        "inspection_id": f"I{number}",
        "place_id": place_id,
        "kind": "check",
        "findings": json.dumps(listed) if listed else None,
        "fixed": json.dumps(fixed) if fixed else None,
        "valid_from": text(moment(day, hour)),
    }


def event(number, column, day, *, kind="noise", severity=2, details=""):
    """An event in a column of the ground; None has no position."""
    at = moment(day)
    told = new_event(
        f"E{number}",
        kind=kind,
        severity=severity,
        occurred_at=at,
        captured_at=at,
        received_at=at,
    )
    lon, lat = (None, None) if column is None else (120.005 + column / 100, 30.005)
    return replace(told, lon=lon, lat=lat, details=details)


class Town:
    """A store whose clock is set by hand, with a ground since the first day."""

    def __init__(self, ground=GROUND, **columns):
        self.clock = Clock(moment(FOUNDED, 0))
        self.store = open_store("memory:", now=self.clock)
        self.publish(ground, FOUNDED, base=None, **columns)

    def publish(self, ground, since, base, **columns):
        grids, circles = layers_of(ground)
        grids = grids.assign(**columns)
        digest = draft_digest(grids, circles)
        draft = Draft(moment(since, 0), digest, grids, circles)
        self.store.publish(publication(draft, base=base))

    def places(self, *rows):
        frame = pd.DataFrame(rows)
        points = [
            None if np.isnan(column) else shapely.Point(120.005 + column / 100, 30.005)
            for column in frame.pop("column").astype(float)
        ]
        layer = gpd.GeoDataFrame(frame, geometry=points, crs="EPSG:4490")
        self.store.record("enterprises", layer)
        return self

    def checks(self, *rows):
        self.store.record("inspections", pd.DataFrame(rows))
        return self

    def events(self, *events):
        self.store.append_events(events)
        return self

    def rule(self, rule_id, body):
        row = {"rule_id": rule_id, "owner": "office", "body": json.dumps(body)}
        since = {"valid_from": text(moment(FOUNDED, 0))}
        self.store.record("rules", pd.DataFrame([row | since]))
        return self

    def rated(self, day=DAY, known_at=None, history_days=2):
        return read_risk_day(self.store, Cutoff(day, known_at), history_days)


def codes(rated):
    return dict(zip(rated.places["place_id"], rated.places["code"], strict=True))


def column_of(areas, name):
    return dict(zip(areas.iloc[:, 0], areas[name], strict=True))


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


def test_map_is_drawn_all_the_same_and_shows_every_gap():
    town = Town().places(place("P1", None), place("P2", 40), place("P3", 1))
    rated = town.events(event(1, None, 30), event(2, 40, 30)).rated()
    page = offline.page(draw_risk_day(rated))
    model = model_of(page)
    gaps = {english: count for _, english, count in model["gaps"]}
    assert gaps == {
        "Places without a position": 1,
        "Places in no grid": 1,
        "Events in no grid": 2,
        "Events without a position": 1,
    }
    assert model["tiers"][0]["levels"] == "100"
    assert "No data" in page


def test_map_says_in_words_that_the_sources_of_a_place_disagree():
    rows = [
        place("P1", 1, source="police"),
        place("P1", 1, source="register", scene="crowded_place"),
    ]
    page = offline.page(draw_risk_day(Town().places(*rows).rated()))
    assert [words for _, words, _ in model_of(page)["gaps"]] == [
        "Places whose sources disagree on the scene"
    ]
    assert "sources_disagree" not in page


def test_place_of_several_sources_is_where_its_actual_address_is():
    kinds = {"address_kind": "registered"}, {"address_kind": "actual"}
    rows = [
        place("P1", column, **kind) for column, kind in zip((1, 5), kinds, strict=True)
    ]
    rated = Town().places(*rows).rated()
    assert column_of(rated.grids, "places") == {"G1": 0, "G2": 1, "G3": 0}


def test_details_of_an_event_that_are_no_json_object_say_no_module():
    town = Town().events(
        event(1, 1, 30, details="噪声 '\"\n"),
        event(2, 1, 30, details="[1]"),
        event(3, 1, 30, details='{"module": "disputes"}'),
    )
    assert town.rated().events["module"].tolist() == ["", "", "disputes"]


# --- since when -------------------------------------------------------------


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


acts = st.lists(
    st.one_of(
        st.tuples(
            st.just("check"),
            st.sampled_from(["P1", "P2", "P3"]),
            st.integers(1, 30),
            st.sampled_from([(), ("minor",), ("serious", "minor"), ("critical",)]),
        ),
        st.tuples(
            st.just("event"),
            st.sampled_from([1, 2, 5, 40, None]),
            st.integers(1, 30),
            st.sampled_from(["noise", "fire_hazard", *SENSITIVE]),
        ),
        st.tuples(
            st.just("place"),
            st.sampled_from(["P2", "P4"]),
            st.integers(0, 11),
            st.sampled_from(["", "high"]),
        ),
    ),
    max_size=8,
)


def play(town, drawn, start=1):
    """Record acts an hour apart; the store knows each from then on."""
    for number, (act, which, second, third) in enumerate(drawn, start=start):
        town.clock.now += 3_600_000
        if act == "check":
            found = [(f"{number}/{row}", one) for row, one in enumerate(third)]
            town.checks(check(number, which, second, found=found))
        elif act == "event":
            town.events(event(number, which, second, kind=third))
        else:
            town.places(place(which, second, hazard=third))


@settings(max_examples=20)
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


# --- the method -------------------------------------------------------------


def red_and_green(**columns):
    """Two red places in G1, two green ones in G2, each with people."""
    town = Town(**columns).places(
        *(place(f"P{n}", column) for n, column in enumerate((1, 2, 5, 6)))
    )
    return town.checks(
        check(0, "P0", 30, found=[("F1", "critical")]),
        check(1, "P1", 30, found=[("F1", "critical")]),
        check(2, "P2", 30),
        check(3, "P3", 30),
    )


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
    assert column_of(again.grids, "level")["G1"] == 0
    assert np.isnan(column_of(again.grids, "score")["G1"])
    scores = column_of(again.grids, "score")
    assert column_of(again.circles, "score")["W"] == scores["G2"]
    assert column_of(again.circles, "drivers")["W"] == tuple(
        driver for driver in column_of(again.grids, "drivers")["G2"]
    )


def test_method_of_a_longer_window_than_was_read_is_refused():
    facts = Town().places(place("P1", 1)).rated().facts
    longer = replace(facts.rulebook.method, window_days=31)
    with pytest.raises(InvalidLayerError, match="31 days where events of 30 days"):
        facts.with_method(longer)


def sudden_red():
    """A place that is red since the last day only, under narrow breaks."""
    town = Town().places(place("P1", 1)).checks(check(1, "P1", 10))
    facts = town.checks(check(2, "P1", 30, found=[("F1", "critical")])).rated().facts
    method = facts.rulebook.method
    narrow = replace(method, r0=0.0, k=0.0, breaks=(1.0, 2.0, 3.0, 4.0))
    return rate_day(facts.with_method(narrow), history_days=2)


def test_level_that_is_held_is_told_beside_that_of_its_score():
    rated = sudden_red()
    assert column_of(rated.grids, "level")["G1"] == RiskLevel.GREEN
    assert column_of(rated.grids, "raw_level")["G1"] == RiskLevel.BLUE
    [*_, held] = model_of(offline.page(draw_risk_day(rated)))["tiers"][0]["changes"][0]
    assert html.unescape(held) == (
        "按当日得分为蓝色，连续 3 天才变色 held: blue by the score of the day, "
        "shown after 3 days in a row"
    )


def test_level_that_is_not_held_is_that_of_its_score():
    rated = red_and_green().rated(history_days=0)
    same = rated.grids[rated.grids["level"] == rated.grids["raw_level"]]
    assert set(same["grid_id"]) >= {"G2", "G3"}
    drawn = model_of(offline.page(draw_risk_day(rated)))["tiers"][0]["changes"]
    assert all("held" not in one for row in drawn[1:] for one in row)


# --- what is shown ----------------------------------------------------------


def test_sensitive_events_are_no_points_and_no_drivers():
    [sensitive] = SENSITIVE
    others = ["noise", "litter", "theft", "fraud", "fire_hazard"]
    town = Town().events(
        *(event(n, 1, 30, kind=sensitive) for n in range(20)),
        *(event(20 + n, 1, 30, kind=kind) for n, kind in enumerate(others)),
    )
    rated = town.rated()
    for areas in (rated.grids, rated.circles):
        for drivers in areas["drivers"]:
            assert sensitive not in [driver.driver_id for driver in drivers]
    assert len(column_of(rated.grids, "drivers")["G1"]) == len(others)
    drawn = offline.page(draw_risk_day(rated))
    categories = model_of(drawn)["points"]["events"]["category"]["values"]
    assert len(categories) == len(others)
    assert not any(name in drawn for name in names_of("categories", sensitive))
    # the reports count them for the whole town
    assert (rated.events["category"] == sensitive).sum() == 20


def test_card_says_the_days_of_events_and_of_the_inspections_that_count():
    town = Town().places(place("P1", 1), place("P2", 1, is_coded=False))
    assert town.rated().card.data_date == "事件 events 无 none"
    town.checks(check(1, "P1", 3), check(2, "P1", 29), check(3, "P2", 1))
    town.events(event(1, 1, 15))
    assert town.rated().card.data_date == (
        "事件 events 2026-09-01 / 2026-09-30 · 检查 checks 2026-09-03 / 2026-09-29"
    )


def test_map_prints_attribution_and_names_of_tiers_as_the_imprint_has_them():
    town = (
        Town()
        .places(place("P1", 1))
        .rule(
            "imprint",
            {
                "name": "Strips",
                "attribution": "Survey office",
                "tiers": {"2": {"zh": "半边", "en": "Halves"}},
            },
        )
    )
    model = model_of(offline.page(draw_risk_day(town.rated())))
    assert model["attribution"] == "Survey office"
    names = [(tier["zh"], tier["en"]) for tier in model["tiers"]]
    assert names[1:] == [("半边", "Halves"), ("核心指挥圈", "Core circle")]
