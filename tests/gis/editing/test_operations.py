import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely import box

from gis.editing import PlanarMap
from gis.editing.operations import carve, merge, redraw_border, split, transfer
from gis.editing.validation import validate
from gis.editing.whole_numbers import to_degrees
from gis.errors import EditError
from support.makers.edited_towns import (
    TOWNS,
    drawn_towns,
    in_degrees,
    points,
    square_town,
)


def done(planar, change):
    """The polygons after a change that leaves all valid and no edge unmatched."""
    planar.replace(change)
    validate(planar)
    shapes = np.array(list(planar.polygons.values()))
    assert shapely.coverage_is_valid(shapes)
    return planar.polygons


def is_same(polygon, shape):
    """Whether a grid is a shape in steps, but for rounding."""
    return polygon.symmetric_difference(in_degrees(shape)).area < 1e-12


def redrawn(name, a, b, *line):
    planar = PlanarMap.build(TOWNS[name])
    return done(planar, redraw_border(planar, a, b, points(*line)))


def test_a_border_redrawn_from_end_to_end():
    grids = redrawn("squares", "11", "21", (40, 20), (50, 30), (40, 40))
    wanted = box(20, 20, 40, 40).union(shapely.Polygon([(40, 20), (50, 30), (40, 40)]))
    assert is_same(grids["11"], wanted)


def test_an_end_on_the_border_of_either_grid_slides_along_it():
    grids = redrawn("squares", "11", "21", (48, 20), (35, 40))
    assert is_same(
        grids["11"], shapely.Polygon([(20, 20), (48, 20), (35, 40), (20, 40)])
    )
    assert len(grids["20"].exterior.coords) == len(grids["12"].exterior.coords) == 6


def test_a_part_of_a_border_redrawn_between_two_places_on_it():
    grids = redrawn("squares", "11", "21", (40, 25), (45, 30), (40, 35))
    assert is_same(
        grids["21"],
        box(40, 20, 60, 40).difference(shapely.Polygon([(40, 25), (45, 30), (40, 35)])),
    )


@pytest.mark.parametrize("way", [1, -1])
def test_each_grid_keeps_its_side_however_much_moves(way):
    line = [(22, 20), (22, 40)][::way]
    grids = redrawn("squares", "11", "21", *line)
    assert is_same(grids["11"], box(20, 20, 22, 40))
    assert is_same(grids["21"], box(22, 20, 60, 40))


def test_a_line_that_weaves_over_the_old_border_replaces_it_with_no_corner_left():
    line = [(40, 20), (45, 25), (35, 30), (45, 35), (40, 40)]
    grids = redrawn("squares", "11", "21", *line)
    assert is_same(grids["11"], shapely.Polygon([(20, 20), *line, (20, 40)]))
    assert len(grids["11"].exterior.coords) == 8


def test_an_enclave_passed_over_changes_its_host():
    grids = redrawn("an enclave", "host", "east", (20, 0), (20, 90))
    assert is_same(grids["host"], box(0, 0, 20, 90))
    assert is_same(grids["east"], box(20, 0, 180, 90).difference(box(30, 30, 60, 60)))
    assert is_same(grids["enclave"], box(30, 30, 60, 60))


def test_the_border_of_an_enclave_is_redrawn():
    grids = redrawn("an enclave", "host", "enclave", (60, 30), (75, 45), (60, 60))
    wanted = box(30, 30, 60, 60).union(shapely.Polygon([(60, 30), (75, 45), (60, 60)]))
    assert is_same(grids["enclave"], wanted)
    inward = redrawn("an enclave", "host", "enclave", (60, 30), (50, 45), (60, 60))
    assert inward["enclave"].area < in_degrees(box(30, 30, 60, 60)).area


def test_a_border_in_two_stretches_is_redrawn_on_one_side():
    name = "two that share two borders"
    grids = redrawn(name, "a", "b", (0, 50), (30, 50))
    assert is_same(
        grids["b"],
        shapely.union_all([box(0, 0, 90, 45), box(0, 45, 30, 50)])
        - box(30, 30, 60, 60),
    )
    over = redrawn(name, "a", "b", (0, 80), (90, 80))
    assert is_same(over["a"], box(0, 80, 90, 90))


