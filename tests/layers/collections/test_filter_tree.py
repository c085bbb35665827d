"""Trees of filters: how deep, how flat, and their geometry."""

import pytest
import shapely

from layers.collections.filter_tree import (
    MOST_CHARACTERS,
    MOST_LEVELS,
    Call,
    Constant,
    FilterError,
    Property,
    box_of,
    day_of,
    join,
    moment_of,
    number_of,
    refuse_long,
    shape_of,
    shapes_of,
    too_deep,
    with_shapes,
)

RING = [[0, 0], [2, 0], [2, 2], [0, 0]]


def test_no_tree_is_deeper_than_may_be():
    node = Constant(True)
    for level in range(1, MOST_LEVELS + 1):
        node = Call("not", (node,))
        assert node.levels == level
    with pytest.raises(FilterError, match="more than 32 levels deep"):
        Call("not", (node,), 7)


def test_conditions_of_one_kind_lie_flat_and_of_others_do_not():
    a, b, c = (Property(name) for name in "abc")
    inner = join("and", [a, b], 1)
    assert join("and", [inner, c], 1).args == (a, b, c)
    assert join("or", [inner, c], 1).args == (inner, c)


def test_where_something_stands_is_no_part_of_what_it_is():
    assert Property("a", 3) == Property("a", "/args/0")
    assert Call("not", (Constant(True, 5),), 1) == Call("not", (Constant(True, 9),), 2)


@pytest.mark.parametrize("number", [float("inf"), float("nan"), 10**400, -(10**400)])
def test_numbers_are_finite(number):
    with pytest.raises(FilterError, match="too large"):
        number_of(number, 1)


@pytest.mark.parametrize(
    "text", ["", "2026-9-1", "20260901", "2026-02-30", "2026-W01-1"]
)
def test_a_day_is_written_one_way(text):
    with pytest.raises(FilterError, match="no day"):
        day_of(text, 1)


@pytest.mark.parametrize(
    "text", ["", "Z", "2026-09-01T08:15:00", "2026-09-01T25:00:00Z"]
)
def test_a_moment_is_of_utc(text):
    with pytest.raises(FilterError, match="no moment"):
        moment_of(text, 1)


@pytest.mark.parametrize(
    "numbers",
    [[], [1, 2, 3], [1, 2, 3, True], [1, 2, 3, "4"]],
)
def test_a_window_is_of_four_finite_numbers(numbers):
    with pytest.raises(FilterError, match="the window is not four finite numbers"):
        box_of(numbers, 1)


@pytest.mark.parametrize(
    ("numbers", "said", "said_zh"),
    [
        (
            [170, -10, -170, 10],
            "the window begins at 170 and ends at -170 on its first axis, expected",
            "窗口的第一轴从 170 到 -170，西不应大于东",
        ),
        (
            [0, 2, 9, 1, 1, 9],
            "the window begins at 2 and ends at 1 on its second axis",
            "窗口的第二轴从 2 到 1，",
        ),
    ],
)
def test_a_window_has_its_least_corner_first(numbers, said, said_zh):
    with pytest.raises(FilterError, match=said) as refused:
        box_of(numbers, 1)
    assert said_zh in refused.value.text_zh


@pytest.mark.parametrize(
    ("kind", "coordinates", "rule"),
    [
        ("GeometryCollection", [], "no type of geometry"),
        ("Point", [], "not two finite numbers"),
        ("Point", [1, 2, 3, 4], "not two finite numbers"),
        ("Point", [1, float("nan")], "not two finite numbers"),
        ("Point", [[1, 2]], "not two finite numbers"),
        ("LineString", [1, 2], "not two finite numbers"),
        ("LineString", [[1, 2]], "too few positions"),
        ("LineString", [[1, 2], [1, 2]], "not valid"),
        ("Polygon", [RING[:3]], "not closed"),
        ("Polygon", [RING[:2]], "not closed"),
        ("Polygon", [RING, [*RING[:3], [1, 0]]], "not closed"),
        ("MultiPolygon", [[RING], [RING[:3]]], "not closed"),
        ("MultiPolygon", [[RING], [RING]], "not valid"),
        ("Polygon", [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]], "not valid"),
    ],
)
def test_a_geometry_is_whole_or_refused(kind, coordinates, rule):
    with pytest.raises(FilterError, match=rule) as caught:
        shape_of(kind, coordinates, "/args/1")
    assert "member /args/1" in str(caught.value)
    assert "/args/1" in caught.value.text_zh


def test_every_geometry_is_brought_elsewhere():
    touching = Call("s_intersects", (Property("geometry"), box_of([0, 1, 2, 3], 1)))
    tree = Call("not", (join("or", [touching, Constant(True)], 1),))
    moved = with_shapes(tree, lambda shape: shapely.transform(shape, lambda xy: xy + 1))
    [before], [after] = shapes_of(tree), shapes_of(moved)
    assert before.geometry.bounds == (0, 1, 2, 3)
    assert after.geometry.bounds == (1, 2, 3, 4)


def test_a_long_filter_is_refused_where_it_is_too_long():
    refuse_long("a" * MOST_CHARACTERS)
    with pytest.raises(FilterError) as caught:
        refuse_long("a" * (MOST_CHARACTERS + 1))
    assert caught.value.place == MOST_CHARACTERS + 1
    assert "4097 characters" in str(caught.value)
    assert "member /:" in str(too_deep(""))
