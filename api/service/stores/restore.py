"""Build a store again from an export: every link of the log must come out the same."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final, Protocol

import geopandas as gpd
import numpy as np
import orjson
import pandas as pd
from shapely.geometry import shape

from api.service.stores.connection import made
from gis.errors import StoreError
from gis.geometry import dissolve
from gis.models import Event, Instant, Position
from gis.os_reasons import quoted
from gis.pagoda import shared_ids
from gis.versions import Lineage
from layers.stores import Store
from layers.stores.actions import read_action
from layers.stores.event_records import NewEvent
from layers.stores.facts import fact_layer, timestamp
from layers.stores.log import ACTIONS, Batch, Link
from layers.stores.loops import Entry
from layers.stores.outbox import Delivery, DeliveryState
from layers.stores.protocol import MAIN_SYSTEM, Draft, Publication, VersionLayers

LOGGED_TYPES: Final = {"point": "Point", "polygon": "MultiPolygon"}
"""What the coordinates of a fact on the log are, by the geometry of its layer."""
DELIVERIES_AT_ONCE: Final = 1000


class Origin(Protocol):
    """What a store is built again from: another store, or a folder of files."""

    @property
    def store_id(self) -> str:
        """Id of the store."""

    @property
    def crs(self) -> str:
        """CRS of every geometry."""

    def log(self, after: int = 0) -> Iterator[Batch]:
        """Yield every link with its rows."""

    def version_layers(self, version: int, system: str = MAIN_SYSTEM) -> VersionLayers:
        """Return the layers of a version."""

    def deliveries(
        self, state: DeliveryState | None, *, after: int = 0, limit: int = 100
    ) -> tuple[Delivery, ...]:
        """Return how far deliveries after a row are."""


@dataclass
class LinkClock:
    """A clock that shows when the link that is made was recorded."""

    instant: Instant

    def __call__(self) -> Instant:
        """Return the time."""
        return self.instant


def restore(
    url: str, origin: Origin, finish: Callable[[Store], None] | None = None
) -> Link | None:
    """Make a store that holds what was exported, with the same log; return its end.

    What was delivered is not delivered again.

    Parameters
    ----------
    url
        Where there is no store yet.
    origin
        What to restore.
    finish
        Does what else belongs to the store; where it fails none is made.

    Raises
    ------
    StoreError
        If a link comes out with another head: the export was changed. A file that was
        made for it is removed again.
    """
    clock = LinkClock(Instant(0))
    with made(url, now=clock, crs=origin.crs, store_id=origin.store_id) as store:
        for link, rows in origin.log():
            clock.instant = link.recorded_at
            _append(store, origin, link, list(rows))
            _refuse_other_head(link, store.last_link())
        for delivery in every_delivery(origin):
            if store.delivery(delivery.outbox_row) != delivery:
                store.record_delivery(delivery)
        if finish is not None:
            finish(store)
        return store.last_link()


def every_delivery(origin: Origin) -> Iterator[Delivery]:
    """Yield all deliveries of a store or an export, in order."""
    row = 0
    while some := origin.deliveries(None, after=row, limit=DELIVERIES_AT_ONCE):
        yield from some
        row = some[-1].outbox_row


def _refuse_other_head(link: Link, replica: Link | None) -> None:
    if replica != link:
        raise StoreError(
            "Link {sequence} of layer {layer!r} has the head {head!r} in the export "
            "and comes out with {head_2!r}; the export was changed, take an unchanged "
            "one.",
            sequence=link.sequence,
            layer=link.layer,
            head=link.head[:12],
            head_2=replica.head[:12] if replica else "",
        )


def _append(store: Store, origin: Origin, link: Link, rows: list[bytes]) -> None:
    """Append what one link holds."""
    try:
        if link.layer == "events":
            store.append_events([_event(row) for row in rows])
            return
        if link.layer == ACTIONS:
            entries = [Entry(actions=(read_action(row),)) for row in rows]
            store.append(entries).result()
            return
        records = [orjson.loads(row) for row in rows]
        if link.layer == "versions":
            store.publish(_publication(origin, records))
        elif link.layer == "withdrawals":
            for row in records:
                del row["recorded_at"]
                store.withdraw(**row)
        else:
            facts = _facts(link.layer, records, store.crs)
            store.record(link.layer, facts, is_restored=True)
    except (ValueError, KeyError, TypeError, IndexError) as error:
        raise StoreError(
            "Link {sequence} of layer {layer!r} cannot be read back ({error}); the "
            "export was changed, take an unchanged one.",
            sequence=link.sequence,
            layer=link.layer,
            error=quoted(str(error)[:80]),
        ) from error


def _publication(origin: Origin, records: list[dict[str, Any]]) -> Publication:
    """Return the publication that made some versions."""
    first = records[0]
    return Publication(
        tuple(_draft(origin, row) for row in records),
        first["author"],
        first["reviewer"],
        first["base"],
        tuple(first["replaces"]),
        tuple(first["untouched"]),
        first["system"],
    )


def _draft(origin: Origin, record: dict[str, Any]) -> Draft:
    layers = origin.version_layers(record["version"], record["system"])
    circles, communities = (
        pd.DataFrame(frame).drop(columns="geometry")
        for frame in (layers.circles, layers.communities)
    )
    return Draft(
        Instant(record["valid_from"]),
        record["digest"],
        layers.grids,
        None if circles.empty else circles,
        communities,
        tuple(Lineage(**row) for row in record["lineage"]),
        record["note"],
        # the outline that was declared then is not stored: it is what was published
        dissolve(layers.grids.geometry.to_numpy()),
        _broken(layers),
    )


def _broken(layers: VersionLayers) -> tuple[gpd.GeoSeries, gpd.GeoSeries] | None:
    """Return the dissolved polygons of a version that only a former release published.

    It broke some, or let grids have the ids of circles.
    """
    above = (layers.circles.geometry, layers.communities.geometry)
    shared = shared_ids(layers.grids["grid_id"], layers.circles["circle_id"])
    is_sound = not shared and all(polygons.is_valid.all() for polygons in above)
    return None if is_sound else above


def _facts(layer: str, records: list[list[Any]], crs: str) -> pd.DataFrame:
    """Return rows of the log as a frame that the store takes."""
    definition = fact_layer(layer)
    fields = definition.logged_fields
    columns = {
        field.name: _values([row[place] for row in records], field.kind)
        for place, field in enumerate(fields)
    }
    extras = [row[-1] if isinstance(row[-1], dict) else {} for row in records]
    columns |= {
        field.name: _values([extra.get(field.name) for extra in extras], field.kind)
        for field in definition.later_fields
    }
    frame = pd.DataFrame(
        {name: pd.Series(values, dtype=object) for name, values in columns.items()}
    )
    if definition.schema.geometry is None:
        return frame
    kind = LOGGED_TYPES[definition.schema.geometry]
    shapes = np.full(len(records), None, dtype=object)
    for place, row in enumerate(records):
        if (coordinates := row[len(fields)]) is not None:
            shapes[place] = shape({"type": kind, "coordinates": coordinates})
    return gpd.GeoDataFrame(frame, geometry=shapes, crs=crs)


def _values(values: Iterable[Any], kind: str) -> list[object]:
    if kind != "instant":
        return list(values)
    return [None if value is None else timestamp(value) for value in values]


def _event(row: bytes) -> NewEvent:
    """Return the event that `event_bytes` wrote."""
    line, _, answers = row.partition(b"\n")
    fields = orjson.loads(line)
    event_id, _, source, source_id, kind, severity, x, y, datum = fields[:9]
    occurred_at, captured_at, received_at, _, accuracy_m, community_id = fields[9:15]
    lon, lat, grid_id, details, destinations, length = fields[15:]
    position = None if datum is None else Position(float(x), float(y), datum)
    return NewEvent(
        event=Event(
            event_id,
            source,
            source_id,
            kind,
            severity,
            position,
            occurred_at,
            captured_at,
            received_at,
            _number(accuracy_m),
            community_id,
        ),
        lon=_number(lon),
        lat=_number(lat),
        grid_id=grid_id,
        at_occurrence=answers[:length],
        acting=answers[length:],
        details=details,
        destinations=tuple(destinations),
    )


def _number(text: str | None) -> float | None:
    return None if text is None else float(text)
