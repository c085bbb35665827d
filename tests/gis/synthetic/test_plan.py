"""A ground plan is a coverage of its outline by as many grids as were ordered."""

import numpy as np
import pyproj
import pytest
import shapely

from gis.synthetic.plan import (
    PlanSize,
    draw_grids,
    draw_outline,
    draw_streets,
    merge_smallest,
    to_degrees,
)

SIZE = PlanSize(120.08, 30.33, "EPSG:4549", 4e6, 12, 500.0)


def chance(seed=1):
    return np.random.default_rng(seed)


@pytest.fixture(scope="module", params=[1, 2, 3])
def plan(request):
    return draw_grids(SIZE, chance(request.param))


def test_grids_are_a_coverage_of_the_area_that_was_ordered(plan):
    assert len(plan) == SIZE.grids
    assert shapely.is_valid(plan).all()
    assert shapely.coverage_is_valid(plan)
    assert shapely.area(plan).sum() == pytest.approx(SIZE.area_m2, rel=1e-3)


def test_grids_are_connected_and_leave_no_hole(plan):
    assert set(shapely.get_type_id(plan)) == {shapely.GeometryType.POLYGON}
    [town] = shapely.get_parts(shapely.coverage_union_all(plan))
    assert shapely.get_num_interior_rings(town) == 0


def test_degrees_keep_the_coverage_and_lie_around_the_middle(plan):
    degrees = to_degrees(plan, SIZE)
    assert shapely.coverage_is_valid(degrees)
    xy = shapely.get_coordinates(degrees)
    assert (xy == np.round(xy, 9)).all()
    back = pyproj.Transformer.from_crs("EPSG:4490", SIZE.metric_crs, always_xy=True)
    east, north = back.transform(SIZE.lon, SIZE.lat)
    metres = np.column_stack(back.transform(*xy.T)) - (east, north)
    assert np.abs(metres - shapely.get_coordinates(plan)).max() < 1e-3


@pytest.mark.parametrize("area_m2", [1e4, 4e6, 1e9])
def test_outline_has_its_area_around_the_origin(area_m2):
    outline = draw_outline(area_m2, chance())
    assert outline.is_valid
    assert outline.area == pytest.approx(area_m2, rel=1e-12)
    assert outline.contains(shapely.Point(0, 0))


def test_streets_and_canals_cross_the_whole_outline():
    outline = draw_outline(SIZE.area_m2, chance())
    lines = draw_streets(outline, SIZE.block_m, chance(2))
    reach = float(np.abs(outline.bounds).max())
    assert all(line.length >= 2 * reach for line in lines)
    assert sum(line.intersects(outline) for line in lines) >= 6


@pytest.mark.parametrize(
    ("width", "areas"), [(1, [7.0, 38.0]), (3, [27.0, 36.0])], ids=["left", "above"]
)
def test_smallest_face_joins_the_neighbour_along_its_longest_border(width, areas):
    left = shapely.Polygon([(0, 0), (4, 0), (4, 2), (4, 9), (0, 9)])
    smallest = shapely.box(4, 0, 4 + width, 2)
    above = shapely.box(4, 2, 4 + width, 9)
    merged = merge_smallest(np.array([left, smallest, above]), 2)
    assert sorted(shapely.area(merged)) == areas


def test_merging_keeps_the_ground_and_stops_at_the_number():
    x, y = np.mgrid[0:5, 0:4].reshape(2, -1)
    faces = shapely.box(x, y, x + 1, y + 1)
    for count in (20, 7, 1):
        merged = merge_smallest(faces, count)
        assert len(merged) == count
        assert shapely.coverage_is_valid(merged)
        assert shapely.area(merged).sum() == 20.0
