"""Deliveries of actions to destinations as rows of a GeoPackage."""

# ruff: noqa: S608  the words are of this module

from abc import ABC
from collections.abc import Collection, Sequence
from dataclasses import fields
from typing import Final

import orjson

from gis.models import Instant
from layers.stores.geopackage.connections import StoreFile
from layers.stores.outbox import Delivery, DeliveryState, no_delivery

_COLUMNS: Final = tuple(f.name for f in fields(Delivery))
_SELECT = f"SELECT {','.join(_COLUMNS)} FROM deliveries"
_PUT = (
    f"UPDATE deliveries SET ({','.join(_COLUMNS)}) = "
    f"({','.join('?' * len(_COLUMNS))}) WHERE outbox_row = ?"
)
# the first of each destination and event, so that phases arrive in order
_WAITING = (
    "state = 'waiting' AND (next_at IS NULL OR next_at <= ?) "
    "AND destination NOT IN (SELECT value FROM json_each(?)) "
    "AND NOT EXISTS (SELECT 1 FROM deliveries AS before "
    "WHERE before.state = 'waiting' AND before.destination = deliveries.destination "
    "AND before.event_id = deliveries.event_id "
    "AND before.outbox_row < deliveries.outbox_row) "
    "ORDER BY outbox_row LIMIT ?"
)


class OutboxRows(ABC):
    """The `Outbox` of a store in a file."""

    _file: StoreFile

    def waiting(
        self, at: Instant, limit: int, but_for: Collection[str] = ()
    ) -> tuple[Delivery, ...]:
        """Return deliveries that wait and are to be tried at or before a time."""
        names = orjson.dumps(sorted(but_for)).decode()
        return self._deliveries(_WAITING, (at, names, limit))

    def record_delivery(self, delivery: Delivery) -> None:
        """Record how far a delivery is."""
        values = [getattr(delivery, name) for name in _COLUMNS]
        with self._file.writing() as connection:
            count = connection.execute(_PUT, (*values, delivery.outbox_row)).rowcount
        if not count:
            raise no_delivery(delivery)

    def delivery(self, outbox_row: int) -> Delivery | None:
        """Return a delivery; None if there is none."""
        return next(iter(self._deliveries("outbox_row = ?", (outbox_row,))), None)

    def deliveries(
        self, state: DeliveryState | None, *, after: int = 0, limit: int = 100
    ) -> tuple[Delivery, ...]:
        """Return deliveries after a row, in order."""
        condition, values = "outbox_row > ? ORDER BY outbox_row LIMIT ?", (after, limit)
        if state is None:
            return self._deliveries(condition, values)
        return self._deliveries(f"state = ? AND {condition}", (state, *values))

    def count_deliveries(self, state: DeliveryState) -> int:
        """Return how many deliveries are in a state."""
        query = "SELECT count(*) FROM deliveries WHERE state = ?"
        with self._file.reading() as connection:
            (count,) = connection.execute(query, (state,)).fetchone()
        return int(count)

    def _deliveries(
        self, condition: str, values: Sequence[object]
    ) -> tuple[Delivery, ...]:
        with self._file.reading() as connection:
            rows = connection.execute(f"{_SELECT} WHERE {condition}", values)
            return tuple(Delivery(*row) for row in rows)
