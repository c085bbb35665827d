"""Where a step leads: the state before and every state entered."""

from gis.events.loop import Task
from gis.events.standing import SUMMONS, Actor, Standing, Step
from gis.events.template import Template


def targets(template: Template, action: str, state: str) -> tuple[str, ...]:
    """Return the states that ``return`` or ``skip`` may lead to, the default first."""
    if action == "return":
        return template.before(state)
    return template.after(state)


def path_of(standing: Standing, step: Step, actor: Actor) -> tuple[str, ...]:
    """Return the state before and every state entered; empty where it stays."""
    template, state = standing.template, standing.loop.state
    if step.action in {"return", "skip"}:
        ends = targets(template, step.action, state)
        to = step.to or ends[0]
        entered = ends[: ends.index(to) + 1] if step.action == "skip" else (to,)
        return (state, *entered)
    if step.into and step.into.template != template.template:
        end = step.into.counterpart(standing.loop.phase)
        return (state, end) if end != state else ()
    singles = {"withdraw": template.withdrawn, "reopen": template.reopened}
    own = {t.action: t.to for t in template.steps_from(state)}
    end = (singles | own).get(step.action, state)
    if end == state or (step.action == "handle" and _left(standing, step, actor)):
        return ()
    return (state, end)


def _left(standing: Standing, step: Step, actor: Actor) -> list[Task]:
    """Return the open tasks of handling that are left when an actor has done its."""
    tasks = standing.open_tasks(("handle",))
    return [t for t in tasks if not (actor.owes(t) and is_about(step, t))]


def is_about(step: Step, task: Task) -> bool:
    """Say whether a step is about a task."""
    if step.action == "return":
        # who was to look at it or handle it by a post; departments say that to it
        return task.sort not in SUMMONS and bool(task.post_id)
    sorts = SUMMONS if step.action in {"check_in", "solve"} else ("handle",)
    return task.sort in sorts and step.task_id in {"", task.task_id}