def test_a_hole_that_touches_the_rim_is_redrawn():
    grids = redrawn(
        "a hole that touches the rim", "a", "b", (30, 20), (40, 30), (30, 40)
    )
    assert is_same(grids["b"], shapely.Polygon([(0, 30), (30, 20), (40, 30), (30, 40)]))


def test_an_end_within_a_metre_of_a_corner_is_that_corner():
    grids = redrawn("squares", "11", "21", (40.05, 20.05), (50, 30), (39.95, 39.95))
    assert len(grids["10"].exterior.coords) == 5
    assert len(grids["11"].exterior.coords) == 6


@given(st.floats(0.2, 0.8), st.floats(-0.05, 0.05))
def test_an_end_on_a_slanted_border_is_on_it_whatever_rounding_says(share, off):
    shapes = {
        "a": in_degrees(shapely.Polygon([(0, 0), (70, 10), (50, 43), (0, 40)])),
        "b": in_degrees(shapely.Polygon([(70, 10), (99, 0), (99, 60), (50, 43)])),
    }
    planar = PlanarMap.build(shapes)
    low, high = np.array([0.0, 0.0]), np.array([70.0, 10.0])
    start = low + share * (high - low) + (0.0, off)
    top = np.array([50.0, 43.0]) * share + (0.0, 40.0 * (1 - share) + off)
    done(planar, redraw_border(planar, "a", "b", points(start, top)))


@pytest.mark.parametrize(
    ("a", "b", "line", "text"),
    [
        ("11", "21", [(40, 20), (30, 50), (40, 40)], "crosses a border"),
        ("11", "21", [(40, 20), (50, 30)], "ends inside a grid"),
        ("11", "21", [(40, 20), (40, 40)], "runs along borders only"),
        ("01", "11", [(20, 20), (-5, 30), (20, 40)], "leaves the town"),
        ("11", "21", [(2, 2), (3, 3)], "crosses a border"),
        ("00", "11", [(20, 20), (30, 30)], "no common border"),
        ("00", "00", [(20, 20), (30, 30)], "no border with itself"),
        ("00", "99", [(20, 20), (30, 30)], "'99' is not in the draft"),
        ("11", "21", [(40, 20)], "two or more corners"),
        ("11", "21", [(40, 20), (40, 20)], "shorter than the clearance"),
    ],
)
def test_a_line_that_is_no_border_of_the_two_is_refused(a, b, line, text):
    planar = PlanarMap.build(square_town())
    with pytest.raises(EditError, match=text) as refusal:
        planar.replace(redraw_border(planar, a, b, points(*line)))
    assert refusal.value.remedy
    validate(planar)


def test_metres_for_degrees_are_refused():
    planar = PlanarMap.build(square_town())
    with pytest.raises(EditError, match="give degrees, not metres"):
        redraw_border(planar, "11", "21", [(507_700.0, 3_356_900.0), (507_800.0, 1.0)])
    with pytest.raises(EditError, match="no lon and lat"):
        split(planar, "11", [(np.nan, 1.0), (1.0, 1.0)], "X")


def test_the_greater_part_of_a_split_keeps_the_id_and_neighbours_get_the_corners():
    planar = PlanarMap.build(square_town())
    grids = done(planar, split(planar, "11", points((15, 28), (45, 28)), "X"))
    assert is_same(grids["X"], box(20, 20, 40, 28))
    assert is_same(grids["11"], box(20, 28, 40, 40))
    assert len(grids["01"].exterior.coords) == 6
    assert grids["01"].equals(square_town()["01"])


def test_a_split_moves_enclaves_to_their_side():
    planar = PlanarMap.build(TOWNS["an enclave"])
    grids = done(planar, split(planar, "host", points((65, 0), (65, 90)), "X"))
    assert is_same(grids["X"], box(65, 0, 90, 90))
    again = done(planar, split(planar, "host", points((20, 0), (20, 90)), "Y"))
    assert is_same(again["Y"], box(0, 0, 20, 90))


