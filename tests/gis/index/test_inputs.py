"""What enters an index is checked, ordered and named where it is of no use."""

import re
from fractions import Fraction

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gis.errors import CoverageError
from gis.index.inputs import (
    LARGEST,
    SMALLEST_POINT,
    SMALLEST_VERTEX,
    box_about,
    check_radius,
    is_usable,
    ordered_grids,
    point_arrays,
)

SQUARE = shapely.box(0, 0, 1, 1)
coordinates = st.floats(-LARGEST, LARGEST)


@given(st.lists(st.text(max_size=3), unique=True, max_size=8))
def test_ids_come_in_code_order_each_with_its_polygon(ids):
    polygons = [shapely.box(0, 0, 1, 1 + row) for row in range(len(ids))]
    ordered, shapes = ordered_grids(ids, polygons)
    assert list(ordered) == sorted(ids)
    heights = {grid: 1 + row for row, grid in enumerate(ids)}
    assert [shape.bounds[3] for shape in shapes] == [heights[grid] for grid in ordered]


def test_whole_numbers_become_text_before_they_are_ordered():
    ordered, _ = ordered_grids([10, np.int64(9), "1"], [SQUARE] * 3)
    assert ordered == ("1", "10", "9")
    with pytest.raises(CoverageError, match="'1' comes more than once"):
        ordered_grids([1, "1"], [SQUARE] * 2)


@pytest.mark.parametrize("grid_id", [True, 1.0, None, b"G1"], ids=repr)
def test_id_that_is_neither_text_nor_whole_number_is_refused(grid_id):
    with pytest.raises(CoverageError, match="give text or a whole number"):
        ordered_grids([grid_id], [SQUARE])


@pytest.mark.parametrize(
    "value", [LARGEST, -LARGEST, SMALLEST_VERTEX, -SMALLEST_VERTEX, -0.0]
)
def test_coordinate_at_the_end_of_its_range_is_taken(value):
    polygon = shapely.Polygon([(0, 0), (1, 0), (1, value), (0, 2)])
    assert ordered_grids(["a"], [polygon])[0] == ("a",)


@pytest.mark.parametrize(
    "value",
    [np.nextafter(LARGEST, np.inf), np.nextafter(SMALLEST_VERTEX, 0.0), -5e-324],
)
def test_coordinate_beyond_its_range_is_refused_with_its_value(value):
    polygon = shapely.Polygon([(0, 0), (1, 0), (1, value), (0, 2)])
    with pytest.raises(CoverageError, match=f"'a' has the coordinate {value!s}"):
        ordered_grids(["a"], [polygon])


def test_points_become_contiguous_doubles():
    x, y = point_arrays(np.arange(6, dtype=np.int16)[::2], np.zeros(3, np.float32))
    assert x.tolist() == [0.0, 2.0, 4.0]
    for axis in (x, y):
        assert axis.dtype == np.float64
        assert axis.flags.c_contiguous


@pytest.mark.parametrize("shapes", [((2,), (3,)), ((2, 1), (2, 1))])
def test_points_of_two_lengths_or_axes_are_refused(shapes):
    with pytest.raises(ValueError, match=f"x of shape {re.escape(str(shapes[0]))}"):
        point_arrays(*map(np.zeros, shapes))


@given(st.lists(st.floats(), max_size=20))
def test_usable_is_zero_or_within_the_range_of_points(values):
    expected = [v == 0 or SMALLEST_POINT <= abs(v) <= LARGEST for v in values]
    assert is_usable(np.array(values, dtype=np.float64)).tolist() == expected


@given(coordinates, coordinates, st.floats(0, LARGEST))
def test_box_holds_all_within_the_radius_in_exact_arithmetic(x, y, radius):
    minx, miny, maxx, maxy = map(Fraction, box_about(x, y, radius))
    reach = Fraction(radius)
    assert minx <= Fraction(x) - reach
    assert maxx >= Fraction(x) + reach
    assert miny <= Fraction(y) - reach
    assert maxy >= Fraction(y) + reach
    assert maxx - minx <= 2 * reach + Fraction(5 * np.spacing(abs(x) + radius)) * 2


@pytest.mark.parametrize("radius", [-1e-300, np.nan, np.inf])
def test_radius_that_is_negative_or_not_finite_is_refused(radius):
    check_radius(0.0)
    with pytest.raises(ValueError, match="radius"):
        check_radius(radius)
