"""Rings that break Simple Features are mended, unless that changes a grid."""

import numpy as np
import pyproj
import pytest
import shapely

from gis.coverage import mend_grids
from gis.errors import CoverageError

METRES = pyproj.CRS("+proj=laea +lat_0=0 +lon_0=0 +ellps=GRS80")
DEGREES = pyproj.CRS("EPSG:4490")
TOUCHING = [(0, 0), (90, 0), (90, 50), (60, 20), (40, 50), (90, 50), (90, 90), (0, 90)]


def loop_of(side: float) -> shapely.Polygon:
    """A square of 100 m with a loop of a side where the ring crosses itself."""
    loop = [(100 + side, 40 + side), (100 + side, 40), (100, 40 + side), (100, 100)]
    return shapely.Polygon([(0, 0), (100, 0), (100, 40), *loop, (0, 100)])


def star_of(count: int) -> shapely.Polygon:
    """A star whose edges cross nearly all others."""
    turns = np.arange(count) * (count // 2) % count / count * 2 * np.pi
    return shapely.Polygon(np.column_stack([np.cos(turns), np.sin(turns)]) * 1000)


def test_ring_that_touches_itself_keeps_its_area() -> None:
    [shape], [mending] = mend_grids(["A"], [shapely.Polygon(TOUCHING)], METRES)
    assert shape.is_valid
    areas = (mending.before_m2, mending.after_m2)
    assert areas == pytest.approx((7350.0, 7350.0), rel=1e-6)
    assert mending.to_text() == "mended: 'A': 7,350.0 m2 to 7,350.0 m2"


def test_valid_grids_stay_as_they_are() -> None:
    square = shapely.box(120, 30, 120.1, 30.1)
    shapes, mendings = mend_grids(["A"], [square], DEGREES)
    assert (shapes[0] is square, mendings) == (True, ())


def test_areas_are_those_on_the_ellipsoid() -> None:
    ring = np.array(TOUCHING) / 1e4 + [120, 30]
    _, [mending] = mend_grids(["A"], [shapely.Polygon(ring)], DEGREES)
    geod = pyproj.Geod(ellps="GRS80")
    hole = np.array([(40, 50), (60, 20), (90, 50)]) / 1e4 + [120, 30]
    square = np.array([(0, 0), (90, 0), (90, 90), (0, 90)]) / 1e4 + [120, 30]
    true = sum(
        sign * abs(geod.polygon_area_perimeter(*part.T)[0])
        for sign, part in ((1, square), (-1, hole))
    )
    assert mending.after_m2 == pytest.approx(true, rel=1e-5)


def test_small_loop_is_mended_and_a_great_one_refused() -> None:
    _, [mending] = mend_grids(["A"], [loop_of(1.0)], METRES)
    assert 0 < abs(mending.after_m2 - mending.before_m2) < 10
    with pytest.raises(CoverageError, match=r"'A' would go from .* at most 0\.1%"):
        mend_grids(["A"], [loop_of(20.0)], METRES)


@pytest.mark.parametrize(
    "shape",
    [
        shapely.Polygon([(0, 0), (2, 2), (2, 0), (0, 2)]),
        shapely.Polygon([(0, 0), (1, 1), (0, 0)]),
        shapely.MultiPolygon([shapely.box(0, 0, 9, 9), shapely.box(0, 0, 9, 9)]),
        shapely.Polygon(
            shapely.box(0, 0, 9, 9).exterior, [shapely.box(20, 0, 29, 9).exterior]
        ),
    ],
    ids=["bow-tie", "no area", "doubled", "hole outside"],
)
def test_what_would_become_another_grid_is_refused(shape: shapely.Polygon) -> None:
    with pytest.raises(CoverageError, match="would go from"):
        mend_grids(["A"], [shape], METRES)


def test_lines_that_mending_leaves_are_dropped() -> None:
    spike = [(0, 0), (100, 0), (100, 50), (150, 50), (100, 50), (100, 100), (0, 100)]
    [shape], _ = mend_grids(["A"], [shapely.Polygon(spike)], METRES)
    assert {part.geom_type for part in shapely.get_parts(shape)} == {"Polygon"}
    assert shape.area == 10_000


def test_ring_that_crosses_itself_all_over_is_refused_before_it_is_mended() -> None:
    with pytest.raises(CoverageError, match="'S' cross themselves too often"):
        mend_grids(["A", "S"], [shapely.box(0, 0, 1, 1), star_of(6001)], METRES)
