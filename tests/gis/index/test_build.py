import numpy as np
import pytest
import shapely

from gis.errors import CoverageError
from gis.index import GridIndex, edges
from gis.index import build as building
from support.makers.hard_points import lattice


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
