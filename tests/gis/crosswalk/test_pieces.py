"""Pieces of two systems, what is noise, and how grids relate."""

from collections import Counter

import geopandas as gpd
import numpy as np
import pyproj
import pytest
import shapely
from hypothesis import assume, given
from hypothesis import strategies as st
from shapely import MultiPolygon, Polygon, box

from gis.crosswalk import GridSystem, Relation, cross, grid_system
from gis.errors import CoverageError, SettingError
from gis.synthetic import make_x_town
from layers.files import join_parts, read_grids
from support.makers.crosswalks import METRES, lattice_pairs
from support.oracles.plain_crosswalk import plain_crosswalk

LEAST = 0.01


def by_ids(walk):
    """Row of each piece by the ids of its grids, None for outside."""
    names = [(*system.ids, None) for system in (walk.sources, walk.targets)]
    return {(names[0][s], names[1][t]): row for row, (s, t) in enumerate(walk.rows)}


def rectangles(**bounds):
    return grid_system(bounds, [box(*bound) for bound in bounds.values()])


@given(lattice_pairs())
def test_pieces_and_relations_are_those_of_a_recount_by_cells(pair):
    plain = plain_crosswalk(pair.lattice, pair.sources, pair.targets, 1, LEAST)
    walk = cross(*pair.systems, METRES)
    rows = by_ids(walk)
    # what is outside and surely noise need not be a piece
    absent = set(plain.area) - set(rows)
    assert all(None in names and plain.width[names] < 1 for names in absent)
    assert set(rows) <= set(plain.area)
    for names, row in rows.items():
        assert walk.area_m2[row] == pytest.approx(plain.area[names], rel=1e-6)
        assert walk.width_m[row] == pytest.approx(float(plain.width[names]), rel=1e-6)
    assert {names for names, row in rows.items() if walk.counts[row]} == plain.counting
    relations = dict(zip(walk.sources.ids, walk.relations, strict=True))
    assert relations == plain.relations


@given(lattice_pairs())
def test_pieces_are_the_same_from_either_side(pair):
    walk = cross(*pair.systems, METRES)
    back = cross(*pair.systems[::-1], METRES)
    turned = walk.reversed()
    assert turned.rows.tolist() == back.rows.tolist()
    assert turned.area_m2 == pytest.approx(back.area_m2, rel=1e-9)
    assert turned.relations == back.relations
    assert turned.reversed().rows.tolist() == walk.rows.tolist()


@given(lattice_pairs())
def test_pieces_of_a_grid_make_up_the_grid(pair):
    walk = cross(*pair.systems, METRES)
    sums = np.bincount(
        walk.rows[:, 0] + 1, walk.area_m2, minlength=len(walk.sources.ids) + 1
    )
    # but for what is outside and surely noise
    short = walk.source_area_m2 - sums[1:]
    assert (short > -1e-6 * walk.source_area_m2).all()
    assert (short < np.pi / 2 + 1e-6 * walk.source_area_m2).all()


QUARTERS = {
    "1:1": rectangles(A=(0, 0, 100, 100), B=(100, 0, 200, 100)),
    "nests": rectangles(A=(0, 0, 200, 100)),
    "splits": rectangles(A=(0, 0, 50, 100), B=(50, 0, 100, 100), C=(100, 0, 200, 100)),
    "outside": rectangles(A=(900, 0, 999, 100)),
    "conflict": rectangles(A=(0, 0, 50, 100), B=(50, 0, 200, 100)),
}


@pytest.mark.parametrize("word", QUARTERS)
def test_relation_of_the_western_grid(word):
    sources = rectangles(W=(0, 0, 100, 100), X=(100, 0, 200, 100))
    assert cross(sources, QUARTERS[word], METRES).relations[0] == word


