"""What may be done next with an event, and why a step is refused."""

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from gis.events.loop import Loop, Task
from gis.events.passage import is_about, path_of, targets
from gis.events.standing import GRID, SUMMONS, Actor, Allowed, Standing, Step
from gis.events.template import ASSIGNEE, BY_KIND, COMMON, CommonStep, Transition
from gis.sentences import joined, sentence

FIELD: Final = frozenset({"leader", "member"})
"""Roles that close events of some kinds only: see `lowest_tier`."""
STEP_REASONS: Final = (
    *("unknown_step", "wrong_state", "not_yours", "same_key", "below_close_at"),
    *("tasks_open", "no_reason", "no_task", "no_target", "no_position"),
)
"""Why a step is refused."""


def allowed(standing: Standing, actor: Actor) -> tuple[Allowed, ...]:
    """Return what somebody may do next, steps of the template first.

    Parameters
    ----------
    standing
        Where the event stands.
    actor
        Who asks.
    """
    steps = standing.template.steps_from(standing.loop.state)
    pairs = [
        *(Allowed(step.action, step.needs_reason) for step in steps),
        *(Allowed(step.action, step.needs_reason) for step in COMMON.values()),
    ]
    at = standing.loop.received_at
    return tuple(
        pair
        for pair in pairs
        if refusal(standing, Step(pair.action, at, reason="-"), actor) is None
    )


def lowest_tier(close_at: str) -> float:
    """Return the lowest tier, the highest number, whose leaders may close.

    Parameters
    ----------
    close_at
        Of a kind: ``grid`` for any, ``tier3`` for tier 3 and above.

    Examples
    --------
    >>> lowest_tier("grid"), lowest_tier("tier3")
    (inf, 3)
    """
    return math.inf if close_at == GRID else int(close_at.removeprefix("tier"))


def refusal(standing: Standing, step: Step, actor: Actor) -> tuple[str, str] | None:
    """Return reason and sentence of why a step is refused; None if it is not."""
    template, loop = standing.template, standing.loop
    common = COMMON.get(step.action)
    own = [t for t in template.transitions if t.action == step.action]
    if common is None and not own:
        return "unknown_step", (
            sentence(
                "Step {action!r} is none of this loop, expected one of "
                "{transitions!r}; name one of those.",
                action=step.action,
                transitions=sorted(
                    {t.action for t in template.transitions} | {*COMMON}
                ),
            )
        )
    rule = common or next((t for t in own if loop.state in t.from_states), None)
    if rule is None or (common and not _is_when(common, loop)):
        return "wrong_state", (
            sentence(
                "Step {action!r} does not start in state {state!r}; take a step that "
                "is allowed there.",
                action=step.action,
                state=template.named(loop.state),
            )
        )
    return (
        _refused_person(standing, rule, step, actor)
        or _refused_path(standing, step, actor)
        or _refused_reason(rule, step)
    )


def _is_when(common: CommonStep, loop: Loop) -> bool:
    """Say whether a loop is open or closed as a common step has it."""
    return common.when == "always" or loop.is_open == (common.when == "open")


def _refused_person(
    standing: Standing, rule: CommonStep | Transition, step: Step, actor: Actor
) -> tuple[str, str] | None:
    """Refuse a step for whom it is not."""
    parties = standing.terms.whistle_by if rule.by == BY_KIND else rule.by
    owed = [t for t in standing.tasks.values() if actor.owes(t) and is_about(step, t)]
    is_for_role = actor.is_in(parties)
    if ASSIGNEE in parties and not owed and not is_for_role:
        is_named = step.task_id and step.task_id not in standing.tasks
        reason = "no_task" if is_named else "not_yours"
        return reason, (
            sentence(
                "No open task of {action!r} is owed by this key{task_id}; ask who "
                "owes it.",
                action=step.action,
                task_id=sentence(" under {task_id!r}", task_id=step.task_id)
                if step.task_id
                else "",
            )
        )
    if step.action == "rate" and not any(map(_is_rateable, standing.tasks.values())):
        return "no_task", sentence(
            "No department that was summoned is done; rate them afterwards."
        )
    if ASSIGNEE not in parties and not is_for_role:
        return "not_yours", (
            sentence(
                "Step {action!r} is for {parties}; ask one of them.",
                action=step.action,
                parties=joined(", ", (sentence("{role}", role=p) for p in parties)),
            )
        )
    return None


