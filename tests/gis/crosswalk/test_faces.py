"""The common refinement: faces, the pairs that they go with, and noise."""

import numpy as np
import pyproj
import pytest
import shapely
from hypothesis import given
from shapely import box

from gis.crosswalk import grid_system
from gis.crosswalk.faces import faces_of
from gis.errors import CoverageError
from support.makers.crosswalks import METRES, lattice_pairs


def rectangles(**bounds):
    return grid_system(bounds, [box(*bound) for bound in bounds.values()])


@given(lattice_pairs())
def test_faces_are_a_coverage_of_all_ground_and_wide_ones_lie_in_their_pair(pair):
    first, second = pair.systems
    try:
        faces = faces_of(first, second, METRES, 1.0)
    except CoverageError:
        return
    assert shapely.coverage_is_valid(faces.polygons)
    ground = shapely.union_all([*first.polygons, *second.polygons])
    for face, owner in zip(faces.polygons, faces.owner.tolist(), strict=True):
        if 2.0 * face.area >= 1.001 * face.length:
            for row, system in zip(
                faces.pairs[owner].tolist(), (first, second), strict=True
            ):
                middle = face.point_on_surface()
                holding = np.flatnonzero(shapely.intersects(system.polygons, middle))
                assert holding.tolist() == ([] if row < 0 else [row])
    lost = ground.difference(shapely.union_all(faces.polygons))
    # only noise that touches nothing wide is left out
    assert all(2.0 * p.area <= 1.001 * p.length for p in shapely.get_parts(lost))


def test_sliver_goes_with_the_neighbour_of_the_longest_border():
    sources = rectangles(A=(0, 0, 50, 90), B=(50, 0, 99, 90))
    targets = rectangles(P=(0, 0, 50.4, 90), Q=(50.4, 0, 99, 90))
    faces = faces_of(sources, targets, METRES, 1.0)
    assert faces.pairs.tolist() == [[0, 0], [1, 1]]
    areas = np.bincount(faces.owner, shapely.area(faces.polygons))
    assert areas.sum() == pytest.approx(99 * 90)
    assert faces.borders == {(0, 1): 90.0}
    # noise is no ground of the pair
    assert faces.pair_m2.sum() == pytest.approx(98.6 * 90, rel=1e-6)


def test_corners_are_those_that_a_store_keeps():
    degrees = pyproj.CRS(4490)
    slant = shapely.Polygon([(120, 30), (120.0123, 30), (120.0071, 30.01)])
    faces = faces_of(
        grid_system(["A"], [slant]),
        grid_system(["P"], [box(120.003, 29.99, 120.02, 30.0033)]),
        degrees,
        1.0,
    )
    xy = shapely.get_coordinates(faces.polygons)
    assert np.abs(xy - np.round(xy, 9)).max() < 1e-12
    assert len(faces.pairs) == 3


def test_ground_of_nothing_but_noise_is_refused():
    thread = rectangles(A=(0, 0, 0.5, 90))
    with pytest.raises(CoverageError, match=r"narrower than 1\.0 m"):
        faces_of(thread, thread, METRES, 1.0)
