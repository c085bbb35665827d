"""Nearest points of outlines, against shapely and against the ellipsoid itself."""

import numpy as np
import pyproj
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gis.geodesy import GeodesicRuler, PlanarRuler
from gis.index.edges import rings_of
from gis.index.feet import nearest_feet
from support.makers.strategies import coverages

GEOD = pyproj.Geod(ellps="WGS84")
# an irregular grid near Hangzhou with a hole
GRID = shapely.Polygon(
    [(120.0, 30.0), (120.03, 30.002), (120.025, 30.02), (120.004, 30.018)],
    holes=[[(120.01, 30.008), (120.014, 30.008), (120.012, 30.012)]],
)


def metres_to(ruler, polygons, rows, x, y):
    """Distances to the rings of polygons."""
    places = np.column_stack([x, y])
    rings = rings_of(np.array([*polygons, None], dtype=object)[:-1])
    feet = nearest_feet(rings, np.array(rows, np.int32), places, ruler.scale(x, y))
    return ruler.lengths_m(places, feet)


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
    assert metres_to(GeodesicRuler(), [GRID], [0], lon, lat)[0] == pytest.approx(
        expected,
        abs=0.06,  # the samples lie 0.1 m apart
    )


def test_a_tenth_of_a_metre_is_measured_to_a_millimetre():
    _, lat_north, _ = GEOD.fwd(120.015, 30.0010, 0.0, 0.104)
    edge = shapely.box(120.0, 30.0, 120.03, 30.0010)
    x, y = np.array([120.015]), np.array([lat_north])
    metres = metres_to(GeodesicRuler(), [edge], [0], x, y)
    assert metres[0] == pytest.approx(0.104, abs=1e-6)


@given(coverages(), st.integers(0, 2**32 - 1), st.sampled_from([1.0, 0.3048]))
def test_planar_distance_agrees_with_shapely_in_metres_and_feet(coverage, seed, unit):
    rng = np.random.default_rng(seed)
    rows = rng.integers(0, len(coverage.polygons), 40)
    x, y = rng.uniform(-50, 150, (2, 40))
    boundaries = shapely.boundary(np.array(coverage.polygons)[rows])
    expected = shapely.distance(shapely.points(x, y), boundaries) * unit
    metres = metres_to(PlanarRuler(unit), coverage.polygons, rows, x, y)
    np.testing.assert_allclose(metres, expected, atol=1e-9)


def test_of_edges_equally_near_the_first_counts():
    square = np.array([shapely.Polygon([(0, 0), (2, 0), (2, 2), (0, 2)])])
    row, middle = np.zeros(1, np.int32), np.array([[1.0, 1.0]])
    feet = nearest_feet(rings_of(square), row, middle, np.ones((2, 1)))
    assert feet.tolist() == [[1.0, 0.0]]


def test_edge_without_length_is_a_point():
    doubled = shapely.Polygon([(0, 0), (0, 0), (2, 0), (2, 2)])
    metres = metres_to(PlanarRuler(), [doubled], [0], np.array([-3.0]), np.array([0.0]))
    assert metres.tolist() == [3.0]
