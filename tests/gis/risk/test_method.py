"""Risk methods as data: what is refused, and what the card says."""

from dataclasses import replace

import numpy as np
import pytest

from support.makers.risk_facts import shipped_body, shipped_method
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


def test_methods_with_the_same_constants_are_equal():
    assert shipped_method() == shipped_method()
    assert replace(shipped_method(), k=0.2) != shipped_method()
