"""Departments summoned to an event: their tasks, arrivals, results and ratings."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from api.service.events.actions import Plan
from api.service.events.dossier import Dossier
from api.service.events.steps import unusable
from gis.assignment import answer_one
from gis.errors import LoopError
from gis.events import (
    Arrival,
    CheckIn,
    Standing,
    Step,
    Task,
    check_in,
    done_at,
    rate,
    solve,
    summon,
)
from gis.models import Instant, Position
from layers.registry import Registries
from layers.snapshots import Snapshots


class Form:
    """What is asked of a whistle, texts masked."""

    __slots__ = ()

    def members(self) -> dict[str, Any]:
        """Return what is asked for by name, for its fingerprint."""
        values = {f.name: getattr(self, f.name) for f in fields(self)}  # type: ignore[arg-type]  # dataclasses alone
        return {"form": type(self).__name__} | values


@dataclass(frozen=True, slots=True)
class WhistleForm(Form):
    """Departments that are to come; `minutes` None takes those of the kind."""

    departments: tuple[str, ...]
    minutes: int | None = None
    legal_basis: str = ""


@dataclass(frozen=True, slots=True)
class CheckInForm(Form):
    """A department arrives, at a position in any datum; None as `_body_of` takes it."""

    whistle_id: str
    department: str | None
    lon: float
    lat: float
    datum: str
    accuracy_m: float | None = None


@dataclass(frozen=True, slots=True)
class SolutionForm(Form):
    """What a department did on the spot."""

    whistle_id: str
    department: str | None
    result: str


@dataclass(frozen=True, slots=True)
class RatingForm(Form):
    """How a department did, 1 to 5."""

    whistle_id: str
    department: str | None
    score: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class Arrived:
    """What a check-in says, and of which task."""

    task_id: str
    check_in: CheckIn


@dataclass(frozen=True, slots=True)
class Whistles:
    """Decides what is asked of whistles and bells.

    Attributes
    ----------
    snapshots, registries
        Grids and departments in force.
    radius_m
        How near to an event is present, inclusively.
    """

    snapshots: Snapshots
    registries: Registries
    radius_m: float

    def summon(self, form: WhistleForm, dossier: Dossier, at: Instant) -> Plan:
        """Return the step that summons departments, each with a task of its own.

        Raises
        ------
        LoopError
            If who asks may not, or a department is unknown or on its way.
        """
        step = Step("whistle", at)
        dossier.require(step)
        registered = self.registries.current.departments
        unknown = sorted({*form.departments} - {*registered})
        if unknown:
            raise LoopError(
                "Department {unknown!r} is not registered, expected one of "
                "{registered!r}; name one of those.",
                "no_debtor",
                unknown=unknown[0],
                registered=sorted(registered),
            )
        whistle_id = _next_whistle(dossier.standing)
        changes = summon(
            dossier.standing,
            step,
            form.departments,
            whistle_id,
            minutes=form.minutes,
        )
        request = {
            "whistle_id": whistle_id,
            "departments": list(form.departments),
            "minutes": form.minutes,
            "legal_basis": form.legal_basis or None,
        }
        return Plan(replace(step, changes=changes), _present(request), whistle_id)

    def check_in(self, form: CheckInForm, dossier: Dossier, at: Instant) -> Plan:
        """Return the step by which a department arrives.

        Raises
        ------
        LoopError
            If it is not theirs, or the position is nowhere.
        """
        task = _open_task(dossier, form.whistle_id, form.department)
        step = Step("check_in", at, task_id=task.task_id)
        dossier.require(step)
        position = Position(form.lon, form.lat, form.datum)
        answer = answer_one(self.snapshots.current.basis, position, at)
        if answer.x is None or answer.y is None:
            raise unusable(position)
        arrival = Arrival(answer.x, answer.y, answer.assignment.grid_id)
        checked = check_in(dossier.standing, task, at, arrival, self.radius_m)
        request = {
            "department": task.department_id,
            "presence": checked.presence,
            "distance_m": checked.distance_m,
            "on_time": checked.is_on_time,
            "lon": answer.x,
            "lat": answer.y,
            "accuracy_m": form.accuracy_m,
        }
        return Plan(
            replace(step, changes=checked.changes),
            _present(request),
            Arrived(task.task_id, checked),
        )

    def solve(
        self,
        form: SolutionForm,
        dossier: Dossier,
        at: Instant,
        captured_at: Instant | None = None,
    ) -> Plan:
        """Return the step by which a department is done.

        Parameters
        ----------
        form
            What it says.
        dossier
            The event.
        at, captured_at
            As `gis.events.Step` takes them.

        Raises
        ------
        LoopError
            If it is not theirs.
        """
        task = _open_task(dossier, form.whistle_id, form.department)
        step = Step("solve", at, task_id=task.task_id, captured_at=captured_at)
        dossier.require(step)
        changes = solve(task, done_at(dossier.standing, step), form.result)
        request = {"department": task.department_id, "result": form.result}
        return Plan(replace(step, changes=changes), request)

    def rate(self, form: RatingForm, dossier: Dossier, at: Instant) -> Plan:
        """Return the step that rates a department afterwards.

        Raises
        ------
        LoopError
            If who asks may not, or the department is not done.
        """
        task = _task_of(dossier, form.whistle_id, form.department)
        step = Step("rate", at, task_id=task.task_id)
        dossier.require(step)
        changes = rate(task, form.score)
        request = {
            "department": task.department_id,
            "score": form.score,
            "note": form.note,
        }
        return Plan(replace(step, changes=changes), request)


def event_of(whistle_id: str) -> str:
    """Return the event that a whistle or bell is of.

    Examples
    --------
    >>> event_of("0190-E.w2"), event_of("0190-E.bell")
    ('0190-E', '0190-E')
    """
    return whistle_id.rpartition(".")[0]


def _next_whistle(standing: Standing) -> str:
    """Return the id of the next whistle of an event."""
    ids = {
        task.whistle_id for task in standing.tasks.values() if task.sort == "whistle"
    }
    return f"{standing.loop.event_id}.w{len(ids) + 1}"


def _task_of(dossier: Dossier, whistle_id: str, department: str | None) -> Task:
    """Return the task of a department, or refuse one that was not summoned."""
    tasks = dossier.whistle(whistle_id)
    body = department or _body_of(dossier, tasks)
    for task in tasks:
        if task.department_id == body:
            return task
    summoned = [task.department_id for task in tasks]
    raise LoopError(
        "Department {body!r} is not summoned by {whistle_id!r}, expected one of "
        "{summoned!r}; name one of those.",
        "no_task",
        body=body,
        whistle_id=whistle_id,
        summoned=summoned,
    )


def _body_of(dossier: Dossier, tasks: Sequence[Task]) -> str:
    """Return whose task is meant by who does not say: its own, or the only one."""
    bodies = [task.department_id for task in tasks]
    own = [body for body in bodies if body in dossier.actor.departments]
    meant = own or bodies
    if len(meant) > 1:
        raise LoopError(
            "No department is named and {meant!r} are summoned, expected which of "
            "them; name one of those.",
            "no_task",
            meant=meant,
        )
    return meant[0]


def _open_task(dossier: Dossier, whistle_id: str, department: str | None) -> Task:
    """Return the task that a department still owes."""
    task = _task_of(dossier, whistle_id, department)
    if not task.is_open:
        raise LoopError(
            "Task {task_id!r} of department {department_id!r} is {state}, expected an "
            "open one; nothing is owed for it any more.",
            "wrong_state",
            task_id=task.task_id,
            department_id=task.department_id,
            state=task.state,
        )
    return task


def _present(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}