@pytest.mark.parametrize(
    ("width", "is_noise"), [(0.999, True), (1.001, False)], ids=["narrow", "wide"]
)
def test_piece_of_less_than_a_metre_is_noise(width, is_noise):
    edge, end = 200.0 + width, 100_000.0
    sources = rectangles(A=(0, 0, 200, end), B=(200, 0, 400, end))
    targets = rectangles(C=(0, 0, edge, end), D=(edge, 0, 400, end))
    walk = cross(sources, targets, METRES)
    row = by_ids(walk)["B", "C"]
    assert walk.is_noise[row] == is_noise
    assert walk.is_small[row] != is_noise
    assert not walk.counts[row]


@pytest.mark.parametrize(("side", "counts"), [(99.0, False), (101.0, True)])
def test_piece_of_a_hundredth_of_either_grid_counts(side, counts):
    large = rectangles(A=(0, 0, 1000, 1000))
    corner = (1000 - side, 900, 2000 - side, 1900)
    walk = cross(large, rectangles(T=corner), METRES)
    row = by_ids(walk)["A", "T"]
    assert walk.counts[row] == counts
    assert walk.is_small[row] != counts
    small = rectangles(T=(1000 - side, 900, 1100 - side, 1000))
    assert cross(large, small, METRES).relations == ("1:1",)


def test_grid_in_pieces_has_one_piece_with_its_target():
    islands = MultiPolygon([box(0, 0, 50, 50), box(100, 0, 150, 50)])
    walk = cross(grid_system(["A"], [islands]), rectangles(T=(0, 0, 150, 50)), METRES)
    assert walk.relations == (Relation.ONE_TO_ONE,)
    assert len(walk.polygons[0].geoms) == 2


def test_narrow_parts_stay_with_a_piece_that_is_wide_elsewhere():
    comb = MultiPolygon([box(0, 0, 60, 60), box(70, 0, 70.1, 60)])
    walk = cross(grid_system(["A"], [comb]), rectangles(T=(0, 0, 80, 60)), METRES)
    row = by_ids(walk)["A", "T"]
    assert not walk.is_noise[row]
    assert walk.area_m2[row] == pytest.approx(3606.0, rel=1e-6)


def test_grid_that_is_narrower_than_noise_and_outside_is_there_all_the_same():
    thread = rectangles(A=(0, 0, 0.1, 5), B=(0.1, 0, 100, 5))
    walk = cross(thread, rectangles(T=(50, 0, 100, 5)), METRES)
    assert by_ids(walk).keys() >= {("A", None), ("B", "T"), ("B", None)}
    assert walk.relations == (Relation.OUTSIDE, Relation.ONE_TO_ONE)


def test_systems_that_do_not_meet_are_outside_each_other():
    walk = cross(rectangles(A=(0, 0, 9, 9)), rectangles(T=(50, 0, 59, 9)), METRES)
    assert walk.rows.tolist() == [[0, -1], [-1, 0]]
    assert not walk.is_shared.any()


def test_areas_in_degrees_are_those_on_the_ellipsoid():
    degrees = pyproj.CRS(4490)
    system = rectangles(A=(120, 30, 120.01, 30.01))
    walk = cross(system, system, degrees)
    area, _ = degrees.get_geod().geometry_area_perimeter(system.polygons[0])
    assert walk.area_m2[0] == pytest.approx(area, rel=1e-6)


def test_invalid_grid_is_refused_with_its_place():
    bow = Polygon([(0, 0), (2, 2), (2, 0), (0, 2)])
    with pytest.raises(CoverageError, match=r"Grid 'A' is not valid .* at 1.0, 1.0"):
        grid_system(["A"], [bow])


@pytest.mark.parametrize(
    ("limits", "word"),
    [
        ({"noise_m": -1.0}, "width of noise is -1.0"),
        ({"noise_m": float("nan")}, "width of noise is nan"),
        ({"least_share": 1.5}, "least share of a piece is 1.5"),
    ],
)
def test_limits_that_are_none_are_refused(limits, word):
    system = rectangles(A=(0, 0, 9, 9))
    with pytest.raises(SettingError, match=word):
        cross(system, system, METRES, **limits)


