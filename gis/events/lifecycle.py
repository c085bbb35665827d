"""What a step does to an event: its state, its times, and who owes what from then."""

from collections.abc import Container, Iterator, Mapping, Sequence
from typing import Final

from gis.errors import LoopError
from gis.events.loop import PHASES, Changes, StoredAction, Task, Values
from gis.events.passage import is_about, path_of
from gis.events.permission import refusal
from gis.events.standing import (
    SERVICE,
    SUMMONS,
    Actor,
    Effect,
    Standing,
    Step,
    done_at,
    ended_task,
    task_clock,
)
from gis.events.template import COMMON, PAGODA
from gis.models import Instant

_TIMES: Final = {
    "accepted": "accepted_at",
    "assigned": "assigned_at",
    "handled": "handled_at",
    "closed": "closed_at",
}


def take_step(standing: Standing, step: Step, actor: Actor) -> Effect:
    """Return what a step does, or refuse it.

    Times of the loop are those of its present round: going back to a state, or opening
    again, clears the times of what lies after it; history keeps them. A path without
    an accepted state accepts by assigning. Who first owed the handling is done with it
    by ``handle``; the state changes when the last of them is. Until an event is
    assigned, and again from when it was handled until it is closed, its accountable
    post owes a task of sort ``verify``. Other departments for an event that somebody
    has to handle take that over from those. What a step ends was ended when it was
    done; what is owed because of it is so from when it came.

    Parameters
    ----------
    standing
        Where the event stands.
    step
        What is asked for.
    actor
        Who asks.

    Raises
    ------
    LoopError
        If it is refused; `reason` is one of `STEP_REASONS`.
    """
    refused = refusal(standing, step, actor)
    if refused:
        reason, text = refused
        raise LoopError(text, reason)
    path = path_of(standing, step, actor)
    values: dict[str, object] = {**step.changes.loop}
    tasks: list[Values] = [*step.changes.tasks]
    at, first = done_at(standing, step), standing.loop.first_response_at
    if actor.roles - {PAGODA, "source"} and (first is None or at < first):
        values["first_response_at"] = at
    values |= _FLAGS.get(step.action, {})
    if path:
        values |= _state_values(standing, step, actor, path)
    tasks += _task_values(standing, step, actor, str(values.get("phase", "")))
    return Effect(path, Changes(values, tuple(tasks)))


_FLAGS: Final[Mapping[str, Values]] = {
    "supervise": {"is_supervised": True},
    "override": {"is_overridden": True},
}


def begin(
    standing: Standing, doubt: str, departments: Sequence[str], summons: Changes
) -> Effect:
    """Return what the intake of an event does beside setting what was reported.

    Parameters
    ----------
    standing
        The loop of its kind, with every field that report and route decide.
    doubt
        ``triage`` or ``to_verify`` where it waits for a person; empty for none.
    departments
        Who is to handle it; empty for its accountable post.
    summons
        Tasks of those that a bell calls; of others none.
    """
    template = standing.template
    path = (getattr(template, doubt),) if doubt else template.intake_path
    at = standing.loop.received_at
    step = Step("report", at, departments=tuple(departments), changes=summons)
    values = dict(summons.loop) | _state_values(standing, step, SERVICE, path)
    tasks = _owed(standing, step, template.phase_of(path[-1]))
    return Effect(path, Changes(values, (*summons.tasks, *tasks)))


def handler_of(actions: Sequence[StoredAction]) -> str:
    """Return the key that handled an event last; empty while nobody has.

    Parameters
    ----------
    actions
        Of the event, in order.
    """
    handler, order = "", 0
    for stored in actions:
        action = stored.action
        phase = action.changes.loop.get("phase", PHASES[order])
        before, order = order, PHASES.index(phase)
        is_through = before < PHASES.index("handled") <= order
        handler = action.key_id if is_through else handler
    return handler


def entered_at(actions: Sequence[StoredAction]) -> dict[str, Instant]:
    """Return when each state was entered last.

    Parameters
    ----------
    actions
        Of an event, in order.
    """
    times: dict[str, Instant] = {}
    for stored in actions:
        path = stored.action.path
        entered = path[1:] if times else path
        times |= dict.fromkeys(entered, stored.action.at)
    return times


