import numpy as np
import pytest

from gis.editing import Arc, Change, PlanarMap
from gis.editing.arrangement import Arrangement, tidied
from gis.editing.drawn_lines import overlay_of
from gis.editing.whole_numbers import to_units
from gis.errors import EditError
from support.makers.edited_towns import TOWNS, place, square_town


def arrange(name, grids, *lines):
    planar = PlanarMap.build(TOWNS[name])
    overlay = overlay_of(planar, grids)
    pieces = [
        piece
        for line in lines
        for piece in overlay.pieces(to_units(place(line)))
        if piece.grid is not None
    ]
    return planar, Arrangement(planar, overlay, pieces)


def test_without_lines_each_piece_of_a_grid_is_a_cell():
    _, whole = arrange("a grid in pieces", ["pieces", "between"])
    assert sorted(whole.owners()) == ["between", "pieces", "pieces"]
    assert whole.pieces_of(whole.owners()) == {"between": 1, "pieces": 2}
    assert whole.change(whole.owners()) == Change()


def test_a_line_parts_cells_and_their_areas_sum_to_the_grids():
    planar, cut = arrange("squares", ["11", "21"], [(20, 25), (60, 35)])
    assert sorted(cut.owners()) == ["11", "11", "21", "21"]
    areas = sum(cell.doubled_area for cell in cut.cells)
    both = planar.doubled_area("11") + planar.doubled_area("21")
    assert abs(areas - both) < 1e-6 * both
    left, right = cut.beside_lines()
    assert left | right == {0, 1, 2, 3}
    assert not left & right


def test_cells_given_away_move_their_area_and_lose_their_outer_border():
    _, cut = arrange("squares", ["11", "21"], [(30, 20), (30, 40)])
    owners = ["21"] * len(cut.cells)
    given = [
        cell.grid if cell.rim.xy[:, 0].min() < to_units(place((25, 0)))[0] else "21"
        for cell in cut.cells
    ]
    assert given.count("11") == 1
    assert cut.pieces_of(given) == {"11": 1, "21": 1}
    assert cut.moved_area(given) == pytest.approx(cut.moved_area(owners) / 2)
    # ten steps of about ten metres on either side
    assert cut.lost_border_m(given) == pytest.approx(2 * 96, abs=4)


def test_a_hole_belongs_to_the_cell_around_it():
    _, cut = arrange("an enclave", ["host"], [(20, 0), (20, 90)])
    assert sorted(len(cell.holes) for cell in cut.cells) == [0, 1]


def test_a_line_that_goes_nowhere_has_one_cell_on_both_sides():
    _, cut = arrange("an enclave", ["host"], [(0, 45), (30, 45)])
    left, right = cut.beside_lines()
    assert left == right


def test_arcs_that_only_two_ends_meet_in_are_joined():
    planar = PlanarMap.build(square_town())
    [key] = planar.keys_between("11", "21")
    arc = planar.arcs[key]
    middle = (arc.xy[0] + arc.xy[1]) // 2
    halves = [
        Arc(np.array([arc.xy[0], middle]), *arc.faces),
        Arc(np.array([middle, arc.xy[1]]), *arc.faces).reversed(),
    ]
    change = tidied(planar, Change((key,), tuple(halves)))
    [joined] = change.add
    assert len(joined.xy) == 3
    point = tuple(middle.tolist())
    [plain] = tidied(planar, Change((key,), tuple(halves)), [point]).add
    assert len(plain.xy) == 2


def test_a_corner_where_three_meet_stays_a_node():
    planar = PlanarMap.build(TOWNS["a corner on an edge"])
    [key] = planar.keys_between("b", "c")
    arc = planar.arcs[key]
    bent = Arc(np.insert(arc.xy, 1, arc.xy.sum(axis=0) // 2 + 5, axis=0), *arc.faces)
    assert len(tidied(planar, Change((key,), (bent,))).add) == 1


def test_lines_that_close_nothing_are_refused_as_an_edit():
    planar = PlanarMap.build(TOWNS["squares"])
    overlay = overlay_of(planar, ["11"])
    del overlay.arcs[planar.keys_between("11", "21")[0]]
    with pytest.raises(EditError, match="further from the borders"):
        Arrangement(planar, overlay, [])
