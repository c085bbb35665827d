"""Columns of the tables of actions, loops, tasks and deliveries, for the dictionary."""

from typing import Final

from layers.schema.layer import Field, Kind, LayerSchema, Sharing
from layers.stores.loop_lists import COVERED

OWNER: Final = "command office"
MS: Final = "UTC milliseconds"
DEGREES: Final = "degrees"
Row = tuple[str, Kind, str]

_ACTIONS: Final[tuple[Row, ...]] = (
    ("event_id", "text", "Event that it is about; empty for the audit."),
    ("seq", "integer", "1, 2, 3 within the event."),
    ("action_id", "text", "Its id, a UUIDv7."),
    ("action", "text", "What was done."),
    ("at", "integer", "When, by the clock of the store."),
    ("path", "text", "The state before and every state entered, joined by >."),
    ("task_id", "text", "Task that it is about."),
    ("key_id", "text", "Key that did it; pagoda is the service itself."),
    ("role", "text", "Role of that key."),
    ("post_id", "text", "Post that acted."),
    ("reason", "text", "Why, masked."),
    ("body", "text", "What was asked for, and what it does, as JSON."),
    ("request_key", "text", "What names the request of the key."),
    ("fingerprint", "text", "SHA-256 of the request."),
    ("status", "integer", "Status of HTTP of the answer."),
    ("answer", "text", "What was answered."),
    ("destinations", "text", "Who is to be told, as JSON."),
    ("recorded_at", "instant", "When it was committed."),
    ("batch", "integer", "Link of the log it came with."),
)
_LOOPS: Final[tuple[Row, ...]] = (
    ("event_row", "integer", "Row of the event in the log."),
    ("event_id", "text", "The event."),
    ("pack", "text", "Scenario pack that it belongs to."),
    ("template", "text", "Loop that it goes round."),
    ("state", "text", "Where it is in that loop."),
    ("phase", "text", "What that state is published as."),
    ("seq", "integer", "Number of its last action."),
    ("kind", "text", "What it is about."),
    ("severity", "integer", "As reported."),
    ("source", "text", "Who reported it."),
    ("status", "text", "How it was located."),
    ("grid_id", "text", "Grid that owns it."),
    ("area_path", "text", "Ids from the top to its grid or circle, each ended by /."),
    ("post_id", "text", "The one post that answers for it."),
    ("platform", "text", "Platform of its kind."),
    ("line", "text", "Line of business of its kind."),
    ("module", "text", "Module of its kind."),
    ("rule_id", "text", "Pack with its version that routed it."),
    ("is_sensitive", "flag", "Whether it says something about people."),
    ("is_supervised", "flag", "Whether somebody above watches it."),
    ("is_overridden", "flag", "Whether the suggestion was overridden."),
    ("occurred_at", "integer", "When it occurred."),
    ("received_at", "integer", "When it was received."),
    ("accepted_at", "integer", "When it was accepted in this round."),
    ("assigned_at", "integer", "When it was assigned in this round."),
    ("handled_at", "integer", "When it was handled in this round."),
    ("closed_at", "integer", "When it was closed."),
    ("first_response_at", "integer", "When a person first did something."),
    ("arrived_at", "integer", "When the first body was present."),
    ("due_at", "integer", "When the next open task is due."),
    ("closed_tier", "integer", "Tier of the area that closed it."),
    ("cluster", "text", "First event of those that may be of the same thing."),
    ("version", "integer", "Version of the grids that it is assigned by."),
    ("lon", "number", "Longitude."),
    ("lat", "number", "Latitude."),
)
_TASKS: Final[tuple[Row, ...]] = (
    ("task_id", "text", "The event and a number."),
    ("event_id", "text", "The event."),
    ("sort", "text", "What is owed: handle, verify, whistle or bell."),
    ("post_id", "text", "Post that owes it."),
    ("department_id", "text", "Department that owes it."),
    ("area_path", "text", "Area whose chain it climbs."),
    ("given_at", "integer", "Since when it is owed."),
    ("due_at", "integer", "Until when, inclusively."),
    ("climb_ms", "integer", "Between two climbs of what is overdue."),
    ("level", "integer", "How many circles it has climbed."),
    ("climbs_at", "integer", "When it climbs next."),
    ("state", "text", "open, done or ended."),
    ("whistle_id", "text", "Whistle or bell that it belongs to."),
    ("checked_in_at", "integer", "When its department arrived."),
    ("presence", "text", "present, or remote from afar."),
    ("ended_at", "integer", "When it stopped being owed."),
    ("result", "text", "What its department did."),
    ("rating", "integer", "What it was rated, 1 to 5."),
)
_LOOP_DEPARTMENTS: Final[tuple[Row, ...]] = (
    ("department_id", "text", "Department that has a task of the event, or had one."),
    *(row for row in _LOOPS if row[0] in ("event_row", *COVERED)),
)
_ACTION_OUTBOX: Final[tuple[Row, ...]] = (
    ("action_row", "integer", "Row of the action."),
    ("event_id", "text", "Its event."),
    ("destination", "text", "Who is to be told."),
)
_DELIVERIES: Final[tuple[Row, ...]] = (
    ("outbox_row", "integer", "Row of the outbox of actions."),
    ("destination", "text", "Who is to be told."),
    ("event_id", "text", "The event."),
    ("action_row", "integer", "Row of the action."),
    ("state", "text", "waiting, delivered or dead."),
    ("attempts", "integer", "How often it was tried."),
    ("at", "integer", "When it was tried last."),
    ("status", "integer", "Status of HTTP of the last try."),
    ("error", "text", "Why that failed."),
    ("next_at", "integer", "When it is tried next."),
)
_CLOSED: Final = frozenset(
    {"reason", "body", "answer", "fingerprint", "request_key", "lon", "lat", "result"}
)
"""What is shown to nobody but who acts, or is of the service itself."""
_OPTIONAL: Final = frozenset(
    {
        *("event_id", "grid_id", "accepted_at", "assigned_at", "handled_at"),
        *("closed_at", "first_response_at", "arrived_at", "due_at", "closed_tier"),
        *("version", "lon", "lat", "climbs_at", "checked_in_at", "presence"),
        *("ended_at", "rating", "status", "next_at"),
    }
)


def _schema(name: str, key: str, rows: tuple[Row, ...]) -> LayerSchema:
    """Return the schema of a table, for the dictionary alone."""
    return LayerSchema(
        name, key, None, tuple(_field(*row) for row in rows), owner=OWNER
    )


def _field(name: str, kind: Kind, description: str) -> Field:
    sharing: Sharing = "closed" if name in _CLOSED else "conditional"
    unit = ""
    if kind == "integer" and (name == "at" or name.endswith("_at")):
        unit = MS
    elif name in ("lon", "lat"):
        unit = DEGREES
    elif name == "climb_ms":
        unit = "milliseconds"
    return Field(name, kind, name not in _OPTIONAL, sharing, description, unit)


LOOP_TABLES: Final = (
    _schema("actions", "action_id", _ACTIONS),
    _schema("loops", "event_id", _LOOPS),
    _schema("tasks", "task_id", _TASKS),
    _schema("loop_departments", "event_row", _LOOP_DEPARTMENTS),
    _schema("action_outbox", "action_row", _ACTION_OUTBOX),
    _schema("deliveries", "outbox_row", _DELIVERIES),
)
"""What a store keeps of what is done with events."""
