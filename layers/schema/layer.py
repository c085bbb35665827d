"""The schema of a layer, and the check of a frame against it at the border."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias, TypeVar

import geopandas
import geopandas as gpd
import numpy as np
import pandas as pd

from gis.crs import Datum, datum_of, parse_datum
from gis.errors import InvalidLayerError, RowFault
from gis.models import Instant
from gis.sentences import joined, sentence
from layers.schema.cells import CELL_READERS
from layers.schema.damaged_ids import damaged_faults
from layers.schema.nearest import about_nearest

Sharing = Literal["open", "conditional", "closed"]
Kind = Literal["text", "integer", "number", "instant", "flag", "day"]
Frame = TypeVar("Frame", bound=pd.DataFrame)
RowRule: TypeAlias = Callable[[pd.DataFrame, pd.DataFrame, Instant], list[RowFault]]
"""What is wrong across rows: new ones by their number, facts of the layer, and when."""

SHOWN_FAULTS = 3
SHOWN_CHARACTERS = 80
GEOMETRY_TYPES = {"polygon": ("Polygon", "MultiPolygon"), "point": ("Point",)}


@dataclass(frozen=True)
class Field:
    """One column of a layer.

    Parameters
    ----------
    name
        Column name.
    kind
        What its values are; an instant is text as `read_time` takes it, or a timestamp,
        a day is text such as 2026-09-30, of layers that are computed alone.
    required
        Whether the column must exist and every row must have a value.
    sharing
        Who may see it: everyone, on conditions, or nobody outside.
    description
        What it means, for the data dictionary.
    unit
        Unit of its numbers; empty where they have none.
    values
        The closed list of its texts; empty where it has none.
    rule
        Raises ValueError, saying what is wrong, for a value that its kind lets pass.
    is_later
        Whether a migration added the column to stores that were there: a row has it on
        the log only where it is filled, so that older rows keep their bytes.
    is_none
        Says which of its texts mean that there is none; such a cell is empty.
    is_secret
        Whether a fault must not repeat what stands in a cell.
    zh
        Its Chinese name, which a file may have as its head; one in a layer.
    usual
        What its texts usually are, where other texts pass too.
    values_zh
        Chinese words of the closed list or of what is usual, in its order; one of the
        closed list is read as its entry.
    """

    name: str
    kind: Kind
    required: bool
    sharing: Sharing
    description: str
    unit: str = ""
    values: tuple[str, ...] = ()
    rule: Callable[[Any], object] | None = None
    is_later: bool = False
    is_none: Callable[[str], bool] | None = None
    is_secret: bool = False
    zh: str = ""
    usual: tuple[str, ...] = ()
    values_zh: tuple[str, ...] = ()

    @property
    def entries(self) -> tuple[str, ...]:
        """What a list to choose from offers; empty where any text will do."""
        return self.values or self.usual


@dataclass(frozen=True)
class LayerSchema:
    """The columns of one layer, its key and the kind of its geometry.

    Parameters
    ----------
    name
        Layer name, plural.
    key
        Column that identifies a row; unique and never empty.
    geometry
        What a geometry column holds where there is one; None for plain tables.
    fields
        The columns that the layer knows; other columns may stand beside them.
    owner
        Body that answers for what the layer says, for the data dictionary.
    closed_where
        Column of flags; a row in which it is true is closed whole: no layer shows it
        and no file of one. None where every row is as its columns are.
    repeats
        Names of layers of which it has fields under the same names.
    zh
        Its Chinese name, which a sheet of a workbook may have.
    """

    name: str
    key: str
    geometry: Literal["polygon", "point"] | None
    fields: tuple[Field, ...]
    owner: str = ""
    closed_where: str | None = None
    repeats: tuple[str, ...] = ()
    zh: str = ""

    def field(self, name: str) -> Field:
        """Return a field by its name.

        Raises
        ------
        KeyError
            If there is none.
        """
        for field in self.fields:
            if field.name == name:
                return field
        raise KeyError(name)

    @property
    def key_sharing(self) -> Sharing:
        """Who may see which rows there are; a layer with a closed key is closed."""
        return self.field(self.key).sharing

    @property
    def geometry_sharing(self) -> Sharing:
        """Who may see the geometry: a point may show where somebody lives."""
        return "conditional" if self.geometry == "point" else "open"


def check(frame: Frame, schema: LayerSchema) -> Frame:
    """Return the frame with every known column in its kind, or say what is wrong.

    Text comes back NFC and trimmed, whole numbers in text columns without decimals;
    blank text is a missing value. Instants are checked and stay as they came, because
    one without offset needs the timezone of the deployment. Columns that the schema
    does not know stay as they are.

    Parameters
    ----------
    frame
        Rows of the layer; not changed.
    schema
        What the layer must be.

    Returns
    -------
    checked
        A copy with the same rows in the same order.

    Raises
    ------
    InvalidLayerError
        Names row (the first is 1), field and rule of the first faults, and the count;
        its `faults` has them all.

    Examples
    --------
    >>> schema = LayerSchema("posts", "post_id", None, (
    ...     Field("post_id", "text", True, "open", "Id of the post."),
    ...     Field("rank", "integer", False, "open", "Order of rank."),
    ... ))
    >>> check(pd.DataFrame({"post_id": [7.0], "rank": ["2"]}), schema)["post_id"].item()
    '7'
    >>> check(pd.DataFrame({"post_id": ["P1"], "rank": ["high"]}), schema)
    Traceback (most recent call last):
    ...
    gis.errors.InvalidLayerError: Layer 'posts' has 1 fault: row 1, field 'rank': \
