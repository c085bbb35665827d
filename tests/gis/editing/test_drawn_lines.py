import numpy as np
import pytest
import shapely

from gis.editing import PlanarMap
from gis.editing.drawn_lines import (
    line_units,
    overlay_of,
    ring_units,
    snap_ends,
    snap_ring,
    whole_pieces,
)
from gis.editing.whole_numbers import doubled_area, to_units
from gis.errors import EditError
from support.makers.edited_towns import TOWNS, in_degrees, place, points

SQUARES = PlanarMap.build(TOWNS["squares"])


def test_a_line_may_be_a_list_an_array_or_a_shape():
    steps = [(0, 0), (10, 0), (10, 10)]
    wanted = to_units(place(steps)).tolist()
    for line in (points(*steps), place(steps), shapely.LineString(place(steps))):
        assert line_units(line, SQUARES).tolist() == wanted


def test_corners_that_nobody_could_tell_apart_are_left_out_but_not_the_end():
    line = points((0, 0), (0.001, 0), (10, 0), (20, 0), (20.001, 0))
    wanted = points((0, 0), (10, 0), (20.001, 0))
    assert line_units(line, SQUARES).tolist() == to_units(wanted).tolist()


def test_corners_of_borders_stay_however_near():
    overlay = overlay_of(SQUARES, ["11"])
    line = points((20, 19.999), (20, 20), (20, 20.001), (20, 30))
    corners = points((20, 19.999), (20, 20), (20, 30))
    assert line_units(line, SQUARES, overlay).tolist() == to_units(corners).tolist()
    assert len(line_units(line, SQUARES)) == 2


def test_a_ring_is_closed_and_anticlockwise_whatever_it_was():
    overlay = overlay_of(SQUARES, ["11"])
    ring = points((0, 0), (0, 10), (10, 10), (10, 0))
    for way in (ring, ring[::-1], [*ring, ring[0]]):
        units = ring_units(way, SQUARES, overlay)
        assert doubled_area(units) > 0
        assert len(units) == 5
    polygon = in_degrees(shapely.box(0, 0, 10, 10))
    assert len(ring_units(polygon, SQUARES, overlay)) == 5


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ([(507_700.0, 3_356_900.0)] * 2, "give degrees, not metres"),
        ([(120.0, np.inf), (120.0, 30.0)], "no lon and lat"),
        ([1.0, 2.0], r"shape \(2,\)"),
        ([(120.0, 30.0, 1.0)] * 2, r"shape \(2, 3\)"),
        ([(120.0, 30.0)] * 3, "shorter than the clearance"),
    ],
)
def test_what_is_no_line_is_refused(line, text):
    with pytest.raises(EditError, match=text):
        line_units(line, SQUARES)


def test_a_line_that_crosses_itself_is_refused():
    overlay = overlay_of(SQUARES, ["11"])
    bow = to_units(points((20, 20), (30, 30), (30, 20), (20, 30)))
    with pytest.raises(EditError, match="crosses itself"):
        snap_ends(overlay, bow, 1.0)
    with pytest.raises(EditError, match="crosses itself"):
        ring_units(points((20, 20), (30, 30), (30, 20), (20, 30)), SQUARES, overlay)


def test_ends_of_lines_and_all_corners_of_rings_snap():
    overlay = overlay_of(SQUARES, ["11"])
    line = to_units(points((20.05, 20), (30, 20.05), (40, 40.05)))
    snapped = snap_ends(overlay, line, 1.0)
    assert snapped.tolist() == [
        to_units(points((20, 20)))[0].tolist(),
        line[1].tolist(),
        to_units(points((40, 40)))[0].tolist(),
    ]
    assert snap_ring(overlay, line, 1.0)[1].tolist() == (
        to_units(points((30, 20)))[0].tolist()
    )


def test_pieces_of_a_line_within_two_grids_are_whole():
    overlay = overlay_of(SQUARES, ["11", "21"])
    line = to_units(points((20, 30), (60, 30)))
    pieces = whole_pieces(SQUARES, overlay, line, ["11", "21"])
    assert [piece.grid for piece in pieces] == ["11", "21"]
