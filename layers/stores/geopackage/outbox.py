"""Deliveries of actions to destinations as rows of a GeoPackage."""

# ruff: noqa: S608  the words are of this module

from abc import ABC
from collections.abc import Sequence
from dataclasses import fields
from typing import Final

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
    "outbox_row IN (SELECT min(outbox_row) FROM deliveries WHERE state = 'waiting' "
    "GROUP BY destination, event_id) AND (next_at IS NULL OR next_at <= ?) "
    "ORDER BY outbox_row LIMIT ?"
)


class OutboxRows(ABC):
    """The `Outbox` of a store in a file."""

    _file: StoreFile

    def waiting(self, at: Instant, limit: int) -> tuple[Delivery, ...]:
        """Return deliveries that wait and are to be tried at or before a time."""
        return self._deliveries(_WAITING, (at, limit))

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

    def _deliveries(
        self, condition: str, values: Sequence[object]
    ) -> tuple[Delivery, ...]:
        with self._file.reading() as connection:
            rows = connection.execute(f"{_SELECT} WHERE {condition}", values)
            return tuple(Delivery(*row) for row in rows)