def test_a_split_of_one_piece_leaves_the_others():
    planar = PlanarMap.build(TOWNS["a grid in pieces"])
    grids = done(planar, split(planar, "pieces", points((10, 0), (10, 30)), "X"))
    assert is_same(grids["X"], box(0, 0, 10, 30))
    assert shapely.get_num_geometries(grids["pieces"]) == 2


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ([(2, 2), (3, 3)], "misses the grid"),
        ([(25, 15), (25, 30), (30, 15), (35, 30), (35, 45)], "cuts the grid 2 times"),
        ([(20, 20), (20, 40)], "runs along the edge of the grid"),
        ([(30, 30), (30, 45)], "ends inside the grid"),
        ([(30, 30), (35, 35)], "ends inside the grid"),
        ([(30, 20), (30, 70)], "leaves the town"),
        ([(20, 39.999), (40, 39.999)], "less than 0.05 m"),
    ],
)
def test_a_line_that_splits_nothing_is_refused(line, text):
    planar = PlanarMap.build(square_town())
    with pytest.raises(EditError, match=text) as refusal:
        planar.replace(split(planar, "11", points(*line), "X", snap_m=0.001))
    assert {"11", "X"} & {*refusal.value.grids}
    assert refusal.value.place is not None
    validate(planar)


def test_a_market_is_carved_out_in_the_middle_and_at_the_edge():
    planar = PlanarMap.build(square_town())
    ring = points((25, 25), (30, 25), (30, 30), (25, 30))
    grids = done(planar, carve(planar, "11", ring[::-1], "X"))
    assert is_same(grids["X"], box(25, 25, 30, 30))
    ring = points((40, 30), (40, 40), (35, 40), (35, 30))
    grids = done(planar, carve(planar, "11", ring, "Y"))
    assert is_same(grids["Y"], box(35, 30, 40, 40))
    assert planar.neighbours("Y") == {"11", "12", "21"}


@pytest.mark.parametrize(
    ("ring", "text"),
    [
        ([(35, 25), (45, 25), (45, 30)], "crosses a border"),
        ([(20, 20), (40, 20), (40, 40), (20, 40)], "runs along borders only"),
        ([(25, 25), (30, 30), (30, 25), (25, 30)], "crosses itself"),
        ([(25, 20), (30, 20), (30, 40), (25, 40)], "in pieces or none"),
    ],
)
def test_a_ring_that_carves_no_single_piece_is_refused(ring, text):
    planar = PlanarMap.build(square_town())
    with pytest.raises(EditError, match=text):
        planar.replace(carve(planar, "11", points(*ring), "X"))


def test_ground_is_transferred_within_an_area():
    planar = PlanarMap.build(square_town())
    area = in_degrees(box(30, 30, 70, 70))
    grids = done(planar, transfer(planar, "11", "21", area))
    assert is_same(grids["21"], box(40, 20, 60, 40).union(box(30, 30, 40, 40)))
    assert is_same(grids["12"], box(20, 40, 40, 60))
    for shape, text in (
        (box(22, 22, 25, 25), "in pieces"),
        (box(0, 0, 5, 5), "nothing of the giver"),
        (box(0, 0, 70, 70), "all of it"),
    ):
        with pytest.raises(EditError, match=text):
            transfer(planar, "11", "21", in_degrees(shape))


@pytest.mark.parametrize("third", [(15, 30), (15.00003, 30.00004)])
def test_a_piece_of_a_grid_is_transferred_by_its_own_ring(third):
    """A corner put on the ring may be half a unit off the rim."""
    planar = PlanarMap.build(TOWNS["a grid in pieces"])
    ring = points((0, 0), (30, 0), (30, 30), third, (0, 30))
    planar.replace(transfer(planar, "pieces", "between", ring))
    validate(planar)
    assert is_same(planar.polygons["pieces"], box(60, 0, 90, 30))
    assert is_same(planar.polygons["between"], box(0, 0, 60, 30))


def test_a_ring_that_snaps_to_a_line_holds_nothing():
    planar = PlanarMap.build(square_town())
    for ring in (
        [(20, 20), (40, 20), (30, 20.05)],
        [(20, 20), (20.05, 20), (20, 20.05)],
    ):
        with pytest.raises(EditError, match="nothing of the giver"):
            transfer(planar, "11", "21", points(*ring))


