"""How events stand: lists, one event with what may be done, its history and tasks."""

from datetime import datetime
from typing import Annotated, Any, Final, Literal, TypeAlias

import orjson
from pydantic import AfterValidator, BaseModel, Field

from api.refusals import broken_rule
from api.schemas.event_answers import OPTIONS, TaskOut, task_out, utc
from api.service.events.actions import Outcome, captured_at
from api.service.events.dossier import Dossier, suggestion_of
from api.service.events.pages import Page
from gis.events import Loop, StoredAction
from gis.models import Instant
from layers.packs.loop_files import templates
from layers.stores.event_records import NewEvent

CLOSED: Final = (
    "Null to whoever acts on no event (auditor, inspector), and of sensitive kinds to "
    "all but their source, unless `purpose` says for what it is read."
)


def _state(value: str) -> str:
    """Refuse a state that no loop has."""
    states = sorted({s.state for t in templates().values() for s in t.states})
    if value not in states:
        raise broken_rule("no_state", states=", ".join(states))
    return value


StateName: TypeAlias = Annotated[str, AfterValidator(_state)]
"""A state of some loop."""


class EventLineOut(BaseModel):
    """An event in a list."""

    event_id: str
    kind: str
    state: str
    phase: str
    grid_id: str | None
    post_id: str
    due_at: datetime | None
    overdue: bool
    occurred_at: datetime


class EventListOut(BaseModel):
    """A page of events, newest first."""

    events: list[EventLineOut]
    next: str | None = Field(
        description="Send it as `after` for the page after; none where there is none."
    )


class ReportedOut(BaseModel):
    """An event as it was reported; it never changes."""

    event_id: str
    source: str
    source_id: str
    kind: str
    severity: int
    community_id: str | None
    occurred_at: datetime
    captured_at: datetime
    received_at: datetime
    flags: list[str]
    certainty: float | None
    lon: float | None = Field(description=f"As reported. {CLOSED}")
    lat: float | None = Field(description=f"As reported. {CLOSED}")
    datum: str | None = Field(description=f"Of lon and lat. {CLOSED}")
    accuracy_m: float | None = Field(description=CLOSED)
    device_id: str | None = Field(description=CLOSED)
    text: str | None = Field(description=CLOSED)
    address: str | None = Field(description=f"In words. {CLOSED}")
    links: list[str] | None = Field(description=CLOSED)
    on_behalf: str | None = Field(description=CLOSED)


class LoopOut(BaseModel):
    """Where an event stands."""

    pack: str
    template: str
    state: str
    phase: str
    seq: int
    kind: str
    status: str
    grid_id: str | None
    area_path: str
    post_id: str = Field(description="The one post that answers for it.")
    platform: str
    line: str
    module: str
    is_sensitive: bool
    is_supervised: bool
    is_overridden: bool
    accepted_at: datetime | None
    assigned_at: datetime | None
    handled_at: datetime | None
    closed_at: datetime | None
    first_response_at: datetime | None
    arrived_at: datetime | None
    due_at: datetime | None
    closed_tier: int | None
    cluster: str
    version: int | None


class SuggestionOut(BaseModel):
    """What was suggested when it was taken in, whatever it became since."""

    kind: str
    grid_id: str | None
    post_id: str
    rule_id: str
    lead: str | None
    departments: list[str]


class AllowedOut(BaseModel):
    """A step that who asks may take now."""

    action: str
    needs_reason: bool


class EventOut(BaseModel):
    """An event: as reported, where it stands, what is owed, what may be done."""

    event: ReportedOut
    loop: LoopOut
    suggestion: SuggestionOut
    tasks: list[TaskOut] = Field(description="Those that are open.")
    allowed: list[AllowedOut]


class HistoryLineOut(BaseModel):
    """An action."""

    action_id: str
    event_id: str
    seq: int
    action: str
    path: list[str] = Field(description="The state before, and every state entered.")
    state: str = Field(description="After it.")
    task_id: str
    key_id: str
    role: str
    post_id: str
    at: datetime
    captured_at: datetime | None = Field(
        description="When it was written down on a phone that sent it at `at`; none "
        "where that was not said."
    )
    recorded_at: datetime
    reason: str | None = Field(description=CLOSED)
    request: dict[str, Any] | None = Field(
        description=f"What was asked for, with what it was before. {CLOSED}"
    )


class HistoryOut(BaseModel):
    """All that was done with an event, in order."""

    actions: list[HistoryLineOut]


class TasksOut(BaseModel):
    """All tasks of an event, in the order in which they were given."""

    tasks: list[TaskOut]


class ActionOut(BaseModel):
    """What an action has done."""

    action_id: str
    seq: int
    state: str
    phase: Literal["reported", "accepted", "assigned", "handled", "closed"]
    tasks: list[TaskOut] = Field(description="Those that are open after it.")