def _state_values(
    standing: Standing, step: Step, actor: Actor, path: Sequence[str]
) -> dict[str, object]:
    """Return state, phase and times of a loop after a path."""
    template, loop = step.into or standing.template, standing.loop
    phase = template.phase_of(path[-1])
    values: dict[str, object] = {"state": path[-1], "phase": phase}
    reached, at = PHASES.index(phase), done_at(standing, step)
    for name, column in _TIMES.items():
        order = PHASES.index(name)
        is_on_way = step.action != "withdraw" or order == reached
        if order > reached:
            values[column] = None
        elif getattr(loop, column) is None and is_on_way:
            values[column] = at
    if phase == "closed":
        is_closing = loop.is_open and step.action != "withdraw"
        values |= {"closed_tier": actor.tier} if is_closing else {}
    else:
        values["closed_tier"] = None
    return values


def _task_values(
    standing: Standing, step: Step, actor: Actor, phase: str
) -> Iterator[Values]:
    """Yield what becomes of tasks; the phase is the new one, empty where it stays."""
    ended, is_owed_anew = _over(standing, step, actor, phase or standing.loop.phase)
    is_forced = step.action in COMMON
    yield from _ended(ended, done_at(standing, step), "ended" if is_forced else "done")
    if is_owed_anew:
        yield from _owed(standing, step, phase or standing.loop.phase)
    yield from _carried(standing, step, [t.task_id for t in ended])


def _over(
    standing: Standing, step: Step, actor: Actor, after: str
) -> tuple[list[Task], bool]:
    """Return the tasks that are owed no longer, and whether others are instead."""
    before = standing.loop.phase
    owed = standing.open_tasks(("handle", "verify"))
    if after == "closed" and standing.loop.is_open:
        return owed + standing.open_tasks(SUMMONS), False
    is_handed_on = bool(step.departments) and after == "assigned"
    if _duty(before) != _duty(after) or is_handed_on:
        return owed, True
    if step.action == "handle":
        return [t for t in owed if actor.owes(t) and is_about(step, t)], False
    return [], False


def _carried(standing: Standing, step: Step, ended: Container[str]) -> Iterator[Values]:
    """Yield what hands open tasks to the new accountable post, in the new area."""
    loop = step.changes.loop
    for task in standing.tasks.values():
        values = {k: loop[k] for k in ("area_path",) if k in loop}
        if task.post_id and task.post_id == standing.loop.post_id and "post_id" in loop:
            values["post_id"] = loop["post_id"]
        if values and task.is_open and task.task_id not in ended:
            yield {"task_id": task.task_id, **values}


def _ended(tasks: Sequence[Task], at: Instant, state: str) -> list[Values]:
    """Return what makes tasks owed no longer."""
    return [{**ended_task(task, at), "state": state} for task in tasks]


def _duty(phase: str) -> str:
    """Return what is owed in a phase: to verify or handle an event, by its side."""
    return {"accepted": "reported"}.get(phase, phase)


def _owed(standing: Standing, step: Step, phase: str) -> list[Values]:
    """Return the tasks that are owed from now on in a phase."""
    if phase == "closed":
        return []
    times = (step.terms or standing.terms).minutes
    post_id = str(step.changes.loop.get("post_id", standing.loop.post_id))
    if phase != "assigned":
        debtors: list[tuple[str, str]] = [(post_id, "")]
        sort, minutes = "verify", times.accept
    else:
        departments = step.departments or _last_departments(standing)
        debtors = [("", d) for d in departments] or [(post_id, "")]
        sort, minutes = "handle", times.handle
    start = standing.next_task + len(step.changes.tasks)
    return [
        {
            "task_id": f"{standing.loop.event_id}/{start + i}",
            "sort": sort,
            "post_id": post,
            "department_id": department,
            **task_clock(standing, step, minutes),
        }
        for i, (post, department) in enumerate(debtors)
        if post or department
    ]


def _last_departments(standing: Standing) -> tuple[str, ...]:
    """Return the departments that had to handle an event last."""
    tasks = [t for t in standing.tasks.values() if t.sort == "handle"]
    last = max((t.given_at for t in tasks), default=None)
    return tuple(
        t.department_id for t in tasks if t.given_at == last and t.department_id
    )
