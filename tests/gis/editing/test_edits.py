import pytest
from shapely import box

from gis.editing import Workspace
from gis.editing.validation import validate
from gis.errors import EditError
from support.makers.edited_towns import (
    EASTERN,
    WESTERN,
    community_town,
    in_degrees,
    points,
)

ONE, FIVE = f"{WESTERN}001", f"{WESTERN}005"
EAST = f"{EASTERN}002"


@pytest.fixture
def draft():
    return Workspace(community_town())


def edited(draft, name, *values, **options):
    with draft.edit("a test", author="planner") as e:
        answer = getattr(e, name)(*values, **options)
    validate(draft.planar)
    return answer


def at(x, y):
    return tuple(points((x, y))[0])


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("redraw_border", (ONE, f"{WESTERN}002", points((0, 25), (20, 22)))),
        ("transfer", (ONE, f"{WESTERN}002", in_degrees(box(0, 10, 10, 30)))),
        ("merge", ([ONE, f"{WESTERN}002"], ONE)),
        ("move_vertex", (at(20, 20), at(22, 22))),
        ("insert_vertex", (at(20, 10),)),
        ("reparent", (ONE, "C4-02")),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_an_operation_is_done_recorded_and_undone(draft, name, values):
    digest = draft.digest()
    edited(draft, name, *values)
    assert draft.digest() != digest
    assert [o.name for o in draft.steps[0].operations] == [name]
    draft.undo()
    assert draft.digest() == digest


def test_a_corner_is_removed_and_a_border_straightened(draft):
    edited(draft, "insert_vertex", at(20, 10))
    edited(draft, "remove_vertex", at(20, 10))
    edited(draft, "insert_vertex", at(20, 10))
    edited(draft, "straighten", ONE, f"{WESTERN}004", 1.0)
    assert len(draft.planar.polygons[ONE].exterior.coords) == 5


def test_new_grids_get_the_next_number_of_their_community(draft):
    assert edited(draft, "split", FIVE, points((30, 20), (30, 40))) == f"{WESTERN}007"
    ring = in_degrees(box(45, 25, 50, 30))
    assert edited(draft, "carve", EAST, ring) == f"{EASTERN}004"
    assert draft.rows[f"{EASTERN}004"] == {
        "grid_id": f"{EASTERN}004",
        "parent_id": "C4-01",
        "community_id": EASTERN,
        "residents": None,
    }


def test_a_community_border_is_moved_only_by_name(draft):
    line = points((45, 20), (45, 40))
    with pytest.raises(EditError, match="border of a community") as refusal:
        edited(draft, "redraw_border", FIVE, EAST, line)
    assert {FIVE, EAST} & {*refusal.value.grids}
    assert "communities" in refusal.value.remedy
    for values in (([FIVE, EAST], FIVE),):
        with pytest.raises(EditError, match="border of a community"):
            edited(draft, "merge", *values)
    with pytest.raises(EditError, match="border of a community"):
        edited(draft, "transfer", FIVE, EAST, in_degrees(box(35, 25, 45, 35)))
    edited(draft, "redraw_border", FIVE, EAST, line, moves=["communities"])
    edited(draft, "merge", [FIVE, EAST], FIVE, moves=["communities"])


def test_the_outline_is_moved_only_by_name(draft):
    for values in ((at(0, 0), at(1, 1)), (at(0, 20), at(0, 22))):
        with pytest.raises(EditError, match="would move the outline"):
            edited(draft, "move_vertex", *values)
    outline = draft.planar.outline_area()
    edited(draft, "move_vertex", at(0, 0), at(1, 1), moves=["outline"])
    assert draft.planar.outline_area() < outline


def test_figures_are_typed_for_columns_that_are_there(draft):
    edited(draft, "set_figures", ONE, residents=321)
    assert draft.rows[ONE]["residents"] == 321
    for figures in ({"community_id": "x"}, {"height": 3}):
        with pytest.raises(EditError, match="cannot be set as a figure"):
            edited(draft, "set_figures", ONE, **figures)
    with pytest.raises(EditError, match="not in the draft"):
        edited(draft, "set_figures", "nowhere", residents=1)


def test_a_closed_edit_takes_nothing_more(draft):
    with draft.edit("a test", author="planner") as e:
        pass
    assert draft.steps == []
    with pytest.raises(EditError, match="edit is closed"):
        e.reparent(ONE, "C4-02")
