"""Shares of a normal error inside grids against products and integrals of normals."""

import math

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gis.assignment.shares import (
    UNITS,
    edge_share,
    likelihoods,
    outlines_of,
    owens_t,
)
from support.makers.strategies import coverages
from support.oracles.normal import normal_below


def share_of(polygon, x, y, sigma):
    """The probability in one polygon, rounded to no more than a unit."""
    frames = np.array([[x, y, 1 / sigma, 1 / sigma]])
    shapes = np.array([polygon], dtype=object)
    *_, owned = likelihoods(outlines_of(shapes), frames, np.zeros(1, np.int32))
    return owned[0] / UNITS


@pytest.mark.parametrize("sigmas", [-3.0, -1.0, -0.1, 0.0, 0.3, 1.0, 2.5, 4.0])
def test_half_plane_is_the_normal_distribution(sigmas):
    half_plane = shapely.box(0.0, -1e6, 1e6, 1e6)
    share = share_of(half_plane, sigmas * 7.0, 0.0, 7.0)
    assert share == pytest.approx(normal_below(sigmas), abs=1e-4)


@given(
    st.floats(-60, 60),
    st.floats(-60, 60),
    st.floats(0.05, 200),
    st.floats(1, 90),
    st.floats(1, 90),
)
def test_rectangle_is_the_product_of_two_normals(x, y, sigma, width, height):
    def between(low, high):
        return normal_below(high / sigma) - normal_below(low / sigma)

    expected = between(-x, width - x) * between(-y, height - y)
    share = share_of(shapely.box(0, 0, width, height), x, y, sigma)
    assert share == pytest.approx(expected, abs=1e-4)


@given(coverages(), st.integers(0, 2**32 - 1))
def test_vertices_and_edges_of_a_coverage_sum_to_one_without_rounding(coverage, seed):
    rng = np.random.default_rng(seed)
    xy = shapely.get_coordinates(coverage.polygons)
    xy = np.vstack([xy, (xy[:-1] + xy[1:]) / 2])
    pick = xy[rng.integers(0, len(xy), 20)]
    town = shapely.union_all(coverage.polygons)
    for x, y in pick:
        parts = sum(share_of(polygon, x, y, 3.0) for polygon in coverage.polygons)
        whole = share_of(town, x, y, 3.0)
        assert parts == pytest.approx(whole, abs=1e-4 * (1 + len(coverage.polygons)))


def simpson(function, end, steps=40_000):
    """The integral of a function from 0 to an end."""
    x = np.linspace(0.0, end, steps + 1)
    weights = np.ones(steps + 1)
    weights[1:-1:2], weights[2:-1:2] = 4.0, 2.0
    return float((weights * function(x)).sum() * end / steps / 3.0)


@given(st.floats(0.01, 9), st.floats(0, 30))
def test_owens_t_is_its_integral(height, along):
    def density(angle):
        return np.exp(-0.5 * (height / np.cos(angle)) ** 2)

    expected = simpson(density, math.atan2(along, height)) / (2.0 * math.pi)
    assert owens_t(height, along) == pytest.approx(expected, abs=1e-10)


@pytest.mark.parametrize("height", [1e-6, 0.5, 1.0, 3.0])
def test_owens_t_far_along_is_half_the_tail_of_the_normal(height):
    assert owens_t(height, 1e6) == pytest.approx(normal_below(-height) / 2, abs=1e-11)


@given(st.lists(st.floats(-8, 8), min_size=4, max_size=4))
def test_edge_walked_backwards_takes_away_what_it_adds(ends):
    there, back = edge_share(*ends), edge_share(*ends[2:], *ends[:2])
    assert there == pytest.approx(-back, abs=1e-10)
    assert abs(there) <= 0.5


def test_edge_in_line_with_the_origin_or_without_length_adds_nothing():
    assert edge_share(1.0, 2.0, 3.0, 6.0) == 0.0
    assert edge_share(-1.0, 0.0, 1.0, 0.0) == 0.0
    assert edge_share(2.0, 1.0, 2.0, 1.0) == 0.0


@given(coverages())
def test_every_edge_has_its_polygon_on_the_left(coverage):
    turned = shapely.reverse(coverage.polygons)
    outlines = outlines_of(np.array(turned, dtype=object))
    x1, y1, x2, y2 = outlines.edges.T
    areas = np.add.reduceat(x1 * y2 - y1 * x2, outlines.starts[:-1]) / 2
    np.testing.assert_allclose(areas, shapely.area(coverage.polygons), rtol=1e-12)
    np.testing.assert_array_equal(outlines.boxes.T, shapely.bounds(turned))


@given(st.floats(-5, 25), st.floats(-5, 25), st.floats(0.2, 6))
def test_units_are_the_products_of_normals_to_less_than_one_the_most_first(x, y, sigma):
    boxes = [shapely.box(i, j, i + 10, j + 10) for i in (0, 10) for j in (0, 10)]
    outlines = outlines_of(np.array(boxes, dtype=object))
    frames = np.array([[x, y, 1 / sigma, 1 / sigma]])
    _, rows, units, outside, owned = likelihoods(
        outlines, frames, np.array([2], np.int32)
    )
    assert units.sum() + outside[0] == UNITS
    assert units.tolist() == sorted(units.tolist(), reverse=True)
    by_row = dict(zip(rows.tolist(), units.tolist(), strict=True))
    assert owned[0] == by_row.get(2, 0)
    for row, polygon in enumerate(boxes):
        low_x, low_y, high_x, high_y = polygon.bounds
        exact = (
            (normal_below((high_x - x) / sigma) - normal_below((low_x - x) / sigma))
            * (normal_below((high_y - y) / sigma) - normal_below((low_y - y) / sigma))
        )  # fmt: skip
        assert by_row.get(row, 0) == pytest.approx(exact * UNITS, abs=1.01)
