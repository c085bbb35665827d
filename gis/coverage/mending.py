"""Rings mended: grids that break Simple Features, with their areas before and after."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray

from gis.errors import CoverageError
from gis.geometry import Polygonal, Polygonals, area_m2, repair
from gis.sentences import joined, sentence

MAX_CHANGE = 0.001
"""Share of its area that a grid may gain or lose by mending."""
_SHOWN = 3
_CHUNK = 64
_FREE_PAIRS, _PAIRS_PER_EDGE = 20_000, 50


@dataclass(frozen=True, slots=True)
class Mending:
    """What became of a grid whose rings were broken.

    Attributes
    ----------
    grid
        Id.
    before_m2, after_m2
        Area of its rings as drawn, holes taken off, and as mended.
    """

    grid: str
    before_m2: float
    after_m2: float

    @property
    def is_small(self) -> bool:
        """Whether the grid stays what it was, but for `MAX_CHANGE` of its area."""
        change = abs(self.after_m2 - self.before_m2)
        return self.after_m2 > 0 and change <= MAX_CHANGE * self.before_m2

    def to_dict(self) -> dict[str, object]:
        """Return the mending as JSON-ready values."""
        return asdict(self)

    def to_text(self) -> str:
        """Return one line."""
        return sentence("mended: {grid!r}: {self}", grid=self.grid, self=self._areas())

    def to_fault(self) -> str:
        """Return what is wrong with a mending that is not small."""
        return sentence(
            "grid {grid!r} would go from {self}", grid=self.grid, self=self._areas()
        )

    def _areas(self) -> str:
        return sentence(
            "{before_m2:,.1f} m2 to {after_m2:,.1f} m2",
            before_m2=self.before_m2,
            after_m2=self.after_m2,
        )


def mend_grids(
    ids: Sequence[str], polygons: Polygonals, crs: pyproj.CRS
) -> tuple[NDArray[np.object_], tuple[Mending, ...]]:
    """Return polygons with valid rings, and every grid that was mended.

    Rings are mended by GEOS `make_valid`, of which only polygons are kept; valid
    polygons stay as they are.

    Parameters
    ----------
    ids
        Id of each grid; it may stand on several.
    polygons
        Polygons with finite coordinates in `crs`, shape (n,).
    crs
        Geographic or projected CRS of the coordinates.

    Raises
    ------
    CoverageError
        Names the grids that would change by more than `MAX_CHANGE` of their area, or
        whose rings cross themselves too often to be mended.

    Examples
    --------
    >>> ring = [(0, 0), (9, 0), (9, 5), (6, 2), (4, 5), (9, 5), (9, 9), (0, 9)]
    >>> crs = pyproj.CRS("+proj=laea +lat_0=0 +lon_0=0")
    >>> shapes, mendings = mend_grids(["A"], [shapely.Polygon(ring)], crs)
    >>> shapes[0].is_valid, [mending.to_text() for mending in mendings]
    (True, ["mended: 'A': 73.5 m2 to 73.5 m2"])
    """
    mended = np.array(polygons, dtype=object)
    broken = np.flatnonzero(~shapely.is_valid(mended)).tolist()
    if not broken:
        return mended, ()
    _refuse_tangles([(ids[row], mended[row]) for row in broken])
    before = area_m2(mended[broken], crs)
    for row in broken:
        mended[row] = repair(mended[row])
    after = area_m2(mended[broken], crs)
    mendings = tuple(
        Mending(ids[row], float(old), float(new))
        for row, old, new in zip(broken, before, after, strict=True)
    )
    _refuse_great([mending for mending in mendings if not mending.is_small])
    return mended, mendings


def _refuse_great(mendings: Sequence[Mending]) -> None:
    """Refuse to change what a grid is."""
    if mendings:
        texts = [mending.to_fault() for mending in mendings]
        raise CoverageError(
            "By mending {texts}{more}, expected a change of at most {max_change:.1%} "
            "of a grid; redraw what is named.",
            texts=joined("; ", texts[:_SHOWN]),
            more=_more(texts),
            max_change=MAX_CHANGE,
        )


def _refuse_tangles(broken: Sequence[tuple[str, Polygonal]]) -> None:
    """Refuse rings that would take minutes and gigabytes to mend."""
    names = [repr(grid) for grid, polygon in broken if _is_tangle(polygon)]
    if names:
        raise CoverageError(
            "The rings of grids {names}{more} cross themselves too often to be "
            "mended; redraw what is named.",
            names=joined(", ", names[:_SHOWN]),
            more=_more(names),
        )


def _more(names: Sequence[str]) -> str:
    rest = len(names) - _SHOWN
    return sentence(" and {rest} more", rest=rest) if rest > 0 else ""


def _is_tangle(polygon: Polygonal) -> bool:
    """Say whether many edges lie across many others; as soon as it is clear."""
    edges = _edges(polygon)
    tree = shapely.STRtree(edges)
    most = _FREE_PAIRS + _PAIRS_PER_EDGE * len(edges)
    pairs = 0
    for start in range(0, len(edges), _CHUNK):
        pairs += tree.query(edges[start : start + _CHUNK]).shape[1]
        if pairs > most:
            return True
    return False


def _edges(polygon: Polygonal) -> NDArray[np.object_]:
    """Return the edges of all rings."""
    rings = shapely.get_rings(shapely.get_parts(polygon))
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    is_inside = ring[:-1] == ring[1:]
    ends = np.stack([xy[:-1], xy[1:]], axis=1)[is_inside]
    edges: NDArray[np.object_] = shapely.linestrings(ends)
    return edges
