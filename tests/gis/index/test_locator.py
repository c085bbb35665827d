import itertools

import numpy as np
import pytest
import shapely
from shapely import LineString, MultiPolygon, Point, Polygon, box

from gis.errors import CoverageError
from gis.index import GridIndex, Locator, Relation, RTreeIndex
from support.makers.hard_points import exact_relate

LOCATORS = [RTreeIndex, GridIndex]

SQUARE = box(0, 0, 4, 4)
RING = Polygon([(0, 0), (4, 0), (4, 4), (0, 4)], [[(1, 1), (3, 1), (3, 3), (1, 3)]])
PIECES = MultiPolygon([box(0, 0, 1, 1), box(3, 3, 4, 4)])
TRIANGLE = Polygon([(0, 0), (4, 1), (1, 4)])

SCENES = {
    "one square": [SQUARE],
    "two squares with one edge": [box(0, 0, 2, 4), box(2, 0, 4, 4)],
    "four squares at one vertex": [
        box(0, 0, 2, 2),
        box(2, 0, 4, 2),
        box(0, 2, 2, 4),
        box(2, 2, 4, 4),
    ],
    "hole": [RING],
    "hole that another grid fills": [RING, box(1, 1, 3, 3)],
    "pieces": [PIECES],
    "pieces over a ring": [PIECES, RING, TRIANGLE],
    "gap": [box(0, 0, 1, 4), box(3, 0, 4, 4)],
    "overlap": [box(0, 0, 3, 4), box(2, 0, 4, 4)],
    "the same grid twice": [TRIANGLE, TRIANGLE],
    "edge on an interior": [SQUARE, box(2, 2, 3, 3)],
    "far corners": [box(-1e9, -1e9, 0, 1e9), box(0, -1e9, 1e9, 1e9)],
}


@pytest.fixture(params=LOCATORS, ids=lambda locator: locator.__name__)
def build(request):
    return request.param.build


def numbered(count):
    return [f"G{row:03}" for row in range(count)]


def lattice():
    steps = np.arange(-0.5, 5.0, 0.5)
    x, y = np.meshgrid(steps, steps)
    return x.ravel(), y.ravel()


@pytest.mark.parametrize("scene", SCENES.values(), ids=SCENES.keys())
def test_every_lattice_point_is_related_as_fractions_say(build, scene):
    index = build(numbered(len(scene)), scene)
    x, y = lattice()
    expected = [exact_relate(scene, a, b) for a, b in zip(x, y, strict=True)]
    rows, relations = index.relate_many(x, y)
    assert list(zip(rows.tolist(), relations.tolist(), strict=True)) == expected
    assert index.locate_many(x, y).tolist() == [row for row, _ in expected]
    singles = [index.relate(a, b) for a, b in zip(x.tolist(), y.tolist(), strict=True)]
    assert singles == expected
    assert [index.locate(*p) for p in zip(x.tolist(), y.tolist(), strict=True)] == [
        row for row, _ in expected
    ]


def test_rows_are_in_code_order_whatever_the_order_given(build):
    named = {"G2": box(0, 0, 1, 1), "G10": box(1, 0, 2, 1), "甲": box(2, 0, 3, 1)}
    x, y = np.array([0.5, 1.0, 1.5, 2.0, 2.5]), np.full(5, 0.5)
    for order in itertools.permutations(named):
        index = build(order, [named[grid_id] for grid_id in order])
        assert index.ids == ("G10", "G2", "甲")
        owners = [index.ids[row] for row in index.locate_many(x, y)]
        assert owners == ["G2", "G10", "G10", "G10", "甲"]


def test_point_on_shared_edge_goes_to_lowest_id(build):
    index = build(["b", "a"], [box(0, 0, 1, 1), box(1, 0, 2, 1)])
    assert index.relate(1.0, 0.5) == (0, Relation.BOUNDARY)


def test_relations_name_interior_edge_and_overlap(build):
    index = build(["a", "b", "c"], [box(0, 0, 2, 2), box(2, 0, 4, 2), box(3, 0, 5, 2)])
    assert index.relate(1.0, 1.0) == (0, Relation.INSIDE)
    assert index.relate(2.0, 1.0) == (0, Relation.BOUNDARY)
    assert index.relate(0.0, 0.0) == (0, Relation.BOUNDARY)
    assert index.relate(3.5, 1.0) == (1, Relation.OVERLAP)
    assert index.relate(3.0, 1.0) == (1, Relation.OVERLAP)
    assert index.relate(9.0, 9.0) == (-1, Relation.OUTSIDE)
    assert isinstance(index.relate(1.0, 1.0)[1], Relation)


UNUSABLE = [np.nan, np.inf, -np.inf, 1.1e9, -1e300, 1e-10, -5e-324]


