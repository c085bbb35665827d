"""The cap on events against plain fractions."""

from fractions import Fraction

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from gis.risk.shares import cap_events, spread_cap

weights = st.integers(0, 10**15)


@given(weights, weights, st.integers(70, 100))
def test_cap_is_the_largest_whole_weight_that_leaves_places_their_share(
    places, events, percent
):
    [capped] = cap_events(np.array([places]), np.array([events]), percent).tolist()
    share = Fraction(percent, 100)
    assert capped <= events
    assert places >= share * (places + capped)
    if capped < events:
        assert places < share * (places + capped + 1)


def test_no_share_caps_nothing():
    events = np.array([5, 0, 10**15])
    assert cap_events(np.zeros(3, dtype=np.int64), events, 0).tolist() == [5, 0, 10**15]


@given(st.lists(weights, min_size=1, max_size=6), st.integers(0, 100))
def test_groups_add_up_to_the_cap_and_none_is_further_than_one_from_its_part(
    groups, percent
):
    total = sum(groups)
    cap = total * percent // 100
    spread = spread_cap(np.array([groups]), np.array([cap]))[0].tolist()
    assert sum(spread) == cap
    for part, weight in zip(spread, groups, strict=True):
        exact = Fraction(weight * cap, total) if total else 0
        assert abs(part - exact) < 1
        assert 0 <= part <= weight or part - weight < 1
