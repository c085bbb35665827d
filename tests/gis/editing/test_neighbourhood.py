import numpy as np
import pytest

from gis.editing import Arc
from gis.editing.neighbourhood import Neighbourhood, Stack, fresh_segments, undirected
from gis.editing.whole_numbers import to_units
from gis.errors import EditError
from support.makers.edited_towns import place


def arc(*steps):
    return Arc(to_units(place(steps)), "A", "B")


def around(added, standing=(), dropped=()):
    stack = Stack.of(added)
    fresh = stack.take(fresh_segments(stack, dropped))
    return Neighbourhood(added, standing, dropped, fresh)


FLAT = arc((0, 0), (50, 0), (100, 0))


def test_segments_of_a_dropped_arc_are_not_fresh_whatever_their_direction():
    bent = arc((100, 0), (50, 0), (20, 10), (0, 0))
    assert fresh_segments(Stack.of([bent]), [FLAT]).tolist() == [False, True, True]
    assert undirected(bent.xy)[0] == undirected(FLAT.xy)[1]


@pytest.mark.parametrize(
    "line",
    [
        [(20, -10), (20, 10)],
        [(20, 0), (20, 10)],
        [(20, 10), (50, 0)],
        [(10, 0), (30, 0)],
        [(50, 0), (60, 20), (80, 20)],
    ],
    ids=["crosses", "ends on a side", "ends on a corner", "runs along", "leaves one"],
)
def test_what_meets_another_arc_but_in_a_node_is_refused(line):
    with pytest.raises(EditError, match="meets another one") as refusal:
        around([arc(*line)], [FLAT]).check_contacts()
    assert refusal.value.place[1] == pytest.approx(30.33, abs=1e-9)
    assert refusal.value.grids == ("A", "B")


def test_arcs_that_end_in_a_common_node_may_meet_there():
    around([arc((100, 0), (120, 10))], [FLAT]).check_contacts()
    ring = arc((0, 0), (-10, 10), (-10, -10), (0, 0))
    around([ring], [FLAT]).check_contacts()


@pytest.mark.parametrize(
    "line",
    [
        [(0, 0), (20, 0), (10, 10), (10, -10)],
        [(0, 0), (20, 0), (20, 10), (20, 0), (40, 0)],
    ],
    ids=["crosses itself", "comes back"],
)
def test_a_line_that_meets_itself_is_refused(line):
    with pytest.raises(EditError, match="meets another one"):
        around([arc(*line)]).check_contacts()


@pytest.mark.parametrize(("off", "is_near"), [(0.004, True), (0.006, False)])
def test_five_centimetres_are_kept(off, is_near):
    near = around([arc((20, off), (30, 20))], [FLAT])
    near.check_contacts()
    if is_near:
        with pytest.raises(EditError, match=r"leaves 0\.044 m between a corner"):
            near.check_clearance(0.05)
    else:
        near.check_clearance(0.05)


def test_a_spike_is_too_near_to_itself():
    spike = around([arc((0, 0), (50, 0), (20, 0.003))])
    with pytest.raises(EditError, match=r"less than 0\.05 m"):
        spike.check_clearance(0.05)


def test_what_was_as_near_before_may_stay():
    corner = arc((20, 0.004), (30, 20))
    noded = arc((0, 0), (10, 0), (50, 0), (100, 0))
    around([noded], [corner], [FLAT]).check_clearance(0.05)
    with pytest.raises(EditError, match=r"less than 0\.05 m"):
        around([noded], [corner]).check_clearance(0.05)


def test_a_far_arc_of_many_corners_changes_nothing():
    x = np.arange(500)
    wave = arc(*np.column_stack([x, 20 + x % 2]).tolist())
    around([arc((20, 5), (30, 5))], [FLAT, wave]).check_contacts()
