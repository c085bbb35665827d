"""Risk methods as data: what is refused, and what the card says."""

from dataclasses import asdict, replace

import numpy as np
import pytest

from gis.errors import InvalidLayerError
from gis.risk import DENOMINATORS, RiskMethod
from support.makers.risk_facts import shipped_body, shipped_method
from support.oracles.reference_risk import faded, micro

WEIGHTS = {"green": 0, "yellow": 1, "red": 2}

REFUSED = {
    "no scale": ({"scale": None}, "names no colour scale"),
    "production scale": ({"scale": "four_colour"}, "'four_colour' is not that of"),
    "safety code": ({"scale": "three_colour"}, "'three_colour' is not that of"),
    "unknown key": ({"weight": 1}, "unknown key 'weight'"),
    "empty owner": ({"owner": " "}, "'owner' of the risk method is ' '"),
    "owner of another type": ({"owner": 7}, "'owner'"),
    "unknown denominator": ({"denominator": "people"}, "Denominator 'people'"),
    "denominator a list": ({"denominator": ["km2"]}, "Denominator"),
    "negative k": ({"k": -0.1}, "'k'"),
    "r0 not a number": ({"r0": float("nan")}, "'r0'"),
    "r0 endless": ({"r0": 10**400}, "'r0'"),
    "r0 a text": ({"r0": "80"}, "'r0'"),
    "r0 a truth": ({"r0": True}, "'r0'"),
    "three breaks": ({"breaks": [1, 2, 3]}, "Breaks"),
    "equal breaks": ({"breaks": [1, 2, 2, 3]}, "Breaks"),
    "break at zero": ({"breaks": [0, 1, 2, 3]}, "Breaks"),
    "breaks a text": ({"breaks": "1234"}, "Breaks"),
    "red below yellow": (
        {"place_weights": WEIGHTS | {"red": 0.5}},
        "weights must not fall from green to red",
    ),
    "colour of another scale": (
        {"place_weights": WEIGHTS | {"orange": 1}},
        "each of green, yellow, red",
    ),
    "weight too large": ({"place_weights": WEIGHTS | {"red": 1001}}, "0 to 1000"),
    "scene outside the eight": ({"scene_weights": {"cinema": WEIGHTS}}, "'cinema'"),
    "scenes a list": ({"scene_weights": ["street_shop"]}, "'scene_weights'"),
    "scene without red": (
        {"scene_weights": {"street_shop": {"green": 0, "yellow": 1}}},
        "'scene_weights.street_shop'",
    ),
    "three severities": ({"event_weights": {"1": 0, "2": 1, "3": 2}}, "1, 2, 3, 4"),
    "falling severities": (
        {"event_weights": {"1": 3, "2": 2, "3": 1, "4": 0}},
        "must not fall from 1 to 4",
    ),
    "no half-life": ({"half_life_days": 0}, "'half_life_days'"),
    "part of a day": ({"window_days": 7.5}, "whole days"),
    "no steadiness": ({"steady_days": 0}, "'steady_days'"),
}


@pytest.mark.parametrize(("change", "text"), REFUSED.values(), ids=REFUSED)
def test_method_is_refused_in_one_sentence(change, text):
    with pytest.raises(InvalidLayerError) as caught:
        RiskMethod.from_body(shipped_body() | change)
    assert text in str(caught.value)
    assert str(caught.value).endswith(".")


@pytest.mark.parametrize("key", sorted(shipped_body().keys() - {"scale"}))
def test_missing_key_is_named_unless_it_has_a_default(key):
    body = {name: value for name, value in shipped_body().items() if name != key}
    if key in {"scene_weights", "steady_days"}:
        assert RiskMethod.from_body(body).steady_days == 3
    else:
        with pytest.raises(InvalidLayerError, match=f"has no '{key}'"):
            RiskMethod.from_body(body)


@pytest.mark.parametrize("half_life", [1, 3, 7, 14])
def test_faded_weights_are_the_nearest_millionths(half_life):
    method = shipped_method(half_life_days=half_life, window_days=40)
    weights = shipped_body()["event_weights"].values()
    expected = [[faded(w, age, half_life) for age in range(40)] for w in weights]
    assert method.event_micro().tolist() == expected


def test_scene_without_weights_of_its_own_has_the_general_ones():
    table = shipped_method().place_micro()
    assert table.shape == (8, 4)
    assert table[0].tolist() == [0, 20_000, 1_000_000, 5_000_000]
    assert table[3].tolist() == [0, 500_000, 3_000_000, 10_000_000]
    assert micro("0.02") == 20_000


@pytest.mark.parametrize(
    ("denominator", "amount"),
    [("km2", 2e6), ("residents", 2e3), ("registered", 2e3), ("places", 2.0)],
)
def test_extent_is_in_the_unit_of_the_score(denominator, amount):
    method = shipped_method(denominator=denominator)
    extents = method.extents(np.array([amount, 0.0, -1.0, np.nan, np.inf]))
    np.testing.assert_array_equal(extents, [2.0, *[np.nan] * 4])


@pytest.mark.parametrize("denominator", DENOMINATORS)
def test_row_0_09_card_declares_the_population_base(denominator):
    card = shipped_method(denominator=denominator).card("2026-09-30")
    assert card.population_base == DENOMINATORS[denominator].base
    assert DENOMINATORS[denominator].unit in card.unit
    assert card.population_base_zh
    assert card.unit_zh


def test_row_1_20_card_says_dates_versions_and_link():
    card = shipped_method().card(
        "2026-09-27 / 2026-09-30",
        boundary_version="7 (0a1b2c)",
        rule_version="safety/1",
        link="/risk/method",
    )
    assert card.data_date == "2026-09-27 / 2026-09-30"
    assert (card.boundary_version, card.rule_version) == ("7 (0a1b2c)", "safety/1")
    assert card.link == "/risk/method"
    assert all(value for value in asdict(card).values())


def test_card_says_every_constant_in_both_languages():
    method = shipped_method()
    card = method.card("2026-09-30")
    for lines in (card.constants, card.constants_zh):
        text = "\n".join(lines)
        for number in (
            *(method.r0, method.k, method.half_life_days),
            *method.place_weights,
            *method.event_weights,
            *(method.window_days, method.steady_days),
        ):
            assert f"{number:g}" in text
        assert len(lines) == 4 + len(method.scene_weights)


def test_card_says_that_the_shipped_breaks_are_a_proposal():
    card = shipped_method().card("2026-09-30")
    assert "not published" in card.note
    assert "未公开" in card.note_zh


def test_methods_with_the_same_constants_are_equal():
    assert shipped_method() == shipped_method()
    assert replace(shipped_method(), k=0.2) != shipped_method()
