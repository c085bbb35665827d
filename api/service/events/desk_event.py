"""The page of one event: what happened, whose it is, what is owed, what was done."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

import orjson

from api.service.events.actions import captured_at
from api.service.events.desk_forms import Form, forms_of
from api.service.events.desk_words import Due, Namer, span_words
from api.service.events.dossier import Dossier
from api.service.events.photos import photo_key, photos_of
from api.service.events.step_details import Detail, StepNamer, Text
from gis.events import Action, Loop, Task, clocks_of, route_event
from gis.models import CircleId, Holding, Instant
from gis.roster import commander
from layers.command import row_of_grid, town_at
from layers.packs.loop_files import templates
from layers.snapshots import Snapshot
from layers.stores.event_records import StoredEvent
from layers.words import Words, tier_name, words_of
from layers.words.code_lists import SEVERITIES
from layers.words.desk import DESK
from layers.words.events import EVENT_FLAGS, route_words
from layers.words.loops import PARTIES, POST_ENDED, PRESENCES, TASK_STATES

LATER_MS: Final = 60_000
"""A step that a phone sends sooner was sent at once."""


class CircleRow(NamedTuple):
    """A circle above an event, and its leader post."""

    tier: Words
    name: str
    holding: Holding


class BodyRow(NamedTuple):
    """A department that an event goes to, and its duty post."""

    name: Words
    post_id: str
    holder_id: str | None


class TaskRow(NamedTuple):
    """A task, whether still owed or not."""

    sort: Words
    debtor: Words
    state: Words
    is_open: bool
    level: int
    due: Due
    presence: Words | None
    checked_in: str
    result: str
    rating: int | None


class PhotoRow(NamedTuple):
    """A photo of an event, with when and in which role it was added."""

    digest: str
    width: int
    height: int
    at: str
    party: Words


class HistoryRow(NamedTuple):
    """A step that was taken."""

    at: str
    step: Words
    states: tuple[Words, ...]
    party: Words
    post_id: str
    key_id: str
    reason: Text
    details: tuple[Detail, ...]


@dataclass(frozen=True, slots=True)
class Command:
    """Who answers where an event is.

    Attributes
    ----------
    grid_leader, region_leader
        Posts and holders; None for none.
    circles
        From the nearest to the core.
    members
        Posts that act in the grid.
    """

    grid_leader: Holding | None = None
    region_leader: Holding | None = None
    circles: tuple[CircleRow, ...] = ()
    members: tuple[Holding, ...] = ()


@dataclass(frozen=True, slots=True)
class EventView:
    """What stands on the page of an event; texts as they were sent.

    Who may add a photo has a `photo_key`, which names that request.
    """

    event_id: str
    kind: Words
    state: Words
    due: Due
    is_supervised: bool
    is_overridden: bool
    shows_closed: bool
    asks_purpose: bool
    text: str
    links: tuple[str, ...]
    flags: tuple[Words, ...]
    occurred: str
    received: str
    source: Words
    severity: Words
    position: str
    cluster: str
    grid_id: str | None
    post_id: str
    command: Command
    departments: tuple[BodyRow, ...]
    platform: Words | None
    why: tuple[Words, ...]
    clocks: tuple[tuple[Words, Words], ...]
    tasks: tuple[TaskRow, ...]
    history: tuple[HistoryRow, ...]
    forms: tuple[Form, ...]
    photos: tuple[PhotoRow, ...]
    photo_key: str
    at: str


def event_view(
    dossier: Dossier,
    stored: StoredEvent | None,
    snapshot: Snapshot,
    namer: Namer,
    nonce: str,
) -> EventView:
    """Return what stands on the page of an event.

    Parameters
    ----------
    dossier
        The event, for who asks.
    stored
        As it was reported.
    snapshot
        Who is on duty.
    namer
        Names of everything.
    nonce
        Begins what names the requests of the forms.
    """
    loop, is_whole = dossier.loop, dossier.shows_closed
    details = orjson.loads(stored.new.details) if stored and stored.new.details else {}
    flags = dossier.actions[0].action.request.get("flags") or ()
    departments, why = _route(dossier, snapshot, namer)
    return EventView(
        loop.event_id,
        namer.kind(loop.kind),
        namer.state(loop.template, loop.state),
        namer.due(loop.due_at, is_open=loop.is_open),
        loop.is_supervised,
        loop.is_overridden,
        is_whole,
        dossier.asks_purpose,
        details.get("text", "") if is_whole else "",
        tuple(details.get("links", ())) if is_whole else (),
        tuple(EVENT_FLAGS[code] for code in flags if code in EVENT_FLAGS),
        namer.moment(loop.occurred_at),
        namer.moment(loop.received_at),
        namer.source(loop.source),
        words_of(str(loop.severity), SEVERITIES),
        _position(loop) if is_whole else "",
        loop.cluster if loop.cluster != loop.event_id else "",
        loop.grid_id,
        loop.post_id,
        _command(loop, snapshot, namer.now),
        departments,
        _platform(loop, namer),
        why,
        _clocks(loop),
        tuple(_task(task, namer, is_whole=is_whole) for task in dossier.tasks),
        tuple(_history(dossier, snapshot, namer)),
        forms_of(dossier, snapshot, namer, nonce),
        tuple(_photos(dossier, namer)) if is_whole else (),
        photo_key(dossier, nonce),
        namer.moment(namer.now),
    )


def _photos(dossier: Dossier, namer: Namer) -> Iterator[PhotoRow]:
    """Yield the photos of an event, the last first, each of them once."""
    rows: dict[str, PhotoRow] = {}
    for stored, photo in photos_of(dossier):
        action = stored.action
        party = words_of(action.role or "pagoda", PARTIES)
        rows.pop(photo.digest, None)
        rows[photo.digest] = PhotoRow(
            photo.digest, photo.width, photo.height, namer.moment(action.at), party
        )
    yield from reversed(rows.values())


def _position(loop: Loop) -> str:
    """Return where an event is, degrees of the store; empty where that is unknown."""
    if loop.lon is None or loop.lat is None:
        return ""
    return f"{loop.lon:.5f}, {loop.lat:.5f}"


def _command(loop: Loop, snapshot: Snapshot, at: Instant) -> Command:
    """Return who answers where an event is, as the duties stand now."""
    duties = snapshot.territory.duties
    areas = [area for area in loop.area_path.split("/") if area]
    if duties is None or not areas:
        return Command()
    circles = duties.roster.pagoda.circles
    above = [area for area in reversed(areas) if CircleId(area) in circles]
    rows = tuple(
        CircleRow(
            tier_name(circles[CircleId(area)].tier),
            circles[CircleId(area)].name,
            duties.leaders(area).at(at),
        )
        for area in above
    )
    row = None if loop.grid_id is None else row_of_grid(snapshot, loop.grid_id)
    if row is None or loop.grid_id is None:
        return Command(circles=rows)
    on_duty = duties.on_duty(row, at)
    region, _ = commander(on_duty.region_leader, on_duty.leaders)
    members = duties.members(loop.grid_id, at)
    return Command(on_duty.leaders[0], region, rows, members)


def _route(
    dossier: Dossier, snapshot: Snapshot, namer: Namer
) -> tuple[tuple[BodyRow, ...], tuple[Words, ...]]:
    """Return the departments of an event by rank, and why they are."""
    loop, registry = dossier.loop, namer.registry
    kind = registry.scenarios.kind(loop.kind)
    template = templates()[loop.template]
    doubts = {template.triage: "triage", template.to_verify: "to_verify"}
    doubt = doubts.get(loop.state, "") if loop.phase == "reported" else ""
    town = town_at(snapshot, registry, namer.now)
    route = route_event(kind, loop.kind, town, doubt, loop.rule_id)
    ids = [target.department_id for target in route.departments]
    ids += [task.department_id for task in dossier.tasks if task.department_id]
    registered = registry.departments
    ranked = sorted(
        {*ids},
        key=lambda d: (
            registered[d].rank if d in registered else len(registered) + 1,
            d,
        ),
    )
    bodies = []
    for department_id in ranked:
        body = registered.get(department_id)
        post_id = (body.post_id if body else None) or ""
        holder_id = town.holder_of(post_id) if post_id else None
        bodies.append(BodyRow(namer.department(department_id), post_id, holder_id))
    return tuple(bodies), tuple(route_words(s.code, s.names) for s in route.steps)


def _platform(loop: Loop, namer: Namer) -> Words | None:
    """Return the name of the platform of an event; None for none."""
    platforms = {p.code: Words(p.zh, p.en) for p in namer.registry.scenarios.platforms}
    return platforms.get(loop.platform)


def _clocks(loop: Loop) -> tuple[tuple[Words, Words], ...]:
    """Return how long each step took; one that has not ended still runs."""
    names = ("discovery", "arrival", "response", "handling")
    running = DESK["running"] if loop.is_open else Words("-", "-")
    return tuple(
        (DESK[name], running if ms is None else span_words(ms))
        for name, ms in zip(names, clocks_of(loop), strict=True)
    )


def _task(task: Task, namer: Namer, *, is_whole: bool) -> TaskRow:
    """Return a task as it stands."""
    at = task.checked_in_at
    return TaskRow(
        namer.task(task),
        namer.debtor(task),
        words_of(task.state, TASK_STATES),
        task.is_open,
        task.level,
        namer.due(task.due_at, is_open=task.is_open),
        None if task.presence is None else words_of(task.presence, PRESENCES),
        "" if at is None else namer.moment(at),
        task.result if is_whole else "",
        task.rating,
    )


def _history(
    dossier: Dossier, snapshot: Snapshot, namer: Namer
) -> Iterator[HistoryRow]:
    """Yield what was done, the last first; of climbs to one circle only the last."""
    rows: dict[str, HistoryRow] = {}
    times: Counter[str] = Counter()
    template, is_whole = dossier.loop.template, dossier.shows_closed
    pagoda = snapshot.territory.pagoda
    circles = pagoda.circles if pagoda else {}
    for stored in dossier.actions:
        action, before = stored.action, template
        template = str(action.changes.loop.get("template", template))
        if not rows:
            before = template
        steps = StepNamer(namer, circles, before)
        details = [*_captured(action, namer)]
        details += steps.details(action) if is_whole else ()
        key = action.action_id
        if action.action == "climb":
            key = f"{action.task_id} {action.request.get('area_id')}"
            times[key] += 1
            details = [*steps.climb(action, dossier.tasks, times[key])]
        # one that comes again stands where it came last
        rows.pop(key, None)
        rows[key] = HistoryRow(
            namer.moment(action.at),
            namer.step(stored),
            _path(action.path, before, template, namer),
            words_of(action.role or "pagoda", PARTIES),
            action.post_id,
            action.key_id,
            _reason(action) if is_whole else "",
            tuple(details),
        )
    yield from reversed(rows.values())


def _reason(action: Action) -> Text:
    """Return why a step was taken: as a person wrote it, or in words of ours."""
    return POST_ENDED if action.reason == POST_ENDED.line else action.reason


def _captured(action: Action, namer: Namer) -> Iterator[Detail]:
    """Yield when a step was filled in that a phone sent later."""
    at = captured_at(action)
    if at is not None and action.at - at >= LATER_MS:
        yield DESK["captured"], namer.moment(at)


def _path(
    path: tuple[str, ...], before: str, after: str, namer: Namer
) -> tuple[Words, ...]:
    """Return the names of the states of a path; its last one is of the new loop."""
    first = [namer.state(before if len(path) > 1 else after, code) for code in path[:1]]
    return (*first, *(namer.state(after, code) for code in path[1:]))
