"""Check what enters an index: ids, grids, points and radii."""

from collections.abc import Iterable, Sequence

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from gis.errors import CoverageError
from gis.sentences import sentence

# Exact arithmetic holds for 0 and magnitudes within these; products cannot underflow.
SMALLEST_POINT = 1e-9
SMALLEST_VERTEX = 1e-100
LARGEST = 1e9

Polygons = NDArray[np.object_]


def ordered_grids(
    ids: Iterable[str | int], polygons: Iterable[BaseGeometry]
) -> tuple[tuple[str, ...], Polygons]:
    """Return ids in Unicode code-point order and their polygons, all checked.

    Parameters
    ----------
    ids
        Unique ids; whole numbers become their text.
    polygons
        One Polygon or MultiPolygon each, in one CRS; holes are allowed, Z is ignored.

    Raises
    ------
    CoverageError
        If an id is repeated or is no text, the counts differ, or a feature is not a
        polygon, is empty or has a coordinate outside 1e-100 to 1e9 that is not 0.

    Examples
    --------
    >>> ids, _ = ordered_grids(["G2", "G10"], [shapely.box(0, 0, 1, 1)] * 2)
    >>> ids
    ('G10', 'G2')
    """
    texts = [_text(grid_id) for grid_id in ids]
    shapes = _object_array(list(polygons))
    if len(texts) != len(shapes):
        raise CoverageError(
            "Found {texts} ids for {shapes} polygons; give one id for each.",
            texts=len(texts),
            shapes=len(shapes),
        )
    _require_unique(texts)
    check_polygons(texts, shapes)
    order = sorted(range(len(texts)), key=texts.__getitem__)
    return tuple(texts[row] for row in order), shapes[order]


def check_polygons(ids: Sequence[str], polygons: Polygons) -> None:
    """Raise CoverageError naming the first feature that is no usable polygon."""
    kinds = shapely.get_type_id(polygons)
    usable = (kinds == shapely.GeometryType.POLYGON) | (
        kinds == shapely.GeometryType.MULTIPOLYGON
    )
    _refuse(ids, ~usable, sentence("is not a polygon; give a Polygon or MultiPolygon"))
    _refuse(
        ids,
        shapely.is_empty(polygons),
        sentence("is empty; give it an outline or drop it"),
    )
    xy, rows = shapely.get_coordinates(polygons, return_index=True)
    _refuse_vertices(ids, xy, rows, ~np.isfinite(xy), sentence("that is not finite"))
    size = np.abs(xy)
    _refuse_vertices(ids, xy, rows, size > LARGEST, sentence("beyond 1e9"))
    tiny = (size < SMALLEST_VERTEX) & (size > 0)
    _refuse_vertices(ids, xy, rows, tiny, sentence("below 1e-100 that is not 0"))


def point_arrays(
    x: NDArray[np.float64], y: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return both coordinates as contiguous doubles of one length.

    Raises
    ------
    ValueError
        If they are not one-dimensional and of one length.
    """
    xs = np.ascontiguousarray(x, dtype=np.float64)
    ys = np.ascontiguousarray(y, dtype=np.float64)
    if xs.ndim != 1 or xs.shape != ys.shape:
        raise ValueError(
            sentence(
                "Found x of shape {shape!r} and y of shape {shape_2!r}; give two "
                "one-dimensional arrays of one length.",
                shape=xs.shape,
                shape_2=ys.shape,
            )
        )
    return xs, ys


def is_usable(values: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return where a coordinate is finite and 0 or of magnitude 1e-9 to 1e9.

    Examples
    --------
    >>> is_usable(np.array([0.0, 120.08, np.nan, 1e10, 1e-12]))
    array([ True,  True, False, False, False])
    """
    size = np.abs(values)
    usable: NDArray[np.bool_] = (size >= SMALLEST_POINT) & (size <= LARGEST)
    usable |= size == 0
    return usable


def box_about(x: float, y: float, radius: float) -> tuple[float, float, float, float]:
    """Return bounds that hold all within a distance, a rounding error wider.

    Examples
    --------
    >>> box_about(0.5, 0.0, 0.25)
    (0.24999999999999978, -0.2500000000000001, 0.7500000000000002, 0.2500000000000001)
    """
    xy = np.array([x, y])
    reach = radius + 2 * np.spacing(np.abs(xy) + radius)
    (minx, miny), (maxx, maxy) = (xy - reach).tolist(), (xy + reach).tolist()
    return minx, miny, maxx, maxy


def check_radius(radius: float) -> None:
    """Raise ValueError unless the radius is finite and not negative."""
    if not 0 <= radius < np.inf:
        raise ValueError(
            sentence(
                "Found the radius {radius!r}; give a finite number that is not "
                "negative.",
                radius=radius,
            )
        )


def _text(grid_id: str | int) -> str:
    """Return an id as text."""
    if isinstance(grid_id, str | int | np.integer) and not isinstance(grid_id, bool):
        return str(grid_id)
    raise CoverageError(
        "Found the id {grid_id!r}; give text or a whole number.", grid_id=grid_id
    )


def _object_array(polygons: list[BaseGeometry]) -> Polygons:
    """Return geometries as an object array, whatever their number."""
    shapes = np.empty(len(polygons), dtype=np.object_)
    shapes[:] = polygons
    return shapes


def _require_unique(ids: list[str]) -> None:
    """Raise CoverageError naming the first id that comes twice."""
    seen: set[str] = set()
    for grid_id in ids:
        if grid_id in seen:
            raise CoverageError(
                "Id {grid_id!r} comes more than once; merge its parts or rename one.",
                grid_id=grid_id,
            )
        seen.add(grid_id)


def _refuse(ids: Sequence[str], bad: NDArray[np.bool_], text: str) -> None:
    """Raise CoverageError about the first bad feature."""
    if bad.any():
        raise CoverageError(
            "Grid {ids!r} {words}.", ids=ids[int(np.argmax(bad))], words=text
        )


def _refuse_vertices(
    ids: Sequence[str],
    xy: NDArray[np.float64],
    rows: NDArray[np.int64],
    bad: NDArray[np.bool_],
    fault: str,
) -> None:
    """Raise CoverageError about the first bad coordinate."""
    if bad.any():
        vertex, axis = np.argwhere(bad)[0]
        raise CoverageError(
            "Grid {ids!r} has the coordinate {xy!r} {fault}; give finite coordinates "
            "of magnitude 0 or 1e-100 to 1e9.",
            ids=ids[rows[vertex]],
            xy=float(xy[vertex, axis]),
            fault=fault,
        )
