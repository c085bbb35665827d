"""One step of an event: decided on what is there, and appended if it still is so."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from api.service.events.dossier import Dossier, Dossiers, Party
from api.service.events.fingerprint import fingerprint
from gis.errors import (
    ChangedRequestError,
    LoopError,
    SequenceError,
    StoreBusyError,
)
from gis.events import (
    Action,
    Actor,
    Changes,
    Effect,
    Loop,
    Step,
    StoredAction,
    Task,
    fold,
    take_step,
)
from gis.models import Instant
from layers.registry import Registries
from layers.stores.events import EventIds
from layers.stores.loops import Entry
from layers.stores.protocol import Store

CAPTURED: Final = "captured_at"
"""What a request says of when it was written down on a phone."""
MOST_SHOWN: Final = 40
"""So many characters of a tag that cannot be read are shown."""
MOST_TAGS: Final = 5
"""So many numbers of a header are."""
ATTEMPTS: Final = 16
"""So often is a step decided anew because another one came first."""


@dataclass(frozen=True, slots=True)
class Demand:
    """A request to change an event.

    Attributes
    ----------
    event_id
        The event.
    party
        Who asks.
    request_key
        What names the request of this key, once for ever.
    members
        What is asked for, texts masked: for the fingerprint, and kept.
    seqs
        Numbers of the last action that who asks has seen, and texts that are none;
        None where that does not matter.
    captured_at
        When it was written down on a phone; None where that is not said. No part of
        the fingerprint: it is corrected by when the request comes.
    """

    event_id: str
    party: Party
    request_key: str
    members: Mapping[str, Any]
    seqs: frozenset[int | str] | None = None
    captured_at: Instant | None = None

    @property
    def fingerprint(self) -> bytes:
        """What tells it from every other request."""
        return fingerprint({"event_id": self.event_id, **self.members})


@dataclass(frozen=True, slots=True)
class Plan:
    """What a request comes to.

    Attributes
    ----------
    step
        The step.
    request
        What is kept of the request, texts masked.
    details
        What the answer says beside where the event stands.
    beside
        What is done to another event at once.
    """

    step: Step
    request: Mapping[str, Any]
    details: Any = None
    beside: tuple[Entry, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a request has done, to be answered.

    Attributes
    ----------
    action_id
        Its action.
    loop, tasks
        Where the event stands after it; all tasks.
    details
        Of the plan.
    """

    action_id: str
    loop: Loop
    tasks: tuple[Task, ...]
    details: Any


@dataclass(frozen=True, slots=True)
class Taken:
    """The answer to a request, byte for byte as it was first given.

    Attributes
    ----------
    answer, seq
        The answer, and the number of the action.
    is_new
        False where the request came before.
    """

    answer: bytes
    seq: int
    is_new: bool


Planner = Callable[[Dossier, Instant], Plan]
Writer = Callable[[Outcome], bytes]


@dataclass(frozen=True, slots=True)
class Actions:
    """Takes steps with the events of a store.

    Attributes
    ----------
    store, registries, dossiers
        Where events are, who is told of them, and how they stand.
    ids
        Makes ids of actions.
    """

    store: Store
    registries: Registries
    dossiers: Dossiers
    ids: EventIds = field(default_factory=EventIds)

    def take(self, demand: Demand, plan: Planner, write: Writer) -> Taken:
        """Take a step, once for ever: a request that came before gets its answer.

        Where another action comes first, it is decided anew on what is there then.

        Parameters
        ----------
        demand
            What is asked for.
        plan
            Decides on the event as it stands, at a time.
        write
            Writes the answer.

        Raises
        ------
        UnknownEventError
            If there is no such event, or who asks does not see it now.
        ChangedRequestError
            If the request came before with another content.
        SequenceError
            If the event is not as who asks has seen it.
        LoopError
            If the step is refused; `allowed` says what is not.
        StoreBusyError
            If others always come first.
        """
        for _ in range(ATTEMPTS):
            dossier = self.dossiers.open(demand.event_id, demand.party)
            key_id = dossier.actor.key_id
            earlier = self.store.action_of(key_id, demand.request_key)
            if earlier is not None:
                return _repeated(earlier, demand)
            _refuse_stale(demand, dossier.loop)
            entries = self._entries(demand, dossier, plan, write)
            try:
                receipt, *_ = self.store.append(entries).result()
            except SequenceError:
                continue
            [stored] = receipt.actions
            return Taken(stored.action.answer, stored.seq, receipt.is_new)
        raise StoreBusyError(
            "Event {event_id!r} changed {attempts} times meanwhile, expected it to "
            "stand still for a moment; send the request again.",
            event_id=demand.event_id,
            attempts=ATTEMPTS,
        )

    def _entries(
        self, demand: Demand, dossier: Dossier, plan: Planner, write: Writer
    ) -> tuple[Entry, ...]:
        """Return what is to be appended, if the event still stands as it does."""
        loop, actor = dossier.loop, dossier.actor
        at = Instant(max(self.store.now(), dossier.actions[-1].action.at))
        try:
            decision = plan(dossier, at)
            step = replace(decision.step, captured_at=demand.captured_at)
            effect = take_step(dossier.standing, step, actor)
        except LoopError as error:
            raise LoopError(str(error), error.reason, dossier.allowed) from error
        later, tasks = fold(loop, dossier.standing.tasks, effect.changes)
        action_id = self.ids.make(at)
        outcome = Outcome(action_id, later, tuple(tasks.values()), decision.details)
        action = Action(
            action_id,
            loop.event_id,
            decision.step.action,
            at,
            effect.path,
            decision.step.task_id,
            actor.key_id,
            role_of(actor),
            _post_of(actor, loop),
            decision.step.reason,
            {**decision.request, **_captured(demand)},
            effect.changes,
            demand.request_key,
            demand.fingerprint,
            201,
            write(outcome),
            self._destinations(loop, effect),
        )
        return Entry(None, (action,), loop.seq), *decision.beside

    def _destinations(self, loop: Loop, effect: Effect) -> tuple[str, ...]:
        """Return who hears of it: the source of an event, of each new phase."""
        if effect.changes.loop.get("phase", loop.phase) == loop.phase:
            return ()
        source = self.registries.current.sources.get(loop.source)
        return (source.destination_id,) if source and source.destination_id else ()


