import numpy as np
import pytest
from shapely import box

from gis.index import GridIndex, compiling
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


def test_cached_kernels_go_stale_with_any_kernel_source(monkeypatch):
    before = compiling.source_stamp()
    monkeypatch.setattr(compiling, "get_data", lambda package, name: b"edited")
    assert compiling.source_stamp() != before


@pytest.mark.parametrize(
    "shape",
    [box(5, 5, 5, 9), box(5, 5, 9, 5), box(5, 5, 5, 5)],
    ids=["no width", "no height", "a point"],
)
def test_polygons_without_area_have_no_inside(shape):
    index = GridIndex.build(["a"], [shape])
    x, y = (axis.ravel() for axis in np.meshgrid([4.0, 5.0, 7.0], [4.0, 5.0, 7.0]))
    assert 1 not in index.relate_many(x, y)[1]
