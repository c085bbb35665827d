import numpy as np
import pytest
import shapely

from gis.index import GridIndex, Relation, warm_up
from gis.index.kernels import locate_point, relate_point, relate_points
from support.makers.hard_points import exact_relate, lattice


@pytest.fixture(scope="module", autouse=True)
def _compiled():
    warm_up()


def numbered(polygons):
    return [f"{row:05}" for row in range(len(polygons))]


def build(polygons):
    return GridIndex.build(numbered(polygons), polygons)


def test_arrays_that_may_not_be_written_need_no_other_kernel():
    index = build(lattice())
    x = np.linspace(0.0, 12.0, 50)
    x.flags.writeable = False
    kernels = len(relate_points.signatures)
    assert (index.locate_many(x, x) == index.locate_many(x.copy(), x.copy())).all()
    assert index.locate(1, np.int64(1)) == index.locate(1.0, 1.0)
    assert len(relate_points.signatures) == kernels == 1
    assert len(locate_point.signatures) == 1


def addresses(xs, ys):
    return xs.ctypes.data, ys.ctypes.data


SQUARES = shapely.box([0, 2, 1], [0, 0, 1], [2, 4, 3], [2, 2, 3])


def test_answer_is_row_and_relation_packed_in_one_number():
    words = build(SQUARES).words
    for x, y in np.mgrid[-0.5:4.6:0.5, -0.5:3.6:0.5].reshape(2, -1).T.tolist():
        answer = relate_point(x, y, words.ctypes.data)
        assert (answer >> 2, answer & 3) == exact_relate(SQUARES, x, y)
        assert locate_point(x, y, words.ctypes.data) == answer >> 2


def test_points_of_several_stages_are_answered_as_each_alone():
    words = build(SQUARES).words
    halves = np.random.default_rng(3).integers(-1, 10, (2, 2500)) / 2
    xs, ys = np.ascontiguousarray(halves)
    rows, relations = np.empty(2500, np.int32), np.empty(2500, np.uint8)
    relate_points(*addresses(xs, ys), rows, relations, words.ctypes.data)
    points = zip(xs.tolist(), ys.tolist(), strict=True)
    answers = np.array([relate_point(x, y, words.ctypes.data) for x, y in points])
    assert (rows == answers >> 2).all()
    assert (relations == answers & 3).all()
    assert set(relations.tolist()) == set(Relation)


def test_rows_alone_are_written_where_there_is_no_room_for_relations():
    words = build(SQUARES).words
    xs, ys = np.array([0.5, 9.0, 3.5]), np.array([0.5, 0.5, 0.5])
    rows, none = np.full(4, 77, np.int32), np.empty(0, np.uint8)
    relate_points(*addresses(xs, ys), rows[:3], none, words.ctypes.data)
    assert rows.tolist() == [0, -1, 1, 77]


@pytest.mark.parametrize("tiny", [1e-10, -1e-300, 5e-324])
def test_coordinate_too_close_to_zero_is_nowhere_single_and_in_bulk(tiny):
    words = build([shapely.box(-1, -1, 1, 1)]).words
    xs, ys = np.array([tiny, 0.0, 0.5]), np.array([0.5, 0.0, tiny])
    rows, none = np.empty(3, np.int32), np.empty(0, np.uint8)
    relate_points(*addresses(xs, ys), rows, none, words.ctypes.data)
    assert rows.tolist() == [-1, 0, -1]
    nowhere = -4 | int(Relation.OUTSIDE)
    assert relate_point(tiny, 0.5, words.ctypes.data) == nowhere
