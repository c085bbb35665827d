"""What must hold of every event, looked at one by one: its actions, loop and tasks."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from itertools import pairwise
from typing import Final

from api.service.access.audit import read_audit
from gis.access import WHOLE
from gis.counts import noun_for
from gis.errors import LoopError
from gis.events import Loop, StoredAction, Task, fold_all
from gis.events.template import COMMON, Template
from gis.sentences import sentence
from layers.packs.loop_files import templates
from layers.stores.loops import LoopQuery, TaskQuery
from layers.stores.protocol import Store

BATCH: Final = 500
SINGLES: Final = {"withdraw": "withdrawn", "reopen": "reopened"}
"""Common steps that lead to one state of the template."""


def loop_count(store: Store) -> int:
    """Return how many events a store has loops of."""
    return store.count_loops(LoopQuery(), WHOLE)


def loop_faults(store: Store) -> Iterator[str]:
    """Yield a sentence for each thing that does not hold, newest event first.

    Parameters
    ----------
    store
        Only read; a service may run on it.

    Examples
    --------
    >>> from layers.stores import open_store
    >>> list(loop_faults(open_store("memory:")))
    []
    """
    has_command = _has_command(store)
    last_row, count = store.last_action(), 0
    for loop in _all_loops(store):
        actions = store.actions(loop.event_id)
        count += sum(stored.row <= last_row for stored in actions)
        yield from _faults_of(store, loop, actions, has_command=has_command)
    count += sum(stored.row <= last_row for stored in read_audit(store))
    if count < last_row:
        lost = last_row - count
        yield (
            sentence(
                "{lost} of {last_row} actions {verb} of events that stand nowhere, "
                "expected none; run `pagoda loops rebuild`.",
                lost=lost,
                last_row=last_row,
                verb=noun_for(lost, "is", "are"),
            )
        )


def _all_loops(store: Store) -> Iterator[Loop]:
    """Yield every loop, newest event first."""
    below: int | None = None
    while loops := store.loops(LoopQuery(below=below, limit=BATCH), WHOLE):
        yield from loops
        below = loops[-1].row


def _has_command(store: Store) -> bool:
    """Say whether the town has a post that leads: then every event is somebody's."""
    return not store.facts("posts").empty


def _faults_of(
    store: Store,
    loop: Loop,
    actions: Sequence[StoredAction],
    *,
    has_command: bool,
) -> Iterator[str]:
    """Yield what does not hold of one event."""
    query = TaskQuery(event_id=loop.event_id, limit=_MOST_TASKS)
    rows = {task.task_id: task for task in store.tasks(query, WHOLE)}
    later = store.loop(loop.event_id)
    if later is not None and later.seq > max(loop.seq, len(actions)):
        # a service acts on it while we look: it is not wrong for that
        return
    if len(actions) > loop.seq:
        loop = later or loop
    for text in (
        *_owner_faults(loop, rows, has_command=has_command),
        *_row_faults(loop, rows, actions),
        *_path_faults(actions),
    ):
        yield sentence("Event {event_id!r} {text}", event_id=loop.event_id, text=text)


_MOST_TASKS: Final = 1_000_000


def _owner_faults(
    loop: Loop, tasks: Mapping[str, Task], *, has_command: bool
) -> Iterator[str]:
    """Yield what is wrong with who answers for an event and owes its tasks."""
    if loop.is_open and has_command and not loop.post_id:
        yield (
            sentence(
                "is open in state {state!r} and no post answers for it, expected one; "
                "transfer it to a post.",
                state=loop.state,
            )
        )
    for task in tasks.values():
        if bool(task.post_id) == bool(task.department_id):
            yield (
                sentence(
                    "has task {task_id!r} owed by post {post_id!r} and department "
                    "{department_id!r}, expected one of the two; correct what made it.",
                    task_id=task.task_id,
                    post_id=task.post_id,
                    department_id=task.department_id,
                )
            )


