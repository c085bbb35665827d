"""Deliveries of actions to destinations as rows of PostgreSQL."""

# ruff: noqa: S608  the words are of this floor

from abc import ABC
from collections.abc import Collection, Sequence
from typing import Final

from gis.models import Instant
from layers.stores.outbox import Delivery, DeliveryState, no_delivery
from layers.stores.postgis.connections import Connections
from layers.stores.postgis.loop import NAMED, read_rows

# who is told of what stands on the log, how far that is beside it
_DELIVERIES: Final = f"""
    SELECT d.outbox_row, o.destination, coalesce(actions.event_id, '') AS event_id,
        actions.action_row, d.state, d.attempts, d.at, d.status, d.error, d.next_at
    FROM deliveries AS d JOIN action_outbox AS o USING (outbox_row)
    JOIN actions ON actions.action_row = o.action_row AND {NAMED}
"""
_WAITING: Final = f"""
    SELECT * FROM (
        SELECT DISTINCT ON (destination, event_id) * FROM ({_DELIVERIES}) AS every
        WHERE state = 'waiting' AND destination <> ALL(%s)
        ORDER BY destination, event_id, outbox_row
    ) AS earliest
    WHERE next_at IS NULL OR next_at <= %s ORDER BY outbox_row LIMIT %s
"""
_COUNT: Final = "SELECT count(*) FROM deliveries WHERE state = %s"
_RECORD: Final = """
    UPDATE deliveries SET state = %s, attempts = %s, at = %s, status = %s, error = %s,
        next_at = %s WHERE outbox_row = %s
"""


class OutboxRows(ABC):
    """The `Outbox` of a store in a database."""

    _connections: Connections

    def waiting(
        self, at: Instant, limit: int, but_for: Collection[str] = ()
    ) -> tuple[Delivery, ...]:
        """Return deliveries that wait and are to be tried at or before a time."""
        return self._deliveries(_WAITING, [sorted(but_for), at, limit])

    def count_deliveries(self, state: DeliveryState) -> int:
        """Return how many deliveries are in a state."""
        with self._connections.take() as connection:
            row = connection.execute(_COUNT, [state]).fetchone()
        return int(row[0]) if row else 0

    def record_delivery(self, delivery: Delivery) -> None:
        """Record how far a delivery is."""
        values = [
            delivery.state,
            delivery.attempts,
            delivery.at,
            delivery.status,
            delivery.error,
            delivery.next_at,
            delivery.outbox_row,
        ]
        with self._connections.take() as connection:
            count = connection.execute(_RECORD, values).rowcount
        if not count:
            raise no_delivery(delivery)

    def delivery(self, outbox_row: int) -> Delivery | None:
        """Return a delivery; None if there is none."""
        query = f"{_DELIVERIES} WHERE outbox_row = %s"
        return next(iter(self._deliveries(query, [outbox_row])), None)

    def deliveries(
        self, state: DeliveryState | None, *, after: int = 0, limit: int = 100
    ) -> tuple[Delivery, ...]:
        """Return deliveries after a row, in order."""
        condition = "outbox_row > %s ORDER BY outbox_row LIMIT %s"
        if state is None:
            query = f"{_DELIVERIES} WHERE {condition}"
            return self._deliveries(query, [after, limit])
        query = f"{_DELIVERIES} WHERE state = %s AND {condition}"
        return self._deliveries(query, [state, after, limit])

    def _deliveries(self, query: str, values: Sequence[object]) -> tuple[Delivery, ...]:
        with self._connections.take() as connection:
            return tuple(Delivery(*r) for r in read_rows(connection, query, values))