@pytest.mark.parametrize("value", UNUSABLE)
def test_unusable_coordinates_answer_nothing(build, value):
    index = build(["a"], [box(-1e9, -1e9, 1e9, 1e9)])
    for x, y in ((value, 0.0), (0.0, value), (value, value)):
        assert index.locate(x, y) == -1
        assert index.relate(x, y) == (-1, Relation.OUTSIDE)
        assert index.candidates(x, y, 1.0) == []
        assert index.locate_many(np.array([x, 0.0]), np.array([y, 0.0])).tolist() == [
            -1,
            0,
        ]
        rows, relations = index.relate_many(np.array([x]), np.array([y]))
        assert (rows[0], relations[0]) == (-1, Relation.OUTSIDE)


def test_answers_have_the_promised_types(build):
    index: Locator = build(["a"], [SQUARE])
    rows, relations = index.relate_many(np.array([1.0]), np.array([1.0]))
    assert rows.dtype == np.int32
    assert relations.dtype == np.uint8
    assert index.locate_many(np.array([1.0]), np.array([1.0])).dtype == np.int32
    assert type(index.locate(1.0, 1.0)) is int
    assert index.locate(1, 1) == 0
    assert index.locate(np.float64(1), np.float32(1)) == 0


def test_no_points_give_no_rows(build):
    index = build(["a"], [SQUARE])
    assert index.locate_many(np.empty(0), np.empty(0)).shape == (0,)


def test_arrays_of_other_strides_and_types_are_taken(build):
    index = build(["a"], [SQUARE])
    x = np.arange(12, dtype=np.float32)[::3]
    assert index.locate_many(x, x, threads=2).tolist() == [0, 0, -1, -1]


def test_arrays_of_two_lengths_are_refused(build):
    index = build(["a"], [SQUARE])
    with pytest.raises(ValueError, match="one length"):
        index.locate_many(np.zeros(2), np.zeros(3))
    with pytest.raises(ValueError, match="one length"):
        index.relate_many(np.zeros((2, 1)), np.zeros((2, 1)))


def test_candidates_come_nearest_first_with_planar_distance(build):
    index = build(["a", "b", "c"], [box(0, 0, 1, 1), box(2, 0, 3, 1), box(9, 0, 10, 1)])
    assert index.candidates(0.5, 0.5, 0.0) == [(0, 0.0)]
    assert index.candidates(1.0, 0.5, 0.5) == [(0, 0.0)]
    assert index.candidates(1.5, 0.5, 0.5) == [(0, 0.5), (1, 0.5)]
    assert index.candidates(1.75, 0.5, 1.0) == [(1, 0.25), (0, 0.75)]
    assert index.candidates(5.0, 5.0, 0.1) == []


@pytest.mark.parametrize("radius", [-1.0, np.nan, np.inf])
def test_unusable_radius_is_refused(build, radius):
    index = build(["a"], [SQUARE])
    with pytest.raises(ValueError, match="radius"):
        index.candidates(1.0, 1.0, radius)


def test_no_grids_answer_nothing(build):
    index = build([], [])
    assert index.ids == ()
    assert index.locate(0.0, 0.0) == -1
    assert index.locate_many(np.zeros(2), np.zeros(2)).tolist() == [-1, -1]
    assert index.candidates(0.0, 0.0, 1.0) == []


def triangle_with(value):
    with np.errstate(invalid="ignore"):  # GEOS raises the flag on NaN
        return shapely.from_wkt(f"POLYGON ((0 0, 1 0, 1 {value}, 0 0))")


BAD_FEATURES = {
    "a point": Point(0, 0),
    "a line": LineString([(0, 0), (1, 1)]),
    "nothing": None,
    "an empty polygon": Polygon(),
    "an empty multipolygon": MultiPolygon(),
    "NaN": triangle_with(np.nan),
    "infinity": triangle_with(np.inf),
    "beyond 1e9": box(0, 0, 1, 1e10),
    "below 1e-100": box(0, 0, 1, 1e-200),
}


@pytest.mark.parametrize("feature", BAD_FEATURES.values(), ids=BAD_FEATURES.keys())
def test_bad_feature_is_named(build, feature):
    with pytest.raises(CoverageError, match=r"^Grid 'bad' .*\.$"):
        build(["good", "bad"], [SQUARE, feature])


def test_repeated_id_is_named(build):
    with pytest.raises(CoverageError, match="'a' comes more than once"):
        build(["a", "b", "a"], [SQUARE] * 3)


def test_counts_must_agree(build):
    with pytest.raises(CoverageError, match="2 ids for 1 polygons"):
        build(["a", "b"], [SQUARE])


def test_whole_number_ids_become_text_and_others_are_refused(build):
    assert build([10, 2], [SQUARE, SQUARE]).ids == ("10", "2")
    with pytest.raises(CoverageError, match=r"id 1\.5"):
        build([1.5], [SQUARE])


def test_z_is_ignored(build):
    lifted = Polygon([(0, 0, 7), (4, 0, 7), (4, 4, 7)])
    assert build(["a"], [lifted]).relate(3.0, 1.0) == (0, Relation.INSIDE)
