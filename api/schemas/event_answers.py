"""What `POST /events` answers: whose it is, who must move and by when."""

from datetime import UTC, datetime, tzinfo
from typing import Any, Final

import orjson
from pydantic import BaseModel, Field

from api.schemas.addresses import AddressCandidateOut
from api.schemas.assignment import AssignmentOut, PositionIn, assignment_bytes
from api.service.events.draft import Draft
from gis.events import RouteStep, Task
from gis.local_time import EPOCH, MILLISECOND, minute_text
from gis.models import Holding, Instant
from gis.roster import commander
from layers.words.events import EVENT_FLAGS, EVENT_TAKEN, route_words

OPTIONS: Final = orjson.OPT_UTC_Z


class HoldingOut(BaseModel):
    """A leader post, and who holds it then."""

    area_id: str
    post_id: str | None
    holder_id: str | None = Field(description="A number, never a name.")
    reason: str = Field(description="Why nobody does; empty where somebody does.")


class MemberOut(BaseModel):
    """A post that acts in the grid and does not answer for it."""

    post_id: str
    role: str
    holder_id: str | None = Field(description="A number, never a name.")


class PeopleOut(BaseModel):
    """Who works there, the lowest first."""

    members: list[MemberOut]
    grid_leader: HoldingOut | None
    region_leader: HoldingOut | None = Field(
        description="Who commands the region: its leader, else the first one above."
    )
    chain: list[HoldingOut] = Field(description="Leaders of the circles, lowest first.")


class DepartmentOut(BaseModel):
    """A body that the event goes to."""

    department_id: str
    rank: int
    post_id: str
    holder_id: str | None = Field(description="A number, never a name.")
    lon: float | None
    lat: float | None


class RouteStepOut(BaseModel):
    """One of the two steps of a route."""

    code: str
    text: str
    text_zh: str


class RouteOut(BaseModel):
    """Where the event goes: first to a platform, then to the body that it picks."""

    platform: str
    line: str
    module: str
    departments: list[DepartmentOut] = Field(description="In order of rank.")
    lead: str
    missing: list[str] = Field(description="Bodies of the kind that are not there.")
    steps: list[RouteStepOut]
    pack_version: str


class ClocksOut(BaseModel):
    """Until when it is to be accepted, reached and handled, inclusively."""

    accept_by: datetime
    arrive_by: datetime
    handle_by: datetime


class TaskOut(BaseModel):
    """What one post or department owes until a time."""

    task_id: str
    sort: str
    post_id: str
    department_id: str
    due_at: datetime
    level: int
    state: str
    whistle_id: str
    presence: str | None
    rating: int | None


class NearOut(BaseModel):
    """Another report that may be of the same thing."""

    event_id: str
    distance_m: float
    minutes: float


class ClusterOut(BaseModel):
    """Reports that may be of one thing: suggested, never merged."""

    cluster_id: str
    near: list[NearOut]


class FlagOut(BaseModel):
    """What to know about how it was taken in."""

    code: str
    text: str
    text_zh: str


class EventAnswerOut(BaseModel):
    """An event that was taken in."""

    event_id: str
    revision: int
    state: str
    phase: str
    template: str
    pack: str
    kind: str
    area_path: str
    post_id: str = Field(description="The one post that answers for it.")
    assignment: AssignmentOut
    people: PeopleOut
    route: RouteOut
    clocks: ClocksOut
    tasks: list[TaskOut]
    cluster: ClusterOut
    flags: list[FlagOut]
    text: str
    text_zh: str
    token: str | None = Field(
        None, description="Follows the report at /t/TOKEN, without a key."
    )
    address_candidates: list[AddressCandidateOut] | None = Field(
        None,
        description="Places that the address may mean now, as far as who asks sees "
        "them, the best first; not there where it needs none.",
    )


