"""The border of the layers of facts: rows are stored as a whole or refused by name."""

import datetime as dt
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from gis.errors import InvalidLayerError, RowFault, StoreError
from gis.geometry import STORED_DECIMALS, polygon_fault, round_coordinates
from gis.local_time import EPOCH, MILLISECOND
from gis.models import Instant
from gis.sentences import bilingual, joined, sentence
from gis.written_time import read_time
from layers.schema.damaged_ids import damaged_ids
from layers.schema.instants import refuse_day
from layers.schema.layer import GEOMETRY_TYPES, Field, convert, refusal
from layers.schema.record_times import TIME_FIELDS
from layers.stores.facts import (
    DTYPES,
    EVERY_ROW,
    UTC_MS,
    FactLayer,
    Selection,
    fact_layer,
)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What new rows are checked against, inside the transaction that records them.

    Attributes
    ----------
    facts
        Gives the facts of a layer as they are known, all or those selected.
    recorded_at
        When the rows are recorded.
    is_new
        Whether a key that is in force is refused.
    is_restored
        Whether a store had the rows: then no rules across rows are asked.
    faults
        What the caller found wrong with the rows, counted from 1.
    """

    facts: Callable[[str, Selection | None], pd.DataFrame]
    recorded_at: Instant
    is_new: bool = False
    is_restored: bool = False
    faults: tuple[RowFault, ...] = ()

    def sharing(self, layer: str, column: str, values: pd.Series) -> pd.DataFrame:
        """Return the facts that share a value of a column, or more than these."""
        few = values.dropna().unique().tolist()
        return self.facts(layer, Selection(column, few) if len(few) <= FEW else None)


SHOWN = 3
FEW = 100
"""Facts of more values than these are read with all others of their layer."""


def prepare_facts(
    name: str, rows: pd.DataFrame, around: Surroundings, crs: str
) -> pd.DataFrame:
    """Return rows as a layer of facts stores them, or say what is wrong with them.

    Parameters
    ----------
    name
        One of `FACTS`.
    rows
        As `Store.record` takes them; not changed.
    around
        What they are checked against.
    crs
        CRS of the store.

    Returns
    -------
    facts
        In the order given; the columns that the store gives are not there yet.

    Raises
    ------
    InvalidLayerError
        Names row, field and rule of the first faults, and the count; its `faults` has
        them all.
    StoreError
        If a row is to be new and its key is in force.
    """
    layer = fact_layer(name)
    shapes = _shapes(rows, layer, crs)
    _refuse_unknown_columns(rows, layer)
    checked, faults = _checked(rows, layer)
    columns = {f.name: _typed(checked, f, faults) for f in _given_fields(layer)}
    columns["cancelled"] = columns["cancelled"].fillna(False)
    # the index numbers the rows as they were given
    facts = pd.DataFrame(columns)
    faults += _interval_faults(facts) + _key_faults(facts, layer)
    faults += _damaged_faults(facts, layer) + _area_faults(facts, shapes, layer)
    faults += _reference_faults(facts, layer, around)
    # a row that is wrong by itself says nothing about others
    sound = facts[~facts.index.isin([fault.row for fault in faults])]
    faults += _rule_faults(sound, layer, around)
    cells = {(fault.row, fault.field) for fault in faults}
    faults += [fault for fault in around.faults if fault[:2] not in cells]
    if faults:
        raise refusal(name, sorted(faults), sentence("load the layer again"))
    if around.is_new:
        _refuse_recorded(facts, layer, around)
    facts = facts.reset_index(drop=True)
    if layer.schema.geometry is None:
        return facts
    return gpd.GeoDataFrame(facts, geometry=shapes, crs=crs)


def _given_fields(layer: FactLayer) -> tuple[Field, ...]:
    """Return the columns that a caller gives."""
    return (*layer.schema.fields, *TIME_FIELDS)


def _checked(
    rows: pd.DataFrame, layer: FactLayer
) -> tuple[pd.DataFrame, list[RowFault]]:
    """Return the rows whose columns are sound, numbered from 1, and the faults."""
    table = pd.DataFrame(rows).set_axis(pd.RangeIndex(1, len(rows) + 1), axis=0)
    if {"place_id", "credit_code"} <= set(table):
        # an enterprise without a place is known by its credit code
        nameless = table["place_id"].isin([None, ""])
        known_by = table["place_id"].mask(nameless, table["credit_code"])
        table = table.assign(place_id=known_by)
    name, fields = layer.schema.name, _given_fields(layer)
    checked, faults = convert(table, name, fields)
    if faults:
        # the rows that are sound so far may break other rules
        faulty = sorted({fault.row for fault in faults})
        checked, _ = convert(table.drop(index=faulty), name, fields)
    return checked, faults


def _shapes(
    rows: pd.DataFrame, layer: FactLayer, crs: str
) -> Sequence[BaseGeometry | None]:
    """Return the geometries of rows at 9 decimals; None where there is none."""
    if not isinstance(rows, gpd.GeoDataFrame):
        return [None] * len(rows)
    shapes = np.array(rows.geometry.to_numpy())
    shapes[shapely.is_empty(shapes)] = None
    kind = layer.schema.geometry
    types = () if kind is None else GEOMETRY_TYPES[kind]
    wrong = [s for s in shapes if s is not None and s.geom_type not in types]
    if kind is None or wrong:
        raise InvalidLayerError(
            "Layer {name!r} has {shapes} geometries of which {wrong} are no "
            "{geometry}s; expected {expected}, correct it.",
            name=layer.schema.name,
            shapes=len(shapes),
            wrong=len(wrong),
            geometry=kind or "point",
            expected=sentence("none")
            if kind is None
            else sentence("{geometry}s only", geometry=kind),
        )
    if rows.crs is None or rows.crs != crs:
        crs_name = None if rows.crs is None else rows.crs.to_string()
        raise InvalidLayerError(
            "Layer {name!r} is in {crs_name!r} where the store keeps {crs!r}; bring "
            "it to that CRS first.",
            name=layer.schema.name,
            crs_name=crs_name,
            crs=crs,
        )
    return _points(shapes) if kind == "point" else _areas(shapes)


def _points(shapes: NDArray[np.object_]) -> list[shapely.Point | None]:
    # adding 0 turns -0.0, which a database may not keep, into 0.0
    x, y = shapely.get_x(shapes) + 0.0, shapely.get_y(shapes) + 0.0
    return [
        shapely.Point(
            round(lon, STORED_DECIMALS) + 0.0, round(lat, STORED_DECIMALS) + 0.0
        )
        if np.isfinite(lon) and np.isfinite(lat)
        else None
        for lon, lat in zip(x.tolist(), y.tolist(), strict=True)
    ]


def _areas(shapes: NDArray[np.object_]) -> list[shapely.MultiPolygon | None]:
    return [
        None if shape is None else shapely.MultiPolygon(shapely.get_parts(shape))
        for shape in round_coordinates(shapes)
    ]


def _area_faults(
    rows: pd.DataFrame, shapes: Sequence[BaseGeometry | None], layer: FactLayer
) -> list[RowFault]:
    """Return what keeps geometries from being areas; who takes back needs none."""
    if layer.schema.geometry != "polygon":
        return []
    faults = []
    is_back = rows["cancelled"].astype(bool)
    for row in rows.index[~is_back].tolist():
        if fault := polygon_fault(shapes[row - 1]):
            text = sentence("{fault}, expected a closed, simple polygon", fault=fault)
            faults.append(RowFault(row, "geometry", text))
    return faults


def _refuse_unknown_columns(rows: pd.DataFrame, layer: FactLayer) -> None:
    names = {field.name for field in _given_fields(layer)}
    if isinstance(rows, gpd.GeoDataFrame):
        names.add(str(rows.geometry.name))
    unknown = [str(column) for column in rows.columns if column not in names]
    if unknown:
        raise InvalidLayerError(
            "Layer {name!r} has {unknown} columns that it does not know, "
            "{unknown_2!r}; rename or remove them, it takes {given_fields!r}.",
            name=layer.schema.name,
            unknown=len(unknown),
            unknown_2=unknown[:SHOWN],
            given_fields=[field.name for field in _given_fields(layer)],
        )


def _typed(checked: pd.DataFrame, field: Field, faults: list[RowFault]) -> pd.Series:
    """Return a checked column in the dtype of the store, absent ones as missing."""
    if field.name not in checked:
        return pd.Series(None, index=checked.index, dtype=DTYPES[field.kind])
    column = checked[field.name]
    if field.kind != "instant":
        return pd.Series(column, dtype=DTYPES[field.kind])
    instants: list[dt.datetime | None] = []
    for row, value in zip(column.index.tolist(), column.tolist(), strict=True):
        try:
            instants.append(_moment(value))
        except ValueError as error:
            rule = joined(" ", (repr(value), str(error)))
            faults.append(RowFault(row, field.name, rule))
            instants.append(None)
    return pd.Series(instants, index=checked.index, dtype=UTC_MS)


def _moment(value: object) -> dt.datetime | None:
    """Return a time with offset, to the millisecond."""
    if isinstance(value, str) and value.strip():
        refuse_day(value)
        value = read_time(value).moment
    if not isinstance(value, dt.datetime) or pd.isna(value):
        return None
    if value.tzinfo is None:
        raise ValueError(sentence("has no offset, expected one such as +08:00"))
    return EPOCH + (value - EPOCH) // MILLISECOND * MILLISECOND


def _interval_faults(rows: pd.DataFrame) -> list[RowFault]:
    ends_early = (rows["valid_to"] <= rows["valid_from"]).to_numpy(dtype=bool)
    return [
        RowFault(row, "valid_to", sentence("is not after its beginning"))
        for row in rows.index[ends_early].tolist()
    ]


def _key_faults(rows: pd.DataFrame, layer: FactLayer) -> list[RowFault]:
    keys = rows[list(layer.key)]
    repeats = keys[keys.duplicated()]
    return [
        RowFault(
            row,
            layer.key[0],
            sentence(
                "{named} stands in an earlier row, expected unique keys",
                named=_named(key),
            ),
        )
        for row, key in zip(
            repeats.index.tolist(), repeats.to_dict("records"), strict=True
        )
    ]


def _refuse_recorded(
    rows: pd.DataFrame, layer: FactLayer, around: Surroundings
) -> None:
    """Refuse rows whose key is in force."""
    key = list(layer.key)
    before = around.sharing(layer.schema.name, key[0], rows[key[0]])
    recorded = before[key].to_dict("records")
    both = [row for row in rows[key].to_dict("records") if row in recorded]
    if both:
        raise StoreError(
            "{what} {named} is recorded already; report another under an id of its "
            "own.",
            what=bilingual(layer.schema.name.capitalize()[:-1], layer.schema.zh),
            named=_named(both[0]),
        )


def _named(key: dict[Hashable, object]) -> str:
    """Return a key in words: its first value, with the others that there are."""
    first, *qualifiers = ((n, v) for n, v in key.items() if isinstance(v, str))
    text = sentence("{name!r}", name=first[1])
    for name, value in qualifiers:
        text += sentence(" with {column} {value!r}", column=name, value=value)
    return text


def _damaged_faults(rows: pd.DataFrame, layer: FactLayer) -> list[RowFault]:
    """Return ids that a spreadsheet shortened, by the numbers of their rows."""
    numbers = rows.index.tolist()
    names = [f.name for f in layer.schema.fields if f.name.endswith("_id")]
    return [
        fault._replace(row=numbers[fault.row - 1])
        for name in names
        for fault in damaged_ids(rows[name])
    ]


def _reference_faults(
    rows: pd.DataFrame, layer: FactLayer, around: Surroundings
) -> list[RowFault]:
    faults = []
    for reference in layer.references:
        column = rows[reference.column]
        if column.isna().all():
            continue
        facts = around.sharing(reference.layer, reference.target, column)
        targets = set(facts[reference.target].tolist())
        faults += [
            RowFault(
                row,
                reference.column,
                sentence(
                    "{value!r} is not in layer {layer!r}",
                    value=value,
                    layer=reference.layer,
                ),
            )
            for row, value in zip(rows.index.tolist(), column.tolist(), strict=True)
            if not pd.isna(value) and value not in targets
        ]
    return faults


def _rule_faults(
    rows: pd.DataFrame, layer: FactLayer, around: Surroundings
) -> list[RowFault]:
    """Return what is wrong across rows."""
    if not layer.rules or around.is_restored:
        return []
    facts = rows.iloc[:0]
    if layer.rivals == EVERY_ROW:
        facts = around.facts(layer.schema.name, None)
    elif layer.rivals is not None:
        facts = around.sharing(layer.schema.name, layer.rivals, rows[layer.rivals])
    return [
        fault for rule in layer.rules for fault in rule(rows, facts, around.recorded_at)
    ]
