"""Properties of the area score: order, splitting, monotony, gaps, circles."""

import dataclasses
import datetime as dt
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.errors import InvalidLayerError
from gis.models import RiskLevel, Scene
from gis.risk import (
    EventFacts,
    Hazard,
    PlaceFacts,
    RiskMethod,
    contributions,
    rate_areas,
    sum_hazard,
)
from support.makers.risk_facts import (
    GROUPS,
    ON,
    event_facts,
    extents_of,
    place_facts,
    shipped_body,
    shipped_method,
    small_town,
)
from support.oracles import reference_risk as plain

AREAS = 4
DAYS = 4
RED_PLACE = (0, 0, [3] * DAYS)

place_rows = st.tuples(
    st.integers(-1, AREAS - 1),
    st.integers(0, 7),
    st.lists(st.integers(0, 3), min_size=DAYS, max_size=DAYS),
)
event_rows = st.tuples(
    st.integers(-1, AREAS - 1),
    st.integers(1, 4),
    st.integers(-2, 40),
)
many_places = st.lists(place_rows, max_size=8)
many_events = st.lists(event_rows, max_size=12)


def arrays(places, events):
    codes = np.array([codes for *_, codes in places], dtype=np.int8)
    area, scene = np.array([row[:2] for row in places], dtype=np.int64).reshape(-1, 2).T
    owner, severity, age = np.array(events, dtype=np.int64).reshape(-1, 3).T
    return (
        PlaceFacts(
            np.array([f"P{n}" for n in range(len(places))], dtype=np.str_),
            area,
            scene,
            codes.reshape(-1, DAYS).T,
        ),
        EventFacts(
            owner,
            severity,
            np.datetime64(ON, "D") - age.astype("m8[D]"),
            np.zeros(len(events), dtype=np.int64),
            GROUPS,
        ),
    )


def score(places, events, extents=(0.3,) * AREAS, method=None):
    method = method or shipped_method()
    facts = arrays(places, events)
    hazard = sum_hazard(*facts, np.array(extents, dtype=np.float64), method, ON)
    return rate_areas(hazard, method)


def same_bytes(first, second):
    return all(
        getattr(first, field.name).tobytes() == getattr(second, field.name).tobytes()
        for field in dataclasses.fields(first)
    )


@given(many_places, many_events, st.randoms(use_true_random=False))
def test_order_of_facts_changes_no_byte(places, events, random):
    expected = score(places, events)
    random.shuffle(places)
    random.shuffle(events)
    assert same_bytes(score(places, events), expected)


@given(many_places, many_events, event_rows)
def test_event_more_raises_its_own_area_or_leaves_it(places, events, event):
    before = score(places, events)
    after = score(places, [*events, event])
    assert_only_grows(before, after, event[0])


@given(many_places, many_events, place_rows)
def test_place_more_raises_its_own_area_or_leaves_it(places, events, place):
    assert_only_grows(score(places, events), score([*places, place], events), place[0])


@given(many_places, many_events, place_rows, st.data())
def test_worse_code_raises_its_own_area_or_leaves_it(places, events, place, data):
    area, scene, codes = place
    worse = [data.draw(st.integers(code, 3)) for code in codes]
    before = score([*places, place], events)
    after = score([*places, (area, scene, worse)], events)
    assert_only_grows(before, after, area)


@given(many_places, many_events, event_rows, st.data())
def test_graver_event_raises_its_own_area_or_leaves_it(places, events, event, data):
    area, severity, age = event
    graver = (area, data.draw(st.integers(severity, 4)), age)
    before = score(places, [*events, event])
    assert_only_grows(before, score(places, [*events, graver]), area)


def assert_only_grows(before, after, area):
    others = [row for row in range(AREAS) if row != area]
    assert same_bytes(only(before, others), only(after, others))
    assert (after.scores >= before.scores).all()
    assert (after.raw >= before.raw).all()
    assert (after.levels >= before.levels).all()


def only(risk, areas):
    parts = (risk.scores, risk.raw, risk.levels)
    return type(risk)(*(np.ascontiguousarray(part[:, areas]) for part in parts))


hazards = st.integers(0, 10**12)
extents = st.floats(0.01, 50.0)
constants = st.floats(0.0, 1000.0)


def split(micro, extent, r0, k):
    """Score of a whole, and of each half of it."""
    method = dataclasses.replace(shipped_method(), r0=r0, k=k)
    doubled = np.array([[2 * micro, micro]] * DAYS)
    whole = np.array([2 * extent, extent])
    hazard = Hazard(doubled, np.zeros_like(doubled), whole, {})
    return rate_areas(hazard, method).scores[-1].tolist()


