import numpy as np
import pytest

from gis.editing import Arc
from gis.editing.nodes import check_node, faces_around, spokes_of
from gis.errors import EditError

ORIGIN = (0, 0)


def spoke(x, y, left, right):
    return Arc(np.array([[0, 0], [x, y]]), left, right)


CROSS = [
    spoke(5, 0, "NE", "SE"),
    spoke(0, 5, "NW", "NE"),
    spoke(-5, 0, "SW", "NW"),
    spoke(0, -5, "SE", "SW"),
]


def test_a_corner_of_four_agrees_in_any_order_and_direction():
    check_node(ORIGIN, [CROSS[2], CROSS[0].reversed(), CROSS[3], CROSS[1]])
    headings = [arc.end for arc in spokes_of(ORIGIN, CROSS[::-1])]
    assert headings == [(5, 0), (0, 5), (-5, 0), (0, -5)]


def test_an_arc_changed_for_one_side_only_is_refused_at_its_node():
    wrong = [spoke(5, 0, "NE", "NW"), *CROSS[1:]]
    with pytest.raises(EditError, match="do not agree") as refusal:
        check_node(ORIGIN, wrong)
    assert refusal.value.place == (0.0, 0.0)
    assert refusal.value.grids == ("NW", "SE")


def test_spokes_a_unit_apart_are_told_in_whole_numbers():
    far = 10**9
    near = [spoke(far, 1, "A", "B"), spoke(far, 0, "B", "C"), spoke(-1, 0, "C", "A")]
    check_node(ORIGIN, near)
    swapped = [spoke(far, 0, "A", "B"), spoke(far, 1, "B", "C"), near[2]]
    with pytest.raises(EditError):
        check_node(ORIGIN, swapped)


def test_an_arc_that_comes_back_counts_at_both_ends():
    loop = Arc(np.array([[0, 0], [4, 0], [4, 4], [0, 0]]), "E", "H")
    assert len(spokes_of(ORIGIN, [loop])) == 2
    check_node(ORIGIN, [loop])
    assert faces_around([loop]) == {"E", "H"}
