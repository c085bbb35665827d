"""Areas that rows of facts name: grids and circles that a store has or had."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from gis.counts import count_text
from gis.errors import RowFault
from gis.sentences import sentence
from layers.schema.layer import Field, convert
from layers.schema.nearest import id_in_plain, ids_in_plain
from layers.schema.record_times import TIME_FIELDS
from layers.stores import Store
from layers.stores.facts import fact_layer
from layers.stores.protocol import MAIN_SYSTEM, VersionLayers

Shapes = NDArray[np.object_]


class AreaColumn(NamedTuple):
    """A column whose values are areas, and whether a circle may be one."""

    name: str
    is_grid: bool


AREA_COLUMNS: Final[Mapping[str, AreaColumn]] = MappingProxyType(
    {
        "posts": AreaColumn("area_id", is_grid=False),
        "stations": AreaColumn("area_id", is_grid=False),
        "enterprises": AreaColumn("grid_id", is_grid=True),
    }
)
"""By the layer of facts that has it."""
_CANCELLED: Final = next(field for field in TIME_FIELDS if field.name == "cancelled")


def area_faults(
    store: Store, frame: pd.DataFrame, layer: str
) -> tuple[list[RowFault], list[str]]:
    """Return the rows whose area no version has or had, and what to say.

    A version of any grid system counts, one that is planned or withdrawn too. Rows that
    are taken back may name what never was.

    Parameters
    ----------
    store
        Has the versions; before the first one any area is taken, and that is said.
    frame
        Rows as they are recorded; they are numbered from 1.
    layer
        Of which layer of facts.
    """
    column = AREA_COLUMNS.get(layer)
    if column is None or column.name not in frame:
        return [], []
    names = _named_areas(frame, layer, column)
    absent, area_ids = set(names.values()), set[str]()
    for ids in _known_ids(store, column):
        area_ids |= ids
        absent -= ids
        if not absent:
            return [], []
    if not area_ids:
        return [], [_about_unseen(len(names), column)] if names else []
    plain = ids_in_plain(area_ids)
    faults = [
        RowFault(row, column.name, _rule(name, id_in_plain(name, plain), column))
        for row, name in names.items()
        if name in absent
    ]
    return faults, []


def _named_areas(frame: pd.DataFrame, layer: str, column: AreaColumn) -> dict[int, str]:
    """Return the area that each row names, by its number, as the store reads it."""
    field = fact_layer(layer).schema.field(column.name)
    areas = _read(frame, field)
    is_back = [False] * len(frame)
    if _CANCELLED.name in frame:
        is_back = [
            value is True or value is np.True_ for value in _read(frame, _CANCELLED)
        ]
    return {
        row: area
        for row, (area, is_gone) in enumerate(zip(areas, is_back, strict=True), start=1)
        if isinstance(area, str) and area.strip() and not is_gone
    }


def _read(frame: pd.DataFrame, field: Field) -> list[object]:
    """Return a column as its kind reads it; one with a fault as it came."""
    optional = replace(field, required=False)
    table, _ = convert(pd.DataFrame(frame[[field.name]]), "", [optional])
    return [None if pd.isna(value) else value for value in table[field.name].tolist()]


def _known_ids(store: Store, column: AreaColumn) -> Iterator[set[str]]:
    """Yield the ids of areas of every version, the last of a system first."""
    for system in (MAIN_SYSTEM, *(s for s in store.systems() if s != MAIN_SYSTEM)):
        for version in reversed(store.history(system).versions):
            yield _ids(store.version_layers(version.version, system), column)


def _ids(layers: VersionLayers, column: AreaColumn) -> set[str]:
    ids = set(layers.grids["grid_id"].tolist())
    return ids if column.is_grid else ids | set(layers.circles["circle_id"].tolist())


def _rule(name: str, near: str | None, column: AreaColumn) -> str:
    """Return what is wrong with an area that no version has."""
    nearest = sentence(", the nearest is {first!r}", first=near) if near else ""
    if column.is_grid:
        return sentence(
            "{name!r} is no grid of any version{nearest}", name=name, nearest=nearest
        )
    return sentence(
        "{name!r} is no grid or circle of any version{nearest}",
        name=name,
        nearest=nearest,
    )


def _about_unseen(count: int, column: AreaColumn) -> str:
    return sentence(
        "The store has no grids yet: {column!r} of {rows} could not be looked up; load "
        "the grids first, and rows that name none of them are refused.",
        rows=count_text(count, "row"),
        column=column.name,
    )


def about_grids(store: Store, frame: pd.DataFrame) -> list[str]:
    """Say of how many places the position decides, and not the grid that they name.

    Parameters
    ----------
    store
        Has the grids; those of its head count.
    frame
        Enterprises in the CRS of the store.
    """
    head = store.history(MAIN_SYSTEM).head()
    if "grid_id" not in frame or not isinstance(frame, gpd.GeoDataFrame) or not head:
        return []
    areas = _named_areas(frame, "enterprises", AREA_COLUMNS["enterprises"])
    rows = np.array([*areas], dtype=np.int64)
    points = frame.geometry.to_numpy()[rows - 1]
    has_point = ~(shapely.is_missing(points) | shapely.is_empty(points))
    nowhere, rows, points = int((~has_point).sum()), rows[has_point], points[has_point]
    notices = [_about_nowhere(nowhere)] if nowhere else []
    if not len(rows):
        return notices
    grids = store.version_layers(head.version).grids
    ids = [*grids["grid_id"].tolist(), None]
    pairs = zip(rows.tolist(), _rows_of_grids(points, grids), strict=True)
    strays = [(row, ids[place]) for row, place in pairs if areas[row] != ids[place]]
    if strays:
        row, grid = strays[0]
        notices.append(_about_others(len(strays), row, areas[row], grid))
    return notices


def _rows_of_grids(points: Shapes, grids: gpd.GeoDataFrame) -> list[int]:
    """Return the row of the grid of each point, the first of several, -1 in none."""
    # few points: the point location of answers would be compiled for them
    polygons = shapely.STRtree(grids.geometry.to_numpy())
    place, row = polygons.query(points, predicate="intersects")
    first = np.full(len(points), len(grids), dtype=np.int64)
    np.minimum.at(first, place, row)
    rows: list[int] = np.where(first < len(grids), first, -1).tolist()
    return rows


def _about_nowhere(count: int) -> str:
    return sentence(
        "{are} without a position, whatever their grid_id says: the position decides "
        "which grid holds a place, these count in none.",
        are=count_text(count, "place with a grid_id is", "places with a grid_id are"),
    )


def _about_others(count: int, row: int, area_id: str, lies_in: str | None) -> str:
    where = repr(lies_in) if lies_in else sentence("no grid")
    return sentence(
        "{places} another grid than the position lies in, as row {row}: {named!r} "
        "where that is in {where}; the position decides.",
        places=count_text(count, "place names", "places name"),
        row=row,
        named=area_id,
        where=where,
    )
