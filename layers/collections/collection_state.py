"""Rows of a layer as they are at a time: in order of their ids, chosen in memory."""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import reduce
from operator import methodcaller
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import shapely
from numpy.typing import NDArray

from gis.crs import Datum
from layers.collections.columns import Columns, Flags, table_of
from layers.collections.filter_rows import rows_of_filter
from layers.collections.filter_tree import Node
from layers.collections.shapes import Shapes
from layers.features import open_rows
from layers.schema.layer import LayerSchema, frame_datum
from layers.schema.sharing import GEOMETRY, Classes

Rows = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class SortKey:
    """A column that rows are sorted by; rows without a value come last.

    Attributes
    ----------
    name
        Of the column.
    is_descending
        Whether the greatest comes first.
    """

    name: str
    is_descending: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """Where a row stands in a sorted layer; the row itself may be gone.

    Attributes
    ----------
    values
        One for each column that the rows are sorted by; None for none.
    item_id
        Id of the row.
    """

    values: tuple[Any, ...]
    item_id: str


@dataclass(frozen=True, slots=True, eq=False)
class CollectionState:
    """Rows of a layer as they are at a time; nothing in it changes.

    Attributes
    ----------
    schema
        What its columns are.
    table
        The columns of the schema that there are, rows in code order of their ids; a
        million places take about 93 MB with their positions.
    shapes
        Geometry of the rows.
    datum
        What their coordinates are.
    columns
        What filters look at.

    Examples
    --------
    >>> from layers.schema.grids import GRIDS
    >>> squares = [shapely.box(1, 0, 2, 1), shapely.box(0, 0, 1, 1)]
    >>> grids = gpd.GeoDataFrame({"grid_id": ["B", "A"]}, geometry=squares, crs=4490)
    >>> state = CollectionState.of(grids, GRIDS)
    >>> state.ids_of(state.choose(shapely.box(0.2, 0.2, 0.4, 0.4)))
    ['A']
    """

    schema: LayerSchema
    table: pa.Table
    shapes: Shapes
    datum: Datum
    columns: Columns = field(init=False)

    def __post_init__(self) -> None:
        columns = Columns(self.schema, self.table, self.shapes)
        object.__setattr__(self, "columns", columns)

    @classmethod
    def of(cls, frame: gpd.GeoDataFrame, schema: LayerSchema) -> "CollectionState":
        """Return the state of rows in any order.

        Parameters
        ----------
        frame
            Rows of the layer, each id once; those that are closed whole are left out.
        schema
            What it is.
        """
        frame = open_rows(frame, schema)
        table = table_of(frame, schema)
        order = pc.sort_indices(table[schema.key].combine_chunks())
        shapes = Shapes.of(frame.geometry.to_numpy()[order.to_numpy()])
        ordered = table.take(order).combine_chunks()
        return cls(schema, ordered, shapes, frame_datum(frame))

    @classmethod
    def last_of(
        cls, frames: Sequence[gpd.GeoDataFrame], schema: LayerSchema
    ) -> "CollectionState":
        """Return each row as it is in the last of several frames that has it.

        Parameters
        ----------
        frames
            In order of time, one or more, in one CRS.
        schema
            What they are.
        """
        together = pd.concat(frames, ignore_index=True)
        last = together.drop_duplicates(schema.key, keep="last")
        return cls.of(gpd.GeoDataFrame(last, crs=frames[0].crs), schema)

    @property
    def nbytes(self) -> int:
        """About how much memory it takes."""
        return int(self.table.nbytes) + self.shapes.nbytes

    def __len__(self) -> int:
        return len(self.shapes)

    def only(self, is_seen: Flags) -> "CollectionState":
        """Return the state of some of the rows.

        Parameters
        ----------
        is_seen
            Which, shape (n,).
        """
        table = self.table.filter(pa.array(is_seen)).combine_chunks()
        return replace(self, table=table, shapes=self.shapes.only(is_seen))

    def shared(self, classes: Classes) -> "CollectionState":
        """Return the columns that somebody sees, and the geometry if he does.

        A geometry that is not seen is as if there were none: no window finds it.

        Parameters
        ----------
        classes
            The fields that are seen.
        """
        open_names = classes.fields_of(self.schema)
        names = [name for name in self.table.column_names if name in open_names]
        is_placed = classes.has(self.schema, GEOMETRY)
        shapes = self.shapes if is_placed else Shapes.nowhere(len(self))
        return replace(self, table=self.table.select(names), shapes=shapes)

    def ids_of(self, rows: Rows) -> list[str]:
        """Return the ids of some rows."""
        ids: list[str] = self._ids().take(pa.array(rows)).to_pylist()
        return ids

    def records(
        self, rows: Rows, names: Sequence[str] | None = None
    ) -> list[dict[str, Any]]:
        """Return some rows as records, None where there is no value.

        Parameters
        ----------
        rows
            Which, in order.
        names
            Of columns; all without.
        """
        table = self.table
        if names is not None:
            table = table.select([n for n in names if n in table.column_names])
        records: list[dict[str, Any]] = table.take(pa.array(rows)).to_pylist()
        return records

    def row_of(self, item_id: str) -> int | None:
        """Return the row of an id; None where there is none."""
        ids = self._ids()
        row = bisect_left(ids, item_id, key=methodcaller("as_py"))
        return row if row < len(ids) and ids[row].as_py() == item_id else None

    def place_of(self, row: int, keys: Sequence[SortKey]) -> Place:
        """Return where a row stands among rows that are sorted."""
        values = tuple(self.columns.values(key.name)[row].as_py() for key in keys)
        return Place(values, self._ids()[row].as_py())

    def after(self, rows: Rows, keys: Sequence[SortKey], place: Place) -> Rows:
        """Return those of some rows that come after a place.

        Parameters
        ----------
        rows
            In order of their ids.
        keys
            What the rows are sorted by before their ids.
        place
            Where; no row needs to be there any more.
        """
        if not keys:
            start = bisect_right(self._ids(), place.item_id, key=methodcaller("as_py"))
            return rows[np.searchsorted(rows, start) :]
        is_after = pc.greater(self._ids(), place.item_id)
        for key, value in zip(reversed(keys), reversed(place.values), strict=True):
            is_after = _is_after(self.columns.values(key.name), key, value, is_after)
        flags: Flags = is_after.to_numpy(zero_copy_only=False)
        return rows[flags[rows]]

    def first(self, rows: Rows, keys: Sequence[SortKey], count: int) -> Rows:
        """Return the first of some rows, in order.

        Parameters
        ----------
        rows
            In order of their ids.
        keys
            What they are sorted by before their ids.
        count
            At most so many.
        """
        if not keys:
            return rows[:count]
        table = pa.table(
            [self.columns.values(key.name).take(pa.array(rows)) for key in keys]
            + [pa.array(rows)],
            names=[*map(str, range(len(keys) + 1))],
        )
        orders = [
            (str(number), "descending" if key.is_descending else "ascending")
            for number, key in enumerate(keys)
        ]
        # rows are in order of their ids, so their number says which id comes first
        orders.append((str(len(keys)), "ascending"))
        first = pc.select_k_unstable(table, min(count, len(rows)), orders).to_numpy()
        first_rows: Rows = rows[first]
        return first_rows

    def choose(
        self,
        window: shapely.Geometry | None = None,
        values: Mapping[str, object] | None = None,
        tree: Node | None = None,
    ) -> Rows:
        """Return the rows that meet a window, some values and a filter, in order.

        Parameters
        ----------
        window
            In the CRS of the rows, of any number of parts; what touches one meets it,
            and so does a row without geometry (OGC API Features Part 1, requirement
            24).
        values
            By column, of its kind; a row without a value has none of them.
        tree
            As `rows_of_filter` takes it.
        """
        conditions = [
            pc.equal(self.columns.values(column), value)
            .fill_null(False)
            .to_numpy(zero_copy_only=False)
            for column, value in (values or {}).items()
        ]
        if tree is not None:
            conditions.append(rows_of_filter(tree, self.columns))
        is_wanted = reduce(np.logical_and, conditions) if conditions else None
        if window is not None:
            touches = ~self.shapes.has_any()
            for part in shapely.get_parts(window):
                touches |= self.shapes.touches(part, is_wanted)
            is_wanted = touches if is_wanted is None else is_wanted & touches
        return np.arange(len(self)) if is_wanted is None else np.flatnonzero(is_wanted)

    def _ids(self) -> pa.Array:
        return self.columns.values(self.schema.key)


def _is_after(
    column: pa.Array, key: SortKey, value: object, is_after: pa.Array
) -> pa.Array:
    """Return which rows come after a value, or have it and come after what follows."""
    is_missing = pc.is_null(column)
    if value is None:
        return pc.and_(is_missing, is_after)
    compare = pc.less if key.is_descending else pc.greater
    is_beyond = pc.or_(pc.fill_null(compare(column, value), False), is_missing)
    is_equal = pc.fill_null(pc.equal(column, value), False)
    return pc.or_(is_beyond, pc.and_(is_equal, is_after))