def answer_bytes(draft: Draft, zone: tzinfo) -> bytes:
    """Return what is answered to an event that is taken in, without any token.

    Parameters
    ----------
    draft
        The event.
    zone
        Zone of the times in its sentences; all others are UTC.
    """
    loop, reply = draft.loop, draft.reply
    position = PositionIn.model_construct(
        lon=None, lat=None, at=None, accuracy_m=draft.event.event.accuracy_m
    )
    text, text_zh = _sentences(draft, zone)
    document = {
        "event_id": loop.event_id,
        "revision": reply.revision,
        "state": loop.state,
        "phase": loop.phase,
        "template": loop.template,
        "pack": loop.pack,
        "kind": loop.kind,
        "area_path": loop.area_path,
        "post_id": loop.post_id,
        "assignment": orjson.Fragment(
            assignment_bytes(position, reply, has_persons=True)
        ),
        "people": _people(draft),
        "route": {
            "platform": draft.route.platform,
            "line": draft.route.line,
            "module": draft.route.module,
            "departments": [t._asdict() for t in draft.route.departments],
            "lead": draft.route.lead,
            "missing": draft.route.missing,
            "steps": [step_out(step) for step in draft.route.steps],
            "pack_version": draft.route.rule_id,
        },
        "clocks": {n: utc(at) for n, at in draft.clocks._asdict().items()},
        "tasks": [task_out(task) for task in draft.tasks],
        "cluster": {
            "cluster_id": draft.cluster.cluster_id,
            "near": [near._asdict() for near in draft.cluster.near],
        },
        "flags": [_flag(code) for code in draft.flags],
        "text": text,
        "text_zh": text_zh,
    }
    return orjson.dumps(document, option=OPTIONS)


def with_token(answer: bytes, token: str) -> bytes:
    """Return an answer with the token of its citizen, which is stored nowhere.

    Examples
    --------
    >>> with_token(b'{"event_id":"E"}', "t")
    b'{"event_id":"E","token":"t"}'
    """
    return b'%b,"token":%b}' % (answer[:-1], orjson.dumps(token))


def utc(at: Instant) -> datetime:
    """Return an instant as a time of UTC, for JSON.

    Examples
    --------
    >>> utc(Instant(0)).isoformat()
    '1970-01-01T00:00:00+00:00'
    """
    return (EPOCH + at * MILLISECOND).replace(tzinfo=UTC)


def task_out(task: Task) -> dict[str, Any]:
    """Return a task as `TaskOut` describes it."""
    return {
        "task_id": task.task_id,
        "sort": task.sort,
        "post_id": task.post_id,
        "department_id": task.department_id,
        "due_at": utc(task.due_at),
        "level": task.level,
        "state": task.state,
        "whistle_id": task.whistle_id,
        "presence": task.presence,
        "rating": task.rating,
    }


def step_out(step: RouteStep) -> dict[str, str]:
    """Return a step of a route with its two sentences."""
    words = route_words(step.code, step.names)
    return {"code": step.code, "text": words.en, "text_zh": words.zh}


def _people(draft: Draft) -> dict[str, Any]:
    """Return who works where the event is, the lowest first."""
    leaders, grid_id = draft.owner.leaders, draft.owner.grid_id
    grid_leader = next((h for h in leaders if h.area_id == grid_id), None)
    region, _ = commander(draft.reply.assignment.region_leader, leaders)
    return {
        "members": draft.reply.members,
        "grid_leader": grid_leader and _holding(grid_leader),
        "region_leader": region and _holding(region),
        "chain": [_holding(h) for h in leaders if h.area_id != grid_id],
    }


def _holding(holding: Holding) -> dict[str, str | None]:
    return {
        "area_id": holding.area_id,
        "post_id": holding.post_id,
        "holder_id": holding.holder_id,
        "reason": holding.reason,
    }


def _flag(code: str) -> dict[str, str]:
    words = EVENT_FLAGS[code]
    return {"code": code, "text": words.en, "text_zh": words.zh}


def _sentences(draft: Draft, zone: tzinfo) -> tuple[str, str]:
    """Return in two languages whose the event is and what happens next."""
    route, clocks = draft.route, draft.clocks
    words = EVENT_TAKEN["waiting" if route.doubt else "assigned"]
    post_id = draft.loop.post_id or "-"
    # the step that picks the body in charge has its names
    bodies = [step.names["body"] for step in route.steps if "body" in step.names]
    zh, en = bodies[-1] if route.lead and bodies else (post_id, post_id)
    by = minute_text(clocks.accept_by if route.doubt else clocks.handle_by, zone)
    by_zh = f"{by[:4]}年{int(by[5:7])}月{int(by[8:10])}日 {by[11:]}"
    return (
        words.en.format(body=en, post=post_id, by=by),
        words.zh.format(body=zh, post=post_id, by=by_zh),
    )
