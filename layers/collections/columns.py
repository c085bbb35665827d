"""Columns of a state for filters: made from its frame when first asked for."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pyarrow as pa
import shapely
from numpy.typing import NDArray

from layers.schema.layer import LayerSchema

Flags = NDArray[np.bool_]
TYPES: Final = {
    "text": pa.large_string(),
    "instant": pa.large_string(),
    "integer": pa.int64(),
    "number": pa.float64(),
    "flag": pa.bool_(),
}


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """Columns of rows as Arrow has them, each converted once.

    Attributes
    ----------
    schema
        What they are.
    frame
        The rows.
    bounds
        Of their geometry, shape (n, 4); NaN where there is none.
    """

    schema: LayerSchema
    frame: gpd.GeoDataFrame
    bounds: NDArray[np.float64]
    _arrays: dict[tuple[str, str], Any] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.bounds)

    def values(self, name: str) -> pa.Array:
        """Return a column; null where there is no value, and where no row has any."""
        return self._kept("values", name, self._convert)

    def folded(self, name: str) -> pa.Array:
        """Return a column of texts whatever their case."""
        return self._kept("folded", name, self._fold)

    def words(self, name: str, *, is_folded: bool = False) -> tuple[pa.Array, pa.Array]:
        """Return the texts of a column and, by row, which of them stands there.

        Parameters
        ----------
        name
            The column.
        is_folded
            Whether the texts come whatever their case; some are then there twice.
        """
        coded = self._kept("words", name, self._code)
        words = coded.dictionary
        if is_folded:
            words = self._kept("folded words", name, self._fold_words)
        return words, coded.indices

    def has_geometry(self) -> Flags:
        """Return which rows have a geometry."""
        return ~np.isnan(self.bounds[:, 0])

    def touches(self, shape: shapely.Geometry, is_wanted: Flags | None = None) -> Flags:
        """Return which rows touch a geometry; those without one do not.

        Parameters
        ----------
        shape
            In the CRS of the frame.
        is_wanted
            Others are not looked at; all are without.
        """
        west, south, east, north = shapely.bounds(shape)
        x_low, y_low, x_high, y_high = self.bounds.T
        is_near: Flags = (x_low <= east) & (x_high >= west)
        is_near &= (y_low <= north) & (y_high >= south)
        if is_wanted is not None:
            is_near &= is_wanted
        near = np.flatnonzero(is_near)
        shapely.prepare(shape)
        shapes = self.frame.geometry.to_numpy()[near]
        is_near[near] = shapely.intersects(shape, shapes)
        return is_near

    def _kept(self, form: str, name: str, build: Callable[[str], Any]) -> Any:
        """Return a column in one form; two threads may both build it, to the same."""
        key = form, name
        if key not in self._arrays:
            self._arrays[key] = build(name)
        return self._arrays[key]

    def _convert(self, name: str) -> pa.Array:
        kind = next(f.kind for f in self.schema.fields if f.name == name)
        if name not in self.frame:
            return pa.nulls(len(self), TYPES[kind])
        array = pa.array(self.frame[name], type=TYPES[kind], from_pandas=True)
        if not isinstance(array, pa.ChunkedArray):
            return array
        # pandas may hand over chunks of small strings whatever the type
        chunks = [
            pa.nulls(0, TYPES[kind]),
            *(c.cast(TYPES[kind]) for c in array.chunks),
        ]
        return pa.concat_arrays(chunks)

    def _code(self, name: str) -> pa.DictionaryArray:
        return self.values(name).dictionary_encode()

    def _fold_words(self, name: str) -> pa.Array:
        words, _ = self.words(name)
        folded = [word.casefold() for word in words.to_pylist()]
        return pa.array(folded, pa.large_string())

    def _fold(self, name: str) -> pa.Array:
        words, rows = self.words(name, is_folded=True)
        return words.take(rows)
