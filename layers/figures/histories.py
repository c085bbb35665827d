"""Events of a history as steps: recorded and assigned, they run no loop."""

from collections.abc import Iterator
from typing import Final, NamedTuple, Protocol

import geopandas as gpd
import orjson

from gis.events import Changes, Scenarios
from gis.models import Instant
from gis.pagoda import area_path
from layers.stores.events import details_of
from layers.stores.loops import LoopStep

BATCH: Final = 20_000
"""So many events are read at a time."""
COLUMNS: Final = (
    *("row", "event_id", "kind", "source", "severity", "details", "at_occurrence"),
)
TIMES: Final = ("occurred_at", "received_at", "recorded_at")


class EventSource(Protocol):
    """What of a `Store` events are read from."""

    def events(self, *, after: int = 0, limit: int | None = None) -> gpd.GeoDataFrame:
        """Return events after a row of the log, in order."""


class Record(NamedTuple):
    """An event as it was recorded."""

    row: int
    event_id: str
    kind: str
    source: str
    severity: int
    details: str
    at_occurrence: bytes
    occurred_at: int
    received_at: int
    recorded_at: int


def recorded_events(store: EventSource, after: int) -> Iterator[Record]:
    """Yield the events that were recorded after a row of the log, in order.

    Parameters
    ----------
    store
        Where they are.
    after
        The row.
    """
    while len(frame := store.events(after=after, limit=BATCH)):
        after = int(frame["row"].iloc[-1])
        columns = [frame[name].tolist() for name in COLUMNS]
        times = [
            frame[name].astype("datetime64[ms, UTC]").astype("int64").tolist()
            for name in TIMES
        ]
        yield from map(Record, *columns, *times)


def history_step(record: Record, scenarios: Scenarios) -> LoopStep:
    """Return what an event says that runs no loop: neither state nor template.

    Parameters
    ----------
    record
        The event.
    scenarios
        Say of a kind which line it is of, and whether it says something of people.
    """
    kind = scenarios.kinds.get(record.kind)
    module = details_of(record.details).get("module", "")
    loop = {
        "kind": record.kind,
        "source": record.source,
        "severity": record.severity,
        "module": scenarios.module_of(record.kind, str(module)),
        "line": kind.line if kind else "",
        "is_sensitive": record.kind in scenarios.sensitive_kinds,
        "occurred_at": record.occurred_at,
        "received_at": record.received_at,
        "phase": "closed",
        **_place(record.at_occurrence),
    }
    return LoopStep(
        0,
        record.row,
        record.event_id,
        Instant(record.received_at),
        Instant(record.recorded_at),
        Changes(loop, ()),
    )


def _place(document: bytes) -> dict[str, str | None]:
    """Return where an event was when it occurred, by its stored answer."""
    answer = orjson.loads(document)["assignment"]
    grid_id = answer["grid_id"]
    areas = [*([] if grid_id is None else [grid_id]), *answer["chain"]]
    return {
        "status": answer["status"],
        "grid_id": grid_id,
        "area_path": area_path(areas) if areas else "",
    }