def _refused_path(
    standing: Standing, step: Step, actor: Actor
) -> tuple[str, str] | None:
    """Refuse a step for where it leads."""
    template, loop = standing.template, standing.loop
    if step.action in {"return", "skip"}:
        ends = targets(template, step.action, loop.state)
        if not ends or (step.to and step.to not in ends):
            return "no_target", (
                sentence(
                    "Step {action!r} from {state!r} leads to {to!r}, expected one of "
                    "{states!r}; name one of those.",
                    action=step.action,
                    state=template.named(loop.state),
                    to=template.named(step.to),
                    states=[*map(template.named, ends)],
                )
            )
    path = path_of(standing, step, actor)
    if _is_second_key(standing, step, actor, path):
        return "same_key", (
            sentence(
                "Step {action!r} is closed to the key that handled the event; ask "
                "somebody else.",
                action=step.action,
            )
        )
    after = (step.into or template).phase_of(path[-1]) if path else loop.phase
    if after == "closed" and loop.is_open:
        return _refused_end(standing, step, actor)
    is_withdrawn = loop.state == template.withdrawn != template.path[-1]
    if step.action == "reopen" and is_withdrawn:
        return "wrong_state", sentence(
            "The event was withdrawn and is not opened again; report it anew."
        )
    return None


def _is_second_key(
    standing: Standing, step: Step, actor: Actor, path: Sequence[str]
) -> bool:
    """Say whether a step would let one key both handle an event and check that."""
    if not actor.is_keyed:
        return False
    template = standing.template
    checks = {
        state
        for state, to in pairwise(path)
        for t in template.steps_from(state)
        if t.by_other_key and t.to == to
    }
    owes = any(actor.owes(task) for task in standing.open_tasks(("handle",)))
    is_handler = standing.handled_by == actor.key_id or owes
    return bool(checks) and step.action != "withdraw" and is_handler


def _refused_end(
    standing: Standing, step: Step, actor: Actor
) -> tuple[str, str] | None:
    """Refuse to close an event too low, or over what departments still owe."""
    is_leader = bool(actor.roles & FIELD) and "operator" not in actor.roles
    is_taken_back = step.action == "withdraw" and actor.is_reporter
    lowest = lowest_tier(standing.terms.close_at)
    tier = math.inf if actor.tier is None else actor.tier
    if is_leader and not is_taken_back and tier > lowest:
        return "below_close_at", (
            sentence(
                "Events of this kind are closed from tier {lowest} up, and this key "
                "answers for tier {tier}; ask the leader above.",
                lowest=lowest,
                tier=actor.tier,
            )
        )
    owed = standing.open_tasks(SUMMONS)
    if owed and step.action not in {"skip", "withdraw"}:
        return "tasks_open", (
            sentence(
                "{owed} departments have not solved what they were summoned for; wait "
                "for them, or skip with a reason.",
                owed=len(owed),
            )
        )
    return None


def _refused_reason(
    rule: CommonStep | Transition, step: Step
) -> tuple[str, str] | None:
    """Refuse a step without the reason that it needs."""
    if rule.needs_reason and not step.reason.strip():
        return "no_reason", (
            sentence(
                "Step {action!r} has no reason, expected one; say why.",
                action=step.action,
            )
        )
    return None


def _is_rateable(task: Task) -> bool:
    """Say whether a task is one of a summons that is over."""
    return task.sort in SUMMONS and not task.is_open
