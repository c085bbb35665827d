"""An area is drawn north up, in its proportions, with the points that lie in it."""

import re

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from layers.pages.outline import MARGIN, SIZE, outline

NUMBER = re.compile(r"-?\d+\.\d")


def pairs_of(path):
    numbers = [float(text) for text in NUMBER.findall(path)]
    return list(zip(numbers[::2], numbers[1::2], strict=True))


def test_north_is_up_and_the_proportions_are_those_on_the_ground():
    drawing = outline(
        shapely.box(120, 30, 120.01, 30.01), [(1, 120, 30.01), (2, 120.01, 30)]
    )
    assert drawing.height == SIZE + 2 * MARGIN
    assert drawing.width == pytest.approx(SIZE * 0.87 + 2 * MARGIN, abs=0.5)
    first, second = drawing.dots
    assert (first.x, first.y) == (MARGIN, MARGIN)
    assert second.x > first.x
    assert second.y > first.y


def test_points_outside_the_drawing_are_left_out():
    box = shapely.box(120, 30, 120.01, 30.01)
    drawing = outline(box, [(1, 120.005, 30.005), (2, 121, 30.005)])
    assert [dot.number for dot in drawing.dots] == [1]


def test_every_part_and_hole_is_a_closed_line():
    whole = shapely.box(0, 0, 0.02, 0.01).difference(
        shapely.box(0.004, 0.004, 0.006, 0.006)
    )
    parts = shapely.union_all([whole, shapely.box(0.03, 0, 0.04, 0.01)])
    drawing = outline(parts)
    assert drawing.path.count("M") == drawing.path.count("Z") == 3


@given(
    st.floats(-60, 60),
    st.floats(-170, 170),
    st.floats(0.0001, 0.5),
    st.floats(0.0001, 0.5),
)
def test_everything_is_drawn_within_the_box(lat, lon, wide, high):
    drawing = outline(shapely.box(lon, lat, lon + wide, lat + high))
    assert max(drawing.width, drawing.height) == pytest.approx(
        SIZE + 2 * MARGIN, abs=0.2
    )
    for x, y in pairs_of(drawing.path):
        assert MARGIN - 0.1 <= x <= drawing.width - MARGIN + 0.1
        assert MARGIN - 0.1 <= y <= drawing.height - MARGIN + 0.1
