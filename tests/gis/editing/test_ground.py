"""Ground of a base and of what came back, laid over each other."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from shapely import box

from gis.coverage import certify
from gis.editing.ground import NOBODY, lay_over
from gis.editing.reconciliation import reconcile
from gis.editing.returned import match_grids
from support.makers.returned_grids import CRS, redrawn_coverages
from support.oracles.plain_return import plain_disputes

WEST, EAST = box(120.0, 30.0, 120.01, 30.01), box(120.01, 30.0, 120.02, 30.01)


@given(redrawn_coverages())
def test_faces_in_dispute_are_those_of_plain_differences(drawn):
    base, rows = drawn
    match = match_grids(base, rows)
    ground = lay_over(match, CRS)
    areas = shapely.area(ground.faces) / 1e18
    is_gap = ground.holder_counts == 0
    is_overlap = ground.holder_counts > 1
    is_beyond = (ground.holder_counts == 1) & (ground.base == NOBODY)
    plain = plain_disputes(base, dict(match.polygons))
    # edges are bent by half a unit of 1e-9 degree, over less than half a degree
    for kind, faces in (
        ("gap", is_gap),
        ("overlap", is_overlap),
        ("beyond", is_beyond),
    ):
        assert areas[faces].sum() == pytest.approx(plain[kind], abs=5e-10)
    assert (ground.is_disputed == (is_gap | is_overlap | is_beyond)).all()


@given(redrawn_coverages())
def test_borders_of_a_face_are_its_perimeter(drawn):
    ground = lay_over(match_grids(*drawn), CRS)
    if not len(ground.faces):
        return
    pairs, lengths = ground.borders
    scale = ground._x_scale
    squeezed = shapely.transform(ground.faces, lambda xy: xy * (scale, 1.0))
    sums = np.bincount(pairs[pairs[:, 0] != NOBODY, 0], lengths)
    assert sums == pytest.approx(shapely.length(squeezed), rel=1e-9)
    assert (pairs[:, 0] != NOBODY).all()


def test_nothing_is_laid_over_where_nothing_changed():
    match = match_grids({"A": WEST, "B": EAST}, [("A", WEST), ("B", EAST)])
    ground = lay_over(match, CRS)
    assert (len(ground.faces), ground.keys) == (0, ())


def test_holders_and_base_of_each_face():
    drawn = box(120.01, 30.0, 120.015, 30.01), box(120.014, 30.0, 120.02, 30.01)
    match = match_grids(
        {"A": WEST, "B": EAST}, [("A", WEST), ("B", drawn[0]), ("C", drawn[1])]
    )
    ground = lay_over(match, CRS)
    holders = {
        tuple(ground.keys[row] for row in ground.holders_of(face))
        for face in range(len(ground.faces))
    }
    assert holders == {("A",), ("B",), ("C",), ("B", "C")}
    assert {ground.base_ids[row] for row in ground.base} == {"A", "B"}
    assert ground.area_m2.sum() == pytest.approx(2 * 965_000 * 1.108, rel=0.01)


def polygon(*corners):
    return shapely.Polygon(corners)


def test_a_face_between_an_edge_and_where_it_was_bent_has_a_base():
    """Drawn by chance: a face of half a unit that no polygon contains."""
    top = (120.011, 30.011)
    base = {
        "A": polygon((119.997, 29.998), (120.012, 29.997), top, (119.999, 30.011)),
        "B": polygon((120.012, 29.997), (120.017, 29.997), (120.02, 30.012), top),
    }
    west = polygon(
        (119.996997096, 29.997999813),
        (120.012001793, 29.997001978),
        (120.010999509, 30.011001038),
        (119.999000588, 30.010999042),
    )
    east = polygon(
        (120.012000839, 29.996997986),
        (120.016999128, 29.996999927),
        (120.020001108, 30.012000338),
        (120.010999884, 30.011000065),
    )
    match = match_grids(base, [("A", west), ("B", east)])
    polygons = reconcile(match, CRS, is_healed=True).polygons
    assert certify(list(polygons), list(polygons.values()), CRS).is_clean
