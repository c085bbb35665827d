"""Shares of a normal error inside grids against products and integrals of normals."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gis.assignment.shares import (
    UNITS,
    likelihoods,
    outlines_of,
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
