"""What cameras see of grids, against areas that are known."""

import math

import geopandas as gpd
import numpy as np
import pytest
import shapely

from gis.geometry import area_m2
from layers.figures.cameras import camera_coverage

WEST = shapely.box(120.00, 30.00, 120.01, 30.01)
EAST = shapely.box(120.01, 30.00, 120.02, 30.01)


def grids(crs: object = 4490) -> gpd.GeoDataFrame:
    frame = gpd.GeoDataFrame({"grid_id": ["W", "E"]}, geometry=[WEST, EAST], crs=4490)
    return frame.to_crs(crs)


def cameras(
    *points: shapely.Point | None, sort: str = "camera", in_home: bool = False
) -> gpd.GeoDataFrame:
    columns = {"sort": [sort] * len(points), "in_home": [in_home] * len(points)}
    shapes = np.array([*points, None], dtype=object)[:-1]
    return gpd.GeoDataFrame(columns, geometry=shapes, crs=4490)


def test_share_is_that_of_a_circle_in_its_grid() -> None:
    coverage = camera_coverage(grids(), cameras(shapely.Point(120.005, 30.005)), 200.0)
    assert coverage["cameras"].tolist() == [1, 0]
    expected = math.pi * 200.0**2 / area_m2([WEST], grids().crs)[0]
    assert coverage["share"].tolist() == [pytest.approx(expected, rel=1e-3), 0.0]


def test_what_two_cameras_see_counts_once() -> None:
    eye = shapely.Point(120.005, 30.005)
    once, twice = (
        camera_coverage(grids(), cameras(*[eye] * count), 200.0) for count in (1, 2)
    )
    assert twice["cameras"].tolist() == [2, 0]
    assert twice["share"].tolist() == once["share"].tolist()


def test_camera_sees_over_the_border_and_stands_on_both_sides_of_it() -> None:
    coverage = camera_coverage(grids(), cameras(shapely.Point(120.01, 30.005)), 200.0)
    assert coverage["cameras"].tolist() == [1, 1]
    west, east = coverage["share"]
    assert west == pytest.approx(east, rel=1e-6)


def test_grid_that_is_seen_whole_has_the_share_one() -> None:
    coverage = camera_coverage(grids(), cameras(shapely.Point(120.005, 30.005)), 5000)
    assert coverage["share"].tolist() == [1.0, 1.0]


@pytest.mark.parametrize(
    "eyes",
    [
        cameras(),
        cameras(None),
        cameras(shapely.Point(120.005, 30.005), sort="sensor"),
        cameras(shapely.Point(120.005, 30.005), in_home=True),
    ],
    ids=["none", "nowhere", "no camera", "in a home"],
)
def test_what_is_no_camera_in_public_sees_nothing(eyes: gpd.GeoDataFrame) -> None:
    coverage = camera_coverage(grids(), eyes, 200.0)
    assert coverage["cameras"].tolist() == [0, 0]
    assert coverage["share"].tolist() == [0.0, 0.0]


def test_figure_is_the_same_for_grids_of_a_map() -> None:
    eyes = cameras(shapely.Point(120.005, 30.005))
    plain, mapped = (camera_coverage(grids(crs), eyes, 300.0) for crs in (4490, 3857))
    assert mapped["cameras"].tolist() == plain["cameras"].tolist()
    assert mapped["share"].to_numpy() == pytest.approx(plain["share"], rel=1e-6)


@pytest.mark.parametrize("radius_m", [0, -1.0, math.nan, math.inf])
def test_radius_that_is_none_is_refused(radius_m: float) -> None:
    with pytest.raises(ValueError, match="give one above 0"):
        camera_coverage(grids(), cameras(), radius_m)
