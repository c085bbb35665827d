"""Borders without the corners that no longer bend them."""

import numpy as np
import shapely
from shapely import box

from gis.editing.seams import smooth_seams

LEFT = shapely.Polygon([(0, 0), (100, 0), (101, 50), (100, 100), (0, 100)])
RIGHT = shapely.Polygon([(100, 0), (200, 0), (200, 100), (100, 100), (101, 50)])
CORNERS = shapely.get_coordinates([box(0, 0, 100, 100), box(100, 0, 200, 100)])


def smoothed(parts, corners):
    arrays = [np.array(own, dtype=object) for own in parts]
    return smooth_seams(arrays, np.array(corners, dtype=np.int64))


def test_a_corner_of_the_cutting_goes_from_both_sides():
    [left], [right] = smoothed([[LEFT], [RIGHT]], CORNERS)
    assert left.equals(box(0, 0, 100, 100))
    assert right.equals(box(100, 0, 200, 100))


def test_a_corner_of_the_base_stays():
    parts = smoothed([[LEFT], [RIGHT]], [*CORNERS, (101, 50)])
    assert parts[0][0].equals(LEFT)
    assert parts[1][0].equals(RIGHT)


def test_a_corner_that_bends_the_border_stays():
    bent = shapely.Polygon([(0, 0), (100, 0), (103, 50), (100, 100), (0, 100)])
    [[part]] = smoothed([[bent]], CORNERS)
    assert part.equals(bent)


def test_a_corner_where_three_meet_stays():
    south = box(100, 0, 200, 50)
    north = shapely.Polygon([(100, 50), (200, 50), (200, 100), (100, 100)])
    west = shapely.Polygon([(0, 0), (100, 0), (100, 50), (100, 100), (0, 100)])
    parts = smoothed([[west], [south], [north]], CORNERS)
    assert [100.0, 50.0] in shapely.get_coordinates(parts[0][0]).tolist()


def test_grids_keep_their_parts_and_holes():
    ring = box(0, 0, 90, 90).difference(box(30, 30, 60, 60))
    parts = smoothed([[ring, box(200, 0, 210, 10)], [box(30, 30, 60, 60)], []], CORNERS)
    assert [len(own) for own in parts] == [2, 1, 0]
    assert shapely.union_all(parts[0]).equals(
        shapely.union_all([ring, box(200, 0, 210, 10)])
    )
