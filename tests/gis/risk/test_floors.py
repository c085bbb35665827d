"""Floor rules against plain loops."""

import dataclasses

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from gis.models import RiskLevel, SafetyCode, Scene
from gis.risk import RiskMethod
from gis.risk.day import GroundFacts, rate_layer
from gis.risk.floors import floor_levels
from gis.risk.score import sum_hazard
from support.makers.risk_facts import (
    ON,
    event_facts,
    extents_of,
    place_facts,
    shipped_body,
    small_town,
)
from support.oracles import reference_risk as plain

NAMES = [level.name.lower() for level in RiskLevel]
CODES = [code.name.lower() for code in SafetyCode]
rules = st.fixed_dictionaries(
    {"code": st.sampled_from(CODES), "level": st.sampled_from(NAMES)},
    optional={"scenes": st.lists(st.sampled_from([*Scene]), min_size=1, unique=True)},
)
floor_lists = st.lists(rules, max_size=4, unique_by=lambda rule: rule["level"])
OWNERS = np.array([0, 0, 0, 1, 2, 2, 2, 2, 2, -1, -1, -1])


@given(floor_lists, st.integers(0, 50))
def test_floors_of_every_day_are_those_of_a_loop(floors, seed):
    facts = small_town(shipped_body() | {"floors": floors}, seed=seed)
    method = RiskMethod.from_body(facts.body)
    levels = floor_levels(place_facts(facts.places, facts.days), 12, method.floors)
    for back in range(facts.days):
        expected = [plain.floor(facts, [area], back) for area in range(12)]
        assert levels[-1 - back].tolist() == expected


@given(floor_lists, st.integers(0, 50))
def test_level_shown_is_that_of_the_scores_or_that_of_the_floor(floors, seed):
    facts = small_town(shipped_body() | {"floors": floors}, days=8, seed=seed)
    method = RiskMethod.from_body(facts.body)
    ground = GroundFacts(
        place_facts(facts.places, facts.days), event_facts(facts.events), ON
    )
    hazard = sum_hazard(ground.places, ground.events, extents_of(facts), method, ON)
    rated = rate_layer(hazard, ground, OWNERS, 3, method)
    for area in range(3):
        members = np.flatnonzero(area == OWNERS).tolist()
        _, settled = plain.levels(facts, members)
        least = plain.floor(facts, members, 0)
        assert rated.levels[area] == max(settled, least)
        assert rated.floors[area] == (least if least > settled else 0)


@given(st.integers(0, 20))
def test_layer_without_floors_shows_what_its_scores_say(seed):
    facts = small_town(shipped_body(), days=8, seed=seed)
    method = dataclasses.replace(RiskMethod.from_body(facts.body), floors=())
    ground = GroundFacts(
        place_facts(facts.places, facts.days), event_facts(facts.events), ON
    )
    hazard = sum_hazard(ground.places, ground.events, extents_of(facts), method, ON)
    rated = rate_layer(hazard, ground, OWNERS, 3, method)
    expected = [
        plain.levels(facts, np.flatnonzero(area == OWNERS).tolist())[1]
        for area in range(3)
    ]
    assert rated.levels.tolist() == expected
    assert not rated.floors.any()
