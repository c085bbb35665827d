"""Hypothesis strategies: two systems of grids made of the cells of one lattice."""

from dataclasses import dataclass

import pyproj
import shapely
from hypothesis import strategies as st

from gis.crosswalk import GridSystem, grid_system
from support.oracles.plain_crosswalk import Lattice

# metres of a plane that is equal in area to the ellipsoid
METRES = pyproj.CRS("+proj=laea +lat_0=0 +lon_0=0 +ellps=WGS84")
Cell = tuple[int, int]


@dataclass(frozen=True)
class LatticePair:
    """Cells of a lattice named twice; a cell without a name is outside that system."""

    lattice: Lattice
    sources: dict[Cell, str]
    targets: dict[Cell, str]

    @property
    def systems(self) -> tuple[GridSystem, GridSystem]:
        return self._system(self.sources), self._system(self.targets)

    def _system(self, names: dict[Cell, str]) -> GridSystem:
        ids = sorted(set(names.values()))
        polygons = [
            shapely.union_all(
                [
                    shapely.box(*self.lattice.box(cell))
                    for cell, name in names.items()
                    if name == grid
                ]
            )
            for grid in ids
        ]
        return grid_system(ids, polygons)


@st.composite
def lattice_pairs(draw: st.DrawFn, *, is_whole: bool = False) -> LatticePair:
    """Draw two systems; with `is_whole` both name every cell.

    Columns of a metre are noise for themselves; hundredths of a grid are there too.
    """
    sides = st.lists(st.sampled_from([1, 7, 60, 400]), min_size=1, max_size=4)
    lattice = Lattice(tuple(draw(sides)), tuple(draw(sides)))
    sources, targets = (
        {cell: name for cell in lattice.cells if (name := draw(names))}
        for names in (
            st.sampled_from(["A", "B", "C", "D"] + [""] * (not is_whole)),
            st.sampled_from(["P", "Q", "R", "S"] + [""] * (not is_whole)),
        )
    )
    first = lattice.cells[0]
    return LatticePair(lattice, {first: "A"} | sources, {first: "P"} | targets)