def action_bytes(outcome: Outcome) -> bytes:
    """Return what is answered to an action.

    Parameters
    ----------
    outcome
        What it has done.
    """
    loop = outcome.loop
    return orjson.dumps(
        {
            "action_id": outcome.action_id,
            "seq": loop.seq,
            "state": loop.state,
            "phase": loop.phase,
            "tasks": [task_out(task) for task in outcome.tasks if task.is_open],
        },
        option=OPTIONS,
    )


def page_bytes(page: Page) -> bytes:
    """Return a page of events.

    Parameters
    ----------
    page
        The events.
    """
    lines = [_line(loop, page.at) for loop in page.loops]
    return orjson.dumps({"events": lines, "next": page.next}, option=OPTIONS)


def event_bytes(dossier: Dossier, new: NewEvent) -> bytes:
    """Return an event as it stands.

    Parameters
    ----------
    dossier
        Where it stands, for who asks.
    new
        As it was reported.
    """
    loop = dossier.loop
    document = {
        "event": _reported(new, is_whole=dossier.shows_closed),
        "loop": {name: getattr(loop, name) for name in LOOP_NAMES}
        | {name: _time(getattr(loop, name)) for name in LOOP_TIMES},
        "suggestion": suggestion_of(dossier.actions),
        "tasks": [task_out(task) for task in dossier.tasks if task.is_open],
        "allowed": [pair._asdict() for pair in dossier.allowed],
    }
    return orjson.dumps(document, option=OPTIONS)


def history_bytes(dossier: Dossier) -> bytes:
    """Return all that was done with an event.

    Parameters
    ----------
    dossier
        The event, for who asks.
    """
    lines, state = [], ""
    for stored in dossier.actions:
        state = str(stored.action.changes.loop.get("state", state))
        line = history_line(stored, is_whole=dossier.shows_closed)
        lines.append(line | {"state": state})
    return orjson.dumps({"actions": lines}, option=OPTIONS)


def history_line(stored: StoredAction, *, is_whole: bool) -> dict[str, Any]:
    """Return an action, without the state that it leads to.

    Parameters
    ----------
    stored
        The action.
    is_whole
        Whether who asks sees what is closed of it.
    """
    action = stored.action
    return {
        "action_id": action.action_id,
        "event_id": action.event_id,
        "seq": stored.seq,
        "action": action.action,
        "path": action.path,
        "task_id": action.task_id,
        "key_id": action.key_id,
        "role": action.role,
        "post_id": action.post_id,
        "at": utc(action.at),
        "captured_at": _time(captured_at(action)),
        "recorded_at": utc(stored.recorded_at),
        "reason": action.reason if is_whole else None,
        "request": dict(action.request) if is_whole else None,
    }


def tasks_bytes(dossier: Dossier) -> bytes:
    """Return all tasks of an event.

    Parameters
    ----------
    dossier
        The event.
    """
    tasks = [task_out(task) for task in dossier.tasks]
    return orjson.dumps({"tasks": tasks}, option=OPTIONS)


LOOP_TIMES: Final = tuple(n for n in LoopOut.model_fields if n.endswith("_at"))
LOOP_NAMES: Final = tuple(n for n in LoopOut.model_fields if n not in LOOP_TIMES)


def _line(loop: Loop, at: Instant) -> dict[str, Any]:
    """Return an event of a list."""
    due_at = loop.due_at
    return {
        "event_id": loop.event_id,
        "kind": loop.kind,
        "state": loop.state,
        "phase": loop.phase,
        "grid_id": loop.grid_id,
        "post_id": loop.post_id,
        "due_at": _time(due_at),
        "overdue": loop.is_open and due_at is not None and due_at < at,
        "occurred_at": utc(loop.occurred_at),
    }


def _reported(new: NewEvent, *, is_whole: bool) -> dict[str, Any]:
    """Return an event as it was reported, what is closed of it to whom it is shown."""
    event = new.event
    details = orjson.loads(new.details) if new.details else {}
    place = event.position
    closed = {
        "lon": place.x if place else None,
        "lat": place.y if place else None,
        "datum": place.datum if place else None,
        "accuracy_m": event.accuracy_m,
        "device_id": details.get("device_id"),
        "text": details.get("text"),
        "address": details.get("address"),
        "links": details.get("links"),
        "on_behalf": details.get("on_behalf"),
    }
    return {
        "event_id": event.event_id,
        "source": event.source,
        "source_id": event.source_id,
        "kind": event.kind,
        "severity": event.severity,
        "community_id": event.community_id,
        "occurred_at": utc(event.occurred_at),
        "captured_at": utc(event.captured_at),
        "received_at": utc(event.received_at),
        "flags": details.get("flags", []),
        "certainty": details.get("certainty"),
        **(closed if is_whole else dict.fromkeys(closed)),
    }


def _time(at: Instant | None) -> datetime | None:
    return None if at is None else utc(at)
