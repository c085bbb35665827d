"""Coordinates leave in the order of the authority, as pyproj gives them."""

import numpy as np
import pyproj
import pytest
import shapely

from api.service.ogc.crs_names import (
    CRS84,
    EPSG,
    epsg_crs,
    named_crs,
    offered_crs,
)
from gis.crs import datum_of

STORED = datum_of(pyproj.CRS(4490))
PLACE = (120.0812345, 30.3312345)


@pytest.mark.parametrize("code", [4326, 4490, 3857, 4549])
def test_points_are_those_of_pyproj_in_its_own_order(code):
    [moved] = epsg_crs(code).geometry(np.array([shapely.Point(PLACE)]), STORED)
    to = pyproj.Transformer.from_crs(4490, code)  # axes as the authorities have them
    expected = to.transform(*PLACE[::-1])
    assert moved.coords[0] == pytest.approx(expected, abs=5e-5)


def test_crs84_is_lon_then_lat():
    [moved] = named_crs(CRS84).geometry(np.array([shapely.Point(PLACE)]), STORED)
    assert moved.coords[0] == PLACE
    [moved] = epsg_crs(4490).geometry(np.array([shapely.Point(PLACE)]), STORED)
    assert moved.coords[0] == PLACE[::-1]


@pytest.mark.parametrize("code", [4326, 4490, 3857, 4549])
def test_a_window_holds_what_lies_in_it_there(code):
    crs = epsg_crs(code)
    points = shapely.points([[120.01, 30.31], [120.2, 30.31], [120.01, 30.5]])
    moved = shapely.get_coordinates(crs.geometry(points, STORED))
    low, high = moved[0] - 1e-3, moved[0] + 1e-3
    window = crs.window((*low, *high), STORED, shapely.total_bounds(points))
    assert shapely.intersects(window, points).tolist() == [True, False, False]


def test_a_window_that_is_straight_there_is_curved_here():
    crs = epsg_crs(4549)
    around = np.array([118.0, 29.0, 122.0, 32.0])
    corners = (3_300_000, 400_000, 3_400_000, 600_000)
    window = crs.window(corners, STORED, around)
    assert len(window.exterior.coords) > 20


POINTS = [[120.01, 30.31], [120.2, 30.31], [179.9, 30.4], [-179.9, 30.4]]
"""Two in a town, and one on either side of the antimeridian."""
EAST = [False, False, True, True]


@pytest.mark.parametrize(
    ("corners", "expected"),
    [
        ((170, 30, 121, 31), [True] * 4),
        ((170, 30, 120.1, 31), [True, False, True, True]),
        ((120.1, 30, -170, 31), [False, True, True, True]),
        ((121, 30, 119, 31), EAST),
        ((179.95, 30, -179.95, 31), [False] * 4),
        ((179.9, 30.4, -179.9, 30.4), EAST),
        ((180, 30, -170, 31), [False, False, False, True]),
        ((170, 30, -180, 31), [False, False, True, False]),
        ((170, 31.5, 121, 32), [False] * 4),
    ],
)
@pytest.mark.parametrize("name", [CRS84, EPSG.format(code=4490)])
def test_a_window_spans_the_antimeridian(name, corners, expected):
    crs, points = named_crs(name), shapely.points(POINTS)
    if crs.is_north_first:
        corners = (corners[1], corners[0], corners[3], corners[2])
    window = crs.window(corners, STORED, shapely.total_bounds(points))
    is_met = [shapely.intersects(part, points) for part in shapely.get_parts(window)]
    assert np.any(is_met, axis=0).tolist() == expected


@pytest.mark.parametrize("code", [4549, 3857])
@pytest.mark.parametrize(
    ("corners", "expected"),
    [
        ((-180, -90, 180, 90), [True, True]),
        ((0, 0, 180, 89), [True, True]),
        ((170, 30, 120.1, 31), [True, False]),
        ((120.1, 30, -120, 31), [False, True]),
        ((121, 30, 119, 31), [False, False]),
    ],
)
def test_a_wide_window_is_laid_over_a_plane(code, corners, expected):
    plane = epsg_crs(code).datum
    to = pyproj.Transformer.from_crs(4326, code, always_xy=True)
    points = shapely.points(np.column_stack(to.transform(*np.array(POINTS[:2]).T)))
    window = named_crs(CRS84).window(corners, plane, shapely.total_bounds(points))
    is_met = [shapely.intersects(part, points) for part in shapely.get_parts(window)]
    assert np.any([[False, False], *is_met], axis=0).tolist() == expected


def test_a_geometry_comes_back_from_every_crs():
    shape = shapely.Polygon([(120.01, 30.3), (120.2, 30.31), (120.1, 30.5)])
    for name in (CRS84, *(EPSG.format(code=code) for code in (4490, 3857, 4549))):
        crs = named_crs(name)
        [moved] = crs.geometry(np.array([shape]), STORED)
        back = crs.shape(moved, STORED)
        assert back.hausdorff_distance(shape) < 1e-4  # straight there, curved here
        assert back.distance(shapely.Point(120.2, 30.31)) < 1e-8
        assert crs.is_on_earth(moved)


@pytest.mark.parametrize(
    ("name", "point"),
    [
        (CRS84, (181, 0)),
        (CRS84, (0, -91)),
        (EPSG.format(code=4490), (120, 30)),
        (EPSG.format(code=4549), (1e15, 1e15)),
    ],
)
def test_what_is_off_the_earth_is_not_on_it(name, point):
    assert not named_crs(name).is_on_earth(shapely.Point(point))


def test_where_nothing_is_no_metric_crs_is_offered():
    names = offered_crs(STORED, np.full(4, np.nan))
    assert names == (CRS84, *(EPSG.format(code=code) for code in (4326, 4490, 3857)))
