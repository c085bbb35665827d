import itertools

import numpy as np
import pytest
import shapely
from hypothesis import given
from shapely import box

from gis.editing import Arc, Change, PlanarMap
from gis.editing.validation import outline_of, validate
from gis.editing.whole_numbers import to_units
from gis.errors import EditError
from support.makers.edited_towns import TOWNS, drawn_towns, place, square_town, town


def meets_elsewhere(planar):
    """Whether any two arcs meet but in ends of both, by shapely, pair by pair."""
    for one, other in itertools.combinations(planar.arcs.values(), 2):
        common = shapely.LineString(one.xy).intersection(shapely.LineString(other.xy))
        ends = {one.start, one.end} & {other.start, other.end}
        if not set(map(tuple, shapely.get_coordinates(common).tolist())) <= ends:
            return True
    return False


@given(drawn_towns())
def test_a_coverage_is_valid_and_no_two_arcs_meet(grids):
    planar = PlanarMap.build(grids)
    validate(planar)
    assert not meets_elsewhere(planar)
    union = shapely.union_all(list(grids.values()))
    assert outline_of(planar).equals(union)


def broken(planar, key, arc):
    """Exchange an arc without any check."""
    planar._swap((key,), {key + 10_000: arc})
    return planar


def test_sides_that_do_not_agree_are_refused():
    planar = PlanarMap.build(square_town())
    [key] = planar.keys_between("11", "21")
    arc = planar.arcs[key]
    with pytest.raises(EditError, match="do not agree"):
        validate(broken(planar, key, Arc(arc.xy, arc.left, "01")))


def test_an_arc_that_no_polygon_has_is_refused():
    planar = PlanarMap.build(square_town())
    [key] = planar.keys_between("11", "21")
    arc = planar.arcs[key].beside("11")
    bent = to_units(place([(40, 20), (41, 30), (40, 40)]))
    with pytest.raises(EditError, match="other borders than its neighbours"):
        validate(broken(planar, key, Arc(bent, "11", arc.right)))


def test_undo_that_forgets_a_node_is_seen():
    planar = PlanarMap.build(square_town())
    digest = planar.digest()
    [key] = planar.keys_between("11", "21")
    arc = planar.arcs[key]
    noded = np.insert(arc.xy, 1, (arc.xy[0] + arc.xy[1]) // 2, axis=0)
    reversal = planar.replace(Change((key,), (Arc(noded, *arc.faces),)))
    [added] = reversal.drop
    planar.restore(reversal)
    assert planar.digest() == digest
    broken(planar, key, Arc(noded, *arc.faces))
    assert planar.digest() != digest
    assert added != key


def test_grids_over_each_other_and_a_ring_over_itself_are_refused():
    over = town(a=box(0, 0, 30, 30), b=box(20, 10, 50, 20))
    with pytest.raises(EditError, match="no valid polygon"):
        validate(PlanarMap.build(over))


def test_a_corner_of_a_neighbour_on_an_edge_is_no_fault():
    planar = PlanarMap.build(TOWNS["a corner on an edge"])
    validate(planar)
    assert len(planar.polygons["a"].exterior.coords) == 5
    assert len(planar.rebuilt("a").exterior.coords) == 6


def test_wide_coverages_are_summed_without_overflow():
    wide = {"A": box(-60, -40, 60, 40), "B": box(60, -40, 61, 40)}
    planar = PlanarMap.build(wide)
    validate(planar)
    assert planar.outline_area() == 2 * 121 * 80 * 10**18
