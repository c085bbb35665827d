"""Ways along lines are the shortest, against plain counts on a lattice of streets."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra

from gis.errors import EditError, InvalidLayerError
from layers.editor.snap_lines import SnapLines

STEP = 0.001
SIDE = 4


def streets(open_sides):
    """Streets of a square lattice around the equator, by the sides that are there."""
    return [
        shapely.LineString(STEP * np.array([start, end]))
        for (start, end), is_open in zip(sides(), open_sides, strict=True)
        if is_open
    ]


def sides():
    """The sides of a lattice of `SIDE` by `SIDE` corners."""
    corners = [(x, y) for x in range(SIDE) for y in range(SIDE)]
    return [
        ((x, y), (x + dx, y + dy))
        for x, y in corners
        for dx, dy in ((1, 0), (0, 1))
        if x + dx < SIDE and y + dy < SIDE
    ]


def plain_steps(open_sides, start, end):
    """Number of sides of the shortest way, by scipy."""
    pairs = [
        (x * SIDE + y, a * SIDE + b)
        for ((x, y), (a, b)), is_open in zip(sides(), open_sides, strict=True)
        if is_open
    ]
    rows, columns = np.array(pairs).reshape(-1, 2).T
    graph = coo_array((np.ones(len(rows)), (rows, columns)), shape=(SIDE**2, SIDE**2))
    return dijkstra(graph, directed=False)[
        start[0] * SIDE + start[1], end[0] * SIDE + end[1]
    ]


CORNERS = st.tuples(st.integers(0, SIDE - 1), st.integers(0, SIDE - 1))


@given(st.lists(st.booleans(), min_size=24, max_size=24), CORNERS, CORNERS)
def test_a_way_is_as_long_as_the_shortest(open_sides, start, end):
    lines = SnapLines(streets(open_sides))
    beside = {
        c
        for side, is_open in zip(sides(), open_sides, strict=True)
        if is_open
        for c in side
    }
    a, b = (tuple(STEP * np.array(corner)) for corner in (start, end))
    if not {start, end} <= beside:
        with pytest.raises(EditError, match="No line"):
            lines.follow(a, b)
        return
    steps = plain_steps(open_sides, start, end)
    if not np.isfinite(steps):
        with pytest.raises(EditError, match="No lines lead"):
            lines.follow(a, b)
        return
    way = np.array(lines.follow(a, b))
    length = np.hypot(*np.diff(way, axis=0).T).sum() if len(way) > 1 else 0.0
    assert length == pytest.approx(steps * STEP, abs=1e-8)
    np.testing.assert_allclose(way[[0, -1]], [a, b], atol=1e-9)


def test_a_way_begins_and_ends_in_the_middle_of_a_street_and_turns_at_a_crossing():
    lines = SnapLines(
        [
            shapely.LineString([(0, 0), (0.01, 0)]),
            shapely.MultiLineString([[(0.005, -0.01), (0.005, 0.01)]]),
        ]
    )
    way = lines.follow((0.002, 0.0001), (0.00501, 0.006))
    assert way == [(0.002, 0.0), (0.005, 0.0), (0.005, 0.006)]
    assert lines.follow((0.002, 0), (0.004, 0)) == [(0.002, 0.0), (0.004, 0.0)]
    assert lines.follow((0.004, 0), (0.002, 0)) == [(0.004, 0.0), (0.002, 0.0)]


def test_a_way_around_a_ring_takes_the_shorter_side():
    ring = shapely.box(0, 0, 0.01, 0.01).exterior
    lines = SnapLines([shapely.LineString(ring.coords)])
    start = next(iter(ring.coords))
    for end in ((0.009, 0.0), (0.0, 0.009)):
        way = np.array(lines.follow(start, end))
        length = np.hypot(*np.diff(way, axis=0).T).sum()
        assert length <= 0.02 + 1e-9


def test_corners_of_a_line_stay_the_very_same():
    corners = [(120.081234567, 30.331234567), (120.0823, 30.3319), (120.083, 30.3311)]
    lines = SnapLines([shapely.LineString(corners)])
    assert lines.follow(corners[0], corners[-1]) == corners


def test_clicks_off_the_lines_are_refused_with_the_place():
    line = shapely.LineString([(0, 0), (0.01, 0)])
    with pytest.raises(EditError, match="No line is within 50 m") as refusal:
        SnapLines([line]).follow((0, 0), (0.005, 0.001))
    assert refusal.value.place == (0.005, 0.001)
    with pytest.raises(EditError, match="No lines are loaded"):
        SnapLines().follow((0, 0), (1, 1))


def test_what_is_no_line_is_refused():
    for shape, word in (
        (shapely.Point(0, 0), "Point"),
        (shapely.LineString([(0, 0), (np.inf, 0)]), "not finite"),
    ):
        with pytest.raises(InvalidLayerError, match=word):
            SnapLines([shape])
