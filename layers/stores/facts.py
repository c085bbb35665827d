"""Layers of facts: rows with valid and recorded time that are only ever added to."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from shapely.geometry import mapping

from gis.errors import InvalidLayerError
from gis.local_time import EPOCH, MILLISECOND
from gis.models import Instant
from layers.packs.rulebook import rule_faults
from layers.schema.departments import DEPARTMENTS
from layers.schema.destinations import DESTINATIONS
from layers.schema.devices import DEVICES
from layers.schema.duties import DUTY_RECORDS, overlap_faults
from layers.schema.enterprises import ENTERPRISES, uncodable_faults
from layers.schema.inspections import INSPECTIONS, future_faults
from layers.schema.keys import KEYS, digest_faults, role_faults
from layers.schema.layer import Field, LayerSchema, RowRule
from layers.schema.neighbours import NEIGHBOURS
from layers.schema.posts import POSTS, leader_faults
from layers.schema.record_times import RECORD_FIELDS, TIME_FIELDS
from layers.schema.rules import RULES
from layers.schema.sources import SOURCES
from layers.schema.stations import STATIONS

UTC_MS = "datetime64[ms, UTC]"
DTYPES: Final = {
    "text": "str",
    "integer": "Int64",
    "number": "float64",
    "flag": "boolean",
    "instant": UTC_MS,
}


class Reference(NamedTuple):
    """A column whose values must be those of a column of another layer of facts."""

    column: str
    layer: str
    target: str


class Selection(NamedTuple):
    """Facts of a layer by a column of text: those that have one of some values."""

    column: str
    values: Collection[str]


EVERY_ROW: Final = "*"


@dataclass(frozen=True, slots=True)
class FactLayer:
    """A layer of facts.

    Attributes
    ----------
    schema
        Its own columns; the times stand in `TIME_FIELDS` and `RECORD_FIELDS`.
    key
        Columns that name a fact: a later row with the same values supersedes.
    references
        What its rows must find in other layers.
    rules
        What must be true across its rows.
    rivals
        Column whose values new rows share with the facts that `rules` look at;
        `EVERY_ROW` where these look at all facts, None where at new rows alone.
    is_later
        Whether a migration makes its table: stores of the first form had none.
    """

    schema: LayerSchema
    key: tuple[str, ...]
    references: tuple[Reference, ...] = ()
    rules: tuple[RowRule, ...] = ()
    rivals: str | None = None
    is_later: bool = False

    @property
    def logged_fields(self) -> tuple[Field, ...]:
        """The columns that every row has on the log, in this order."""
        own = (field for field in self.schema.fields if not field.is_later)
        return (*own, *TIME_FIELDS)

    @property
    def later_fields(self) -> tuple[Field, ...]:
        """The columns that a row has on the log where they are filled."""
        return tuple(field for field in self.schema.fields if field.is_later)

    @property
    def fields(self) -> tuple[Field, ...]:
        """All columns but the geometry, in the order of the store."""
        return (*self.schema.fields, *TIME_FIELDS, *RECORD_FIELDS)


FACTS: Final[Mapping[str, FactLayer]] = MappingProxyType(
    {
        "posts": FactLayer(
            POSTS, ("post_id",), rules=(leader_faults,), rivals="area_id"
        ),
        "duties": FactLayer(
            DUTY_RECORDS,
            ("duty_id",),
            (Reference("post_id", "posts", "post_id"),),
            (overlap_faults,),
            rivals="post_id",
        ),
        "enterprises": FactLayer(
            ENTERPRISES,
            ("place_id", "source", "address_kind"),
            rules=(uncodable_faults,),
        ),
        "inspections": FactLayer(
            INSPECTIONS,
            ("inspection_id",),
            (
                Reference("place_id", "enterprises", "place_id"),
                Reference("post_id", "posts", "post_id"),
            ),
            (future_faults,),
        ),
        # a rule of a later day leaves the one before in force for the days before
        "rules": FactLayer(
            RULES, ("rule_id", "valid_from"), rules=(rule_faults,), rivals=EVERY_ROW
        ),
        "stations": FactLayer(STATIONS, ("station_id",)),
        "neighbours": FactLayer(NEIGHBOURS, ("neighbour_id",), is_later=True),
        "destinations": FactLayer(DESTINATIONS, ("destination_id",), is_later=True),
        "sources": FactLayer(
            SOURCES,
            ("source",),
            (Reference("destination_id", "destinations", "destination_id"),),
            is_later=True,
        ),
        "devices": FactLayer(
            DEVICES,
            ("device_id",),
            (Reference("source", "sources", "source"),),
            is_later=True,
        ),
        "departments": FactLayer(
            DEPARTMENTS,
            ("department_id",),
            (Reference("post_id", "posts", "post_id"),),
            is_later=True,
        ),
        "keys": FactLayer(
            KEYS,
            ("key_id",),
            (
                Reference("department_id", "departments", "department_id"),
                Reference("source", "sources", "source"),
            ),
            (role_faults, digest_faults),
            rivals="sha256",
            is_later=True,
        ),
    }
)
"""Every layer of facts by name."""


def fact_layer(name: str) -> FactLayer:
    """Return a layer of facts by its name.

    Raises
    ------
    InvalidLayerError
        If there is none of that name.
    """
    if name not in FACTS:
        raise InvalidLayerError(
            "Layer {name!r} is no layer of facts; use one of {facts!r}.",
            name=name,
            facts=list(FACTS),
        )
    return FACTS[name]


def as_known(
    records: pd.DataFrame,
    name: str,
    *,
    valid_at: Instant | None = None,
    known_at: Instant | None = None,
    only: Selection | None = None,
) -> pd.DataFrame:
    """Return the facts of a layer as known at a time, from every row recorded.

    Parameters
    ----------
    records
        All rows in order of record; of those keys at least that `only` selects.
    name, valid_at, known_at, only
        As `Store.facts` takes them.
    """
    layer = fact_layer(name)
    # rows are chosen first and copied once; geometry is not looked at
    rows = np.arange(len(records))
    if known_at is not None:
        rows = rows[(records["recorded_at"] <= timestamp(known_at)).to_numpy()]
    rows = _last_of_each([records[column] for column in layer.key], rows)
    is_fact = ~records["cancelled"].to_numpy(dtype=bool)[rows]
    if only is not None:
        is_fact &= records[only.column].isin(list(only.values)).to_numpy()[rows]
    if valid_at is not None:
        is_fact &= _is_valid(records, timestamp(valid_at))[rows]
    facts: pd.DataFrame = records.drop(columns="cancelled").iloc[rows[is_fact]]
    return facts.set_axis(pd.RangeIndex(len(facts)), axis=0)


def _last_of_each(
    keys: Sequence[pd.Series], rows: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return the last of the rows of each key, in order of the keys, missing first."""
    # numbers of the sorted values, -1 for a missing one
    numbers = [pd.factorize(key.array, sort=True)[0][rows] for key in keys]
    order = np.lexsort(numbers[::-1])
    is_last = np.ones(len(rows), dtype=bool)
    is_last[:-1] = np.any([np.diff(number[order]) != 0 for number in numbers], axis=0)
    return rows[order[is_last]]


