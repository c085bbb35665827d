import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely import box

from gis.editing import Arc, Change, PlanarMap
from gis.editing.validation import outline_of, validate
from gis.editing.whole_numbers import to_units
from gis.errors import CoverageError, EditError
from support.makers.edited_towns import TOWNS, drawn_towns, place, square_town, town


def state(planar):
    """Digest of the arcs, and the polygons themselves."""
    return planar.digest(), {grid: id(shape) for grid, shape in planar.polygons.items()}


def border(planar, a, b, *steps):
    """A change of the only border of two grids to a line with `a` on the left."""
    [key] = planar.keys_between(a, b)
    return Change((key,), (Arc(to_units(place(steps)), a, b),))


@pytest.mark.parametrize("grids", TOWNS.values(), ids=TOWNS)
def test_a_map_keeps_the_polygons_that_it_was_made_of(grids):
    planar = PlanarMap.build(grids)
    validate(planar)
    assert all(planar.polygons[name] is polygon for name, polygon in grids.items())
    assert all(planar.rebuilt(name).equals(shape) for name, shape in grids.items())
    areas = sum(map(planar.doubled_area, grids))
    assert areas == planar.outline_area() > 0


@given(drawn_towns(), st.data())
def test_a_corner_moved_is_moved_for_all_and_comes_back(grids, data):
    planar = PlanarMap.build(grids)
    before = state(planar)
    node = data.draw(st.sampled_from(planar.nodes()))
    steps = st.integers(-200_000, 200_000)
    moved = node[0] + data.draw(steps), node[1] + data.draw(steps)
    keys = planar.keys_at(node)
    arcs = []
    for arc in map(planar.arcs.__getitem__, keys):
        xy = arc.xy.copy()
        xy[(xy == node).all(axis=1)] = moved
        arcs.append(Arc(xy, *arc.faces))
    try:
        reversal = planar.replace(Change(tuple(keys), tuple(arcs)))
    except EditError:
        assert state(planar) == before
        validate(planar)
        return
    validate(planar)
    shapes = np.array(list(planar.polygons.values()))
    assert shapely.coverage_is_valid(shapes)
    after = state(planar)
    again = planar.restore(reversal)
    assert state(planar) == before
    planar.restore(again)
    assert state(planar) == after


def test_only_grids_on_a_changed_border_are_rebuilt():
    grids = square_town()
    planar = PlanarMap.build(grids)
    change = border(planar, "11", "21", (40, 20), (45, 30), (40, 40))
    planar.replace(change)
    changed = {
        name for name, shape in planar.polygons.items() if shape is not grids[name]
    }
    assert changed == {"11", "21"}
    assert planar.polygons["11"].area > grids["11"].area
    validate(planar)


@pytest.mark.parametrize(
    "line",
    [
        [(40, 20), (70, 30), (40, 40)],
        [(40, 20), (60, 30), (40, 40)],
        [(40, 20), (60, 20), (50, 30), (40, 40)],
        [(40, 20), (50, 40), (50, 20), (40, 40)],
        [(40, 20), (30, 19.99999), (40, 40)],
        [(40, 20), (59.9999, 30), (40, 40)],
        [(40, 20), (45, 30)],
    ],
    ids=["crosses", "touches", "runs along", "itself", "a unit over", "near", "open"],
)
def test_a_refused_change_changes_nothing(line):
    planar = PlanarMap.build(square_town())
    before = state(planar)
    with pytest.raises(EditError) as refusal:
        planar.replace(border(planar, "11", "21", *line))
    assert {"11", "21"} & {*refusal.value.grids}
    assert refusal.value.remedy
    assert state(planar) == before
    validate(planar)


def test_an_arc_changed_for_one_side_only_is_refused():
    planar = PlanarMap.build(square_town())
    [key] = planar.keys_between("11", "21")
    arc = planar.arcs[key]
    for faces in ((arc.left, "12"), ("12", arc.right), arc.faces[::-1]):
        with pytest.raises(EditError, match="do not agree"):
            planar.replace(Change((key,), (Arc(arc.xy, *faces),)))
    validate(planar)


def test_areas_that_do_not_sum_to_the_outline_are_refused():
    planar = PlanarMap.build(square_town())
    change = border(planar, "11", "21", (40, 20), (45, 30), (40, 40))
    planar._areas["11"] = planar.doubled_area("11") + 1
    with pytest.raises(EditError, match="-1 units of area more than the outline"):
        planar.replace(change)


