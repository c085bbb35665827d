"""Nearest grids and candidates against brute force."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gis.assignment.nearby import Nearby
from gis.geodesy import GeodesicRuler, PlanarRuler
from support.makers.strategies import coverages


def brute_force(polygons, x, y):
    points = shapely.points(x, y)
    return np.round(shapely.distance(points[:, None], np.array(polygons)[None]), 3)


@given(coverages(), st.integers(0, 2**32 - 1), st.sampled_from([0.0, 1.5, 12.0]))
def test_within_equals_brute_force(coverage, seed, radius):
    x, y = np.random.default_rng(seed).integers(-20, 70, (2, 12)).astype(float)
    nearby = Nearby(coverage.polygons, PlanarRuler())
    points, rows, metres = nearby.within_many(x, y, np.full(12, radius))
    expected = brute_force(coverage.polygons, x, y)
    want = {(p, r): expected[p, r] for p, r in np.argwhere(expected <= radius).tolist()}
    got = dict(
        zip(zip(points.tolist(), rows.tolist(), strict=True), metres, strict=True)
    )
    assert got == want


@given(coverages(), st.integers(0, 2**32 - 1))
def test_nearest_equals_brute_force_with_ties_to_the_lowest_row(coverage, seed):
    x, y = np.random.default_rng(seed).integers(-40, 90, (2, 12)).astype(float)
    rows, metres = Nearby(coverage.polygons, PlanarRuler()).nearest_many(x, y)
    expected = brute_force(coverage.polygons, x, y)
    np.testing.assert_array_equal(metres, expected.min(axis=1))
    np.testing.assert_array_equal(rows, expected.argmin(axis=1))


def test_geodesic_nearest_is_not_the_planar_nearest():
    # at 60 N a degree of lon is half a degree of lat
    east = shapely.box(10.020, 60.0, 10.030, 60.001)
    north = shapely.box(10.0, 60.012, 10.001, 60.013)
    nearby = Nearby([east, north], GeodesicRuler())
    rows, _ = nearby.nearest_many(np.array([10.0005]), np.array([60.0]))
    assert rows.tolist() == [0]


def test_candidates_come_nearest_first(s_town):
    grids = s_town.grids.sort_values("grid_id")
    nearby = Nearby(list(grids.geometry), GeodesicRuler())
    x, y = np.array([120.08, 120.09]), np.array([30.33, 30.34])
    points, _, metres = nearby.within_many(x, y, np.array([800.0, 800.0]))
    assert set(points.tolist()) == {0, 1}
    for point in (0, 1):
        mine = metres[points == point]
        assert mine[0] == 0
        assert (np.diff(mine) >= 0).all()


@pytest.mark.parametrize("lon", [-60.0, 179.9, 0.0])
def test_antipodes_still_have_a_nearest_grid(lon):
    nearby = Nearby([shapely.box(120, 30, 120.01, 30.01)], GeodesicRuler())
    rows, metres = nearby.nearest_many(np.array([lon]), np.array([-30.0]))
    assert rows.tolist() == [0]
    assert metres[0] > 5e6
