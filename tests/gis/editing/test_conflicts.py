"""A conflict says what, whose, how large, where and what to do."""

import numpy as np
import pytest
from shapely import box

from gis.editing.conflicts import REMEDIES, conflict_over
from gis.editing.ground import lay_over
from gis.editing.returned import match_grids
from support.makers.returned_grids import CRS

WEST, EAST = box(120.0, 30.0, 120.01, 30.01), box(120.01, 30.0, 120.02, 30.01)


@pytest.mark.parametrize("kind", [*REMEDIES])
def test_conflict_has_its_place_and_remedy(kind):
    base = {"A": WEST, "B": EAST}
    ground = lay_over(match_grids(base, [*base.items()]), CRS)
    polygon = np.array([EAST], dtype=object)
    conflict = conflict_over(kind, ("A", "B"), polygon, (1234.56, 0.5), ground)
    assert (120.01 < conflict.lon < 120.02, 30.0 < conflict.lat < 30.01) == (True, True)
    start = f"{kind}: 'A', 'B': 1,234.6 m2, mean width 0.500 m, at (120.0"
    assert conflict.to_text().startswith(start)
    assert conflict.to_text().endswith(f"; {REMEDIES[kind]}")
