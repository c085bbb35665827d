from fractions import Fraction

import numpy as np
import pyproj
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gis.editing.contacts import Scale, distances_m, find_meetings, near_pairs
from gis.editing.whole_numbers import UNIT

small = st.tuples(st.integers(-5, 5), st.integers(-5, 5))
segment = st.tuples(small, small).filter(lambda ends: ends[0] != ends[1])


def meets_as(one, other):
    """None, whether they meet in a common end alone: by shapely, small and exact."""
    a, b = shapely.LineString(one), shapely.LineString(other)
    if not a.intersects(b):
        return None
    common = {*one} & {*other}
    is_point = a.intersection(b).geom_type == "Point"
    return is_point and len(common) == 1


@given(st.lists(segment, min_size=1, max_size=5), st.lists(segment, max_size=6))
def test_segments_meet_as_shapely_says(segments, partners):
    partners = np.array(partners, dtype=np.int64).reshape(-1, 2, 2)
    meetings = find_meetings(np.array(segments), partners)
    rows = zip(meetings.segments, meetings.partners, meetings.is_joint, strict=True)
    answers = {(int(i), int(j)): bool(joint) for i, j, joint in rows}
    for i, one in enumerate(segments):
        for j, other in enumerate(partners.tolist()):
            wanted = meets_as(one, [tuple(end) for end in other])
            assert answers.get((i, j)) == wanted


def crossing(a, b, c, d):
    """Whether the inner parts of two segments cross, in fractions."""

    def turn(p, q, r):
        return Fraction(q[0] - p[0]) * (r[1] - p[1]) - Fraction(q[1] - p[1]) * (
            r[0] - p[0]
        )

    return turn(a, b, c) * turn(a, b, d) < 0 and turn(c, d, a) * turn(c, d, b) < 0


@given(st.integers(-2, 2), st.integers(-2, 2))
def test_a_unit_beside_a_long_segment_is_told_from_on_it(above, below):
    long = [(0, 0), (300 * UNIT, 100 * UNIT)]
    short = [(150 * UNIT, 50 * UNIT + above), (150 * UNIT, 50 * UNIT + below)]
    if above == below:
        return
    meetings = find_meetings(np.array([long]), np.array([short]))
    touches = 0 in (above, below)
    assert bool(len(meetings.segments)) == (touches or crossing(*long, *short))


def test_pairs_in_the_margin_are_found_and_no_others():
    one = np.array([[[0, 0], [10, 0]]])
    others = np.array([[[12, 0], [20, 0]], [[14, 0], [20, 0]]])
    [(rows, partners)] = near_pairs(one, others, (3, 0))
    assert (rows.tolist(), partners.tolist()) == ([0], [0])
    assert list(near_pairs(one, others)) == []


def test_distances_are_metres_at_the_place():
    scale = Scale.at(30 * UNIT)
    place = np.array([[120 * UNIT + 1000, 30 * UNIT + 1000]])
    side = np.array([[[120 * UNIT, 30 * UNIT], [120 * UNIT + 5000, 30 * UNIT]]])
    [metres] = distances_m(place, side, scale)
    geod = pyproj.Geod(ellps="WGS84")
    _, _, wanted = geod.inv(120.000001, 30.0, 120.000001, 30.000001)
    assert metres == pytest.approx(wanted, rel=1e-4)
    assert scale.margin(0.05)[0] * scale.x >= 0.05