def side_entry(
    dossier: Dossier, action_id: str, action: str, at: Instant, changes: Changes
) -> Entry:
    """Return what is done to an event because of a step of another one.

    Parameters
    ----------
    dossier
        That event.
    action_id, action, at
        What is done, and when.
    changes
        What becomes of its loop.
    """
    actor, loop = dossier.actor, dossier.loop
    entry = Action(
        action_id,
        loop.event_id,
        action,
        at,
        key_id=actor.key_id,
        role=role_of(actor),
        post_id=_post_of(actor, loop),
        changes=changes,
    )
    return Entry(None, (entry,), loop.seq)


def captured_at(action: Action) -> Instant | None:
    """Return when an action was written down on a phone; None where that is not said.

    Examples
    --------
    >>> captured_at(Action("A", "E", "handle", Instant(9), request={"captured_at": 7}))
    7
    """
    return action.request.get(CAPTURED)


def _captured(demand: Demand) -> dict[str, Any]:
    """Return what is kept of when a request was written down."""
    at = demand.captured_at
    return {} if at is None else {CAPTURED: at}


def role_of(actor: Actor) -> str:
    """Return the role in which somebody acts; who reported an event needs none.

    Examples
    --------
    >>> role_of(Actor(roles=frozenset({"steward", "operator"}))), role_of(Actor())
    ('operator', 'reporter')
    """
    return min(actor.roles, default="reporter")


def _post_of(actor: Actor, loop: Loop) -> str:
    """Return the post in which somebody acts on an event; empty for none."""
    return loop.post_id if loop.post_id in actor.posts else min(actor.posts, default="")


def _repeated(earlier: StoredAction, demand: Demand) -> Taken:
    """Return the answer of then, or refuse what says something else now."""
    action = earlier.action
    if action.fingerprint != demand.fingerprint:
        raise ChangedRequestError(
            "Request {request_key!r} came before and said something else, expected "
            "the same content; send it as before, or under another name.",
            request_key=demand.request_key,
        )
    return Taken(action.answer, earlier.seq, False)


def _refuse_stale(demand: Demand, loop: Loop) -> None:
    """Refuse a request about an event that has had another action since."""
    if demand.seqs is None or loop.seq in demand.seqs:
        return
    numbers = sorted(seq for seq in demand.seqs if isinstance(seq, int))
    if not numbers:
        tags = sorted(map(str, demand.seqs))
        raise SequenceError(
            "Event {event_id!r} has had {sequence} actions, and the tag {tag!r} of "
            "If-Match is that of no event, expected such as {example}; look at it "
            "again, and send its ETag as it is read.",
            loop.seq,
            event_id=loop.event_id,
            sequence=loop.seq,
            tag=tags[0][:MOST_SHOWN],
            example=f'"{loop.seq}"',
        )
    raise SequenceError(
        "Event {event_id!r} has had {sequence} actions, expected {numbers} as If-Match "
        "says; look at it again.",
        loop.seq,
        event_id=loop.event_id,
        sequence=loop.seq,
        numbers=", ".join(map(str, numbers[:MOST_TAGS])),
    )