@given(hazards, extents, constants)
def test_halves_have_the_rate_of_the_whole_without_shrinkage(micro, extent, r0):
    whole, half = split(micro, extent, r0, 0.0)
    assert half == whole


@given(hazards, extents, constants, st.floats(1e-6, 100.0))
def test_halves_lie_between_normal_and_whole_with_shrinkage(micro, extent, r0, k):
    whole, half = split(micro, extent, r0, k)
    slack = 1e-12 * max(whole, r0)
    assert min(whole, r0) - slack <= half <= max(whole, r0) + slack


@given(hazards, extents, constants, constants)
def test_score_is_the_formula_of_the_card(micro, extent, r0, k):
    whole, _ = split(micro, extent, r0, k)
    e, s = 2 * extent, 2 * micro / 1e6
    expected = r0 + (s - e * r0) / (e + k)
    assert whole == pytest.approx(expected, rel=1e-9, abs=1e-9 * (r0 + s / e))


@pytest.mark.parametrize("extent", [np.nan, 0.0, -1.0])
def test_area_without_extent_has_no_score_and_no_level(extent):
    method = shipped_method()
    extents = method.extents(np.array([extent, 3e5]))
    risk = score([(0, 0, [3] * DAYS)], [(0, 4, 0)], extents)
    assert np.isnan(risk.scores[:, 0]).all()
    assert risk.levels.tolist() == [[0, RiskLevel.GREEN]]


def test_area_with_extent_and_no_facts_is_normal_not_unknown():
    risk = score([], [])
    normal = shipped_method()
    expected = normal.k * normal.r0 / (0.3 + normal.k)
    assert risk.scores[-1].tolist() == [expected] * AREAS


def test_score_falls_as_time_passes():
    risk = score([RED_PLACE], [(0, 3, 3)])
    assert (np.diff(risk.scores[:, 0]) < 0).all()


def test_event_does_not_count_before_it_occurred_nor_after_the_window():
    quiet = score([RED_PLACE], []).scores[:, 0]
    days = np.arange(DAYS)
    for age, counts in (
        (1, days >= 2),
        (-1, days > 9),
        (30, days <= 2),
        (33, days < 0),
    ):
        changed = score([RED_PLACE], [(0, 4, age)]).scores[:, 0] > quiet
        assert changed.tolist() == counts.tolist()


def test_circle_has_the_score_of_its_facts_not_of_its_colours():
    method = shipped_method()
    facts = small_town(shipped_body())
    places, events = place_facts(facts.places, facts.days), event_facts(facts.events)
    grids = sum_hazard(places, events, extents_of(facts), method, ON)
    whole = grids.gather(np.zeros(12, dtype=np.int64), 1)
    known = ~np.isnan(grids.extents)
    assert whole.places.ravel().tolist() == grids.places[:, known].sum(1).tolist()
    assert whole.extents[0] == pytest.approx(grids.extents[known].sum(), rel=1e-15)
    assert rate_areas(whole, method).scores.shape == (6, 1)


@given(st.permutations(range(12)))
def test_circles_do_not_depend_on_the_order_of_their_grids(order):
    method, rng = shipped_method(), np.random.default_rng(5)
    weights = rng.integers(0, 10**9, (DAYS, 12))
    hazard = Hazard(weights, weights[::-1], rng.uniform(0.1, 9, 12), {})
    circles = np.arange(12) // 5
    turned = Hazard(
        hazard.places[:, order], hazard.events[:, order], hazard.extents[order], {}
    )
    expected = rate_areas(hazard.gather(circles, 3), method)
    assert same_bytes(rate_areas(turned.gather(circles[order], 3), method), expected)


def test_circle_is_unknown_only_where_all_its_grids_are():
    sums = np.array([[5_000_000, 1_000_000, 2_000_000]] * DAYS)
    hazard = Hazard(sums, sums * 0, np.array([np.nan, np.nan, 0.5]), {})
    circles = hazard.gather(np.array([0, 1, 1]), 3)
    np.testing.assert_array_equal(circles.extents, [np.nan, 0.5, np.nan])
    assert circles.places[-1].tolist() == [0, 2_000_000, 0]


def test_facts_that_count_nowhere_are_named_and_counted():
    places, events = arrays([(-1, 0, [1] * DAYS)], [(-1, 1, 0), (-1, 2, 0), (0, 9, 0)])
    hazard = sum_hazard(places, events, np.ones(AREAS), shipped_method(), ON)
    assert hazard.left_out == {
        "place_in_no_area": 1,
        "event_in_no_area": 2,
        "event_without_severity": 1,
    }
    assert not hazard.sums.any()


