"""Further columns of a grid file: kept as one JSON text a row, and back as columns."""

import datetime as dt
import json
import math
from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import TypeAlias

import geopandas as gpd
import numpy as np
import pandas as pd

from gis.errors import SettingError
from gis.sentences import sentence
from layers.files.table import column_of
from layers.schema.grids import GRIDS
from layers.schema.layer import Field, LayerSchema, Sharing
from layers.schema.names import free_names

ATTRIBUTES = "attributes"
"""Column of the grids that keeps them."""
Attributes: TypeAlias = dict[Sharing, dict[str, object]]
"""Values by class of sharing, then by name."""
_CLASSES: tuple[Sharing, ...] = ("closed", "open")


def fold_attributes(
    grids: gpd.GeoDataFrame, open_columns: Collection[str] = ()
) -> gpd.GeoDataFrame:
    """Return grids of a file whose further columns stand in the column `attributes`.

    It is JSON with sorted keys, ``{"closed": {...}, "open": {...}}``; missing values
    and classes without one are left out, and a row without any has none. What JSON has
    no word for is kept as text.

    Parameters
    ----------
    grids
        Grids as `read_grids` returns them.
    open_columns
        Further columns that everyone may see; the others are closed.

    Raises
    ------
    SettingError
        If there is no further column of such a name.

    Examples
    --------
    >>> import shapely
    >>> columns = {"grid_id": ["G1"], "sector": ["3"], "district": [31]}
    >>> grids = gpd.GeoDataFrame(columns, geometry=[shapely.box(0, 0, 1, 1)])
    >>> fold_attributes(grids, ["district"])["attributes"].item()
    '{"closed":{"sector":"3"},"open":{"district":31}}'
    """
    layer = {field.name for field in GRIDS.fields} - {ATTRIBUTES}
    names = [str(name) for name in grids.columns if name not in {*layer, "geometry"}]
    unknown = sorted(set(open_columns) - set(names))
    if unknown:
        raise SettingError(
            "Option --open names {unknown!r}, expected one of the further columns "
            "{names!r}; name one of them.",
            unknown=unknown[0],
            names=names,
        )
    if not names:
        return grids
    texts = [
        _text(dict(zip(names, values, strict=True)), open_columns)
        for values in zip(*(grids[name].tolist() for name in names), strict=True)
    ]
    column = pd.Series(texts, index=grids.index, dtype="str")
    return grids.drop(columns=names).assign(**{ATTRIBUTES: column})


def attributes_of(text: object) -> Attributes:
    """Return what a text of the column `attributes` keeps; nothing for none.

    Examples
    --------
    >>> attributes_of('{"open":{"district":31}}')
    {'open': {'district': 31}}
    """
    if not isinstance(text, str):
        return {}
    attributes: Attributes = json.loads(text)
    return attributes


def unfold_attributes(
    grids: gpd.GeoDataFrame, schema: LayerSchema
) -> tuple[gpd.GeoDataFrame, LayerSchema]:
    """Return grids with their further columns behind their own, and their schema.

    A column whose values have no one type holds the JSON text of each; one whose name
    the layer has already comes back under another. A name that is open in one version
    and closed in another gives a column for each.

    Parameters
    ----------
    grids
        Grids with the column `attributes`.
    schema
        Their schema.

    Examples
    --------
    >>> import shapely
    >>> texts = ['{"open":{"district":31}}', None]
    >>> columns = {"grid_id": ["G1", "G2"], "attributes": texts}
    >>> grids = gpd.GeoDataFrame(columns, geometry=[shapely.box(0, 0, 1, 1)] * 2)
    >>> frame, schema = unfold_attributes(grids, GRIDS)
    >>> frame["district"].tolist(), schema.fields[-1].sharing
    ([31, <NA>], 'open')
    """
    rows = [attributes_of(text) for text in grids[ATTRIBUTES].tolist()]
    keys = sorted(
        {(name, sharing) for row in rows for sharing in row for name in row[sharing]}
    )
    own = [*map(str, grids.columns), *(field.name for field in schema.fields)]
    frame, fields = grids, list(schema.fields)
    for name, sharing in keys:
        [free] = free_names(own, [name]).values()
        own.append(free)
        values = [row.get(sharing, {}).get(name) for row in rows]
        frame = frame.assign(**{free: _column(free, values, grids.index)})
        about = sentence("Further column {name!r} of the file.", name=name)
        fields.append(Field(free, "text", False, sharing, about))
    return frame, replace(schema, fields=tuple(fields))


def _text(values: Mapping[str, object], open_columns: Collection[str]) -> str | None:
    """Return the filled values of a row as JSON by class."""
    filled = {name: value for name, value in values.items() if not _is_missing(value)}
    attributes = {
        sharing: {
            name: value
            for name, value in filled.items()
            if (name in open_columns) == (sharing == "open")
        }
        for sharing in _CLASSES
    }
    classes = {sharing: its for sharing, its in attributes.items() if its}
    if not classes:
        return None
    return json.dumps(
        _plain(classes), sort_keys=True, ensure_ascii=False, separators=(",", ":")
    )


def _is_missing(value: object) -> bool:
    """Say whether a cell has no value; a list is one."""
    if isinstance(value, (float, np.floating)):
        return bool(np.isnan(value))
    return value is None or value is pd.NA or value is pd.NaT


def _plain(value: object) -> object:
    """Return a value of a frame as JSON has it, exactly, or as text."""
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, dict):
        return {str(name): _plain(its) for name, its in value.items()}
    if isinstance(value, (list, tuple, np.ndarray)):
        return [_plain(its) for its in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None if math.isnan(value) else str(value)
    if value is None or isinstance(value, (str, bool, int, float)):
        return value
    if isinstance(value, (dt.datetime, dt.date, dt.time)):
        return value.isoformat()
    return value.hex() if isinstance(value, bytes) else str(value)


def _column(name: str, values: list[object], index: pd.Index) -> pd.Series:
    """Return values as a column of one type."""
    _, array = column_of(name, values)
    dtypes = {"int64": "Int64", "bool": "boolean", "string": "str", "double": "float64"}
    return pd.Series(array.to_pylist(), index=index, dtype=dtypes[str(array.type)])
