"""Ground that goes from grid to grid: as much as each gives, from whom to whom."""

import pyproj
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gis.editing.moved_ground import moved_ground

PLANE = pyproj.CRS("+proj=laea")
SIDE = 3
CELLS = [(x, y) for x in range(SIDE) for y in range(SIDE)]
METRES = 1000.0
ids = st.sampled_from(["a", "b", "c", "d"])


def merged(cells):
    """Grids by id from the id of each cell of a kilometre."""
    squares = {}
    for (x, y), grid in cells.items():
        box = shapely.box(x * METRES, y * METRES, (x + 1) * METRES, (y + 1) * METRES)
        squares.setdefault(grid, []).append(box)
    return {grid: shapely.union_all(boxes) for grid, boxes in squares.items()}


@given(
    st.fixed_dictionaries(dict.fromkeys(CELLS, ids)),
    st.fixed_dictionaries(dict.fromkeys(CELLS, ids)),
)
def test_each_cell_goes_from_its_grid_to_its_grid(old, new):
    expected = {}
    for cell in CELLS:
        if old[cell] != new[cell]:
            expected.setdefault((old[cell], new[cell]), set()).add(cell)
    ground = moved_ground(merged(old), merged(new), PLANE)
    assert [(m.from_id, m.to_id) for m in ground] == sorted(expected)
    for piece in ground:
        cells = expected[piece.from_id, piece.to_id]
        size = sum(grid == piece.from_id for grid in old.values())
        assert piece.share == pytest.approx(len(cells) / size, rel=1e-6)
        assert piece.area_m2 == pytest.approx(len(cells) * METRES**2, rel=1e-6)
        same = merged(dict.fromkeys(cells, "x"))["x"]
        assert shapely.area(piece.geometry ^ same) < 1.0


def test_what_is_thinner_than_rounding_leaves_is_no_ground():
    west, east = shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)
    moved = {"a": shapely.box(0, 0, 1.0005, 1), "b": shapely.box(1.0005, 0, 2, 1)}
    assert moved_ground({"a": west, "b": east}, moved, PLANE) == ()


def test_nothing_moves_where_nothing_changes():
    assert moved_ground({}, {}, PLANE) == ()
    square = {"a": shapely.box(0, 0, 1, 1)}
    assert moved_ground(square, square, PLANE) == ()
