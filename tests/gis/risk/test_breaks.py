"""Breaks of a town's own scores: ascending, telling, refused where none can be."""

import itertools
import math
import sys
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from gis.errors import InvalidLayerError, SettingError
from gis.risk.breaks import (
    LEAST_SCORES,
    QUANTILES,
    check_breaks,
    find_breaks,
    propose_breaks,
    round_up,
)
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
    with pytest.raises(SettingError, match=r"pip install 'pagoda\[breaks\]'"):
        propose_breaks(range(1, 20), "jenks")


def test_jenks_parts_scores_at_their_gaps():
    pytest.importorskip("mapclassify", reason="the extra `breaks` is not installed")
    values = [n * 100.0 + step for n in range(1, 6) for step in range(5)]
    assert propose_breaks(values, "jenks") == (104.0, 204.0, 304.0, 404.0)


numbers = st.lists(st.integers(-9_999, 9_999).map(float), min_size=1, max_size=40)
any_numbers = st.lists(st.floats(-1e12, 1e12), min_size=1, max_size=40)


def sizes_of(values, limits):
    """How many values are in each class, counted one by one."""
    bounds = [-math.inf, *limits, math.inf]
    return [
        sum(low < value <= high for value in values)
        for low, high in itertools.pairwise(bounds)
    ]


@given(any_numbers)
def test_quantiles_of_any_values_leave_no_class_empty(values):
    limits = find_breaks(values, "quantiles")
    sizes = sizes_of(values, limits)
    assert len(sizes) == min(5, len({value + 0.0 for value in values}))
    assert min(sizes) > 0
    assert list(limits) == sorted(limits)
    assert count_levels(classify(values, limits))[1:] == (*sizes, *[0] * 5)[:5]


@given(st.sets(st.integers(-9_999, 9_999), min_size=5, max_size=60))
def test_quantiles_of_values_that_differ_are_classes_of_one_size(values):
    sizes = sizes_of(values, find_breaks(list(values), "quantiles"))
    assert max(sizes) - min(sizes) <= 1


@given(numbers)
def test_equal_steps_part_as_exact_fractions_do(values):
    low, high = min(values), max(values)
    count = min(5, len(set(values)))
    exact = [
        Fraction(low) + Fraction(high - low) * part / count for part in range(1, count)
    ]
    limits = find_breaks(values, "equal")
    assert sizes_of(values, limits) == sizes_of(values, exact)


@given(any_numbers)
def test_equal_steps_of_any_values_ascend_and_the_greatest_is_above_them(values):
    limits = find_breaks(values, "equal")
    assert list(limits) == sorted(set(limits))
    assert all(limit < max(values) for limit in limits)


def spread(values, limits):
    """Squared distances of values from the mean of their class."""
    bounds = [-math.inf, *limits, math.inf]
    classes = [
        [value for value in values if low < value <= high]
        for low, high in itertools.pairwise(bounds)
    ]
    return sum(np.var(part) * len(part) for part in classes if part)


@given(st.lists(st.integers(0, 60).map(float), min_size=1, max_size=11))
def test_natural_breaks_are_the_best_of_all(values):
    pytest.importorskip("mapclassify", reason="the extra `breaks` is not installed")
    limits = find_breaks(values, "jenks")
    distinct = sorted(set(values))
    count = min(5, len(distinct))
    assert len(limits) == count - 1
    ways = itertools.combinations(distinct[:-1], count - 1)
    best = min(spread(values, way) for way in ways)
    assert spread(values, limits) == pytest.approx(best, abs=1e-9)


@pytest.mark.parametrize("scheme", ["quantiles", "equal", "jenks"])
@pytest.mark.parametrize("values", [[], [math.nan, math.inf], [7.0], [0.0, 0.0]])
def test_values_that_do_not_differ_are_one_class(values, scheme):
    assert find_breaks(values, scheme) == ()


def test_limits_have_few_digits_where_no_value_is_passed():
    values = [1.23456, 9.87654, 20.0, 30.0, 40.0]
    assert find_breaks(values, "quantiles") == (1.235, 9.877, 20.0, 30.0)
    near = [1.23456, 1.23457, 20.0, 30.0, 40.0]
    assert find_breaks(near, "quantiles")[0] == 1.23456


@pytest.mark.parametrize(
    "limits",
    [[], [1, 2, 3, 4, 5], [2, 1], [1, 1], [1, math.inf], [math.nan]],
    ids=["none", "five", "descending", "twice", "infinite", "no number"],
)
def test_limits_that_cannot_part_values_are_refused(limits):
    with pytest.raises(SettingError, match="expected one to four ascending numbers"):
        check_breaks(limits)


def test_fewer_limits_make_fewer_classes():
    limits = check_breaks([0, 10])
    assert classify([-1.0, 0.0, 10.0, 10.1], limits).tolist() == [1, 1, 2, 3]
