"""Edges through pixels, against a walk along each in fractions."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.coverage.hot_pixels import Edges, HotPixels, whole

HALF = Fraction(1, 2)
eighths = st.integers(-40, 40).map(lambda n: n / 8)
wild = st.floats(-5, 5, allow_nan=False)
points = st.one_of(st.tuples(eighths, eighths), st.tuples(wild, wild))


def span(start, end, low, high):
    """Where between 0 and 1 a value lies in [low, high): limits, and whether the
    first and the last of them are within."""
    way = end - start
    if way == 0:
        return (Fraction(0), True, Fraction(1), True) if low <= start < high else None
    first, last = (low - start) / way, (high - start) / way
    ends = [(first, True), (last, False)]
    (first, has_first), (last, has_last) = ends if way > 0 else ends[::-1]
    if first < 0:
        first, has_first = Fraction(0), True
    if last > 1:
        last, has_last = Fraction(1), True
    return first, has_first, last, has_last


def passes(start, end, centre):
    """Whether a straight line from one point to another is ever in a pixel."""
    spans = []
    for a, b, c in zip(start, end, centre, strict=True):
        part = span(Fraction(a), Fraction(b), c - HALF, c + HALF)
        if part is None:
            return False
        spans.append(part)
    first = max(part[0] for part in spans)
    last = min(part[2] for part in spans)
    if first != last:
        return first < last
    has_first = all(part[1] for part in spans if part[0] == first)
    return has_first and all(part[3] for part in spans if part[2] == last)


@given(st.lists(st.tuples(points, points), min_size=1, max_size=6))
def test_passages_are_those_of_a_walk_in_fractions(ways):
    starts, ends = (np.array([way[n] for way in ways], dtype=float) for n in (0, 1))
    pixels, _ = HotPixels.of(np.vstack([whole(starts), whole(ends)]))
    edge, pixel = pixels.passages(Edges(starts, ends))
    expected = {
        (n, tuple(centre))
        for n, (start, end) in enumerate(zip(starts, ends, strict=True))
        for centre in pixels.xy.tolist()
        if passes(start, end, centre)
        and centre not in (whole(start).tolist(), whole(end).tolist())
    }
    pairs = [*zip(edge.tolist(), map(tuple, pixels.xy[pixel].tolist()), strict=True)]
    assert len(pairs) == len(set(pairs))
    assert set(pairs) == expected


def test_passages_come_in_order_along_their_edge():
    pixels, _ = HotPixels.of(np.array([(0, 0), (9, 3), (6, 2), (3, 1), (9, 9)]))
    edges = Edges(np.array([(0.0, 0.0), (9, 3)]), np.array([(9.0, 3.0), (0, 0)]))
    edge, pixel = pixels.passages(edges)
    assert edge.tolist() == [0, 0, 1, 1]
    assert pixels.xy[pixel].tolist() == [[3, 1], [6, 2], [6, 2], [3, 1]]


@pytest.mark.parametrize("length", [10_000, 3_000_000])
def test_long_edges_are_followed_to_their_end(length):
    pixels, _ = HotPixels.of(np.array([(0, 0), (length // 2, 1), (length, 2)]))
    edges = Edges(np.array([(0.0, 0.0)]), np.array([(float(length), 2.0)]))
    _, pixel = pixels.passages(edges)
    assert pixels.xy[pixel].tolist() == [[length // 2, 1]]


def test_edges_cross_lines_in_the_same_pixels_whichever_way_they_go():
    there, back = np.array([(0.3, 0.1)]), np.array([(29.9, 7.7)])
    crossings = [
        np.vstack([*Edges(*ends).crossings(0, 10, -2)]).tolist()
        for ends in ((there, back), (back, there))
    ]
    assert crossings[0] == crossings[1]
    assert {tuple(pixel) for pixel in crossings[0]} == {(8, 2), (18, 5), (28, 7)}


def test_a_crossing_between_two_pixels_is_in_both():
    edges = Edges(np.array([(0.0, 0.5)]), np.array([(20.0, 0.5)]))
    pixels = np.vstack([*edges.crossings(0, 16, 0)]).tolist()
    assert sorted(map(tuple, pixels)) == [(0, 0), (0, 1), (16, 0), (16, 1)]
