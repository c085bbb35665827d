"""Shares are whole and sum to the total."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from gis.apportionment import apportion

weights = st.lists(st.floats(0.01, 1e4), min_size=1, max_size=30).map(np.array)


@given(st.integers(0, 10**6), weights)
def test_shares_sum_to_the_total_and_none_is_off_by_one(total, weights):
    counts = apportion(total, weights)
    exact = total * weights / weights.sum()
    assert counts.sum() == total
    assert (np.abs(counts - exact) < 1).all()


@given(st.integers(0, 10**6), st.sets(st.integers(1, 1000), min_size=1))
def test_what_weighs_more_never_gets_less(total, weights):
    counts = apportion(total, np.array(sorted(weights)))
    assert (np.diff(counts) >= 0).all()


def test_equal_weights_get_the_rest_in_order():
    assert apportion(5, np.ones(3)).tolist() == [2, 2, 1]


def test_what_weighs_nothing_gets_nothing():
    assert apportion(7, np.array([0.0, 1.0])).tolist() == [0, 7]
