"""Entries of one transaction: what is new, what came before, and what is refused."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from gis.errors import (
    ChangedRequestError,
    GovernanceError,
    LoopError,
    SequenceError,
    StoreError,
)
from gis.events import Action, Loop, StoredAction, Task, fold
from gis.models import Instant
from gis.sentences import sentence
from layers.schema.layer import refusal
from layers.stores.actions import action_bytes
from layers.stores.event_records import EventReceipt, NewEvent, StoredEvent
from layers.stores.events import (
    EventIds,
    Source,
    admit,
    changed_faults,
    check_events,
    event_bytes,
    refuse_taken,
)
from layers.stores.log import ACTIONS, EVENTS
from layers.stores.loops import Entry, EntryReceipt

Request: TypeAlias = tuple[str, str]
"""A key and what it named one of its requests."""
Tasks: TypeAlias = Mapping[str, Task]
Outcome: TypeAlias = tuple[EntryReceipt, ...] | Exception
"""What one caller gets."""
Append: TypeAlias = Callable[[Sequence[Sequence[Entry]]], list[Outcome]]


@dataclass(frozen=True, slots=True)
class Stock:
    """What a store has of what some entries are about.

    Attributes
    ----------
    events
        Events of the same sources and numbers.
    event_ids
        Those of the ids that new events bring and that events have.
    intakes
        First actions of `events`, by the id of the event.
    requests
        Actions that the same requests brought.
    loops, tasks
        Where the events stand that are acted on, by their ids.
    rows
        Rows in the log of those of them that have no loop yet.
    event_row, action_row
        The last rows of the log, 0 without one.
    """

    events: Mapping[Source, StoredEvent] = field(default_factory=dict)
    event_ids: frozenset[str] = frozenset()
    intakes: Mapping[str, StoredAction] = field(default_factory=dict)
    requests: Mapping[Request, StoredAction] = field(default_factory=dict)
    loops: Mapping[str, Loop] = field(default_factory=dict)
    tasks: Mapping[str, Tasks] = field(default_factory=dict)
    rows: Mapping[str, int] = field(default_factory=dict)
    event_row: int = 0
    action_row: int = 0


@dataclass(slots=True, eq=False)
class _Decision:
    """What becomes of one entry; its place in the log is given at last."""

    event: NewEvent | None = None
    event_row: int = 0
    actions: tuple[Action, ...] = ()
    action_row: int = 0
    loop: Loop | None = None
    tasks: Tasks = field(default_factory=dict)
    earlier: "_Decision | EntryReceipt | None" = None


@dataclass(slots=True)
class _Draft:
    """What the entries of one call add to what is there."""

    event_row: int
    action_row: int
    sources: dict[Source, _Decision] = field(default_factory=dict)
    event_ids: set[str] = field(default_factory=set)
    requests: dict[Request, _Decision] = field(default_factory=dict)
    loops: dict[str, Loop] = field(default_factory=dict)
    tasks: dict[str, Tasks] = field(default_factory=dict)
    decisions: list[_Decision] = field(default_factory=list)


class Admission:
    """What becomes of entries of several callers, in the order they came.

    Parameters
    ----------
    stock
        What the store has of them, under the lock of writers.
    ids
        Makes the ids of events that bring none.
    recorded_at
        When the transaction is recorded.
    """

    def __init__(self, stock: Stock, ids: EventIds, recorded_at: Instant) -> None:
        self._stock = stock
        self._ids = ids
        self._recorded_at = recorded_at
        self._sum = _Draft(stock.event_row, stock.action_row)
        self.events: list[StoredEvent] = []
        self.actions: list[StoredAction] = []

    def decide(self, entries: Sequence[Entry]) -> slice:
        """Decide on the entries of one caller, all or none.

        Returns
        -------
        place
            Where their receipts stand among all.

        Raises
        ------
        InvalidLayerError, ChangedRequestError, SequenceError, StoreError
            As `Loops.append`; then none of them is admitted.
        """
        total = self._sum
        draft = _Draft(total.event_row, total.action_row)
        self._refuse_changed_history(entries)
        for entry in entries:
            decision = self._decide(entry, draft)
            draft.decisions.append(decision)
        start = len(total.decisions)
        total.event_row, total.action_row = draft.event_row, draft.action_row
        total.sources |= draft.sources
        total.event_ids |= draft.event_ids
        total.requests |= draft.requests
        total.loops |= draft.loops
        total.tasks |= draft.tasks
        total.decisions += draft.decisions
        return slice(start, start + len(entries))

    @property
    def loops(self) -> tuple[Loop, ...]:
        """Where events stand that had a new action."""
        return tuple(self._sum.loops.values())

    @property
    def tasks(self) -> Iterator[Task]:
        """Tasks of those events that are new or other."""
        for event_id, tasks in self._sum.tasks.items():
            before = self._stock.tasks.get(event_id, {})
            for task_id, task in tasks.items():
                if before.get(task_id) != task:
                    yield task

    def number(self, last_batch: int) -> None:
        """Give what is admitted its link: events come first, then actions.

        Parameters
        ----------
        last_batch
            Sequence of the last link of the log, 0 without one.
        """
        batch = last_batch
        decisions = self._sum.decisions
        fresh = [d for d in decisions if d.event is not None]
        if fresh:
            batch += 1
        self.events = [self._event(d, batch) for d in fresh]
        for decision in decisions:
            self.actions += _stored_actions(decision, batch + 1, self._recorded_at)

    def receipts(self, place: slice) -> tuple[EntryReceipt, ...]:
        """Return the receipts of one caller, once all is numbered."""
        return tuple([self._receipt(d) for d in self._sum.decisions[place]])

    def _receipt(self, decision: _Decision) -> EntryReceipt:
        """Return what tells of one entry."""
        if isinstance(decision.earlier, EntryReceipt):
            return decision.earlier
        if decision.earlier is not None:
            return _repeated(self._receipt(decision.earlier))
        # events and actions that are new have the rows after the last ones
        event = decision.event_row - self._stock.event_row - 1
        start = decision.action_row - self._stock.action_row - 1
        return EntryReceipt(
            self.events[event].receipt if decision.event else None,
            tuple(self.actions[start : start + len(decision.actions)]),
            True,
            decision.loop,
            tuple(decision.tasks.values()),
        )

    def outcomes(
        self, places: Sequence[slice | GovernanceError]
    ) -> list[tuple[EntryReceipt, ...] | Exception]:
        """Return what each caller gets, once all is numbered."""
        return [p if isinstance(p, Exception) else self.receipts(p) for p in places]

    def log_rows(self) -> Iterator[tuple[str, list[bytes]]]:
        """Yield the layers that are written, in order, with the rows of their link."""
        if self.events:
            yield EVENTS, [event_bytes(entry) for entry in self.events]
        if self.actions:
            yield ACTIONS, [action_bytes(entry) for entry in self.actions]

    def _refuse_changed_history(self, entries: Sequence[Entry]) -> None:
        """Refuse events without actions that came before with other content."""
        events = [e.event for e in entries if e.event is not None and not e.actions]
        if not events:
            return
        earlier = {source: entry.new for source, entry in self._stock.events.items()}
        fresh = self._sum.sources.items()
        earlier |= {s: d.event for s, d in fresh if d.event is not None}
        if faults := changed_faults(events, earlier):
            raise refusal("events", faults, sentence("append the events again"))

    def _decide(self, entry: Entry, draft: _Draft) -> _Decision:
        """Return what becomes of an entry after those of the draft."""
        if entry.event is not None:
            source = entry.event.event.source, entry.event.event.source_id
            earlier = self._earlier_event(source, draft)
        else:
            earlier = self._earlier_request(entry, draft)
        if earlier is not None:
            _refuse_other(entry, earlier)
            return _Decision(earlier=earlier)
        decision = _Decision(entry.event)
        if entry.event is not None:
            self._add_event(entry.event, decision, draft)
        if entry.actions:
            self._add_actions(entry, decision, draft)
        return decision

    def _earlier_event(
        self, source: Source, draft: _Draft
    ) -> "_Decision | EntryReceipt | None":
        """Return what became of the event of a source and number before."""
        fresh = draft.sources.get(source) or self._sum.sources.get(source)
        stored = self._stock.events.get(source)
        if fresh is not None or stored is None:
            return fresh
        intake = self._stock.intakes.get(stored.receipt.event_id)
        actions = () if intake is None else (intake,)
        return EntryReceipt(replace(stored.receipt, is_new=False), actions, False)

    def _earlier_request(
        self, entry: Entry, draft: _Draft
    ) -> "_Decision | EntryReceipt | None":
        """Return what became of the request of an entry without event before."""
        [first, *_] = entry.actions
        if not first.request_key:
            return None
        request = first.key_id, first.request_key
        fresh = draft.requests.get(request) or self._sum.requests.get(request)
        stored = self._stock.requests.get(request)
        if fresh is not None or stored is None:
            return fresh
        return EntryReceipt(None, (stored,), False)

    def _add_event(self, new: NewEvent, decision: _Decision, draft: _Draft) -> None:
        """Put an event that is new into the draft."""
        event_id = new.event.event_id or self._ids.make(self._recorded_at)
        refuse_taken(event_id, self._stock.event_ids)
        refuse_taken(event_id, self._sum.event_ids)
        refuse_taken(event_id, draft.event_ids)
        draft.event_row += 1
        decision.event = admit(new, event_id)
        decision.event_row = draft.event_row
        draft.event_ids.add(event_id)
        draft.sources[new.event.source, new.event.source_id] = decision

    def _add_actions(self, entry: Entry, decision: _Decision, draft: _Draft) -> None:
        """Put actions that are new into the draft."""
        decision.actions, decision.action_row = entry.actions, draft.action_row + 1
        draft.action_row += len(entry.actions)
        [first, *_] = entry.actions
        if first.request_key:
            draft.requests[first.key_id, first.request_key] = decision
        if first.event_id is None:
            return
        event_id = first.event_id
        loop, tasks = self._standing(event_id, decision, draft)
        if entry.expected_seq not in (None, loop.seq):
            raise SequenceError(
                "Event {event_id!r} has had {sequence} actions, expected "
                "{expected_seq}; look at it again.",
                loop.seq,
                event_id=event_id,
                sequence=loop.seq,
                expected_seq=entry.expected_seq,
            )
        for action in entry.actions:
            loop, tasks = fold(loop, tasks, action.changes)
        decision.loop, decision.tasks = loop, tasks
        draft.loops[event_id], draft.tasks[event_id] = loop, tasks

    def _standing(
        self, event_id: str, decision: _Decision, draft: _Draft
    ) -> tuple[Loop, Tasks]:
        """Return where an event stands before the actions of a decision."""
        if decision.event is not None:
            return Loop(event_id, decision.event_row), {}
        for place in (draft, self._sum, self._stock):
            if event_id in place.loops:
                return place.loops[event_id], place.tasks.get(event_id, {})
        if event_id in self._stock.rows:
            return Loop(event_id, self._stock.rows[event_id]), {}
        raise StoreError(
            "Event {event_id!r} is not in the store; name another.", event_id=event_id
        )

    def _event(self, decision: _Decision, batch: int) -> StoredEvent:
        assert decision.event is not None  # noqa: S101  fresh ones are chosen
        event_id, row = decision.event.event.event_id, decision.event_row
        receipt = EventReceipt(event_id, row, batch, self._recorded_at)
        return StoredEvent(decision.event, receipt)


def check_entries(entries: Sequence[Entry]) -> None:
    """Refuse entries that no store takes, before any is appended.

    Raises
    ------
    InvalidLayerError
        As `check_events`.
    LoopError
        If the actions of an entry are of several events, or of another than it brings.
    """
    check_events([entry.event for entry in entries if entry.event is not None])
    for entry in entries:
        event_ids = {action.event_id for action in entry.actions}
        if entry.event is not None and entry.actions:
            event_ids.add(entry.event.event.event_id)
        if len(event_ids) > 1 or not (entry.event or entry.actions):
            raise LoopError(
                "An entry is about events {event_ids!r}, expected one event with its "
                "actions; bring an entry for each.",
                event_ids=sorted(map(str, event_ids)),
            )


def append_checked(append: Append, calls: Sequence[Sequence[Entry]]) -> list[Outcome]:
    """Append what several callers bring; what no store takes is refused its caller."""
    faults = [_fault(entries) for entries in calls]
    sound = [c for c, fault in zip(calls, faults, strict=True) if fault is None]
    outcomes = iter(append(sound) if sound else [])
    return [next(outcomes) if fault is None else fault for fault in faults]


def _fault(entries: Sequence[Entry]) -> GovernanceError | None:
    try:
        check_entries(entries)
    except GovernanceError as error:
        return error
    return None


def decide_each(
    admission: Admission, calls: Iterable[Sequence[Entry]]
) -> list[slice | GovernanceError]:
    """Decide on the entries of several callers; a refusal is only that of its own."""
    places: list[slice | GovernanceError] = []
    for entries in calls:
        try:
            places.append(admission.decide(entries))
        except GovernanceError as error:
            places.append(error)
    return places


def event_receipts(receipts: Iterable[EntryReceipt]) -> tuple[EventReceipt, ...]:
    """Return the receipts of the events that entries brought."""
    return tuple(r.event for r in receipts if r.event is not None)


def count_new(outcome: Outcome) -> int:
    """Return how many events of one caller are new, and raise what refused them."""
    if isinstance(outcome, Exception):
        raise outcome
    return sum(receipt.is_new for receipt in event_receipts(outcome))


def event_ids_of(entries: Sequence[Entry]) -> set[str]:
    """Return the ids of events that entries act on and do not bring."""
    return {
        entry.actions[0].event_id
        for entry in entries
        if entry.event is None and entry.actions and entry.actions[0].event_id
    }


def requests_of(entries: Sequence[Entry]) -> set[Request]:
    """Return the requests that entries without event name."""
    return {
        (entry.actions[0].key_id, entry.actions[0].request_key)
        for entry in entries
        if entry.event is None and entry.actions and entry.actions[0].request_key
    }


def _stored_actions(
    decision: _Decision, batch: int, recorded_at: Instant
) -> Iterator[StoredAction]:
    """Yield the actions of a decision with their places."""
    is_audit = decision.loop is None
    last_seq = 0 if decision.loop is None else decision.loop.seq
    for number, action in enumerate(decision.actions):
        seq = 0 if is_audit else last_seq - len(decision.actions) + 1 + number
        yield StoredAction(
            action, decision.action_row + number, seq, batch, recorded_at
        )


def _refuse_other(entry: Entry, earlier: "_Decision | EntryReceipt") -> None:
    """Refuse what came before and says something else now."""
    if not entry.actions:
        return
    if isinstance(earlier, EntryReceipt):
        actions = [stored.action for stored in earlier.actions]
    else:
        actions = list(earlier.actions)
    fingerprint = actions[0].fingerprint if actions else b""
    if fingerprint != entry.actions[0].fingerprint:
        if entry.event is not None:
            event = entry.event.event
            name = sentence(
                "Event {source_id!r} of {source!r}",
                source_id=event.source_id,
                source=event.source,
            )
        else:
            name = sentence(
                "Request {request_key!r}", request_key=entry.actions[0].request_key
            )
        raise ChangedRequestError(
            "{name} came before and said something else, expected the same content; "
            "send it as before, or under another name.",
            name=name,
        )


def _repeated(receipt: EntryReceipt) -> EntryReceipt:
    """Return a receipt as of a repetition."""
    event = receipt.event and replace(receipt.event, is_new=False)
    return EntryReceipt(event, receipt.actions, False)
