"""Events of one transaction: which are new, under which id and row."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from gis.models import Instant
from layers.stores.base import EventReceipt, NewEvent, StoredEvent
from layers.stores.events import EventIds, admit, event_bytes, refuse_taken
from layers.stores.postgis.connections import Connection
from layers.stores.postgis.event_rows import (
    Due,
    Source,
    known_receipts,
    last_row,
    taken_ids,
)


class Intake:
    """What becomes of events that are brought together.

    Parameters
    ----------
    connection
        In a transaction that holds the lock of writers.
    events
        At least one.
    ids
        Makes the ids of new events.

    Attributes
    ----------
    said
        The new events as rows of the log, as far as they are admitted.
    due
        What is to be told to whom, likewise.
    """

    def __init__(
        self, connection: Connection, events: Sequence[NewEvent], ids: EventIds
    ) -> None:
        self._events = events
        self._ids = ids
        self._sources: list[Source] = [
            (new.event.source, new.event.source_id) for new in events
        ]
        self._receipts = known_receipts(connection, self._sources)
        self._row = last_row(connection)
        self._taken = taken_ids(connection, events)
        self._new_ids: set[str] = set()
        self.said: list[bytes] = []
        self.due: list[Due] = []

    def admitted(self, batch: int, recorded_at: Instant) -> Iterator[StoredEvent]:
        """Yield the new events with id, row and batch.

        They are not kept here: a history has millions, and the collector of garbage
        would go through them again and again.
        """
        for source, new in zip(self._sources, self._events, strict=True):
            if source in self._receipts:
                continue
            event_id = new.event.event_id or self._ids.make(recorded_at)
            refuse_taken(event_id, self._taken)
            refuse_taken(event_id, self._new_ids)
            self._new_ids.add(event_id)
            self._row += 1
            receipt = EventReceipt(event_id, self._row, batch, recorded_at)
            self._receipts[source] = receipt
            stored = StoredEvent(admit(new, event_id), receipt)
            self.said.append(event_bytes(stored))
            for ordinal, destination in enumerate(new.destinations):
                self.due.append((self._row, ordinal, destination))
            yield stored

    def receipts(self) -> Iterator[EventReceipt]:
        """Yield the receipt of each event; the first of a new one says that it is."""
        for source in self._sources:
            receipt = self._receipts[source]
            if receipt.event_id in self._new_ids:
                self._new_ids.discard(receipt.event_id)
                yield receipt
            else:
                yield replace(receipt, is_new=False)