'high' is not a whole number; correct it and read the layer again.
    """
    checked, faults = convert(frame, schema.name, schema.fields)
    names = [field.name for field in schema.fields if field.name in checked]
    faults += damaged_faults(checked[names], schema.key)
    faults += _repeated_keys(checked, schema) + _geometry_faults(frame, schema)
    if faults:
        raise refusal(schema.name, faults, sentence("read the layer again"))
    return checked


def convert(
    frame: Frame, layer: str, fields: Sequence[Field]
) -> tuple[Frame, list[RowFault]]:
    """Return the frame with the known columns in their kinds, and what is wrong.

    Parameters
    ----------
    frame
        Rows of a layer; not changed.
    layer
        Its name.
    fields
        The columns to convert.

    Returns
    -------
    table
        A copy; a column with a fault stays as it came.
    faults
        Rows are counted from 1.

    Raises
    ------
    InvalidLayerError
        If a required column is not there.
    """
    refuse_missing_columns(frame, layer, fields)
    table = frame.copy()
    faults: list[RowFault] = []
    for field in fields:
        if field.name in frame.columns:
            values, wrong = _converted(frame[field.name], field)
            faults += wrong
            if not wrong:
                table[field.name] = values
    return table, faults


def refusal(layer: str, faults: Iterable[RowFault], again: str) -> InvalidLayerError:
    """Return the error that names what is wrong with rows of a layer.

    Parameters
    ----------
    layer
        Its name.
    faults
        At least one, in the order in which they are shown.
    again
        What to do once they are corrected.

    Examples
    --------
    >>> fault = RowFault(3, "owner", "is empty, expected text")
    >>> str(refusal("rules", [fault], sentence("load the layer again")))
    "Layer 'rules' has 1 fault: row 3, field 'owner': is empty, expected text; \
correct it and load the layer again."
    """
    all_faults = list(faults)
    them = "it" if len(all_faults) == 1 else "them"
    text = sentence(
        "Layer {layer!r} has {first_few}; correct {them} and {again}.",
        layer=layer,
        first_few=_first_few(all_faults),
        them=them,
        again=again,
    )
    return InvalidLayerError(text, all_faults)


def not_negative(value: float) -> None:
    """Refuse a number below zero.

    Raises
    ------
    ValueError
        If it is one.
    """
    if value < 0:
        raise ValueError(sentence("is negative, expected 0 or more"))


def _converted(column: pd.Series, field: Field) -> tuple[pd.Series, list[RowFault]]:
    """Return the column in its kind, and the faults of its rows."""
    read, expected = CELL_READERS[field.kind]
    values: list[object] = []
    faults: list[RowFault] = []
    for row, value in enumerate(column.tolist(), start=1):
        try:
            values.append(_allowed(read(value), field))
        except ValueError as error:
            cell = sentence("the value") if field.is_secret else _shown(value)
            faults.append(RowFault(row, field.name, joined(" ", (cell, str(error)))))
            continue
        if values[-1] is None and field.required:
            rule = sentence("is empty, expected {expected}", expected=expected)
            faults.append(RowFault(row, field.name, rule))
    if faults or field.kind == "instant":
        return column, faults
    return pd.Series(values, index=column.index, dtype=_dtype(field, values)), faults


def _allowed(value: object, field: Field) -> object:
    """Return a value that the field takes."""
    if value is None or (field.is_none is not None and field.is_none(str(value))):
        return None
    if field.values and value in field.values_zh:
        value = field.values[field.values_zh.index(str(value))]
    if field.values and value not in field.values:
        raise ValueError(
            sentence(
                "is not one of {values!r}{nearest}",
                values=list(map(str, field.values)),
                nearest=about_nearest(value, field.values, field.values_zh),
            )
        )
    if field.rule is not None:
        field.rule(value)
    return value


def _shown(value: object) -> str:
    """Return a value for a sentence, a long one cut."""
    text = repr(value)
    return text if len(text) <= SHOWN_CHARACTERS else f"{text[:SHOWN_CHARACTERS]}..."


def _dtype(field: Field, values: list[object]) -> str:
    """Return the pandas dtype of a column, one that knows missing values if any."""
    missing = any(value is None for value in values)
    if field.kind == "integer":
        return "Int64" if missing else "int64"
    if field.kind == "flag":
        return "boolean" if missing else "bool"
    return "float64" if field.kind == "number" else "str"


def refuse_missing_columns(
    frame: pd.DataFrame, layer: str, fields: Sequence[Field]
) -> None:
    """Refuse a frame without columns that it must have, all of them in one sentence.

    Parameters
    ----------
    frame, layer, fields
        As `convert` takes them.

    Raises
    ------
    InvalidLayerError
        If a required column is not there.
    """
    required = [field for field in fields if field.required]
    missing = [field for field in required if field.name not in frame.columns]
    if missing:
        raise absent_columns(layer, missing, list(map(str, frame.columns)))


def absent_columns(
    layer: str, missing: Sequence[Field], names: Sequence[str]
) -> InvalidLayerError:
    """Return the error that names every column that a layer lacks.

    A file without a row may have no column at all.

    Parameters
    ----------
    layer
        Its name.
    missing
        Columns that it must have and has not.
    names
        Columns that it has.

    Examples
    --------
    >>> tier = Field("tier", "integer", True, "open", "Tier.", zh="层级")
    >>> str(absent_columns("circles", [tier], ["circle_id", "level"]))
    "Layer 'circles' has no column 'tier' (层级) but ['circle_id', 'level']; rename or \
add it, or say which one it is with --map tier=COLUMN."
    """
    texts = [
        f"{field.name!r} ({field.zh})" if field.zh else repr(field.name)
        for field in missing
    ]
    pairs = ",".join(f"{field.name}=COLUMN" for field in missing)
    if not set(names) - {"geometry"}:
        return InvalidLayerError(
            "Layer {layer!r} has no columns, expected {missing}; export it again with "
            "its rows.",
            layer=layer,
            missing=", ".join(texts),
        )
    if len(missing) == 1:
        return InvalidLayerError(
            "Layer {layer!r} has no column {missing} but {columns!r}; rename or add "
            "it, or say which one it is with --map {pairs}.",
            layer=layer,
            missing=texts[0],
            columns=list(names),
            pairs=pairs,
        )
    return InvalidLayerError(
        "Layer {layer!r} has no columns {missing} but {columns!r}; rename or add them, "
        "or say which ones they are with --map {pairs}.",
        layer=layer,
        missing=", ".join(texts),
        columns=list(names),
        pairs=pairs,
    )


def _repeated_keys(frame: pd.DataFrame, schema: LayerSchema) -> list[RowFault]:
    """Return a fault for each row whose key stands in an earlier row."""
    keys = frame[schema.key]
    repeated = keys.duplicated() & keys.notna()
    return [
        RowFault(
            int(row) + 1,
            schema.key,
            sentence(
                "{iloc!r} stands in an earlier row, expected unique ids",
                iloc=keys.iloc[row],
            ),
        )
        for row in np.flatnonzero(repeated.to_numpy())
    ]


def _geometry_faults(frame: pd.DataFrame, schema: LayerSchema) -> list[RowFault]:
    """Return a fault for each geometry that is not of the type of the layer."""
    if schema.geometry is None or not isinstance(frame, geopandas.GeoDataFrame):
        return []
    allowed = GEOMETRY_TYPES[schema.geometry]
    types = frame.geometry.geom_type.tolist()
    return [
        RowFault(
            row,
            "geometry",
            sentence(
                "{kind} where a {geometry} was expected",
                kind=kind,
                geometry=schema.geometry,
            ),
        )
        for row, kind in enumerate(types, start=1)
        if isinstance(kind, str) and kind not in allowed
    ]


def _first_few(faults: list[RowFault]) -> str:
    """Return the count and the first faults."""
    text = joined("; ", map(str, faults[:SHOWN_FAULTS]))
    if len(faults) == 1:
        return sentence("1 fault: {text}", text=text)
    rest = len(faults) - SHOWN_FAULTS
    more = sentence("; and {rest} more", rest=rest) if rest > 0 else ""
    return sentence(
        "{faults} faults: {text}{more}", faults=len(faults), text=text, more=more
    )


def frame_datum(frame: gpd.GeoDataFrame) -> Datum:
    """Return the datum of a frame, WGS 84 where it declares no CRS."""
    return parse_datum("wgs84") if frame.crs is None else datum_of(frame.crs)
