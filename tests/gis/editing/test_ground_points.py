"""Points sorted by grid: whose each is, who touches it, who gets it from outside."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gis.editing.ground_points import NOBODY, GroundPoints, Reach, Snapping
from gis.errors import InvalidLayerError
from gis.geodesy import PlanarRuler
from support.makers.strategies import coverages
from support.oracles.owners import nearest_owner

GRIDS = {"B": shapely.box(0, 0, 1, 1), "D": shapely.box(1, 0, 3, 1)}
REACH = Reach(PlanarRuler(), 2.0)


@given(coverages(), st.integers(0, 2**32 - 1), st.sampled_from([0.0, 1.5, 12.0]))
def test_owners_equal_a_plain_search(coverage, seed, metres):
    x, y = np.random.default_rng(seed).integers(-20, 70, (2, 12)).astype(float)
    grids = dict(zip(coverage.ids, coverage.polygons, strict=True))
    reach = Reach(PlanarRuler(), metres) if metres else None
    points = GroundPoints.locate(grids, x, y, reach)
    names = [None if row == NOBODY else points.ids[row] for row in points.owners]
    assert names == [nearest_owner(*xy, grids, metres) for xy in zip(x, y, strict=True)]
    # each stands once under its owner
    for row in range(len(points.ids)):
        own = points.of_rows(np.array([row]))
        assert own.tolist() == np.flatnonzero(points.owners == row).tolist()


def test_border_points_know_every_grid_that_touches_them():
    points = GroundPoints.locate(GRIDS, np.array([0.5, 1.0, 9.0]), np.full(3, 0.5))
    assert points.edge.tolist() == [1, 2]
    assert points.touching.tolist() == [0, 1]
    assert points.first_touching.tolist() == [0, 2, 2]


def test_rows_of_grids_ascend_and_a_foreign_grid_is_named():
    points = GroundPoints.locate(GRIDS, np.empty(0), np.empty(0))
    assert points.rows_of(["D", "B"]).tolist() == [0, 1]
    assert points.rows_of([]).tolist() == []
    for grid in ("A", "C", "E"):
        with pytest.raises(InvalidLayerError, match=f"'{grid}'"):
            points.rows_of(["B", grid])


def test_nearest_leaves_out_dropped_grids_and_positions_that_are_none():
    snap = Snapping.onto(list(GRIDS.values()), REACH)
    x, y = np.array([0.9, 0.9, 9.0, np.nan]), np.array([1.5, 9.0, 0.5, 0.5])
    rows, metres = snap.nearest(x, y)
    assert rows.tolist() == [0, NOBODY, NOBODY, NOBODY]
    assert metres.tolist() == [0.5, np.inf, np.inf, np.inf]
    rows, metres = snap.nearest(x, y, np.array([True, False, False]))
    assert rows.tolist() == [1, NOBODY, NOBODY, NOBODY]
    assert metres[0] == pytest.approx(0.51, abs=1e-3)
