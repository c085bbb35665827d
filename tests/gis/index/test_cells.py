import numpy as np
import pytest

from gis.index.cells import make_axis, position

AXES = {
    "around zero": (-1.0, 1.0, 6),
    "longitudes": (113.0, 113.06, 217),
    "from zero": (0.0, 0.3, 7),
    "a few doubles": (120.0, 120.0 + 40 * np.spacing(120.0), 32),
    "wide": (-1e9, 1e9, 1001),
}


@pytest.mark.parametrize("ends", AXES.values(), ids=AXES.keys())
def test_border_is_the_smallest_double_of_its_column(ends):
    first, beyond, count = ends
    axis = make_axis(first, beyond, count)
    for column in range(1, count):
        border = axis.borders[column]
        before = np.nextafter(border, -np.inf)
        assert (
            border >= beyond
            or position(border, axis.origin, axis.scale, count) >= column
        )
        assert position(before, axis.origin, axis.scale, count) < column
