import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely import box

from gis.editing import PlanarMap
from gis.editing.validation import validate
from gis.editing.vertices import (
    corner_near,
    insert_vertex,
    move_vertex,
    remove_vertex,
    straighten,
)
from gis.editing.whole_numbers import to_units
from gis.errors import EditError
from support.makers.edited_towns import TOWNS, place, points, square_town, town


def at(x, y):
    return tuple(points((x, y))[0])


def test_a_corner_of_four_is_moved_for_all_four():
    planar = PlanarMap.build(square_town())
    planar.replace(move_vertex(planar, at(20.05, 20), at(25, 22)))
    validate(planar)
    corner = at(25, 22)
    holders = {
        name
        for name, shape in planar.polygons.items()
        if corner in shape.exterior.coords
    }
    assert holders == {"00", "01", "10", "11"}


@pytest.mark.parametrize(
    ("old", "new", "text"),
    [
        ((20, 20), (50, 30), "meets another one"),
        ((20, 20), (39.999, 20), r"less than 0\.05 m"),
        ((30, 30), (31, 30), "No corner is within 1 m"),
    ],
    ids=["crosses a border", "too near", "no corner"],
)
def test_a_drag_that_cannot_be_is_refused(old, new, text):
    planar = PlanarMap.build(square_town())
    digest = planar.digest()
    with pytest.raises(EditError, match=text) as refusal:
        planar.replace(move_vertex(planar, at(*old), at(*new)))
    assert refusal.value.place is not None
    assert planar.digest() == digest


def test_metres_for_degrees_are_refused():
    planar = PlanarMap.build(square_town())
    with pytest.raises(EditError, match="give degrees, not metres"):
        move_vertex(planar, at(20, 20), (507_700.0, 3_356_900.0))
    with pytest.raises(EditError, match="give degrees, not metres"):
        insert_vertex(planar, (507_700.0, 3_356_900.0))


def test_a_corner_is_put_on_a_border_and_taken_out_again():
    planar = PlanarMap.build(square_town())
    digest = planar.digest()
    planar.replace(insert_vertex(planar, at(40.05, 30)))
    validate(planar)
    assert at(40, 30) in planar.polygons["11"].exterior.coords
    assert at(40, 30) in planar.polygons["21"].exterior.coords
    planar.replace(remove_vertex(planar, at(40, 30)))
    assert planar.digest() == digest


@pytest.mark.parametrize(
    ("place_", "text"),
    [((30, 30), "No border is within"), ((40, 40), "is there already")],
)
def test_a_corner_needs_a_border_without_one(place_, text):
    planar = PlanarMap.build(square_town())
    with pytest.raises(EditError, match=text):
        insert_vertex(planar, at(*place_))


def test_a_corner_that_borders_meet_in_stays():
    planar = PlanarMap.build(square_town())
    with pytest.raises(EditError, match="Several borders meet") as refusal:
        remove_vertex(planar, at(20, 20))
    assert refusal.value.grids == ("00", "01", "10", "11")


def test_a_ring_loses_its_first_corner_and_keeps_three():
    planar = PlanarMap.build(TOWNS["an enclave"])
    [key] = planar.keys_of("enclave")
    first = planar.arcs[key].start
    planar.replace(remove_vertex(planar, (first[0] / 1e9, first[1] / 1e9)))
    validate(planar)
    assert len(planar.polygons["enclave"].exterior.coords) == 4
    corner = planar.polygons["enclave"].exterior.coords[0]
    with pytest.raises(EditError, match="no more than three"):
        remove_vertex(planar, corner)


def test_a_border_is_straightened_within_its_tolerance():
    wave = [(40, 20 + y) if y % 2 else (40.1, 20 + y) for y in range(1, 20)]
    west = shapely.Polygon([(20, 20), (40, 20), *wave, (40, 40), (20, 40)])
    grids = town(west=west, east=box(20, 20, 60, 40) - west)
    planar = PlanarMap.build(grids)
    planar.replace(straighten(planar, "west", "east", 2.0))
    validate(planar)
    assert len(planar.polygons["west"].exterior.coords) == 5
    assert len(planar.arcs[planar.keys_between("west", "east")[0]].xy) == 2
    with pytest.raises(EditError, match="no corner that is off it"):
        straighten(planar, "west", "east", 2.0)
    with pytest.raises(EditError, match="name two neighbours"):
        straighten(planar, "west", "nowhere", 2.0)
    with pytest.raises(EditError, match="name two neighbours"):
        straighten(planar, "west", "east", 0.0)


@given(st.integers(1, 60), st.floats(0.5, 30.0), st.integers(0, 2**32 - 1))
def test_a_straightened_border_is_no_further_off_than_said(count, metres, seed):
    rng = np.random.default_rng(seed)
    wave = np.column_stack(
        [40 + rng.uniform(-3, 3, count), 20 + np.linspace(0, 20, count + 2)[1:-1]]
    )
    west = shapely.Polygon([(20, 20), (40, 20), *wave, (40, 40), (20, 40)])
    grids = town(west=west, east=box(20, 20, 60, 40) - west)
    planar = PlanarMap.build(grids)
    [key] = planar.keys_between("west", "east")
    old = shapely.LineString(planar.arcs[key].xy * [1.11e-4 * 0.863, 1.11e-4])
    try:
        planar.replace(straighten(planar, "west", "east", metres))
    except EditError:
        return
    validate(planar)
    [key] = planar.keys_between("west", "east")
    new = shapely.LineString(planar.arcs[key].xy * [1.11e-4 * 0.863, 1.11e-4])
    assert shapely.hausdorff_distance(old, new) < metres * 1.01


def test_the_nearest_corner_is_taken():
    planar = PlanarMap.build(square_town())
    [corner] = to_units(place([(20, 20)]))
    assert corner_near(planar, at(20.04, 20.03), 1.0) == tuple(corner.tolist())
