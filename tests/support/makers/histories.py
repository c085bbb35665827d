"""Histories of events in columns, and the same events one by one."""

import numpy as np

from gis.models import Position
from layers.stores.event_history import EventHistory
from layers.stores.event_records import NewEvent
from support.makers.store_history import new_event


def event_history(events: list[NewEvent], datum: str = "gcj02") -> EventHistory:
    """Return events without destinations as columns."""
    numbers = {
        name: np.array([np.nan if n is None else n for n in values], dtype=np.float64)
        for name, values in {
            "x": [e.event.position and e.event.position.x for e in events],
            "y": [e.event.position and e.event.position.y for e in events],
            "accuracy_m": [e.event.accuracy_m for e in events],
            "lon": [e.lon for e in events],
            "lat": [e.lat for e in events],
        }.items()
    }
    times = {
        name: np.array([getattr(e.event, name) for e in events], dtype=np.int64)
        for name in ("occurred_at", "captured_at", "received_at")
    }
    texts = {
        name: [getattr(e.event, name) for e in events]
        for name in ("source", "source_id", "kind", "severity", "community_id")
    }
    answers = {
        name: [getattr(e, name) for e in events]
        for name in ("grid_id", "at_occurrence", "acting", "details")
    }
    return EventHistory(**texts, **answers, **numbers, **times, datum=datum)


def plain_event(source_id: str, **changes: object) -> NewEvent:
    """Return an event of a history: nobody is to be told of it."""
    of_answer = ("lon", "lat", "grid_id", "at_occurrence", "acting", "details")
    own = {name: changes.pop(name) for name in of_answer if name in changes}
    new = new_event(source_id, **changes)
    values = {name: getattr(new, name) for name in of_answer} | own
    return NewEvent(new.event, **values)


def nowhere_event(source_id: str) -> NewEvent:
    """Return one of which little is known."""
    return plain_event(
        source_id,
        position=None,
        accuracy_m=None,
        community_id="330199101001",
        lon=None,
        lat=None,
        grid_id=None,
        details="",
    )


def whole_history() -> list[NewEvent]:
    """Return events of every kind."""
    return [
        plain_event("1"),
        nowhere_event("2"),
        plain_event("2", source="camera", position=Position(-0.0, 30.5, "gcj02")),
        plain_event("3", lon=-1e-12, lat=30.0000000005, kind="", severity=-7),
        plain_event("4", occurred_at=-1, captured_at=0, received_at=1, accuracy_m=0.0),
    ]
