"""Features of one grid: which ids stand on several rows, and the rows joined."""

from collections.abc import Iterator, Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from gis.errors import CoverageError, InvalidLayerError, RowFault
from gis.sentences import joined, sentence

SHOWN_GRIDS = 10
"""Grids that a sentence names."""
_PARENTS = ("parent_id", "community_id")


def repeated_ids(rows: pd.DataFrame) -> dict[str, tuple[int, ...]]:
    """Return the ids that stand on several rows, with their rows; the first row is 1.

    Parameters
    ----------
    rows
        Rows of a file in its order, with `grid_id`.

    Examples
    --------
    >>> repeated_ids(pd.DataFrame({"grid_id": ["B", "A", "B"]}))
    {'B': (1, 3)}
    """
    places: dict[str, list[int]] = {}
    for row, grid_id in enumerate(rows["grid_id"].tolist(), start=1):
        places.setdefault(grid_id, []).append(row)
    return {
        grid_id: tuple(numbers)
        for grid_id, numbers in sorted(places.items())
        if len(numbers) > 1
    }


def refuse_repeated(rows: pd.DataFrame) -> None:
    """Refuse ids that stand on several rows.

    Raises
    ------
    InvalidLayerError
        Its `faults` name every such row.
    """
    repeated = repeated_ids(rows)
    if not repeated:
        return
    faults = [
        RowFault(
            row,
            "grid_id",
            sentence(
                "{grid_id!r} stands on the rows {numbers_text}",
                grid_id=grid_id,
                numbers_text=numbers_text(numbers),
            ),
        )
        for grid_id, numbers in repeated.items()
        for row in numbers
    ]
    names = _first(
        [
            sentence("{grid_id!r} (rows {rows})", grid_id=grid_id, rows=numbers_text(r))
            for grid_id, r in repeated.items()
        ]
    )
    raise InvalidLayerError(
        "Number of grid ids that stand on several polygons: {repeated}, {names}; "
        "correct the ids, or say with --join-parts that they are parts of one grid.",
        sorted(faults),
        repeated=len(repeated),
        names=names,
    )


def join_parts(rows: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return one row per id, in code order; rows of one id become a multi-part grid.

    The other columns are those of the first row of an id.

    Parameters
    ----------
    rows
        As `read_grids` returns them.

    Raises
    ------
    InvalidLayerError
        If rows of one id name different circles or communities.
    CoverageError
        If rows of one id overlap.

    Examples
    --------
    >>> squares = [shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)]
    >>> rows = gpd.GeoDataFrame({"grid_id": ["A", "A"]}, geometry=squares)
    >>> join_parts(rows).area.tolist()
    [2.0]
    """
    is_repeated = rows["grid_id"].duplicated(keep=False)
    first = rows[~rows["grid_id"].duplicated()].copy()
    shapes = dict(zip(first["grid_id"], first.geometry, strict=True))
    for grid_id, parts in rows[is_repeated].groupby("grid_id", sort=True):
        _refuse_two_parents(str(grid_id), parts)
        shapes[str(grid_id)] = _multi_part(str(grid_id), parts.geometry.to_numpy())
    grids = first.set_geometry(list(shapes.values()), crs=rows.crs)
    return grids.sort_values("grid_id", ignore_index=True)


def about_parts(rows: pd.DataFrame) -> list[str]:
    """Return what to say about grids that `join_parts` makes of several rows.

    Parameters
    ----------
    rows
        As `read_grids` returns them.

    Examples
    --------
    >>> about_parts(pd.DataFrame({"grid_id": ["A", "A"], "name": ["x", "y"]}))
    ["Grids with several features, each taken as one: 1, as A (2). Their columns \
'name' differ within a grid, the first feature's are taken."]
    """
    repeated = repeated_ids(rows)
    if not repeated:
        return []
    names = _first([f"{grid_id} ({len(rows)})" for grid_id, rows in repeated.items()])
    text = sentence(
        "Grids with several features, each taken as one: {repeated}, as {names}.",
        repeated=len(repeated),
        names=names,
    )
    differing = ", ".join(map(repr, _differing(rows)))
    about = sentence(
        " Their columns {differing} differ within a grid, the first feature's are "
        "taken.",
        differing=differing,
    )
    return [text + about if differing else text]


def numbers_text(rows: Sequence[int]) -> str:
    """Return numbers of rows for a sentence.

    Examples
    --------
    >>> numbers_text((1, 3))
    '1, 3'
    """
    return ", ".join(map(str, rows))


def _first(names: Sequence[str]) -> str:
    """Return the first names for a sentence, many of them counted."""
    rest = len(names) - SHOWN_GRIDS
    more = sentence(" and {rest} more", rest=rest) if rest > 0 else ""
    return joined(", ", names[:SHOWN_GRIDS]) + more


def _differing(rows: pd.DataFrame) -> Iterator[str]:
    """Yield the columns in which rows of one id have different values."""
    parts = pd.DataFrame(rows[rows["grid_id"].duplicated(keep=False)])
    for name in parts.columns:
        texts = parts[name].map(str)
        if name not in ("grid_id", "geometry") and (
            texts.groupby(parts["grid_id"]).nunique().max() > 1
        ):
            yield str(name)


def _refuse_two_parents(grid_id: str, parts: pd.DataFrame) -> None:
    """Raise where parts of one grid name different circles or communities."""
    for column in _PARENTS:
        values = sorted({str(value) for value in parts.get(column, [])})
        if len(values) > 1:
            raise InvalidLayerError(
                "Parts of grid {grid_id!r} have the {column!r} values {values!r}, "
                "expected one; correct the rows or give the parts ids of their own.",
                grid_id=grid_id,
                column=column,
                values=values,
            )


def _multi_part(grid_id: str, parts: NDArray[np.object_]) -> shapely.Geometry:
    """Join the parts of one grid; an edge between two of them is inside the grid."""
    tree = shapely.STRtree(parts)
    for first, second in tree.query(parts, predicate="intersects").T:
        if first < second and shapely.relate_pattern(
            parts[first], parts[second], "T********"
        ):
            place = shapely.point_on_surface(
                shapely.intersection(
                    shapely.make_valid(parts[first]), shapely.make_valid(parts[second])
                )
            )
            raise CoverageError(
                "Parts {first} and {second} of grid {grid_id!r} overlap near "
                "({x:.10g}, {y:.10g}), expected parts that do not; remove one or give "
                "it an id of its own.",
                first=first + 1,
                second=second + 1,
                grid_id=grid_id,
                x=place.x,
                y=place.y,
            )
    shape = shapely.MultiPolygon(list(shapely.get_parts(parts)))
    if shapely.is_valid(shape) or not shapely.is_valid(parts).all():
        return shape
    return shapely.union_all(parts)
