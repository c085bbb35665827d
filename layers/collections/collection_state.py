"""Rows of a layer as they are at a time: in order of their ids, chosen in memory."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow.compute as pc
import shapely
from numpy.typing import NDArray

from gis.crs import Datum
from layers.collections.columns import Columns, Flags
from layers.collections.filter_rows import rows_of_filter
from layers.collections.filter_tree import Node
from layers.schema.layer import LayerSchema, frame_datum

Rows = NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class CollectionState:
    """Rows of a layer as they are at a time; nothing in it changes.

    Attributes
    ----------
    schema
        What its columns are.
    frame
        The rows, in code order of their ids.
    ids
        Of the rows, texts, shape (n,).
    bounds
        Of their geometry in the CRS of the frame, shape (n, 4); NaN where there is
        none.
    columns
        What filters look at.

    Examples
    --------
    >>> from layers.schema.grids import GRIDS
    >>> squares = [shapely.box(1, 0, 2, 1), shapely.box(0, 0, 1, 1)]
    >>> grids = gpd.GeoDataFrame({"grid_id": ["B", "A"]}, geometry=squares, crs=4490)
    >>> state = CollectionState.of(grids, GRIDS)
    >>> state.ids[state.choose(shapely.box(0.2, 0.2, 0.4, 0.4))].tolist()
    ['A']
    """

    schema: LayerSchema
    frame: gpd.GeoDataFrame
    ids: NDArray[np.object_]
    bounds: NDArray[np.float64]
    columns: Columns = field(init=False)

    def __post_init__(self) -> None:
        columns = Columns(self.schema, self.frame, self.bounds)
        object.__setattr__(self, "columns", columns)

    @classmethod
    def of(cls, frame: gpd.GeoDataFrame, schema: LayerSchema) -> "CollectionState":
        """Return the state of rows in any order.

        Parameters
        ----------
        frame
            Rows of the layer, each id once.
        schema
            What it is.
        """
        ids = frame[schema.key].astype(str).to_numpy(dtype=object)
        order = np.argsort(ids, kind="stable")
        ordered = frame.iloc[order].reset_index(drop=True)
        return cls(
            schema, ordered, ids[order], shapely.bounds(ordered.geometry.to_numpy())
        )

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
    def datum(self) -> Datum:
        """What its coordinates are."""
        return frame_datum(self.frame)

    def __len__(self) -> int:
        return len(self.ids)

    def only(self, is_seen: Flags) -> "CollectionState":
        """Return the state of some of the rows.

        Parameters
        ----------
        is_seen
            Which, shape (n,).
        """
        frame = self.frame[is_seen].reset_index(drop=True)
        return CollectionState(
            self.schema, frame, self.ids[is_seen], self.bounds[is_seen]
        )

    def row_of(self, item_id: str) -> int | None:
        """Return the row of an id; None where there is none."""
        row = int(np.searchsorted(self.ids, item_id))
        return row if row < len(self) and self.ids[row] == item_id else None

    def after(self, rows: Rows, item_id: str) -> Rows:
        """Return those of some rows whose ids come after one, which may be gone."""
        return rows[rows >= np.searchsorted(self.ids, item_id, side="right")]

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
            In the CRS of the frame; what touches it meets it, and so does a row without
            geometry (OGC API Features Part 1, requirement 24).
        values
            By column, of its kind; a row without a value has none of them.
        tree
            As `rows_of_filter` takes it.
        """
        is_wanted = np.ones(len(self), dtype=bool)
        for column, value in (values or {}).items():
            is_equal = pc.equal(self.columns.values(column), value).fill_null(False)
            is_wanted &= is_equal.to_numpy(zero_copy_only=False)
        if tree is not None:
            is_wanted &= rows_of_filter(tree, self.columns)
        if window is not None:
            is_placed = self.columns.has_geometry()
            is_wanted &= self.columns.touches(window, is_wanted) | ~is_placed
        return np.flatnonzero(is_wanted)