@pytest.mark.parametrize("near", [(40.001, 20), (39.999, 20)], ids=["east", "west"])
def test_a_ring_along_corners_a_centimetre_apart_leaves_no_sliver(near):
    border = [(40, 0), (40, 20), near, (60, 40)]
    west = shapely.Polygon([(0, 0), *border, (0, 40)])
    east = shapely.Polygon([*border, (80, 40), (80, 0)])
    for giver, receiver, ring in (
        ("a", "b", [(20, 0), *border, (20, 40)]),
        ("b", "a", [*border, (70, 40), (70, 0)]),
    ):
        planar = PlanarMap.build(
            {"a": in_degrees(west), "b": in_degrees(east)}, clearance_m=0.005
        )
        planar.clearance_m = 0.05
        area = in_degrees(shapely.Polygon(ring))
        grids = done(planar, transfer(planar, giver, receiver, area))
        assert grids[receiver].covers(shapely.Point(area.centroid))
        assert len(planar.keys_between("a", "b")) == 1


def test_a_merger_leaves_no_inner_line():
    planar = PlanarMap.build(square_town())
    grids = done(planar, merge(planar, ["11", "21", "12"], keep="12"))
    assert "11" not in grids
    assert is_same(grids["12"], box(20, 20, 40, 60).union(box(40, 20, 60, 40)))
    assert len(planar.keys_between("12", "12")) == len(planar.keys_of("12"))
    assert all(len(set(arc.faces)) == 2 for arc in planar.arcs.values())
    merged = done(planar, merge(planar, list(grids), keep="00"))
    assert len(planar.arcs) == 1
    assert is_same(merged["00"], box(0, 0, 60, 60))


@pytest.mark.parametrize(
    ("grids", "keep", "text"),
    [
        (["00", "11"], "00", "meet in a corner"),
        (["00", "22"], "00", "meet in a corner or nowhere"),
        (["00"], "00", "name two or more"),
        (["00", "01"], "11", "name two or more"),
    ],
)
def test_grids_that_share_no_border_are_not_merged(grids, keep, text):
    planar = PlanarMap.build(square_town())
    with pytest.raises(EditError, match=text):
        merge(planar, grids, keep)


@given(drawn_towns(min_side=2), st.data())
def test_a_split_merged_again_is_the_grid_of_before(grids, data):
    planar = PlanarMap.build(grids)
    name = data.draw(st.sampled_from(sorted(grids)))
    west, south, east, north = grids[name].bounds
    share = data.draw(st.floats(0.1, 0.9))
    x = west + share * (east - west)
    try:
        change = split(planar, name, [(x, south), (x, north)], "X")
        planar.replace(change)
    except EditError:
        return
    validate(planar)
    parts = planar.polygons[name], planar.polygons["X"]
    assert parts[0].area >= parts[1].area * (1 - 1e-9)
    planar.replace(merge(planar, [name, "X"], keep=name))
    validate(planar)
    assert planar.polygons[name].symmetric_difference(grids[name]).area < 1e-12


@given(drawn_towns(min_side=2), st.data())
def test_a_redrawn_border_leaves_each_grid_its_other_neighbours(grids, data):
    planar = PlanarMap.build(grids)
    pairs = sorted({(a, b) for a in grids for b in planar.neighbours(a) if a < b})
    if not pairs:
        return
    a, b = data.draw(st.sampled_from(pairs))
    arcs = [planar.arcs[key] for key in planar.keys_of(a) + planar.keys_of(b)]
    ends = [
        to_degrees(arc.xy[data.draw(st.integers(0, len(arc.xy) - 1))])
        for arc in (data.draw(st.sampled_from(arcs)), data.draw(st.sampled_from(arcs)))
    ]
    middle = np.mean(ends, axis=0) + data.draw(
        st.tuples(*[st.floats(-0.0005, 0.0005)] * 2)
    )
    others = {n: shape for n, shape in planar.polygons.items() if n not in (a, b)}
    try:
        planar.replace(redraw_border(planar, a, b, [ends[0], middle, ends[1]]))
    except EditError:
        validate(planar)
        return
    validate(planar)
    for name, shape in others.items():
        moved = planar.polygons[name].symmetric_difference(shape).area
        assert moved < 1e-12
    assert planar.keys_between(a, b)
