"""What drives a score and what changed it."""

import dataclasses
import datetime as dt

import numpy as np
import pytest

from gis.risk import contributions, rate_areas, score_change, sum_hazard
from support.makers.risk_facts import (
    ON,
    event_facts,
    extents_of,
    place_facts,
    shipped_body,
    shipped_method,
    small_town,
)

AREAS = 12


@pytest.fixture(scope="module")
def town():
    facts = small_town(shipped_body())
    return (
        place_facts(facts.places, facts.days),
        event_facts(facts.events),
        extents_of(facts),
    )


def hazard_on(town, on):
    return sum_hazard(*town, shipped_method(), on)


def test_contributions_add_up_to_the_hazard_exactly(town):
    parts = contributions(*town[:2], AREAS, shipped_method(), ON)
    hazard = hazard_on(town, ON)
    assert parts.sums.tolist() == (hazard.places + hazard.events)[-1].tolist()


def test_shares_of_an_area_add_up_to_one(town):
    parts = contributions(*town[:2], AREAS, shipped_method(), ON)
    for drivers in parts.top(1000):
        assert sum(driver.share for driver in drivers) == pytest.approx(1.0, abs=1e-12)


def test_order_of_facts_changes_no_driver(town):
    places, events, _ = town
    expected = contributions(places, events, AREAS, shipped_method(), ON).top(9)
    rng = np.random.default_rng(2)
    p, e = rng.permutation(len(places.area)), rng.permutation(len(events.area))
    mixed = dataclasses.replace(
        places,
        place_ids=places.place_ids[p],
        area=places.area[p],
        scene=places.scene[p],
        codes=places.codes[:, p],
    )
    turned = dataclasses.replace(
        events,
        area=events.area[e],
        severity=events.severity[e],
        day=events.day[e],
        group=events.group[e],
    )
    assert contributions(mixed, turned, AREAS, shipped_method(), ON).top(9) == expected


def test_drivers_of_one_weight_stand_in_order_of_their_ids(town):
    parts = contributions(*town[:2], AREAS, shipped_method(), ON)
    for drivers in parts.top(1000):
        keys = [
            (each.kind == "events", -each.weight, each.driver_id) for each in drivers
        ]
        assert keys == sorted(keys)


def test_places_come_first_and_neither_kind_crowds_out_the_other(town):
    parts = contributions(*town[:2], AREAS, shipped_method(), ON)
    for few, every in zip(parts.top(2), parts.top(1000), strict=True):
        for kind in ("place", "events"):
            of_kind = [driver for driver in every if driver.kind == kind]
            assert [driver for driver in few if driver.kind == kind] == of_kind[:2]


def test_drivers_of_a_circle_are_those_of_its_grids(town):
    places, events, _ = town
    owners = np.array([0, 0, 1, -1, *[1] * 8])
    circles = contributions(places, events, 2, shipped_method(), ON, owners)
    grids = contributions(places, events, AREAS, shipped_method(), ON)
    sums = [grids.sums[owners == owner].sum() for owner in (0, 1)]
    assert circles.sums.tolist() == sums
    ids = [{driver.driver_id for driver in row} for row in circles.top(1000)]
    below = [set(), set()]
    for row, drivers in enumerate(grids.top(1000)):
        if owners[row] >= 0:
            below[owners[row]] |= {driver.driver_id for driver in drivers}
    assert ids == below


def test_town_without_facts_has_no_drivers(town):
    places, events, _ = town
    nobody = dataclasses.replace(places, area=places.area * 0 - 1)
    nothing = event_facts([])
    assert contributions(nobody, nothing, 2, shipped_method(), ON).top() == ((), ())
    nameless = dataclasses.replace(nothing, groups=())
    assert contributions(nobody, nameless, 2, shipped_method(), ON).top() == ((), ())
    assert len(events.groups) == 4


def test_parts_of_a_change_add_up_to_it(town):
    method = shipped_method()
    now, before = (hazard_on(town, ON - dt.timedelta(days=n)) for n in (0, 7))
    moved = dataclasses.replace(before, extents=before.extents * 1.25)
    for then in (before, moved):
        change = score_change(then, now, method)
        scores = [rate_areas(hazard, method).scores[-1] for hazard in (then, now)]
        np.testing.assert_allclose(
            change.score, scores[1] - scores[0], rtol=0, atol=1e-9
        )


def test_change_with_one_denominator_has_no_part_of_it(town):
    now, before = (hazard_on(town, ON - dt.timedelta(days=n)) for n in (0, 7))
    change = score_change(before, now, shipped_method())
    known = ~np.isnan(now.extents)
    assert not change.by_extent[known].any()
    assert change.by_events[known].any()
    assert np.isnan(change.score[~known]).all()


def test_nothing_changes_from_a_day_to_itself(town):
    now = hazard_on(town, ON)
    change = score_change(now, now, shipped_method())
    assert not np.nan_to_num(change.score).any()
