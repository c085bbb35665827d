from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gis.editing.whole_numbers import (
    UNIT,
    angle_order,
    as_point,
    doubled_area,
    place_of,
    segments_of,
    side_of_ring,
    to_degrees,
    to_units,
    turns,
    without_repeats,
)

WORLD = 180 * UNIT
wide = st.integers(-WORLD, WORLD)
narrow = st.integers(-4, 4)
point = st.tuples(narrow, narrow) | st.tuples(wide, wide)


def plain_turn(a, b, c):
    turn = (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
    return (turn > 0) - (turn < 0)


@given(st.integers(-WORLD, WORLD))
def test_units_are_the_doubles_nearest_to_nine_decimals(units):
    [degrees] = to_degrees([units])
    assert degrees == float(Fraction(units, UNIT))
    assert to_units([degrees]).tolist() == [units]
    assert place_of((units, 0)) == (degrees, 0.0)


@given(point, point, point)
def test_a_turn_is_that_of_python_numbers(a, b, c):
    assert turns(np.array(a), np.array(b), np.array(c)) == plain_turn(a, b, c)


def test_floats_for_integers_would_miss_a_turn():
    long, short = (1, 1), (0, 1)
    while long[1] + short[1] < WORLD:
        long, short = (long[0] + short[0], long[1] + short[1]), long
    origin = np.array([0, 0])
    turn = turns(origin, np.array(long), np.array(short))
    assert abs(int(turn)) == 1
    assert turn == plain_turn((0, 0), long, short)
    assert float(long[0]) * short[1] == float(long[1]) * short[0]


@given(st.lists(point, min_size=3, max_size=6))
def test_a_doubled_area_is_that_of_python_numbers(corners):
    ring = [*corners, corners[0]]
    wanted = sum(a[0] * b[1] - a[1] * b[0] for a, b in pairwise(ring))
    assert doubled_area(np.array(ring)) == wanted
    assert doubled_area(np.array(ring), origin=(7, -3)) == wanted


def test_lines_of_a_border_about_one_origin_sum_to_its_area():
    ring = np.array([[0, 0], [5, 1], [4, 6], [0, 3], [0, 0]])
    halves = ring[:3], ring[2:]
    assert sum(doubled_area(h, (9, 9)) for h in halves) == doubled_area(ring)


@given(st.tuples(narrow, narrow), st.tuples(narrow, narrow))
def test_directions_are_ordered_as_their_angles_are(a, b):
    if (0, 0) in (a, b):
        return
    angles = [np.arctan2(y, x) % (2 * np.pi) for x, y in (a, b)]
    difference = angles[0] - angles[1]
    wanted = 0 if abs(difference) < 1e-9 else np.sign(difference)
    assert np.sign(angle_order(a, b)) == wanted


@given(
    st.lists(st.tuples(narrow, narrow), min_size=3, max_size=7, unique=True),
    st.lists(st.tuples(narrow, narrow), min_size=1, max_size=5),
)
def test_the_side_of_a_ring_is_what_shapely_says(corners, places):
    polygon = shapely.Polygon(corners)
    if not polygon.is_valid:
        return
    ring = np.array([*corners, corners[0]])
    sides = side_of_ring(np.array(places), ring)
    for side, at in zip(sides, places, strict=True):
        where = shapely.Point(at)
        wanted = 0 if polygon.exterior.intersects(where) else -1
        wanted = 1 if polygon.contains(where) else wanted
        assert side == wanted


def test_lines_are_cut_and_cleared_of_repeats():
    line = np.array([[0, 0], [0, 0], [1, 0], [1, 1]])
    plain = without_repeats(line)
    assert plain.tolist() == [[0, 0], [1, 0], [1, 1]]
    assert segments_of(plain).tolist() == [[[0, 0], [1, 0]], [[1, 0], [1, 1]]]


@pytest.mark.parametrize("row", [[3, 4], [-WORLD, WORLD]])
def test_a_row_is_a_point(row):
    assert as_point(np.array(row)) == tuple(row)
