"""One layer of areas on one day, against plain loops."""

import datetime as dt

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from gis.risk.day import is_recent, owned_by, sum_by_owner

owners = st.lists(st.integers(-1, 4), min_size=1, max_size=20)


@given(owners=owners, data=st.data())
def test_sums_are_those_of_a_loop_and_what_has_no_owner_counts_nowhere(owners, data):
    size = len(owners)
    values = data.draw(st.lists(st.integers(0, 9), min_size=size, max_size=size))
    sums = [0] * 5
    for owner, value in zip(owners, values, strict=True):
        if owner >= 0:
            sums[owner] += value
    assert sum_by_owner(np.array(values), np.array(owners), 5).tolist() == sums


def test_flags_are_counted():
    flags = np.array([True, False, True, True])
    assert sum_by_owner(flags, np.array([0, 0, 1, -1]), 2).tolist() == [1, 1]


@given(owners=owners, data=st.data())
def test_fact_of_a_grid_belongs_to_the_area_above_it(owners, data):
    rows = data.draw(st.lists(st.integers(-1, len(owners) - 1), max_size=20))
    areas = owned_by(np.array(owners), np.array(rows, dtype=np.int64))
    assert areas.tolist() == [-1 if row < 0 else owners[row] for row in rows]


def test_window_holds_its_last_day_and_as_many_days_as_it_says():
    days = np.arange("2026-09-01", "2026-10-01", dtype="M8[D]")
    recent = is_recent(days, dt.date(2026, 9, 30), 7)
    assert days[recent].min() == np.datetime64("2026-09-24")
    assert recent.sum() == 7
