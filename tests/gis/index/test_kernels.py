import numpy as np
import pytest

from gis.index import GridIndex, warm_up
from gis.index.kernels import locate_point, relate_points
from support.makers.hard_points import lattice


@pytest.fixture(scope="module", autouse=True)
def _compiled():
    warm_up()


def numbered(polygons):
    return [f"{row:05}" for row in range(len(polygons))]


def build(polygons):
    return GridIndex.build(numbered(polygons), polygons)


def test_arrays_that_may_not_be_written_need_no_other_kernel():
    index = build(lattice())
    x = np.linspace(0.0, 12.0, 50)
    x.flags.writeable = False
    kernels = len(relate_points.signatures)
    assert (index.locate_many(x, x) == index.locate_many(x.copy(), x.copy())).all()
    assert index.locate(1, np.int64(1)) == index.locate(1.0, 1.0)
    assert len(relate_points.signatures) == kernels == 1
    assert len(locate_point.signatures) == 1
