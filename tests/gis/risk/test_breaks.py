"""Breaks of a town's own scores: ascending, telling, refused where none can be."""

import math
import sys

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from gis.errors import InvalidLayerError, SettingError
from gis.risk.breaks import LEAST_SCORES, QUANTILES, propose_breaks, round_up
from gis.risk.levels import classify, count_levels

scores = st.lists(st.floats(0, 1e6), min_size=5, max_size=200)


@given(scores)
def test_quantiles_ascend_and_leave_a_score_in_every_class(values):
    assume(len({value for value in values if value > 1e-3}) >= LEAST_SCORES)
    values = [value if value > 1e-3 else 0.0 for value in values]
    limits = propose_breaks(values, "quantiles")
    assert all(low < high for low, high in zip((0, *limits), limits, strict=False))
    counts = count_levels(classify(values, limits))
    assert sum(count > 0 for count in counts[1:]) >= 2


def test_quantiles_part_unlike_scores_in_the_shares_that_are_declared():
    values = np.arange(1, 10_001) / 7
    counts = count_levels(classify(values, propose_breaks(values, "quantiles")))
    shares = np.diff([0, *QUANTILES, 1])
    np.testing.assert_allclose(np.array(counts[1:]) / 10_000, shares, atol=0.002)


def test_many_equal_scores_take_one_class_and_leave_the_others():
    values = [0.0] * 50 + [1.0] * 30 + list(range(2, 22))
    limits = propose_breaks(values, "quantiles")
    assert limits[:2] == (1.0, 2.0)
    assert count_levels(classify(values, limits))[1] == 80


def test_no_data_counts_nowhere():
    values = [1.0, 2.0, 3.0, 4.0, 5.0]
    assert propose_breaks([*values, math.nan], "quantiles") == propose_breaks(
        values, "quantiles"
    )


@pytest.mark.parametrize("values", [[], [0.0] * 9, [1.0, 2.0, 3.0, 4.0], [math.nan]])
def test_scores_that_are_too_alike_are_refused_with_what_to_do(values):
    with pytest.raises(InvalidLayerError, match="expected at least 5 for five classes"):
        propose_breaks(values, "quantiles")


@given(st.floats(1e-6, 1e9))
def test_rounding_goes_up_by_less_than_a_thousandth(value):
    rounded = round_up(value)
    assert value <= rounded <= value * 1.0011


def test_jenks_without_its_package_says_how_to_install_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "mapclassify", None)
    with pytest.raises(SettingError, match=r"pip install 'pagoda-gis\[breaks\]'"):
        propose_breaks(range(1, 20), "jenks")


def test_jenks_parts_scores_at_their_gaps():
    pytest.importorskip("mapclassify", reason="the extra `breaks` is not installed")
    values = [n * 100.0 + step for n in range(1, 6) for step in range(5)]
    assert propose_breaks(values, "jenks") == (104.0, 204.0, 304.0, 404.0)