def test_areas_come_back_with_the_polygons():
    planar = PlanarMap.build(square_town())
    areas = {name: planar.doubled_area(name) for name in planar.polygons}
    change = border(planar, "11", "21", (40, 20), (45, 30), (40, 40))
    reversal = planar.replace(change)
    assert planar.doubled_area("11") > areas["11"]
    planar.restore(reversal)
    assert {name: planar.doubled_area(name) for name in areas} == areas


def test_an_arc_left_out_is_refused():
    planar = PlanarMap.build(square_town())
    [key] = planar.keys_between("11", "21")
    with pytest.raises(EditError):
        planar.replace(Change((key,)))
    validate(planar)


def test_an_enclave_that_lands_in_another_grid_needs_its_new_host():
    planar = PlanarMap.build(TOWNS["an enclave"])
    [key] = planar.keys_of("enclave")
    arc = planar.arcs[key]
    moved = arc.xy + to_units([0.009, 0.0])
    with pytest.raises(EditError, match=r"A hole at .* lies outside"):
        planar.replace(Change((key,), (Arc(moved, *arc.faces),)))
    faces = tuple("east" if face == "host" else face for face in arc.faces)
    planar.replace(Change((key,), (Arc(moved, *faces),)))
    validate(planar)
    assert planar.neighbours("enclave") == {"east"}


def test_a_piece_of_the_town_may_not_land_on_another():
    apart = town(a=box(0, 0, 60, 60), b=box(100, 0, 120, 20))
    planar = PlanarMap.build(apart)
    [key] = planar.keys_of("b")
    arc = planar.arcs[key]
    onto = Arc(arc.xy - to_units([0.008, -0.001]), *arc.faces)
    with pytest.raises(EditError, match="outline would lie over a grid") as refusal:
        planar.replace(Change((key,), (onto,)))
    assert refusal.value.grids == ("a", "b")
    beside = Arc(arc.xy - to_units([0.003, 0.0]), *arc.faces)
    planar.replace(Change((key,), (beside,)))
    validate(planar)


def test_an_arc_through_a_node_is_refused():
    planar = PlanarMap.build(square_town(2))
    a = planar.arcs[planar.keys_between("00", "10")[0]].beside("00")
    c = planar.arcs[planar.keys_between("01", "11")[0]].beside("01")
    keys = planar.keys_between("00", "10") + planar.keys_between("01", "11")
    through = Arc(np.concatenate([a.xy, c.xy[1:]]), "00", "10")
    with pytest.raises(EditError, match="passes through a corner"):
        planar.replace(Change(tuple(keys), (through,)))


def test_a_point_is_held_or_beside():
    planar = PlanarMap.build(TOWNS["an enclave"])
    at = [
        tuple(to_units(place(step)).tolist()) for step in ((45, 45), (30, 45), (200, 5))
    ]
    assert planar.faces_over(at[0]) == ({"enclave"}, set())
    assert planar.faces_over(at[1]) == (set(), {"enclave", "host"})
    assert planar.faces_over(at[2]) == (set(), set())


def test_a_town_of_no_grids_or_of_grids_over_each_other_is_refused():
    with pytest.raises(CoverageError, match="no grids"):
        PlanarMap.build({})
    with pytest.raises(CoverageError, match="one side of the border"):
        PlanarMap.build(town(a=box(0, 0, 9, 9), b=box(0, 0, 9, 5)))


def test_coordinates_are_taken_to_nine_decimals():
    fine = shapely.transform(box(0, 0, 1, 1), lambda xy: xy + 1e-10)
    planar = PlanarMap.build({"A": fine})
    assert planar.polygons["A"].bounds == (0.0, 0.0, 1.0, 1.0)


@pytest.mark.real_data
@pytest.mark.parametrize(
    ("name", "parts", "holes"),
    [
        ("chicago/beats.geojson", 1, 0),
        ("chicago/wards_2015.geojson", 3, 3),
        ("hangzhou/zhejiang_counties_gcj02_simplified.geojson", 520, 1),
    ],
)
def test_real_files_are_opened_as_they_are(real_data, name, parts, holes):
    shapes = gpd.read_file(real_data / name).geometry
    planar = PlanarMap.build({f"{row:03}": shape for row, shape in enumerate(shapes)})
    validate(planar)
    assert all(
        planar.polygons[f"{row:03}"] is shape for row, shape in enumerate(shapes)
    )
    outline = shapely.get_parts(outline_of(planar))
    assert len(outline) == parts
    assert sum(len(part.interiors) for part in outline) == holes
