"""The level that is shown: steady, stateless, monotone; what a moved break changes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.errors import SettingError
from gis.risk import break_sensitivity, count_levels, shown_levels
from support.oracles.reference_risk import shown

raw_levels = st.lists(st.integers(0, 5), min_size=2, max_size=12)
with_data = st.lists(st.integers(1, 5), min_size=2, max_size=12)


def show(raw, steady_days):
    column = np.array(raw, dtype=np.int8)[:, None]
    return shown_levels(column, steady_days)[:, 0].tolist()


@given(raw_levels, st.integers(1, 5))
def test_shown_level_is_that_of_the_rule_in_words(raw, steady_days):
    steady_days = min(steady_days, len(raw) - 1)
    days = range(steady_days, len(raw))
    expected = [shown(raw[day - steady_days : day + 1]) for day in days]
    assert show(raw, steady_days) == expected


@given(with_data, st.data())
def test_higher_raw_level_on_any_day_never_lowers_the_shown_one(raw, data):
    day = data.draw(st.integers(0, len(raw) - 1))
    worse = [*raw[:day], data.draw(st.integers(raw[day], 5)), *raw[day + 1 :]]
    steady_days = len(raw) - 1
    assert show(worse, steady_days)[0] >= show(raw, steady_days)[0]


@given(with_data, st.integers(1, 5), st.integers(1, 6))
def test_steady_level_is_shown_after_h_days_whatever_was_before(
    before, level, steady_days
):
    assert show([*before, *[level] * steady_days], steady_days)[-1] == level


@given(with_data, st.integers(1, 5))
def test_shown_level_depends_on_the_last_days_alone(raw, level):
    steady_days = len(raw) - 1
    assert show([level] * 9 + raw, steady_days)[-1] == show(raw, steady_days)[-1]


@pytest.mark.parametrize("spike", [1, 2, 4, 5])
@pytest.mark.parametrize("steady_days", [2, 3, 5])
def test_one_day_excursion_is_not_shown(spike, steady_days):
    raw = [3] * 7 + [spike] + [3] * 7
    assert set(show(raw, steady_days)) == {3}


@pytest.mark.parametrize("length", [2, 3, 4])
def test_excursion_of_n_days_is_shown_n_less_one_days(length):
    raw = [1] * 6 + [4] * length + [1] * 9
    assert show(raw, 5).count(4) == length - 1


def test_level_moves_to_the_nearest_of_the_later_ones():
    assert show([1, 2, 5, 3], 3) == [2]
    assert show([5, 2, 4, 1], 3) == [4]


def test_level_holds_while_later_ones_are_on_both_sides():
    assert show([3, 1, 5, 1], 3) == [3]


def test_one_day_of_steadiness_shows_the_raw_level():
    assert show([1, 5, 2, 4], 1) == [5, 2, 4]


def test_day_without_data_shows_none():
    assert show([2, 2, 2, 0], 3) == [0]


def test_days_without_data_are_passed_over():
    assert show([0, 2, 0, 2], 3) == [2]
    assert show([0, 1, 4, 4], 3) == [4]


def test_first_day_with_data_is_shown_at_once():
    assert show([0, 0, 0, 4], 3) == [4]


@pytest.mark.parametrize(("days", "steady_days"), [(3, 3), (4, 0)])
def test_too_few_days_are_refused(days, steady_days):
    with pytest.raises(SettingError, match=r"days of levels were given .*\.$"):
        show([1] * days, steady_days)


def test_counts_of_all_levels_add_up():
    assert count_levels(np.zeros(0, dtype=np.int8)) == (0,) * 6
    assert sum(count_levels([0, 1, 2, 3, 4, 5, 5])) == 7


def test_moved_break_stops_at_its_neighbour():
    scores = np.array([[101.0]] * 2)
    moves = break_sensitivity(scores, (100.0, 102.0, 104.0, 106.0), 1)
    assert [move.limit for move in moves[:4]] == [90.0, 102.0, 100.0, 104.0]
    assert [move.changed for move in moves[:4]] == [0, 1, 1, 0]


def test_sensitivity_counts_every_area():
    scores = np.array([[1.0, 55.0, np.nan, 320.0]] * 4)
    moves = break_sensitivity(scores, (60.0, 120.0, 200.0, 300.0), 3)
    assert {sum(move.counts) for move in moves} == {4}
    assert [move.changed for move in moves] == [1, 0, 0, 0, 0, 0, 0, 1]
