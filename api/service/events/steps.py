"""What is asked of an event by name: another state, grid, kind, body or place."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeAlias

from api.service.events.actions import Plan, side_entry
from api.service.events.dossier import Dossier, Dossiers, Party
from gis.assignment import answer_one
from gis.errors import LoopError, UnknownEventError
from gis.events import (
    Changes,
    Kind,
    Loop,
    Pack,
    Step,
    StoredAction,
    link,
    path_of,
    route_event,
)
from gis.models import Instant, Position
from gis.sentences import sentence
from layers.command import Owner, owner_of, owner_of_grid, row_of_grid, town_at
from layers.packs.loop_files import templates
from layers.registry import Registries
from layers.snapshots import Snapshot, Snapshots
from layers.stores.events import EventIds
from layers.stores.loops import Entry

DOORS: Final = {
    "photo": "POST /events/{id}/photos",
    "whistle": "POST /events/{id}/whistles",
    "check_in": "POST /whistles/{id}/check-ins",
    "solve": "POST /whistles/{id}/solutions",
    "rate": "POST /whistles/{id}/ratings",
}
"""Steps that have a door of their own."""
ASSIGNED: Final = "assigned"


@dataclass(frozen=True, slots=True)
class StepForm:
    """What is asked for, texts masked.

    Attributes
    ----------
    action
        Its name.
    reason, task_id, to, note
        As sent; empty for none.
    position
        In the datum that it declares; None for none.
    """

    action: str
    reason: str = ""
    task_id: str = ""
    to: str = ""
    note: str = ""
    position: Position | None = None

    def members(self) -> dict[str, object]:
        """Return what is asked for by name, for its fingerprint and to be kept."""
        place = self.position
        members = {
            "action": self.action,
            "reason": self.reason,
            "task": self.task_id,
            "to": self.to,
            "note": self.note,
        }
        texts: dict[str, object] = {k: v for k, v in members.items() if v}
        if place is None:
            return texts
        return texts | {"lon": place.x, "lat": place.y, "datum": place.datum}


Target: TypeAlias = tuple[Step, Mapping[str, object]]
"""A step with what it leads to, and what is kept of that beside the request."""


@dataclass(frozen=True, slots=True)
class Steps:
    """Decides what a request by name comes to.

    Attributes
    ----------
    dossiers, snapshots, registries
        Events, and what decides whose they are.
    ids
        Makes ids of actions.
    """

    dossiers: Dossiers
    snapshots: Snapshots
    registries: Registries
    ids: EventIds

    def plan(self, form: StepForm, party: Party, dossier: Dossier, at: Instant) -> Plan:
        """Return what a request comes to.

        Parameters
        ----------
        form
            What is asked for.
        party
            Who asks.
        dossier
            The event.
        at
            When.

        Raises
        ------
        LoopError
            If it is refused.
        """
        _refuse_door(form.action)
        to = form.to if form.action in {"skip", "return"} else ""
        step = Step(form.action, at, form.reason, to, form.task_id)
        dossier.require(step)
        if form.task_id and form.task_id not in dossier.standing.tasks:
            raise LoopError(
                "The event has no task {task_id!r}; name one of {tasks!r}.",
                "no_task",
                task_id=form.task_id,
                tasks=sorted(dossier.standing.tasks),
            )
        request = {k: v for k, v in form.members().items() if k not in {"action"}}
        if form.action == "link":
            return self._link(step, form.to, party, dossier, request)
        targets: dict[str, Callable[[Step, StepForm, Dossier], Target]] = {
            "transfer": self._transfer,
            "relocate": self._relocate,
            "override": self._override,
            "correct": self._correct,
        }
        target = targets.get(form.action, self._handlers)
        step, more = target(step, form, dossier)
        return Plan(step, {**request, **more})

    def _transfer(self, step: Step, form: StepForm, dossier: Dossier) -> Target:
        """Return the step to a grid that shares a border with the present one."""
        snapshot, loop = self.snapshots.current, dossier.loop
        row = None if loop.grid_id is None else row_of_grid(snapshot, loop.grid_id)
        near = () if row is None else snapshot.neighbours.neighbours_of(row)
        ids = [snapshot.assigner.ids[other] for other, _ in near]
        owner = owner_of_grid(snapshot, form.to, step.at)
        if owner is None or form.to not in ids:
            raise _no_target(
                form.to,
                sentence(
                    "a neighbour of grid {grid_id!r}: {ids!r}",
                    grid_id=loop.grid_id,
                    ids=ids,
                ),
            )
        return _with(step, _moved(owner, snapshot)), {"before": _before(loop)}

    def _relocate(self, step: Step, form: StepForm, dossier: Dossier) -> Target:
        """Return the step to another position: the event is assigned anew."""
        values = self._place(form, step.at)
        return _with(step, values), {"before": _before(dossier.loop)}

    def _override(self, step: Step, form: StepForm, dossier: Dossier) -> Target:
        """Return the step to another kind, grid or body than was suggested."""
        snapshot, registry = self.snapshots.current, self.registries.current
        before = {"before": _before(dossier.loop)}
        kind = registry.scenarios.kind(form.to)
        owner = owner_of_grid(snapshot, form.to, step.at)
        if kind is not None and form.to != dossier.loop.kind:
            step = self._of_kind(step, kind, dossier)
            return step, {"into": "kind", **before}
        if owner is not None and form.to != dossier.loop.grid_id:
            return _with(step, _moved(owner, snapshot)), {"into": "grid", **before}
        if form.to in registry.departments:
            is_owed = dossier.loop.phase == ASSIGNED
            departments = (form.to,) if is_owed else ()
            step = replace(step, departments=departments)
            return step, {"into": "department", **before}
        raise _no_target(
            form.to,
            sentence("another kind of GET /packs, another grid, or a department"),
        )

    def _correct(self, step: Step, form: StepForm, dossier: Dossier) -> Target:
        """Return the step to another kind or position than was reported."""
        more: dict[str, object] = {}
        if form.to:
            kind = self.registries.current.scenarios.kind(form.to)
            if kind is None or form.to == dossier.loop.kind:
                raise _no_target(form.to, sentence("another kind of GET /packs"))
            step, more = self._of_kind(step, kind, dossier), {"into": "kind"}
        if form.position is not None:
            step = _with(step, self._place(form, step.at))
        return step, more | {"before": _before(dossier.loop)}

    def _handlers(self, step: Step, form: StepForm, dossier: Dossier) -> Target:
        """Return a step to another state, with who is to handle the event there."""
        standing, is_body = dossier.standing, step.to != form.to
        path = path_of(standing, step, dossier.actor)
        phase = standing.template.phase_of(path[-1]) if path else dossier.loop.phase
        enters = phase == ASSIGNED and dossier.loop.phase != ASSIGNED
        if is_body and not enters:
            raise LoopError(
                "Step {action!r} leads to no department, expected no 'to'; leave it "
                "out.",
                "no_target",
                action=step.action,
            )
        if is_body:
            if form.to not in self.registries.current.departments:
                raise _no_target(form.to, sentence("a department that is registered"))
            return replace(step, departments=(form.to,)), {}
        is_again = any(task.sort == "handle" for task in dossier.tasks)
        if not enters or is_again:
            return step, {}
        body = _chosen_body(dossier.actions) or self._lead(dossier.loop.kind, step.at)
        return replace(step, departments=(body,) if body else ()), {}

    def _link(
        self,
        step: Step,
        event_id: str,
        party: Party,
        dossier: Dossier,
        request: Mapping[str, object],
    ) -> Plan:
        """Return what links two events: nothing is merged."""
        try:
            other = self.dossiers.open(event_id, party)
        except UnknownEventError:
            other = dossier
        if other.loop.event_id == dossier.loop.event_id:
            raise _no_target(
                event_id, sentence("another event within what you may see")
            )
        changes = link(dossier.loop, other.loop)
        beside: tuple[Entry, ...] = ()
        if other.loop.cluster != changes.loop["cluster"]:
            at = Instant(max(step.at, other.actions[-1].action.at))
            action_id = self.ids.make(at)
            beside = (side_entry(other, action_id, "link", at, changes),)
        return Plan(replace(step, changes=changes), request, beside=beside)

    def _of_kind(self, step: Step, kind: Kind, dossier: Dossier) -> Step:
        """Return a step after which an event is of another kind."""
        pack = self.registries.current.scenarios.pack_of(kind.kind)
        assert pack is not None  # noqa: S101  every kind is in one
        into = templates()[pack.template]
        step = replace(step, into=into, terms=kind)
        path = path_of(dossier.standing, step, dossier.actor)
        phase = into.phase_of(path[-1]) if path else dossier.loop.phase
        lead = self._lead(kind.kind, step.at) if phase == ASSIGNED else ""
        step = replace(step, departments=(lead,) if lead else ())
        return _with(step, _values_of_kind(kind, pack))

    def _lead(self, code: str, at: Instant) -> str:
        """Return the body in charge of a kind; empty for none."""
        registry = self.registries.current
        kind = registry.scenarios.kind(code)
        town = town_at(self.snapshots.current, registry, at)
        return route_event(kind, code, town, "", "").lead

    def _place(self, form: StepForm, at: Instant) -> dict[str, object]:
        """Return what becomes of an event at a position."""
        snapshot = self.snapshots.current
        answer = answer_one(snapshot.basis, form.position, at)
        if answer.x is None or answer.y is None:
            raise unusable(form.position)
        assignment = answer.assignment
        return {
            **_moved(owner_of(snapshot, assignment), snapshot),
            "status": str(assignment.status),
            "lon": answer.x,
            "lat": answer.y,
        }


def unusable(position: Position | None) -> LoopError:
    """Return the refusal of a position that is nowhere.

    Parameters
    ----------
    position
        As sent.
    """
    place = position and (position.x, position.y)
    datum = position and position.datum
    return LoopError(
        "Position {spot!r} is nowhere in datum {datum!r}, expected one that it has; "
        "correct the coordinates or the datum.",
        "no_position",
        spot=place,
        datum=datum,
    )


def _refuse_door(action: str) -> None:
    """Refuse a step that has a door of its own."""
    door = DOORS.get(action)
    if door is not None:
        raise LoopError(
            "Step {action!r} has a door of its own, expected {door}; send it there.",
            "unknown_step",
            action=action,
            door=door,
        )


def _no_target(to: str, expected: str) -> LoopError:
    return LoopError(
        "The step leads to {to!r}, expected {expected}; name one of those.",
        "no_target",
        to=to,
        expected=expected,
    )


def _with(step: Step, values: Mapping[str, object]) -> Step:
    """Return a step that does more to the loop."""
    changes = Changes({**step.changes.loop, **values}, step.changes.tasks)
    return replace(step, changes=changes)


def _moved(owner: Owner, snapshot: Snapshot) -> dict[str, object]:
    """Return what becomes of an event whose owner is another one.

    Where nobody answers there, who did so before still does.
    """
    values: dict[str, object] = {
        "grid_id": owner.grid_id,
        "area_path": owner.area_path,
        "version": snapshot.version.version,
    }
    return values | ({"post_id": owner.post_id} if owner.post_id else {})


def _values_of_kind(kind: Kind, pack: Pack) -> dict[str, object]:
    """Return what a kind says of the loop of its events."""
    return {
        "kind": kind.kind,
        "pack": pack.pack,
        "template": pack.template,
        "platform": kind.platform,
        "line": kind.line,
        "module": kind.module,
        "is_sensitive": kind.is_sensitive,
    }


def _before(loop: Loop) -> dict[str, object]:
    """Return whose an event was, to be kept with what it became."""
    return {name: getattr(loop, name) for name in ("kind", "grid_id", "post_id")}


def _chosen_body(actions: Sequence[StoredAction]) -> str:
    """Return the body that was chosen before anybody had to handle the event."""
    for stored in reversed(actions):
        request = stored.action.request
        into = request.get("into") if stored.action.action == "override" else None
        if into in {"department", "kind"}:
            return str(request["to"]) if into == "department" else ""
    return ""
