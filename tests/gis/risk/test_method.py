"""Risk methods as data: what is refused, and what the card says."""

from dataclasses import replace

import numpy as np
import pytest

from gis.models import RiskLevel, SafetyCode, Scene
from gis.risk import RiskMethod
from gis.risk.method import floor_texts
from gis.risk.method_fields import Floor
from support.makers.risk_facts import FIRST_BODY, shipped_body, shipped_method
from support.oracles.reference_risk import faded, micro


@pytest.mark.parametrize("half_life", [1, 3, 7, 14])
def test_faded_weights_are_the_nearest_millionths(half_life):
    method = shipped_method(half_life_days=half_life, window_days=40)
    weights = shipped_body()["event_weights"].values()
    expected = [[faded(w, age, half_life) for age in range(40)] for w in weights]
    assert method.event_micro().tolist() == expected


def test_scene_without_weights_of_its_own_has_the_general_ones():
    table = shipped_method().place_micro()
    assert table.shape == (8, 4)
    assert table[0].tolist() == [0, 50_000, 1_000_000, 5_000_000]
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


def test_methods_with_the_same_constants_are_equal():
    assert shipped_method() == shipped_method()
    assert replace(shipped_method(), k=0.2) != shipped_method()


def test_first_method_reads_as_it_was_without_share_kinds_or_floors():
    method = RiskMethod.from_body(FIRST_BODY)
    assert (method.place_percent, method.event_kinds, method.floors) == (0, None, ())
    assert (method.version, method.breaks[0]) == ("area-risk/1", 60.0)


def test_shipped_method_has_a_share_and_both_floors():
    method = shipped_method(event_kinds=["theft", "fire_hazard"])
    assert method.place_percent == 70
    assert method.event_kinds == ("fire_hazard", "theft")
    assert method.floors == (
        Floor(SafetyCode.RED, RiskLevel.ORANGE, (Scene.HAZARDOUS_CHEMICALS,)),
        Floor(SafetyCode.RED, RiskLevel.YELLOW),
    )


def test_share_is_let_go_where_no_place_is_coded_and_only_there():
    method = shipped_method().without_places()
    assert (method.place_percent, method.is_exempt) == (0, True)
    first = RiskMethod.from_body(FIRST_BODY)
    assert first.without_places() == first


def test_floor_is_one_sentence_in_both_languages():
    assert floor_texts(Floor(SafetyCode.RED, RiskLevel.YELLOW)) == (
        "底线规则：有红码场所的网格或社区至少为黄色，立即生效",
        "floor rule: a grid or community with a red place is at least yellow, at once",
    )
