import numpy as np
import pytest

from gis.editing import Arc
from gis.editing.frozen_borders import check_frozen
from gis.errors import EditError, SettingError

COMMUNITIES = {"A": "1", "B": "1", "C": "2", "D": "2", "X": "2"}


def arc(left, right, *corners):
    return Arc(np.array(corners), left, right)


RIM = arc("A", None, (0, 0), (1000, 300))
INNER = arc("A", "C", (0, 0), (1000, 300))
ON_IT = (500, 150)
ROUNDED = (333, 100)


@pytest.mark.parametrize("border", [RIM, INNER], ids=["outline", "community"])
@pytest.mark.parametrize("corner", [ON_IT, ROUNDED])
def test_a_corner_put_on_a_frozen_border_is_no_move(border, corner):
    start, end = (tuple(at) for at in border.xy.tolist())
    whole = [arc(*border.faces, start, corner, end)]
    halves = [
        arc(*border.faces, start, corner),
        arc(*border.faces, corner, end).reversed(),
    ]
    check_frozen([border], whole, COMMUNITIES)
    check_frozen([border], halves, COMMUNITIES)


@pytest.mark.parametrize(
    ("border", "what"), [(RIM, "the outline"), (INNER, "the border of a community")]
)
def test_a_frozen_border_moved_is_refused_unless_named(border, what):
    moved = [arc(*border.faces, (0, 0), (500, 160), (1000, 300))]
    with pytest.raises(EditError, match=f"would move {what}") as refusal:
        check_frozen([border], moved, COMMUNITIES)
    assert "A" in refusal.value.grids
    word = "outline" if border is RIM else "communities"
    check_frozen([border], moved, COMMUNITIES, [word])
    other = "communities" if border is RIM else "outline"
    with pytest.raises(EditError):
        check_frozen([border], moved, COMMUNITIES, [other])


def test_the_outline_moved_by_one_unit_is_refused():
    straight = arc("A", None, (0, 0), (1000, 0))
    moved = [arc("A", None, (0, 0), (1000, 1))]
    with pytest.raises(EditError, match="would move the outline"):
        check_frozen([straight], moved, COMMUNITIES)
    bent = [arc("A", None, (0, 0), (500, 1), (1000, 0))]
    with pytest.raises(EditError, match="would move the outline"):
        check_frozen([straight], bent, COMMUNITIES)


def test_a_corner_of_the_outline_taken_out_is_refused():
    cornered = arc("A", None, (0, 0), (500, 200), (1000, 300))
    with pytest.raises(EditError, match="would move the outline"):
        check_frozen([cornered], [RIM], COMMUNITIES)


def test_grids_of_one_community_may_share_a_frozen_border_anew():
    check_frozen([INNER], [arc("B", "D", *INNER.xy.tolist())], COMMUNITIES)
    check_frozen([RIM], [arc("C", None, *RIM.xy.tolist())], COMMUNITIES)


def test_ground_that_changes_its_community_is_refused():
    inside = arc("A", "B", (0, 0), (9, 9))
    with pytest.raises(EditError, match="border of a community"):
        check_frozen([inside], [arc("A", "X", (0, 0), (9, 9))], COMMUNITIES)
    with pytest.raises(EditError, match="border of a community"):
        check_frozen([INNER], [], COMMUNITIES)


def test_an_unknown_word_is_refused():
    with pytest.raises(SettingError, match="'everything'"):
        check_frozen([], [], {}, ["everything"])
