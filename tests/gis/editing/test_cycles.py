import numpy as np
import pytest
import shapely
from hypothesis import given

from gis.arcs import share_arcs
from gis.editing.cycles import is_within, polygon_of, simple_rings, trace_cycles
from gis.editing.whole_numbers import UNIT, doubled_area
from gis.errors import CoverageError
from support.makers.edited_towns import TOWNS, drawn_towns

SQUARE = np.array([[0, 0], [4, 0], [4, 4], [0, 4], [0, 0]]) * UNIT


def lines_of(topology, row):
    """The arcs of a polygon, each with it on the left, in no order."""
    numbers = {number for ring in topology.areas[row] for number in ring}
    return [
        topology.arcs[n] if n >= 0 else topology.arcs[~n][::-1] for n in sorted(numbers)
    ]


@given(drawn_towns())
def test_grids_come_back_from_their_arcs(grids):
    polygons = list(grids.values())
    topology = share_arcs(np.array(polygons, dtype=object), 9)
    for row, polygon in enumerate(polygons):
        rebuilt = polygon_of(trace_cycles(lines_of(topology, row)))
        assert rebuilt.is_valid
        assert rebuilt.equals(polygon)


@pytest.mark.parametrize("grids", TOWNS.values(), ids=TOWNS)
def test_grids_of_every_difficulty_come_back_from_their_arcs(grids):
    polygons = list(grids.values())
    topology = share_arcs(np.array(polygons, dtype=object), 9)
    for row, polygon in enumerate(polygons):
        rebuilt = polygon_of(trace_cycles(lines_of(topology, row)))
        assert rebuilt.is_valid
        assert rebuilt.equals(polygon)


def test_rings_begin_at_their_lowest_point_whatever_the_order_of_lines():
    lines = [SQUARE[:3], SQUARE[2:]]
    one, other = (polygon_of(trace_cycles(order)) for order in (lines, lines[::-1]))
    assert shapely.to_wkb(one) == shapely.to_wkb(other)
    assert one.exterior.coords[0] == (0.0, 0.0)


def test_pieces_that_touch_are_two_and_a_hole_that_touches_is_one():
    bow = np.array([[0, 0], [2, 0], [2, 2], [0, 0], [-2, 0], [-2, -2], [0, 0]])
    assert [doubled_area(ring) for ring in simple_rings(bow)] == [4, 4]
    loops = [bow[:4], bow[3:]]
    assert len(trace_cycles(loops)) == 2
    assert shapely.get_num_geometries(polygon_of(trace_cycles(loops))) == 2


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        ([SQUARE[:3]], r"ends at \(4.0, 4.0\) where no other begins"),
        ([SQUARE[::-1]], "Nothing is left of an area"),
        ([SQUARE, SQUARE[::-1] + 9 * UNIT], r"hole at \(9.0, 9.0\) lies outside"),
        ([SQUARE[:3], SQUARE[:3], SQUARE[2:]], "do not close to rings"),
    ],
)
def test_lines_that_enclose_no_area_are_refused(lines, text):
    with pytest.raises(CoverageError, match=text):
        polygon_of(trace_cycles(lines))


def test_a_ring_with_all_corners_on_another_is_told_by_its_middles():
    inner = np.array([[0, 0], [4 * UNIT, 0], [4 * UNIT, 4 * UNIT], [0, 0]])
    assert is_within(inner, SQUARE)
    cap = np.array([[2, 0], [4, 0], [4, 4], [2, 0]]) * UNIT
    ring = np.array([[0, 0], [2, 0], [4, 4], [0, 0]]) * UNIT
    assert not is_within(cap[1:], ring)
