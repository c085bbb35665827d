"""The stretch of a refusal is the drawn side that is nearest to its place."""

import pytest

from gis.editing import PlanarMap, Workspace
from gis.errors import EditError
from layers.editor.stretches import stretch_of
from support.makers.edited_towns import frame, points, square_town

PLANAR = PlanarMap.build(square_town())
LINE = points((0, 10), (10, 10), (10, 30))


def test_a_refusal_that_names_its_stretch_has_that_one():
    error = EditError("no", place=(1.0, 2.0), stretch=[(1.0, 2.0), (3.0, 4.0)])
    assert stretch_of(error, {"line": LINE}, PLANAR) == [[1.0, 2.0], [3.0, 4.0]]


def test_the_side_of_the_line_that_is_nearest_is_at_fault():
    [place] = points((9.5, 25))
    error = EditError("no", place=tuple(place))
    assert stretch_of(error, {"line": LINE}, PLANAR) == LINE[1:]


def test_a_moved_corner_has_the_sides_that_its_borders_would_have():
    old, new, near = points((20, 20), (50, 50), (45, 41))
    error = EditError("no", place=tuple(near))
    stretch = stretch_of(error, {"old": old, "new": new}, PLANAR)
    assert stretch is not None
    assert stretch[1] == new
    assert stretch[0] in points((40, 20), (20, 40), (0, 20), (20, 0))


@pytest.mark.parametrize(
    "operation",
    [None, {}, {"line": "no"}, {"line": []}, {"grids": ["00"], "keep": "00"}],
    ids=str,
)
def test_nothing_drawn_has_no_stretch(operation):
    assert stretch_of(EditError("no", place=(1.0, 2.0)), operation, PLANAR) is None
    assert stretch_of(EditError("no"), {"line": LINE}, PLANAR) is None


def test_a_refusal_of_a_real_line_is_where_it_leaves_its_grids():
    draft = Workspace(frame(square_town()))
    line = points((20, 5), (30, 5), (30, -20), (35, 5), (40, 20))
    with pytest.raises(EditError) as refusal, draft.edit("out", author="p") as e:
        e.redraw_border("00", "10", line)
    stretch = stretch_of(refusal.value, {"line": line}, draft.planar)
    assert stretch is not None
    assert min(y for _, y in stretch) == line[2][1]
