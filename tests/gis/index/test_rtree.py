import pickle
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import Polygon, box

from gis.errors import CoverageError
from gis.index import Relation, RTreeIndex
from support.makers.hard_points import lattice


@pytest.fixture
def index():
    return RTreeIndex.build(["a", "c"], [box(0, 0, 1, 1), box(2, 0, 3, 1)])


def test_inserted_grid_takes_its_place_in_code_order(index):
    index.insert("b", box(1, 0, 2, 1))
    assert index.ids == ("a", "b", "c")
    assert index.locate_many(np.array([0.5, 1.5, 2.5]), np.full(3, 0.5)).tolist() == [
        0,
        1,
        2,
    ]
    assert index.relate(2.0, 0.5) == (1, Relation.BOUNDARY)


def test_deleted_grid_is_gone_and_rows_close_up(index):
    index.delete("a")
    assert index.ids == ("c",)
    assert index.locate(0.5, 0.5) == -1
    assert index.locate(2.5, 0.5) == 0
    assert index.candidates(0.5, 0.5, 9.0) == [(0, 1.5)]


def test_redrawn_grid_answers_with_its_new_outline(index):
    index.replace("a", box(5, 5, 6, 6))
    assert index.ids == ("a", "c")
    assert index.locate(0.5, 0.5) == -1
    assert index.ids[index.locate(5.5, 5.5)] == "a"


BOXES = st.builds(
    lambda x, y, wide, high: box(x, y, x + wide, y + high),
    *[st.integers(0, 4)] * 2,
    *[st.integers(1, 3)] * 2,
)


@given(
    st.lists(BOXES, min_size=4, max_size=4),
    st.lists(st.tuples(st.sampled_from("abcd"), BOXES), max_size=12),
)
def test_an_index_after_many_redraws_answers_as_one_built_anew(first, redraws):
    polygons = dict(zip("abcd", first, strict=True))
    index = RTreeIndex.build(polygons.keys(), polygons.values())
    for grid_id, polygon in redraws:
        polygons[grid_id] = polygon
        index.replace(grid_id, polygon)
    anew = RTreeIndex.build(polygons.keys(), polygons.values())
    x, y = (axis.ravel() / 2 for axis in np.meshgrid(range(16), range(16)))
    for answer, wanted in zip(
        index.relate_many(x, y), anew.relate_many(x, y), strict=True
    ):
        assert answer.tolist() == wanted.tolist()
    assert index.candidates(3.0, 3.0, 2.0) == anew.candidates(3.0, 3.0, 2.0)


def test_a_grid_that_cannot_be_redrawn_stays_as_it_was(index):
    with pytest.raises(CoverageError):
        index.replace("a", Polygon())
    with pytest.raises(CoverageError, match="'b' is not in the index"):
        index.replace("b", box(0, 0, 1, 1))
    assert index.locate(0.5, 0.5) == 0


def test_known_id_cannot_be_inserted_nor_unknown_id_deleted(index):
    with pytest.raises(CoverageError, match="'a' is in the index"):
        index.insert("a", box(0, 0, 1, 1))
    with pytest.raises(CoverageError, match="'x' is not in the index"):
        index.delete("x")


def test_nearest_is_by_outline_not_by_box():
    far_box_near = Polygon([(0, 0), (10, 0), (10, 10)])
    index = RTreeIndex.build(["a", "b"], [far_box_near, box(-3, 6, -2, 8)])
    assert index.nearest(1.0, 7.0) == (1, 3.0)


def test_nearest_tie_goes_to_lowest_id(index):
    assert index.nearest(1.5, 0.5) == (0, 0.5)
    assert index.nearest(0.5, 0.5) == (0, 0.0)


def test_nearest_without_grids_or_place_is_nothing(index):
    assert index.nearest(float("nan"), 0.0) == (-1, float("inf"))
    assert RTreeIndex.build([], []).nearest(0.0, 0.0) == (-1, float("inf"))


def test_more_pairs_than_one_chunk_agree_with_single_answers():
    grids = [box(0, 0, 1 + row, 1) for row in range(40)]
    index = RTreeIndex.build([f"{row:02}" for row in range(40)], grids)
    x = np.linspace(0, 45, 70_001)
    rows = index.locate_many(x, np.full(len(x), 0.5))
    assert rows.tolist() == np.where(x > 40, -1, np.maximum(np.ceil(x) - 1, 0)).tolist()


def test_nearest_is_found_where_the_box_of_the_reach_is_rounded_off():
    index = RTreeIndex.build(["A"], [box(0, 0, 20, 10)])
    x, y = 14.183877713094173, 44.86049678946055
    row, distance = index.nearest(x, y)
    assert row == 0
    assert distance == pytest.approx(y - 10, rel=1e-15)


def test_threads_may_ask_at_the_same_time():
    polygons = lattice(20)
    index = RTreeIndex.build([f"{row:03}" for row in range(400)], polygons)
    x, y = np.random.default_rng(6).uniform(0, 20, (2, 300))
    wanted = index.locate_many(x, y).tolist()

    def ask(_turn):
        near = [
            index.candidates(a, b, 0.5) for a, b in zip(x[:40], y[:40], strict=True)
        ]
        return index.locate_many(x, y).tolist(), near

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(ask, range(60)))
    assert all(rows == wanted for rows, _ in answers)


def test_pickled_index_answers_as_it_was_edited(index):
    index.insert("b", box(1, 0, 2, 1))
    index.delete("a")
    copy = pickle.loads(pickle.dumps(index))  # noqa: S301 (our own bytes)
    assert copy.ids == ("b", "c")
    assert copy.relate(2.0, 0.5) == (0, Relation.BOUNDARY)
