"""What is counted is what is chosen, seen and in the area; the rest adds nothing."""

import numpy as np

from gis.tally import (
    CHOSEN,
    CLOSED,
    COUNTS,
    INSIDE,
    NEAR,
    NONE,
    NOWHERE,
    OCTAVES,
    OWED,
    OWN,
    PLAIN,
    SPANS,
    Choice,
    Middles,
    Rows,
    Steps,
    collect_rows,
    count_rows,
    place_rows,
)

STEPS = Steps(
    np.full(1, -1, np.int32),
    np.zeros((1, 4), np.int32),
    np.zeros(1, np.int32),
    np.empty((0, 6), np.int64),
    np.empty(0, np.int64),
)
FINE = 3


def scan(profile, area, day_step=0, occurred=50):
    """Count one event of a profile and an area."""
    times = np.array([[5, 9, NONE, NONE, NONE, NONE, NONE, 20]], np.int32)
    rows = Rows(np.array([occurred]), times, np.array([[0, 0, 0, 9]], np.int32))
    choice = Choice(
        0,
        100,
        80,
        1,
        np.array([[profile, 0, COUNTS.index("located"), -1]], np.int32),
        np.array([[area, 1]], np.int32),
        np.array([10]),
        np.array([0, 40, 60]),
        day_step,
    )
    counts = np.zeros((9, len(COUNTS)), np.int64)
    buckets = np.zeros((9, len(SPANS), OCTAVES << FINE), np.int32)
    nowhere, groups = count_rows(rows, STEPS, choice, counts, buckets, FINE)
    assert (groups[0] >= 0) == counts.any()
    assert buckets.sum() == 3 * counts[:, 0].sum()
    places = np.full((1, 2), 7, np.int32)
    place_rows(rows, STEPS, choice, places)
    assert places.tolist() == [[0, 0] if counts.any() else [-1, -1]]
    return counts, nowhere, rows, choice, groups


def test_an_event_counts_where_its_profile_and_area_say():
    counts, nowhere, *_ = scan(PLAIN | CHOSEN, INSIDE | NEAR)
    names = [name for name, n in zip(COUNTS, counts[1], strict=True) if n]
    assert names == ["events", "open", "overdue", "no_reply", "located"]
    assert (counts.sum(), nowhere) == (5, 0)


def test_a_closed_event_is_neither_open_nor_overdue():
    counts, *_ = scan(PLAIN | CHOSEN | CLOSED, INSIDE | NEAR)
    names = [name for name, n in zip(COUNTS, counts[1], strict=True) if n]
    assert names == ["events", "closed_in_time", "located"]


def test_who_does_not_see_it_counts_nothing():
    assert scan(PLAIN | CHOSEN, INSIDE)[0].sum() == 0
    assert scan(CHOSEN, INSIDE | NEAR)[0].sum() == 0
    assert scan(CHOSEN | OWED, INSIDE)[0].sum() == 0
    assert scan(PLAIN | CHOSEN | OWED, INSIDE)[0][1, 0] == 1
    assert scan(OWN | CHOSEN, INSIDE)[0][1, 0] == 1


def test_what_is_not_asked_for_and_other_times_add_nothing():
    assert scan(PLAIN, INSIDE | NEAR)[0].sum() == 0
    for occurred in (-1, 100):
        assert scan(PLAIN | CHOSEN, INSIDE | NEAR, occurred=occurred)[0].sum() == 0


def test_what_lies_in_no_area_is_counted_beside():
    counts, nowhere, *_ = scan(PLAIN | CHOSEN, NEAR | NOWHERE)
    assert (counts.sum(), nowhere) == (0, 1)
    assert scan(PLAIN | CHOSEN, NEAR)[1] == 0
    assert scan(PLAIN, NEAR | NOWHERE)[1] == 0


def test_days_shift_the_group():
    assert scan(PLAIN | CHOSEN, INSIDE | NEAR, 3)[0][4, 0] == 1
    assert scan(PLAIN | CHOSEN, INSIDE | NEAR, 3, occurred=60)[0][7, 0] == 1


def test_spans_in_the_range_of_their_group_and_of_all_are_collected():
    _, _, rows, choice, groups = scan(PLAIN | CHOSEN, INSIDE | NEAR)
    ranges = np.zeros((3, len(SPANS), 2), np.int64)
    ranges[1, 0], ranges[2, 1], ranges[2, 5] = (5, 1), (3, 1), (4, 6)
    values, ends = np.zeros(9, np.int64), np.arange(3 * len(SPANS)) % 9
    before = ends.copy()
    collect_rows(rows, STEPS, choice, groups, Middles(ranges, values, ends))
    grown = np.flatnonzero(ends - before)
    # reported after 5; accepted 4 after that, out of range of its group; found after 9
    assert grown.tolist() == [len(SPANS), 2 * len(SPANS) + 5]
    assert values[before[grown]].tolist() == [5, 9]
