"""Events with actions, to be appended: small, whole, and each other."""

import hashlib

from gis.events import Action, Changes
from gis.models import Event, Instant, Position
from layers.stores.event_records import NewEvent
from layers.stores.events import EventIds
from layers.stores.loops import Entry

AT = Instant(1_790_000_000_000)
IDS = EventIds()


def action_of(event_id, action="note", **values):
    """Return an action of an event; a fingerprint of what it asks."""
    request = values.get("request", {"action": action})
    fingerprint = hashlib.sha256(repr(sorted(request.items())).encode()).digest()
    defaults = {
        "action_id": IDS.make(AT),
        "event_id": event_id,
        "action": action,
        "at": AT,
        "request": request,
        "fingerprint": fingerprint,
        "answer": b'{"state":"collected"}',
    }
    return Action(**(defaults | values))


def intake_of(source_id, *, loop=(), tasks=(), source="hotline", details="", **values):
    """Return the entry of an event that is new, with its first action."""
    event_id = IDS.make(AT)
    fields = {
        "state": "collected",
        "phase": "reported",
        "kind": "noise",
        "pack": "digital_city",
        "template": "s_town",
        "source": source,
        "area_path": "C1-01/C2-01/",
        "post_id": "P1",
        "occurred_at": AT,
        "received_at": AT,
        "lon": 120.08,
        "lat": 30.33,
    } | dict(loop)
    changes = Changes(
        fields,
        tuple(
            {"task_id": f"{event_id}/{number}", "given_at": AT, **task}
            for number, task in enumerate(tasks, start=1)
        ),
    )
    event = NewEvent(
        Event(
            event_id,
            source,
            source_id,
            fields["kind"],
            1,
            Position(120.08, 30.33),
            AT,
            AT,
            AT,
        ),
        120.08,
        30.33,
        "G1",
        b"{}",
        b"{}",
        details,
    )
    request = values.pop("request", {"id": source_id})
    first = action_of(
        event_id, "report", changes=changes, request=request, status=201, **values
    )
    return Entry(event, (first,))
