"""People as whole numbers that sum to the total, spread by weight."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from gis.synthetic.people import REGISTERED_SHARE, apportion, make_people

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


def people(seed=3, residents=33_000):
    areas = np.full(60, 3e5)
    age = np.repeat([0.4, 2.0], 30)
    return make_people(areas, age, residents, np.random.default_rng(seed))


def test_residents_sum_and_the_registered_are_some_of_them():
    living, registered = people()
    assert living.sum() == 33_000
    low, high = REGISTERED_SHARE
    assert (registered <= high * living).all()
    assert (registered >= low * living - 1).all()


def test_old_quarters_are_dense():
    living, _ = people()
    assert living[30:].mean() > 3 * living[:30].mean()


def test_same_chance_gives_the_same_people():
    assert people(5)[0].tolist() == people(5)[0].tolist() != people(6)[0].tolist()
