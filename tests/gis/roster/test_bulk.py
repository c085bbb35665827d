"""Bulk search in timelines against bisection of each one."""

from bisect import bisect_right

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gis.roster.bulk import MOST_BUCKETS, make_buckets
from gis.roster.timeline import BEGINNING

INT64 = np.iinfo(np.int64)
instants = st.one_of(
    st.integers(-20, 20),
    st.integers(1_788_000_000_000, 1_798_000_000_000),
    st.integers(-(2**61), 2**61),
)
timelines = st.lists(
    st.sets(instants, max_size=12).map(lambda starts: [BEGINNING, *sorted(starts)]),
    min_size=1,
    max_size=5,
)


def places_one_by_one(timelines, rows, at):
    """The last start at or before each instant, one behind the other."""
    firsts = np.cumsum([0, *map(len, timelines)])
    return [
        firsts[row % len(timelines)] + bisect_right(timelines[row], instant) - 1
        for row, instant in zip(rows, at, strict=True)
    ]


def places(timelines, rows, at):
    buckets = make_buckets(timelines)
    return buckets.places(np.array(rows, np.int32), np.array(at, np.int64)).tolist()


@given(timelines, st.lists(instants, max_size=8))
@example([[BEGINNING, 5, 6], [BEGINNING]], [5, 6, 7])
def test_places_are_those_of_bisection_at_and_beside_every_start(timelines, elsewhere):
    starts = [start for starts in timelines for start in starts[1:]]
    near = [start + step for start in starts for step in (-1, 0, 1)]
    at = [*near, *elsewhere, INT64.min, INT64.max]
    for row in range(-1, len(timelines)):
        rows = [row] * len(at)
        assert places(timelines, rows, at) == places_one_by_one(timelines, rows, at)


def test_more_starts_than_buckets_are_told_apart():
    starts = [BEGINNING, *range(0, 9 * MOST_BUCKETS, 3)]
    buckets = make_buckets([starts])
    assert buckets.begins.shape[1] - 1 <= MOST_BUCKETS
    at = range(-2, 9 * MOST_BUCKETS)
    rows = [0] * len(at)
    assert places([starts], rows, at) == places_one_by_one([starts], rows, at)


def test_last_bucket_begins_after_every_start():
    buckets = make_buckets([[BEGINNING, 3, 900], [BEGINNING, 70]])
    assert buckets.begins[:, -1].tolist() == [2, 4]
    assert buckets.begins[:, 0].tolist() == [0, 3]


def test_timelines_without_a_change_have_one_place_at_all_times():
    assert places([[BEGINNING], [BEGINNING]], [0, 1, -1], [-9, 0, 9]) == [0, 1, 1]


def test_nothing_asked_is_nothing_answered():
    assert places([[BEGINNING]], [], []) == []


@pytest.mark.parametrize("row", [-2, 2])
def test_row_without_a_timeline_is_refused(row):
    with pytest.raises(IndexError, match="-1 to 1; correct"):
        places([[BEGINNING], [BEGINNING]], [0, row], [0, 0])
