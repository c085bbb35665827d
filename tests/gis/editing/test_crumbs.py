"""Narrow parts that hang nowhere go to who had them, else to who is around."""

import numpy as np
import pytest
import shapely
from shapely import MultiPolygon, box

from gis.editing.crumbs import without_crumbs
from gis.editing.ground import lay_over
from gis.editing.returned import match_grids
from support.makers.returned_grids import CRS

WEST, EAST = box(120.0, 30.0, 120.01, 30.01), box(120.01, 30.0, 120.02, 30.01)
TOOTH = box(120.005, 30.004, 120.00501, 30.005)
"""About a metre wide, in the middle of A."""


def shapes_of(rows, noise_m, base=None):
    """The shapes of a match by key, and the owners of faces afterwards."""
    returned = match_grids(base or {"A": WEST, "B": EAST}, rows)
    ground = lay_over(returned, CRS)
    owners = ground.sole_holder.copy()
    shapes = without_crumbs(returned, ground, owners, noise_m)
    return {ground.keys[row]: shape for row, shape in shapes.items()}, ground, owners


def rows_with_tooth():
    """B has a tooth of A that touches nothing of it."""
    return [("A", WEST.difference(TOOTH)), ("B", MultiPolygon([EAST, TOOTH]))]


@pytest.mark.parametrize(("noise_m", "counts"), [(2.0, (1, 1)), (0.5, (1, 2))])
def test_a_part_narrower_than_noise_goes_back(noise_m, counts):
    shapes, ground, owners = shapes_of(rows_with_tooth(), noise_m)
    assert tuple(len(shapes[key].parts) for key in "AB") == counts
    sums = np.bincount(owners, ground.area_m2)
    whole = shapely.area([WEST, EAST])
    if noise_m == 2.0:
        assert sums / sums.sum() == pytest.approx(whole / whole.sum(), rel=1e-4)


def test_a_part_that_the_base_had_stays():
    narrow = box(120.03, 30.0, 120.03001, 30.01)
    base = {"A": WEST, "B": MultiPolygon([EAST, narrow])}
    longer = MultiPolygon([box(120.01, 30.0, 120.0201, 30.01), narrow])
    shapes, _, _ = shapes_of([("A", WEST), ("B", longer)], 2.0, base)
    assert shapes["B"].most == len(shapes["B"].parts) == 2
    assert shapes["B"].least_width_m < 2.0
    areas = shapely.area(shapes["B"].parts)
    assert areas[0] > areas[1]