def _row_faults(
    loop: Loop, tasks: Mapping[str, Task], actions: Sequence[StoredAction]
) -> Iterator[str]:
    """Yield where rows are not what the actions make of them."""
    numbers = [stored.seq for stored in actions]
    if numbers != [*range(1, len(actions) + 1)]:
        yield (
            sentence(
                "has actions of the numbers {numbers!r}, expected each from 1 on "
                "once; see `pagoda audit verify`.",
                numbers=numbers,
            )
        )
    try:
        folded, folded_tasks = fold_all(
            Loop(loop.event_id, loop.row), (s.action.changes for s in actions)
        )
    except LoopError as error:
        yield sentence("cannot be made from its actions: {error}", error=error)
        return
    for field in fields(Loop):
        stored, value = getattr(loop, field.name), getattr(folded, field.name)
        if stored != value:
            yield (
                sentence(
                    "stands with {name} {stored!r}, its actions make it {value!r}; "
                    "run `pagoda loops rebuild`.",
                    name=field.name,
                    stored=stored,
                    value=value,
                )
            )
    for task_id in sorted(tasks.keys() | folded_tasks.keys()):
        if tasks.get(task_id) != folded_tasks.get(task_id):
            yield (
                sentence(
                    "has task {task_id!r} that is not what its actions make of it; "
                    "run `pagoda loops rebuild`.",
                    task_id=task_id,
                )
            )


def _path_faults(actions: Sequence[StoredAction]) -> Iterator[str]:
    """Yield steps that its template does not have, or that leave out a state."""
    state, name = "", ""
    for stored in actions:
        action = stored.action
        before = templates().get(name)
        name = action.changes.loop.get("template", name)
        after = templates().get(name)
        if after is None:
            yield sentence(
                "goes round the loop {name!r}, which is not there; add its template.",
                name=name,
            )
            return
        path = action.path
        if path:
            text = _path_fault(stored, state, before or after, after)
            if text:
                yield sentence(
                    "took step {seq}, {action!r}, {text}",
                    seq=stored.seq,
                    action=action.action,
                    text=text,
                )
            state = path[-1]
        if action.changes.loop.get("state", state) != state:
            yield (
                sentence(
                    "took step {seq}, {action!r}, into state {state!r}, its path "
                    "{value!r} ends in {state_2!r}; correct what made it.",
                    seq=stored.seq,
                    action=action.action,
                    state=action.changes.loop["state"],
                    value=[*path],
                    state_2=state,
                )
            )
            state = action.changes.loop["state"]


def _path_fault(
    stored: StoredAction, state: str, template: Template, into: Template
) -> str | None:
    """Return what is wrong with the path of one step; None for nothing."""
    path = stored.action.path
    unknown = [s for s in path[1:] or path if s not in {x.state for x in into.states}]
    if unknown:
        return sentence(
            "into {unknown!r}, which is no state of loop {form!r}.",
            unknown=unknown[0],
            form=into.template,
        )
    if stored.seq == 1:
        starts = (into.intake_path, (into.triage,), (into.to_verify,))
        return (
            None
            if path in starts
            else sentence(
                "along {value!r}, expected {starts!r}.", value=[*path], starts=starts[0]
            )
        )
    if path[0] != state:
        return sentence(
            "from {path!r}, expected from {state!r}, where the event was.",
            path=path[0],
            state=state,
        )
    is_other = template.template != into.template
    return None if is_other else _step_fault(stored, template)


def _step_fault(stored: StoredAction, template: Template) -> str | None:
    """Return what is wrong with a step within one loop; None for nothing."""
    action, path = stored.action, stored.action.path
    if not _is_legal(action.action, path, template):
        return sentence(
            "along {value!r}, which loop {form!r} does not allow.",
            value=[*path],
            form=template.template,
        )
    if not action.reason.strip() and _needs_reason(action.action, path, template):
        return sentence(
            "along {value!r} without a reason; a state was left out.", value=[*path]
        )
    return None


def _is_legal(name: str, path: Sequence[str], template: Template) -> bool:
    """Say whether a template has a step along a path."""
    start, *entered = path
    if name == "skip":
        return tuple(entered) == template.after(start)[: len(entered)]
    if len(entered) != 1:
        return False
    if name == "return":
        return entered[0] in template.before(start)
    if name in SINGLES:
        return bool(entered[0] == getattr(template, SINGLES[name]))
    own = {(s.action, s.to) for s in template.steps_from(start)}
    return (name, entered[0]) in own


def _needs_reason(name: str, path: Sequence[str], template: Template) -> bool:
    """Say whether a step along a path needs a reason."""
    if name in COMMON:
        return COMMON[name].needs_reason
    steps = {(s.action, s.to): s.needs_reason for s in template.steps_from(path[0])}
    return any(steps.get((name, state), False) for _, state in pairwise(path))
