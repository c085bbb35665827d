import numpy as np
import pytest
import shapely

from gis.editing import Arc
from gis.editing.arc_checks import (
    check_arc,
    check_once,
    check_valid,
    moved_grids,
    refuse,
)
from gis.errors import EditError

LINE = np.array([[0, 0], [1, 0], [2, 0]])


@pytest.mark.parametrize(
    ("arc", "text"),
    [
        (Arc(LINE[[0, 0, 1]], "A", "B"), "two corners in one place"),
        (Arc(LINE[:1], "A", "B"), "two corners in one place"),
        (Arc(LINE * 500_000 * 10**9, "A", "B"), "give degrees, not metres"),
        (Arc(LINE, "A", "A"), "one grid on both sides"),
    ],
)
def test_an_arc_that_is_none_is_refused(arc, text):
    with pytest.raises(EditError, match=text):
        check_arc(arc)


def test_a_segment_twice_is_refused():
    with pytest.raises(EditError, match="runs twice"):
        check_once([Arc(LINE, "A", "B"), Arc(LINE[1::-1], "B", "C")])
    check_once([Arc(LINE[:2], "A", "B"), Arc(LINE[1:], "B", "C")])


def test_an_invalid_polygon_is_refused_with_its_place():
    bow = shapely.Polygon([(0, 0), (2, 2), (2, 0), (0, 2)])
    with pytest.raises(EditError, match="no valid polygon") as refusal:
        check_valid("G", bow)
    assert (refusal.value.grids, refusal.value.place) == (("G",), (1.0, 1.0))


def test_a_border_cut_in_two_or_given_a_new_neighbour_moves_no_other_grid():
    whole = [Arc(LINE, "A", "B")]
    assert (
        moved_grids(whole, [Arc(LINE[:2], "A", "B"), Arc(LINE[1:], "A", "B")]) == set()
    )
    assert moved_grids(whole, [Arc(LINE[::-1], "C", "A")]) == {"B", "C"}
    assert moved_grids(whole, [Arc(LINE[[0, 2]], "A", None)]) == {"A", "B"}


def test_a_refusal_names_grids_place_and_remedy():
    with pytest.raises(EditError) as refusal:
        refuse("It is so", ("B", None, "A"), (5, 10**9), "do otherwise")
    error = refusal.value
    assert (error.grids, error.place, error.remedy) == (
        ("A", "B"),
        (5e-9, 1.0),
        "do otherwise",
    )
    assert str(error) == (
        "It is so at (0.000000005, 1.000000000) (grids 'A', 'B'); do otherwise."
    )
