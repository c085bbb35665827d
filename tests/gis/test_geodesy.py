"""Metres from points to grids, against the ellipsoid itself."""

import numpy as np
import pyproj
import pytest
import shapely

from gis.geodesy import GeodesicRuler, PlanarRuler, metres_per_degree

GEOD = pyproj.Geod(ellps="WGS84")
# an irregular grid near Hangzhou with a hole
GRID = shapely.Polygon(
    [(120.0, 30.0), (120.03, 30.002), (120.025, 30.02), (120.004, 30.018)],
    holes=[[(120.01, 30.008), (120.014, 30.008), (120.012, 30.012)]],
)


def distance_by_sampling(lon, lat, polygon):
    """Shortest geodesic to one of many points along the rings."""
    rings = shapely.get_rings(polygon)
    dense = shapely.get_coordinates(shapely.segmentize(rings, 1e-6))
    ones = np.ones(len(dense))
    _, _, lengths = GEOD.inv(lon * ones, lat * ones, dense[:, 0], dense[:, 1])
    return lengths.min()


@pytest.mark.parametrize(
    "place",
    [
        pytest.param((120.0351, 30.011), id="east of it"),
        pytest.param((119.999, 29.9995), id="off a corner"),
        pytest.param((120.012, 30.0095), id="in the hole"),
        pytest.param((120.02, 30.01), id="inside"),
    ],
)
def test_geodesic_distance_is_the_shortest_to_any_edge_point(place):
    lon, lat = (np.array([v]) for v in place)
    expected = distance_by_sampling(*place, GRID)
    assert GeodesicRuler().distances_m(lon, lat, GRID)[0] == pytest.approx(
        expected,
        abs=0.06,  # the samples lie 0.1 m apart
    )


def test_a_tenth_of_a_metre_is_measured_to_a_millimetre():
    _, lat_north, _ = GEOD.fwd(120.015, 30.0010, 0.0, 0.104)
    edge = shapely.box(120.0, 30.0, 120.03, 30.0010)
    metres = GeodesicRuler().distances_m(
        np.array([120.015]), np.array([lat_north]), edge
    )
    assert metres[0] == pytest.approx(0.104, abs=1e-6)


@pytest.mark.parametrize("lat", [0.0, 30.33, -41.9, 70.0])
def test_metres_per_degree_agree_with_the_ellipsoid(lat):
    step = 1e-4
    _, _, east = GEOD.inv(10.0, lat, 10.0 + step, lat)
    _, _, north = GEOD.inv(10.0, lat - step / 2, 10.0, lat + step / 2)
    per_lon, per_lat = metres_per_degree(np.array([lat]))[:, 0]
    assert per_lon == pytest.approx(east / step, rel=1e-7)
    assert per_lat == pytest.approx(north / step, rel=1e-7)


@pytest.mark.parametrize("radius_m", [0.5, 100.0, 5000.0])
@pytest.mark.parametrize("lat", [0.0, 30.33, -62.0])
def test_box_holds_every_point_of_the_radius(lat, radius_m):
    halves = GeodesicRuler().box_halves(np.array([lat]), np.array([radius_m]))
    half_lon, half_lat = halves[0]
    azimuths = np.linspace(0, 360, 73)
    lon, to_lat, _ = GEOD.fwd(
        np.full(73, 120.0), np.full(73, lat), azimuths, np.full(73, radius_m)
    )
    assert np.abs(lon - 120.0).max() <= half_lon
    assert np.abs(to_lat - lat).max() <= half_lat


def test_planar_distance_agrees_with_shapely_in_metres_and_feet():
    rng = np.random.default_rng(5)
    polygon = shapely.Polygon(rng.uniform(0, 100, (30, 2))).convex_hull
    x, y = rng.uniform(-50, 150, (2, 500))
    rings = shapely.union_all(shapely.get_rings(polygon))
    expected = shapely.distance(shapely.points(x, y), rings)
    np.testing.assert_allclose(
        PlanarRuler().distances_m(x, y, polygon), expected, atol=1e-9
    )
    np.testing.assert_allclose(
        PlanarRuler(0.3048).distances_m(x, y, polygon), expected * 0.3048, atol=1e-9
    )


def test_many_points_are_measured_in_parts_as_one_by_one(monkeypatch):
    rng = np.random.default_rng(6)
    x, y = 120 + rng.uniform(0, 0.04, (1, 50))[0], 30 + rng.uniform(0, 0.03, 50)
    whole = GeodesicRuler().distances_m(x, y, GRID)
    monkeypatch.setattr("gis.geodesy.CHUNK", 20)
    np.testing.assert_array_equal(GeodesicRuler().distances_m(x, y, GRID), whole)
