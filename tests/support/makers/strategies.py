"""Hypothesis strategies: small coverages whose coordinates are whole numbers."""

from dataclasses import dataclass

import shapely
from hypothesis import strategies as st

SPACING = 10
JITTER = 3

jitters = st.integers(-JITTER, JITTER)

Vertex = tuple[int, int]


@dataclass(frozen=True)
class Coverage:
    """Grids on a jittered lattice, one quarter or several joined to one grid.

    Attributes
    ----------
    vertices
        Lattice place -> coordinates; quarter (i, j) has the corners i, i + 1, j, j + 1.
    names
        Quarter -> id of its grid.
    """

    vertices: dict[Vertex, Vertex]
    names: dict[Vertex, str]

    @property
    def ids(self) -> list[str]:
        return sorted(set(self.names.values()))

    @property
    def polygons(self) -> list[shapely.Geometry]:
        """Grids in the order of `ids`; several parts and holes where it comes so."""
        return [
            shapely.union_all(
                [self.quarter(at) for at, name in self.names.items() if name == grid]
            )
            for grid in self.ids
        ]

    def quarter(self, at: Vertex) -> shapely.Polygon:
        i, j = at
        corners = [(i, j), (i + 1, j), (i + 1, j + 1), (i, j + 1)]
        return shapely.Polygon([self.vertices[corner] for corner in corners])


@st.composite
def coverages(
    draw: st.DrawFn, *, min_side: int = 1, max_side: int = 4, joined: bool = True
) -> Coverage:
    """Draw a coverage; without `joined` each quarter is a grid of its own."""
    columns = draw(st.integers(min_side, max_side))
    rows = draw(st.integers(min_side, max_side))
    vertices = {
        (i, j): (SPACING * i + draw(jitters), SPACING * j + draw(jitters))
        for i in range(columns + 1)
        for j in range(rows + 1)
    }
    quarters = [(i, j) for i in range(columns) for j in range(rows)]
    if not joined:
        return Coverage(vertices, {at: f"{at[0]}-{at[1]}" for at in quarters})
    grid_ids = st.sampled_from("ABCDEF"[: len(quarters)])
    return Coverage(vertices, {at: draw(grid_ids) for at in quarters})
