"""Geometry of rows answers as a plain look at each row does, points and polygons."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from layers.collections.shapes import Shapes

whole = st.integers(0, 6)
points = st.builds(shapely.Point, whole, whole)
boxes = st.builds(
    lambda x, y, w, h: shapely.box(x, y, x + w, y + h), *[whole] * 2, *[st.just(2)] * 2
)
triangles = st.builds(
    lambda x, y: shapely.Polygon([(x, y), (x + 3, y), (x, y + 3)]), whole, whole
)


def shapes_of(items):
    return Shapes.of(np.array([*items, None], dtype=object)[:-1])


@given(
    items=st.lists(points | st.none()) | st.lists(boxes | points | st.none()),
    window=boxes | triangles,
    data=st.data(),
)
def test_rows_that_touch_are_those_of_a_plain_look(items, window, data):
    shapes = shapes_of(items)
    wanted = np.array([data.draw(st.booleans()) for _ in items], dtype=bool)
    touching = [item is not None and item.intersects(window) for item in items]
    assert shapes.touches(window).tolist() == touching
    assert shapes.touches(window, wanted).tolist() == [
        touches and is_wanted
        for touches, is_wanted in zip(touching, wanted, strict=True)
    ]
    assert shapes.has_any().tolist() == [item is not None for item in items]


@given(items=st.lists(points | st.none()) | st.lists(boxes | st.none()), data=st.data())
def test_rows_are_taken_and_left_out_as_they_are(items, data):
    shapes = shapes_of(items)
    assert shapes.take(np.arange(len(items))).tolist() == items
    wanted = np.array([data.draw(st.booleans()) for _ in items], dtype=bool)
    rest = shapes.only(wanted)
    assert len(rest) == wanted.sum()
    assert rest.take(np.arange(len(rest))).tolist() == [
        item for item, is_wanted in zip(items, wanted, strict=True) if is_wanted
    ]


def test_bounds_are_those_of_all_rows():
    shapes = shapes_of([shapely.Point(1, 5), None, shapely.Point(3, 2)])
    assert shapes.bounds().tolist() == [1, 2, 3, 5]
    assert np.isnan(Shapes.nowhere(2).bounds()).all()
    assert np.isnan(Shapes.nowhere(0).bounds()).all()


@pytest.mark.parametrize(("items", "nbytes"), [("points", 32), ("boxes", 2 * 112)])
def test_points_take_two_numbers_each(items, nbytes):
    made = {
        "points": shapely.points([[0, 0], [1, 1]]),
        "boxes": [shapely.box(0, 0, 1, 1)] * 2,
    }
    assert shapes_of(made[items]).nbytes == nbytes
