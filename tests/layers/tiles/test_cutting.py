"""Shapes cut into tiles, against each tile by itself."""

import numpy as np
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gis.coverage.snapping import snap_coverage
from layers.tiles.cutting import cut_shapes
from layers.tiles.matrix import BUFFER, CUTS
from support.makers.strategies import coverages
from support.oracles.vector_tiles import window

ZOOM = 3


def town(coverage, scale, x, y):
    shapes = [shapely.transform(p, lambda xy: xy * scale + (x, y)) for p in coverage]
    return snap_coverage(np.array(shapes, dtype=object), CUTS)


towns = st.builds(
    town,
    coverages().map(lambda coverage: coverage.polygons),
    st.sampled_from([3, 61.3, 400]),
    st.integers(0, 20_000),
    st.integers(0, 20_000),
)


@given(towns)
def test_a_tile_has_what_of_every_shape_lies_in_its_window(shapes):
    pieces = cut_shapes(shapes, ZOOM)
    assert (shapely.get_coordinates(pieces.polygons) % 1 == 0).all()
    places = {}
    for polygon, feature, tile in zip(
        pieces.polygons, pieces.feature.tolist(), pieces.tile.tolist(), strict=True
    ):
        places.setdefault((*tile, feature), []).append(polygon)
    expected = 0
    for column in range(1 << ZOOM):
        for row in range(1 << ZOOM):
            box = window(ZOOM, (1 << ZOOM) - 1 - row, column, BUFFER)
            for feature, shape in enumerate(shapes):
                part = shape & box
                if part.area:
                    expected += 1
                    joined = shapely.union_all(places[column, row, feature])
                    assert shapely.symmetric_difference(joined, part).area == 0
    assert len(places) == expected


@given(towns)
def test_pieces_come_in_order_of_tiles_and_features(shapes):
    pieces = cut_shapes(shapes, ZOOM)
    rows = np.column_stack([pieces.tile, pieces.feature]).tolist()
    assert rows == sorted(rows)


def test_outer_rings_run_clockwise_and_holes_the_other_way():
    ring = shapely.box(0, 0, 90, 90) - shapely.box(30, 30, 60, 60)
    [polygon] = cut_shapes(np.array([ring]), 0).polygons
    assert not polygon.exterior.is_ccw
    assert polygon.interiors[0].is_ccw


def test_a_shape_of_many_tiles_is_whole_in_those_inside_it():
    shape = shapely.box(100, 100, 30_000, 30_000)
    pieces = cut_shapes(snap_coverage(np.array([shape]), CUTS), ZOOM)
    inside = (pieces.tile > 0).all(axis=1) & (pieces.tile < 7).all(axis=1)
    assert inside.sum() == 36
    assert (shapely.area(pieces.polygons[inside]) == (4096 + 2 * BUFFER) ** 2).all()


def test_nothing_lies_beyond_the_world():
    shape = shapely.box(-200, -200, 4200, 4200)
    assert cut_shapes(np.array([shape]), 0).tile.tolist() == [[0, 0]]
