"""Events of one transaction: which are new, under which id and row."""

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from typing import TypeAlias

from gis.errors import RowFault
from gis.models import Instant
from layers.schema.layer import refusal
from layers.stores.event_records import EventReceipt, NewEvent, StoredEvent
from layers.stores.events import (
    EventIds,
    Source,
    admit,
    changed_faults,
    event_bytes,
    refuse_taken,
)

Due: TypeAlias = tuple[int, int, str]
"""Row of an event, 0, 1, 2 of its destinations, and the destination."""


@dataclass(frozen=True, slots=True)
class KnownEvents:
    """What a store has of events that are brought.

    Attributes
    ----------
    entries
        Those that were appended before.
    event_ids
        Those of their ids that events have.
    row
        The last row of the log of events, 0 without one.
    """

    entries: Mapping[Source, StoredEvent]
    event_ids: Set[str]
    row: int

    def changed_faults(self, events: Sequence[NewEvent]) -> list[RowFault]:
        """Return a fault for each of these events that came before and was other."""
        return changed_faults(events, {s: e.new for s, e in self.entries.items()})


class Intake:
    """What becomes of events that are brought together.

    An event that came before with other content is refused.

    Parameters
    ----------
    events
        Checked.
    known_events
        What the store has of them, under the lock of writers.
    ids
        Makes the ids of new events.

    Attributes
    ----------
    rows
        The new events as rows of the log, as far as they are admitted.
    due
        What is to be told to whom, likewise.
    """

    def __init__(
        self, events: Sequence[NewEvent], known_events: KnownEvents, ids: EventIds
    ) -> None:
        self._events = events
        self._ids = ids
        if faults := known_events.changed_faults(events):
            raise refusal("events", faults, "append the events again")
        self._receipts = {s: e.receipt for s, e in known_events.entries.items()}
        self._known_ids = known_events.event_ids
        self._row = known_events.row
        self._new_ids: set[str] = set()
        self.rows: list[bytes] = []
        self.due: list[Due] = []

    def admitted(self, batch: int, recorded_at: Instant) -> Iterator[StoredEvent]:
        """Yield the new events with id, row and batch.

        They are not kept here: a history has millions, and the collector of garbage
        would go through them again and again.
        """
        for source, new in zip(sources_of(self._events), self._events, strict=True):
            if source in self._receipts:
                continue
            event_id = new.event.event_id or self._ids.make(recorded_at)
            refuse_taken(event_id, self._known_ids)
            refuse_taken(event_id, self._new_ids)
            self._new_ids.add(event_id)
            self._row += 1
            receipt = EventReceipt(event_id, self._row, batch, recorded_at)
            self._receipts[source] = receipt
            entry = StoredEvent(admit(new, event_id), receipt)
            self.rows.append(event_bytes(entry))
            for ordinal, destination in enumerate(new.destinations):
                self.due.append((self._row, ordinal, destination))
            yield entry

    def receipts(self) -> Iterator[EventReceipt]:
        """Yield the receipt of each event; the first of a new one says that it is."""
        for source in sources_of(self._events):
            receipt = self._receipts[source]
            if receipt.event_id in self._new_ids:
                self._new_ids.discard(receipt.event_id)
                yield receipt
            else:
                yield replace(receipt, is_new=False)


def sources_of(events: Sequence[NewEvent]) -> Iterator[Source]:
    """Yield how each event is named."""
    for new in events:
        yield new.event.source, new.event.source_id
