"""Overdue tasks climb: the steps that the clock owes, each taken once."""

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from typing import Final

from api.service.events.attempts import Attempts
from gis.errors import LoopError
from gis.events import Action, Task, climbs_owed
from gis.events.escalation import Climb
from gis.events.template import PAGODA
from gis.models import Instant
from layers.command import post_on_duty
from layers.snapshots import Snapshots
from layers.stores.events import EventIds
from layers.stores.loops import Entry
from layers.stores.protocol import Store

BATCH: Final = 256
"""Tasks that are looked at in one turn."""
STEPS: Final = 64
"""A task that was overdue for long takes so many steps in one turn."""


class Climbs:
    """Brings what is overdue to the circle above, up to the core and again there.

    A step is the action ``<task_id>/<level>`` of this service, so a clock that was
    killed goes on where it stopped: nothing is lost, and nothing is done twice.

    Parameters
    ----------
    store
        Has the tasks.
    snapshots
        Say which posts are held now.
    ids
        Makes ids of actions.
    """

    def __init__(self, store: Store, snapshots: Snapshots, ids: EventIds) -> None:
        self._store = store
        self._snapshots = snapshots
        self._ids = ids
        self._attempts = Attempts(store, "climb")

    def turn(self, now: Instant) -> Instant | None:
        """Take steps that are owed; say since when some are left, None for none.

        Parameters
        ----------
        now
            By the clock of the store.

        Raises
        ------
        StoreUnavailableError
            If the store cannot be used now.
        """
        # those that fail stand first for ever: others are looked at beyond them
        limit = BATCH + self._attempts.count
        event_ids = dict.fromkeys(t.event_id for t in self._store.due(now, limit))
        loops = {event_id: self._store.loop(event_id) for event_id in event_ids}
        # read after the number of their event: what happens between is then refused
        tasks = self._store.due(now, limit)
        entries: dict[str, Entry] = {}
        for event_id in event_ids:
            loop = loops[event_id]
            owed = [task for task in tasks if task.event_id == event_id]
            if loop is None or not owed:
                continue
            actions = tuple(self._actions(owed, now))
            if actions:
                entries[event_id] = Entry(actions=actions, expected_seq=loop.seq)
        outcome = self._attempts.append(entries)
        again = set() if outcome.is_settled else entries.keys() - outcome.stored
        left = [task.climbs_at for task in tasks if task.event_id in again]
        left += [at for name in outcome.stored for at in _next_climbs(entries[name])]
        if len(tasks) >= limit:
            # the first due stand first
            left.append(tasks[-1].climbs_at)
        else:
            self._attempts.forget_others(event_ids)
        return min((at for at in left if at is not None and at <= now), default=None)

    def _actions(self, tasks: Sequence[Task], now: Instant) -> Iterator[Action]:
        """Yield the steps of the tasks of one event."""
        post_of = partial(self._post_of, now)
        for task in tasks:
            if task.climbs_at is None or task.climb_ms <= 0:
                self._attempts.fail(task.event_id, _endless(task))
                continue
            until = min(now, task.climbs_at + (STEPS - 1) * task.climb_ms)
            for climb in climbs_owed(task, Instant(until), post_of):
                yield self._action(task, climb, now)

    def _post_of(self, now: Instant, area_id: str) -> str:
        """Return who answers for an area now; empty where nobody does."""
        duties = self._snapshots.current.territory.duties
        return post_on_duty(duties, area_id, now)

    def _action(self, task: Task, climb: Climb, now: Instant) -> Action:
        """Return a step as an action."""
        return Action(
            self._ids.make(now),
            task.event_id,
            "climb",
            now,
            task_id=task.task_id,
            key_id=PAGODA,
            role=PAGODA,
            request={
                "level": climb.level,
                "due_at": climb.due_at,
                "area_id": climb.area_id,
                "post_id": climb.post_id,
            },
            changes=climb.changes,
            request_key=climb.request_key,
        )


def _next_climbs(entry: Entry) -> Iterable[Instant]:
    """Return when the tasks of an event owe a step again, after those of one turn."""
    next_at = {
        task["task_id"]: task["climbs_at"]
        for action in entry.actions
        for task in action.changes.tasks
    }
    return next_at.values()


def _endless(task: Task) -> LoopError:
    """Return what is wrong with a task that is to climb in no time."""
    return LoopError(
        "Task {task_id!r} is to climb every {climb_ms} ms, expected more than 0; "
        "correct the minutes of its kind.",
        task_id=task.task_id,
        climb_ms=task.climb_ms,
    )