def _is_valid(table: pd.DataFrame, at: pd.Timestamp) -> NDArray[np.bool_]:
    """Say which rows are true in the world at a time."""
    is_open = table["valid_to"].isna() | (table["valid_to"] > at)
    return ((table["valid_from"] <= at) & is_open).to_numpy()


def records_of(records: pd.DataFrame, name: str, only: Selection) -> pd.DataFrame:
    """Return every row of the keys of which one row is selected.

    A fact that names another place now than before is no fact of the former one: all
    its rows are needed to see that.

    Parameters
    ----------
    records
        All rows in order of record.
    name
        One of `FACTS`.
    only
        The selection.
    """
    key = fact_layer(name).schema.key
    keys = records.loc[records[only.column].isin(list(only.values)), key]
    return records[records[key].isin(keys)]


def fact_bytes(name: str, rows: pd.DataFrame) -> list[bytes]:
    """Return rows of a layer as rows of the log.

    Parameters
    ----------
    name
        One of `FACTS`.
    rows
        Rows as they are stored, in order of record.
    """
    layer = fact_layer(name)
    columns = [_json_values(rows[field.name], field) for field in layer.logged_fields]
    if isinstance(rows, gpd.GeoDataFrame):
        columns.append(_json_shapes(rows.geometry.to_numpy(), layer))
    later = [_json_values(rows[field.name], field) for field in layer.later_fields]
    names = [field.name for field in layer.later_fields]
    return [
        json.dumps(
            (*row, *_filled(names, values)), ensure_ascii=False, separators=(",", ":")
        ).encode()
        for row, values in zip(
            zip(*columns, strict=True), _rows(later, len(rows)), strict=True
        )
    ]


