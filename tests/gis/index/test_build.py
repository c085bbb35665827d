import numpy as np
import pytest
import shapely

from gis.errors import CoverageError
from gis.index import GridIndex, edges
from gis.index import build as building
from gis.index.build import compile_words
from gis.index.edges import edges_of, rings_of
from gis.index.layout import NEAR_ZERO, ROOT
from support.makers.hard_points import exact_relate, lattice


def numbered(polygons):
    return [f"{row:05}" for row in range(len(polygons))]


def build(polygons):
    return GridIndex.build(numbered(polygons), polygons)


def test_too_many_vertices_or_words_are_refused(monkeypatch):
    monkeypatch.setattr(edges, "MOST_VERTICES", 100)
    with pytest.raises(CoverageError, match="holds at most 100"):
        build(lattice())
    monkeypatch.undo()
    monkeypatch.setattr(building, "MOST_WORDS", 1000)
    with pytest.raises(CoverageError, match="pointers reach 8000"):
        build(lattice())


def test_crowded_cell_is_refused_not_written_over_its_bounds():
    spokes = np.zeros((1_100_001, 2))
    spokes[1::2] = np.column_stack([np.ones(550_000), np.arange(550_000) * 1e-12])
    with pytest.raises(CoverageError, match="lie in one place"):
        build([shapely.Polygon(spokes)])


def words_of(polygons):
    return compile_words(edges_of(rings_of(np.array(polygons, dtype=object))))


def test_first_word_is_the_number_of_words():
    words = words_of(lattice(4))
    assert words[0] == len(words)


@pytest.mark.parametrize(
    ("bounds", "is_near"),
    [
        ((1, 1, 2, 2), False),
        ((-2, -2, -1, -1), False),
        ((-1, 5, 1, 6), True),
        ((0, 5, 1, 6), True),
        ((5, -6, 6, 0), True),
        ((1e-9, 5, 1, 6), False),
    ],
)
def test_flag_says_whether_points_too_close_to_zero_can_be_met(bounds, is_near):
    assert words_of([shapely.box(*bounds)])[NEAR_ZERO] == is_near


def test_root_block_begins_at_the_lowest_vertex_and_ends_beyond_the_highest():
    words = words_of(shapely.box([3, 5], [-7, 2], [4, 9], [1, 4]))
    origin, scale = words.view(np.float64)[ROOT : ROOT + 4].reshape(2, 2)
    shape = np.array([words[ROOT + 4] & 0xFFFFFFFF, words[ROOT + 4] >> 32])
    assert origin.tolist() == [3.0, -7.0]
    assert ((np.array([9.0, 4.0]) - origin) * scale < shape).all()


def test_rows_written_in_many_batches_answer_as_those_written_in_one(monkeypatch):
    polygons = lattice(6)
    whole = build(polygons)
    monkeypatch.setattr(building, "_BATCH_EDGES", 7)
    cut = build(polygons)
    xy = np.random.default_rng(8).uniform(-0.5, 6.5, (3000, 2))
    assert (cut.words[8:13] == whole.words[8:13]).all()  # the same root cells
    for batched, whole_answers in zip(
        cut.relate_many(*xy.T), whole.relate_many(*xy.T), strict=True
    ):
        assert (batched == whole_answers).all()
    for x, y in xy[:40].tolist():
        assert cut.relate(x, y) == exact_relate(polygons, x, y)


def test_no_edges_give_an_index_that_answers_nothing():
    words = words_of([])
    assert words[0] == len(words)
    assert build([]).relate(0.5, 0.5) == (-1, 0)
