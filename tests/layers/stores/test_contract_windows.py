"""One suite for every store: its grids in a window of two parts, each once."""

import shapely

from layers.collections import CollectionState
from layers.schema.grids import GRIDS


def test_a_window_of_two_parts_has_every_grid_that_meets_one(town):
    grids = town.version_layers(1).grids
    state = CollectionState.last_of([grids], GRIDS)
    west, south, east, north = grids.total_bounds
    step = (east - west) / 6
    for first, last in ((4, 1), (2, 1), (0, 6), (7, -1), (3, 3)):
        window = shapely.GeometryCollection(
            [
                shapely.box(west + first * step, south, 180, north),
                shapely.box(-180, south, west + last * step, north),
            ]
        )
        meets = grids.intersects(window)
        assert state.ids_of(state.choose(window)) == sorted(grids["grid_id"][meets])
    assert state.ids_of(state.choose(shapely.GeometryCollection())) == []