def system_of(frame, key="grid_id"):
    return grid_system(frame[key], frame.geometry.to_numpy())


@pytest.fixture(scope="module")
def x_town():
    return make_x_town()


@pytest.mark.parametrize(
    ("name", "relations"),
    [("party_building", (7, 3, 1, 13)), ("public_order", (5, 3, 1, 18))],
)
def test_former_systems_of_x_town_lie_to_its_grids_as_they_do(x_town, name, relations):
    former, grids = system_of(x_town.former[name]), system_of(x_town.town.grids)
    walk = cross(former, grids, x_town.town.grids.crs)
    words = Counter(walk.relations)
    kinds = ("1:1", "nests", "splits", "conflict")
    assert tuple(words[kind] for kind in kinds) == relations
    assert sum(words.values()) == len(former.ids)
    assert not walk.is_noise[walk.is_shared].any()


def chicago(folder, name, key):
    """Polygons of one id are parts of one grid."""
    frame = join_parts(read_grids(folder / "chicago" / name, key))
    return gpd.GeoDataFrame(frame)


@pytest.mark.real_data
def test_beats_of_chicago_nest_in_districts(real_data):
    beats = chicago(real_data, "beats.geojson", "beat_num")
    districts = chicago(real_data, "districts.geojson", "dist_num")
    walk = cross(system_of(beats), system_of(districts), beats.crs)
    assert Counter(walk.relations) == {"nests": 274, "1:1": 1}
    assert walk.relations[walk.sources.ids.index("3100")] == "1:1"
    slivers = walk.is_noise & walk.is_shared
    # 99 of less than a square metre, and four long ones of up to 5 mm in width
    assert (slivers & (walk.area_m2 < 1.0)).sum() == 99
    assert slivers.sum() == 103
    assert walk.width_m[slivers].max() < 0.006
    assert walk.is_small.sum() == 2


@pytest.mark.real_data
def test_beat_3100_of_chicago_is_outside_the_wards(real_data):
    beats = chicago(real_data, "beats.geojson", "beat_num")
    wards = chicago(real_data, "wards_2015.geojson", "ward")
    walk = cross(system_of(beats), system_of(wards), beats.crs)
    relations = dict(zip(walk.sources.ids, walk.relations, strict=True))
    outside = [beat for beat, word in relations.items() if word == "outside"]
    assert outside == ["3100"]


def test_order_of_rows_is_of_no_account():
    ids, boxes = ["A", "B"], [box(0, 0, 50, 50), box(50, 0, 100, 50)]
    targets = rectangles(T=(0, 0, 60, 50))
    forward = cross(grid_system(ids, boxes), targets, METRES)
    backward = cross(grid_system(ids[::-1], boxes[::-1]), targets, METRES)
    assert forward.rows.tolist() == backward.rows.tolist()
    assert shapely.equals_exact(forward.polygons, backward.polygons).all()


def test_system_keeps_ids_in_code_order():
    system = grid_system([10, 9], [box(0, 0, 1, 1), box(1, 0, 2, 1)])
    assert isinstance(system, GridSystem)
    assert system.ids == ("10", "9")


@given(st.floats(0.2, 3.0), st.floats(-2.0, 2.0))
def test_turned_strips_have_their_mean_width(width, angle):
    length = 500.0
    mean = width * length / (width + length)
    assume(abs(mean - 1.0) > 1e-6)
    strip = shapely.affinity.rotate(box(0, 0, length, width), 57.0 * angle)
    around = box(*shapely.buffer(strip, 10.0).bounds)
    walk = cross(grid_system(["A"], [strip]), grid_system(["T"], [around]), METRES)
    row = by_ids(walk)["A", "T"]
    assert walk.width_m[row] == pytest.approx(mean, rel=1e-6)
    assert walk.is_noise[row] == (mean < 1.0)
