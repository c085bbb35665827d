"""An event as it is brought to a store, and as it stands there."""

from dataclasses import dataclass, field

from gis.models import Event, Instant


@dataclass(frozen=True, slots=True)
class NewEvent:
    """An event with its answers, to be appended.

    Attributes
    ----------
    event
        With the position, datum and three times as reported. `event_id` is empty: the
        store makes it. Only who restores a store gives the id that it had.
    lon, lat
        Position in the CRS of the store; None where it has none.
    grid_id
        Owner in the answer at occurrence; None where no grid owns it.
    at_occurrence, acting
        The two answers with their provenance, kept byte for byte.
    details
        What else the source reported, as text, kept as it came.
    destinations
        Who is to be told: one outbox row each.
    """

    event: Event
    lon: float | None
    lat: float | None
    grid_id: str | None
    at_occurrence: bytes
    acting: bytes
    details: str = ""
    destinations: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class EventReceipt:
    """What the store did with an event.

    Attributes
    ----------
    event_id
        UUIDv7.
    row
        1, 2, 3 in order of the log.
    batch
        Sequence of its link.
    recorded_at
        When it was committed.
    is_new
        False where the source had sent it before; does not count in a comparison.
    """

    event_id: str
    row: int
    batch: int
    recorded_at: Instant
    is_new: bool = field(default=True, compare=False)


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """An event as it was appended, `event.event_id` filled in."""

    new: NewEvent
    receipt: EventReceipt