def with_record(facts: pd.DataFrame, recorded_at: Instant, batch: int) -> pd.DataFrame:
    """Return prepared rows with the columns that the store gives."""
    names = [name for name in facts.columns if name != "geometry"]
    at = pd.Series(timestamp(recorded_at), index=facts.index, dtype=UTC_MS)
    link = pd.Series(batch, index=facts.index, dtype="Int64")
    rows = facts.assign(recorded_at=at, batch=link)
    columns = [*names, "recorded_at", "batch"]
    return rows[[*columns, "geometry"] if "geometry" in rows else columns]


def empty_records(name: str, crs: str) -> pd.DataFrame:
    """Return the frame of a layer in which nothing is recorded."""
    layer = fact_layer(name)
    columns = {f.name: pd.Series([], dtype=DTYPES[f.kind]) for f in layer.fields}
    if layer.schema.geometry is None:
        return pd.DataFrame(columns)
    return gpd.GeoDataFrame(columns, geometry=[], crs=crs)


def instant_of(moment: pd.Timestamp) -> Instant:
    """Return the instant of a time of a frame."""
    return Instant((moment.to_pydatetime() - EPOCH) // MILLISECOND)


def timestamp(instant: Instant) -> pd.Timestamp:
    """Return an instant as frames have it."""
    return pd.Timestamp(instant, unit="ms", tz="UTC")


def _json_values(column: pd.Series, field: Field) -> list[object]:
    """Return a column as values of JSON; instants in UTC milliseconds."""
    if field.kind == "instant":
        milliseconds = pd.Series(column, dtype=UTC_MS).astype("int64").tolist()
        nulls = column.isna().tolist()
        return [
            None if is_gone else value
            for value, is_gone in zip(milliseconds, nulls, strict=True)
        ]
    return [None if pd.isna(value) else value for value in column.tolist()]


def _json_shapes(shapes: NDArray[np.object_], layer: FactLayer) -> list[object]:
    """Return the coordinates of geometries as GeoJSON nests them."""
    if layer.schema.geometry == "polygon":
        return [s if s is None else mapping(s)["coordinates"] for s in shapes]
    xy = zip(shapely.get_x(shapes), shapely.get_y(shapes), strict=True)
    return [None if np.isnan(x) else [float(x), float(y)] for x, y in xy]


def _rows(columns: list[list[object]], count: int) -> Iterable[tuple[object, ...]]:
    """Return columns as rows; empty ones where there is no column."""
    return zip(*columns, strict=True) if columns else [()] * count


def _filled(
    names: Sequence[str], values: Sequence[object]
) -> tuple[dict[str, object], ...]:
    """Return the filled ones as one object with sorted keys; none where none is."""
    filled = {
        name: value
        for name, value in sorted(zip(names, values, strict=True))
        if value is not None
    }
    return (filled,) if filled else ()
