"""An event as it stands, for who may see it: made from its actions at one time."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from api.service.events.draft import UNKNOWN_KIND
from gis.access import Act, Role, Scope, is_visible, may, shows_closed
from gis.errors import LoopError, UnknownEventError
from gis.events import (
    Actor,
    Allowed,
    Loop,
    Standing,
    Step,
    StoredAction,
    Task,
    allowed,
    fold_all,
    handler_of,
    refusal,
)
from layers.packs.loop_files import templates
from layers.registry import Registries
from layers.stores.protocol import Store

LONGEST_ID: Final = 300


@dataclass(frozen=True, slots=True)
class Party:
    """Who asks.

    Attributes
    ----------
    actor
        As far as steps depend on it.
    scope
        What it sees now.
    """

    actor: Actor
    scope: Scope

    def at(self, loop: Loop) -> Actor:
        """Return who asks with regard to an event: its source is its reporter."""
        is_reporter = self.actor.is_reporter or loop.source in self.scope.sources
        return replace(self.actor, is_reporter=is_reporter)


@dataclass(frozen=True, slots=True)
class Dossier:
    """An event with all that was done to it, as one party sees it.

    Attributes
    ----------
    actions
        In order.
    standing
        Where it stands after them.
    actor
        Who asks.
    is_disclosed
        Whether it said for what it reads what is closed: `closed.disclosed`.
    """

    actions: tuple[StoredAction, ...]
    standing: Standing
    actor: Actor
    is_disclosed: bool = False

    @property
    def loop(self) -> Loop:
        """Where it stands."""
        return self.standing.loop

    @property
    def tasks(self) -> tuple[Task, ...]:
        """All of its tasks, in the order in which they were given."""
        return tuple(self.standing.tasks.values())

    @property
    def allowed(self) -> tuple[Allowed, ...]:
        """What who asks may do next."""
        return allowed(self.standing, self.actor)

    @property
    def shows_closed(self) -> bool:
        """Whether who asks sees its position and texts, or said for what."""
        return self.is_disclosed or shows_closed(
            self.loop, self.actor.roles, is_reporter=self.actor.is_reporter
        )

    @property
    def asks_purpose(self) -> bool:
        """Whether who asks would see more if it said for what."""
        roles = map(Role, self.actor.roles)
        return not self.shows_closed and any(may(r, Act.READ_CLOSED) for r in roles)

    def require(self, step: Step) -> None:
        """Refuse a step that who asks may not take now.

        Raises
        ------
        LoopError
            If so.
        """
        refused = refusal(self.standing, step, self.actor)
        if refused:
            reason, text = refused
            raise LoopError(text, reason)

    def whistle(self, whistle_id: str) -> tuple[Task, ...]:
        """Return the tasks of a whistle or bell, in order.

        Raises
        ------
        UnknownEventError
            If the event has no such one.
        """
        tasks = tuple(t for t in self.tasks if t.whistle_id == whistle_id)
        if not tasks:
            raise UnknownEventError
        return tasks


@dataclass(frozen=True, slots=True)
class Dossiers:
    """Opens what a store has of events.

    Attributes
    ----------
    store, registries
        Where events are, and what their kinds say.
    """

    store: Store
    registries: Registries

    def open(self, event_id: str, party: Party) -> Dossier:
        """Return an event as it stands.

        Parameters
        ----------
        event_id
            Any text.
        party
            Who asks.

        Raises
        ------
        UnknownEventError
            If there is no such event, or who asks does not see it.
        """
        if not (event_id.isascii() and event_id.isprintable()):
            raise UnknownEventError
        is_short = 0 < len(event_id) <= LONGEST_ID
        # looked at first: what is out of sight takes as long as what is not there
        if not is_short or not self.store.is_visible(event_id, party.scope):
            raise UnknownEventError
        actions = self.store.actions(event_id)
        loop, tasks = fold_all(Loop(event_id), [a.action.changes for a in actions])
        bodies = [task.department_id for task in tasks.values()]
        if not is_visible(loop, bodies, party.scope):
            raise UnknownEventError
        terms = self.registries.current.scenarios.kind(loop.kind) or UNKNOWN_KIND
        standing = Standing(
            templates()[loop.template], terms, loop, tasks, handler_of(actions)
        )
        return Dossier(actions, standing, party.at(loop))


def suggestion_of(actions: Sequence[StoredAction]) -> dict[str, object]:
    """Return what was suggested at the intake, whatever it was overridden by since.

    Parameters
    ----------
    actions
        Of the event, in order.
    """
    first = actions[0].action
    loop = first.changes.loop
    names = ("kind", "grid_id", "post_id", "rule_id")
    return {
        **{name: loop.get(name) for name in names},
        "lead": first.request.get("lead") or None,
        "departments": first.request.get("departments") or [],
    }
