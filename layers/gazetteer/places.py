"""What the registers say of places in force: found by names, counted by grid."""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from gis.assignment import REASONS, Positions, answer_many
from gis.models import Instant
from layers.gazetteer.name_index import NameIndex
from layers.snapshots import Snapshot
from layers.stores import Store
from layers.stores.facts import instant_of, timestamp

ACTUAL: Final = "actual"
"""Of several addresses of a place, the one that says where it is."""
TEXTS: Final = ("place_id", "name", "address", "scene", "source", "address_kind")

Rows = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Entry:
    """What one register says of a place.

    Attributes
    ----------
    place_id, name, address, scene
        The place; None where the register does not say.
    source, address_kind
        The register, and which address it is.
    lon, lat
        Degrees in the CRS of the store; None where the register has no position.
    grid_id
        Grid of the place; None where it is in none.
    """

    place_id: str
    name: str | None
    address: str | None
    scene: str
    source: str
    address_kind: str | None
    lon: float | None
    lat: float | None
    grid_id: str | None


@dataclass(frozen=True, eq=False)
class PlaceRegister:
    """What registers say of places that are in force at a time, in order of record.

    Attributes
    ----------
    texts
        Columns of `TEXTS`, of one length; None for what is not said.
    xy
        Positions, shape (n, 2); NaN where there is none.
    place_rows
        Of each row, the row that says where its place is, shape (n,).
    grid_rows
        Grid of the place of each row, -1 in none, shape (n,).
    grid_ids
        The grids, in code order.
    version
        Version of the grids.
    index
        Rows by what stands in them.
    expires_at
        When another row comes into force by itself; None for never.
    """

    texts: dict[str, list[str | None]]
    xy: Floats
    place_rows: Rows
    grid_rows: Rows
    grid_ids: tuple[str, ...]
    version: int
    index: NameIndex
    expires_at: Instant | None

    def __len__(self) -> int:
        """Return how many rows there are."""
        return len(self.xy)

    @cached_property
    def places(self) -> Rows:
        """The row of each place that says where it is."""
        return np.unique(self.place_rows)

    def entry(self, row: int) -> Entry:
        """Return what stands in a row."""
        lon, lat = self.xy[row].tolist()
        has_position = not np.isnan(lon)
        grid = int(self.grid_rows[row])
        texts: dict[str, Any] = {name: self.texts[name][row] for name in TEXTS}
        return Entry(
            **texts,
            lon=lon if has_position else None,
            lat=lat if has_position else None,
            grid_id=None if grid < 0 else self.grid_ids[grid],
        )

    def in_grids(self, snapshot: Snapshot) -> "PlaceRegister":
        """Return the same rows by the grids of another version.

        Parameters
        ----------
        snapshot
            With these grids in force.
        """
        rows = _grid_rows(self.xy[self.place_rows], snapshot)
        ids, version = snapshot.assigner.ids, snapshot.version.version
        return replace(self, grid_rows=rows, grid_ids=tuple(ids), version=version)


def read_places(store: Store, at: Instant, snapshot: Snapshot) -> PlaceRegister:
    """Return what registers say of places that are in force at a time.

    Parameters
    ----------
    store
        What keeps the enterprises.
    at
        When.
    snapshot
        With the grids that places are counted in.
    """
    facts = store.facts("enterprises")
    moment = timestamp(at)
    is_open = facts["valid_to"].isna() | (facts["valid_to"] > moment)
    is_there = (is_open & (facts["valid_from"] <= moment)).to_numpy()
    rows = facts[is_there].sort_values("batch", kind="stable")
    texts = {name: _texts(rows[name]) for name in TEXTS}
    xy = _xy(gpd.GeoDataFrame(rows).geometry)
    place_rows = _place_rows(rows, np.isnan(xy[:, 0]))
    return PlaceRegister(
        texts,
        xy,
        place_rows,
        _grid_rows(xy[place_rows], snapshot),
        tuple(snapshot.assigner.ids),
        snapshot.version.version,
        NameIndex(texts["name"], texts["place_id"], texts["address"]),
        _next_edge(facts, at),
    )


def _texts(column: "pd.Series[Any]") -> list[str | None]:
    """Return a column of texts, None where there is none."""
    return [value if isinstance(value, str) else None for value in column.tolist()]


def _xy(points: gpd.GeoSeries) -> Floats:
    """Return positions, NaN where there is none."""
    shapes = np.asarray(points)
    return np.column_stack([shapely.get_x(shapes), shapely.get_y(shapes)])


def _place_rows(rows: pd.DataFrame, has_no_position: NDArray[np.bool_]) -> Rows:
    """Return of each row the row that says where its place is.

    It is the one that a rating takes: a position goes before none, an actual address
    before a registered one, then the first source.
    """
    order = pd.DataFrame(
        {
            "place_id": rows["place_id"].to_numpy(),
            "rank": (rows["address_kind"] != ACTUAL).to_numpy(dtype=int)
            + 2 * has_no_position,
            "source": rows["source"].to_numpy(),
            "row": np.arange(len(rows)),
        }
    ).sort_values(["place_id", "rank", "source"])
    first = order.groupby("place_id", sort=False)["row"].transform("first")
    return np.asarray(first.sort_index(), dtype=np.int64)


def _grid_rows(xy: Floats, snapshot: Snapshot) -> Rows:
    """Return the row of the grid of each position, -1 in none."""
    reasons = np.where(np.isnan(xy[:, 0]), REASONS.index("missing"), 0)
    positions = Positions(xy[:, 0], xy[:, 1], reasons.astype(np.uint8))
    answers = answer_many(snapshot.basis, positions, snapshot.basis.datum)
    return np.asarray(answers.table.rows, dtype=np.int64)


def _next_edge(facts: pd.DataFrame, at: Instant) -> Instant | None:
    """Return when a row comes into force or ends next; None for never."""
    edges = pd.concat([facts["valid_from"], facts["valid_to"]])
    later = edges[edges > timestamp(at)]
    return None if later.empty else instant_of(later.min())
