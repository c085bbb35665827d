"""Columns of rows as filters look at them: forms of texts are made when asked for."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from layers.collections.shapes import Shapes
from layers.schema.layer import Kind, LayerSchema

Flags = NDArray[np.bool_]
TYPES: Final = {
    "text": pa.large_string(),
    "instant": pa.large_string(),
    "day": pa.large_string(),
    "integer": pa.int64(),
    "number": pa.float64(),
    "flag": pa.bool_(),
}


def table_of(frame: pd.DataFrame, schema: LayerSchema) -> pa.Table:
    """Return the columns of a frame that a schema knows, in the order of the schema.

    Parameters
    ----------
    frame
        Rows of a layer.
    schema
        Says what each column is.

    Examples
    --------
    >>> from layers.schema.grids import GRIDS
    >>> table_of(pd.DataFrame({"grid_id": ["G"], "note": ["?"]}), GRIDS).to_pydict()
    {'grid_id': ['G']}
    """
    fields = [f for f in schema.fields if f.name in frame]
    return pa.table({f.name: _array(frame[f.name], f.kind) for f in fields})


def moment_text(moment: dt.datetime) -> str:
    """Return a moment as columns of instants have it, in order of time.

    What is finer than a millisecond comes after it, as no instant does.

    Examples
    --------
    >>> moment_text(dt.datetime(2026, 9, 1, 8, tzinfo=dt.UTC))
    '2026-09-01T08:00:00.000Z'
    >>> moment_text(dt.datetime(2026, 9, 1, 8, 0, 0, 7, tzinfo=dt.UTC))
    '2026-09-01T08:00:00.000Z~'
    """
    text = (
        moment.astimezone(dt.UTC)
        .replace(tzinfo=None)
        .isoformat(timespec="milliseconds")
    )
    return f"{text}Z{'~' if moment.microsecond % 1000 else ''}"


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """Columns of rows, each text in the forms that filters ask for.

    Attributes
    ----------
    schema
        What they are.
    table
        Those that there are.
    shapes
        Geometry of the rows.
    """

    schema: LayerSchema
    table: pa.Table
    shapes: Shapes
    _forms: dict[tuple[str, str], Any] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.shapes)

    def values(self, name: str) -> pa.Array:
        """Return a column; null where there is no value, and where no row has any."""
        return self._kept("values", name, self._whole)

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

    def _kept(self, form: str, name: str, build: Callable[[str], Any]) -> Any:
        """Return a column in one form; two threads may both build it, to the same."""
        key = form, name
        if key not in self._forms:
            self._forms[key] = build(name)
        return self._forms[key]

    def _whole(self, name: str) -> pa.Array:
        kind = next(f.kind for f in self.schema.fields if f.name == name)
        if name not in self.table.column_names:
            return pa.nulls(len(self), TYPES[kind])
        return self.table[name].combine_chunks()

    def _code(self, name: str) -> pa.DictionaryArray:
        return self.values(name).dictionary_encode()

    def _fold_words(self, name: str) -> pa.Array:
        words, _ = self.words(name)
        folded = [word.casefold() for word in words.to_pylist()]
        return pa.array(folded, pa.large_string())

    def _fold(self, name: str) -> pa.Array:
        words, rows = self.words(name, is_folded=True)
        return words.take(rows)


def _array(values: pd.Series, field_kind: Kind) -> pa.ChunkedArray:
    """Return a column of a frame as Arrow has it, missing values as nulls."""
    kind = TYPES[field_kind]
    if field_kind == "instant":
        values = _moments(values)
    array = pa.array(values, type=kind, from_pandas=True)
    if isinstance(array, pa.ChunkedArray):
        # pandas may hand over chunks of small strings whatever the type
        return pa.chunked_array([c.cast(kind) for c in array.chunks], kind)
    return pa.chunked_array([array], kind)


def _moments(instants: pd.Series) -> pd.Series:
    """Return milliseconds as moments of UTC, texts of one length in order of time."""
    moments = pd.to_datetime(instants.astype("float64"), unit="ms")
    texts = np.datetime_as_string(moments.to_numpy("datetime64[ms]"), unit="ms")
    return pd.Series(np.char.add(texts, "Z").astype(object)).where(
        moments.notna().to_numpy(), None
    )