@pytest.mark.parametrize(
    ("places", "events", "text"),
    [
        ([(AREAS, 0, [1] * DAYS)], [], "lies in area row 4, but there are 4 areas"),
        ([], [(AREAS, 1, 0)], "lies in area row 4"),
        ([(0, 8, [1] * DAYS)], [], "scene row outside 0 to 7"),
        ([(0, 0, [4] * DAYS)], [], "safety code outside 0 to 3"),
        ([(0, 0, [-1] * DAYS)], [], "safety code outside 0 to 3"),
    ],
)
def test_rows_that_point_nowhere_are_refused(places, events, text):
    facts = arrays(places, events)
    with pytest.raises(InvalidLayerError, match=text):
        sum_hazard(*facts, np.ones(AREAS), shipped_method(), ON)


def test_more_days_are_the_same_as_each_day_by_itself():
    body = shipped_body()
    facts = small_town(body)
    method = shipped_method()
    places, events = place_facts(facts.places, facts.days), event_facts(facts.events)
    whole = sum_hazard(places, events, extents_of(facts), method, ON)
    for back in range(facts.days):
        row = facts.days - 1 - back
        day = dataclasses.replace(places, codes=places.codes[row : row + 1])
        on = ON - dt.timedelta(days=back)
        alone = sum_hazard(day, events, extents_of(facts), method, on)
        assert alone.places[0].tolist() == whole.places[row].tolist()
        assert alone.events[0].tolist() == whole.events[row].tolist()


kinds = st.sampled_from([None, ["fire"], ["fire", "noise"], [], ["of no event"]])
plain_places = st.builds(
    plain.Place,
    st.uuids().map(str),
    st.integers(-1, AREAS - 1),
    st.sampled_from([str(scene) for scene in Scene]),
    st.tuples(*[st.integers(0, 3)] * DAYS),
)
plain_events = st.builds(
    plain.Event,
    st.integers(-1, AREAS - 1),
    st.integers(0, 4),
    st.integers(-2, 40).map(lambda age: ON - dt.timedelta(days=age)),
    st.sampled_from(GROUPS),
)
plain_towns = st.builds(
    lambda places, events, percent, names: plain.Facts(
        (Fraction(3, 10), None, Fraction(1, 4), Fraction(2)),
        tuple(places),
        tuple(events),
        ON,
        DAYS,
        shipped_body()
        | {"place_share": percent / 100}
        | ({} if names is None else {"event_kinds": names}),
    ),
    st.lists(plain_places, max_size=6),
    st.lists(plain_events, max_size=12),
    st.integers(70, 100),
    kinds,
)


def summed(facts):
    method = RiskMethod.from_body(facts.body)
    arrays = place_facts(facts.places, DAYS), event_facts(facts.events)
    return sum_hazard(*arrays, extents_of(facts), method, ON), method, arrays


@given(plain_towns)
def test_capped_hazards_scores_and_drivers_are_those_of_plain_fractions(facts):
    hazard, method, arrays = summed(facts)
    scores = rate_areas(hazard, method).scores
    for back in range(DAYS):
        day = hazard.places[-1 - back] + hazard.events[-1 - back]
        assert day.tolist() == [plain.hazard(facts, n, back) for n in range(AREAS)]
        for area in range(AREAS):
            exact = plain.score(facts, [area], back)
            computed = scores[-1 - back, area]
            assert (exact is None) == np.isnan(computed)
            assert exact is None or computed == pytest.approx(float(exact), rel=1e-14)
    parts = contributions(*arrays, AREAS, method, ON)
    assert parts.sums.tolist() == (hazard.places + hazard.events)[-1].tolist()
    for area, drivers in enumerate(parts.top(3)):
        expected = plain.drivers(facts, area, 3)
        assert [tuple(driver[:3]) for driver in drivers] == [e[:3] for e in expected]
        micro = [round(driver.weight * plain.MICRO) for driver in drivers]
        assert micro == [e[3] for e in expected]


@given(plain_towns)
def test_places_make_their_share_of_every_area_and_of_the_town(facts):
    hazard, _, _ = summed(facts)
    share = Fraction(str(facts.body["place_share"]))
    for places, events in zip(hazard.places, hazard.events, strict=True):
        for area in range(AREAS):
            assert places[area] >= share * int(places[area] + events[area])
        assert int(places.sum()) >= share * int(places.sum() + events.sum())


@given(plain_towns)
def test_events_of_no_counted_kind_change_no_score(facts):
    kinds = facts.body.get("event_kinds", GROUPS)
    counted = tuple(event for event in facts.events if event.group in kinds)
    fewer = dataclasses.replace(facts, events=counted)
    assert summed(facts)[0].events.tolist() == summed(fewer)[0].events.tolist()
