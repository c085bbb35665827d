"""Where an event stands: its loop and tasks, folded from what was done step by step.

An action carries its own effect, so that what is derived can be made again from the
actions alone, whatever packs and clocks say later.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from operator import attrgetter
from typing import Any, Final, Literal, TypeAlias, TypeVar

from gis.errors import LoopError
from gis.models import Instant
from gis.sentences import sentence

Phase = Literal["reported", "accepted", "assigned", "handled", "closed"]
PHASES: Final[tuple[Phase, ...]] = (
    "reported",
    "accepted",
    "assigned",
    "handled",
    "closed",
)
"""What states of every template are published as, in order."""

TaskSort = Literal["handle", "verify", "whistle", "bell"]
TASK_SORTS: Final[tuple[TaskSort, ...]] = ("handle", "verify", "whistle", "bell")
TaskState = Literal["open", "done", "ended"]
TASK_STATES: Final[tuple[TaskState, ...]] = ("open", "done", "ended")
"""Owed; done by who owed it; no longer owed, for another reason."""
Presence = Literal["present", "remote"]

Values: TypeAlias = Mapping[str, Any]
Record = TypeVar("Record", "Loop", "Task")
START: Final = Instant(0)


@dataclass(frozen=True, slots=True)
class Loop:
    """Where an event stands.

    Attributes
    ----------
    event_id, row
        The event, and its row in the log.
    pack, template
        The scenario it belongs to, and the loop that scenario runs.
    state, phase
        Where it is in that loop, and what that is published as.
    seq
        Number of its last action, from 1.
    kind, severity, source
        As reported, or as overridden.
    status
        How it was located: a `gis.models.Status`, or ``community``.
    grid_id
        The grid that owns it; None where none does.
    area_path
        The chain from the top to the grid, each id ended by ``/``, such as
        ``C1-01/C2-04/C3-06/C4-18/330110001001001/``; shorter where no grid owns it.
    post_id
        The one post that answers for it; empty where the town has none.
    platform, line, module
        Of its kind.
    rule_id
        What suggested the kind, grid and body: the pack with its version.
    is_sensitive
        Whether it says something about people.
    is_supervised, is_overridden
        Whether somebody above watches it; whether the suggestion was overridden.
    occurred_at, received_at
        As reported.
    accepted_at, assigned_at, handled_at, closed_at
        When it first came into such a state in its present round, in order; None while
        it has not. Going back or opening again clears those that lie after.
    first_response_at
        When a person first did something; None while none has.
    arrived_at
        When the first body was present; None while none is.
    due_at
        When the next open task is due; None without one.
    closed_tier
        Tier of the area that closed it: 1 is the core, one below the last circle is
        the grid.
    cluster
        Id of the first event of those that it was linked with; empty for none.
    version
        Version of the grids that it is assigned by; None for none.
    lon, lat
        Position in the CRS of the store; None where it has none.

    Examples
    --------
    >>> Loop(event_id="E", pack="noise", template="s_town").is_open
    True
    """

    event_id: str
    row: int = 0
    pack: str = ""
    template: str = ""
    state: str = ""
    phase: str = "reported"
    seq: int = 0
    kind: str = ""
    severity: int = 1
    source: str = ""
    status: str = ""
    grid_id: str | None = None
    area_path: str = ""
    post_id: str = ""
    platform: str = ""
    line: str = ""
    module: str = ""
    rule_id: str = ""
    is_sensitive: bool = False
    is_supervised: bool = False
    is_overridden: bool = False
    occurred_at: Instant = START
    received_at: Instant = START
    accepted_at: Instant | None = None
    assigned_at: Instant | None = None
    handled_at: Instant | None = None
    closed_at: Instant | None = None
    first_response_at: Instant | None = None
    arrived_at: Instant | None = None
    due_at: Instant | None = None
    closed_tier: int | None = None
    cluster: str = ""
    version: int | None = None
    lon: float | None = None
    lat: float | None = None

    @property
    def is_open(self) -> bool:
        """Say whether it is not closed yet."""
        return self.phase != "closed"


@dataclass(frozen=True, slots=True)
class Task:
    """Something that one post or one department owes until a time.

    Attributes
    ----------
    task_id
        The event and a number, such as ``<event_id>/3``.
    event_id
        The event.
    sort
        What is owed.
    post_id, department_id
        Who owes it: exactly one of the two is not empty.
    area_path
        Area whose chain it climbs, as in `Loop`.
    given_at, due_at
        Since when, and until when inclusively.
    climb_ms
        It climbs a circle as soon as it is overdue, and again each time so much has
        passed; 0 never.
    level
        How many circles it has climbed.
    climbs_at
        When it climbs next; None when it does not.
    state
        Whether it is still owed.
    whistle_id
        The whistle or bell it belongs to; empty for none.
    checked_in_at, presence
        When and how its department arrived; None before.
    ended_at
        When it stopped being owed; None before.
    result
        What its department did; empty before.
    rating
        What it was rated, 1 to 5; None before.
    """

    task_id: str
    event_id: str
    sort: TaskSort = "handle"
    post_id: str = ""
    department_id: str = ""
    area_path: str = ""
    given_at: Instant = START
    due_at: Instant = START
    climb_ms: int = 0
    level: int = 0
    climbs_at: Instant | None = None
    state: TaskState = "open"
    whistle_id: str = ""
    checked_in_at: Instant | None = None
    presence: Presence | None = None
    ended_at: Instant | None = None
    result: str = ""
    rating: int | None = None

    @property
    def is_open(self) -> bool:
        """Say whether it is still owed."""
        return self.state == "open"


@dataclass(frozen=True, slots=True)
class Changes:
    """What an action does to a loop and its tasks.

    Attributes
    ----------
    loop
        Fields of `Loop` that become so; never `event_id` and `seq`.
    tasks
        Fields of `Task` that become so, `task_id` among them; a new one is added.
    """

    loop: Values = field(default_factory=dict)
    tasks: tuple[Values, ...] = ()


@dataclass(frozen=True, slots=True)
class Action:
    """One step by one key at one time.

    Attributes
    ----------
    action_id
        UUIDv7, made by who brings it.
    event_id
        The event; None for what a key wrote or read beside events: the audit.
    action
        What was done: ``report``, ``accept``, ``climb``, ``whistle``, ...
    at
        When, by the clock of the store.
    path
        The state before, and every state entered; empty where it stays.
    task_id
        The task it is about; empty for none.
    key_id, role, post_id
        Whose key, in which role, on which post; ``pagoda`` is the service itself.
    reason
        Why, masked; empty where none is asked.
    request
        What was asked for, masked: an object that JSON can hold.
    changes
        What it does.
    request_key
        What names the request of this key, once for ever; empty for none.
    fingerprint
        SHA-256 of the request; empty without a request.
    status, answer
        What was answered, byte for byte, and under which status of HTTP.
    destinations
        Who is to be told: one outbox row each.
    """

    action_id: str
    event_id: str | None
    action: str
    at: Instant
    path: tuple[str, ...] = ()
    task_id: str = ""
    key_id: str = ""
    role: str = ""
    post_id: str = ""
    reason: str = ""
    request: Values = field(default_factory=dict)
    changes: Changes = field(default_factory=Changes)
    request_key: str = ""
    fingerprint: bytes = b""
    status: int = 200
    answer: bytes = b""
    destinations: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StoredAction:
    """An action as it was appended.

    Attributes
    ----------
    action
        As it was brought.
    row
        1, 2, 3 in order of the log, over all events.
    seq
        1, 2, 3 within its event; 0 in the audit.
    batch
        Sequence of its link.
    recorded_at
        When it was committed.
    """

    action: Action
    row: int
    seq: int
    batch: int
    recorded_at: Instant


LOOP_FIELDS: Final = frozenset(f.name for f in fields(Loop)) - {
    *("event_id", "row", "seq", "due_at"),
}
TASK_FIELDS: Final = frozenset(f.name for f in fields(Task)) - {"event_id"}
_LOOP, _TASK = sentence("loop"), sentence("task")


def fold(
    loop: Loop, tasks: Mapping[str, Task], changes: Changes
) -> tuple[Loop, dict[str, Task]]:
    """Return a loop and its tasks after one more action.

    The due time of the loop is that of its open task that is due first.

    Parameters
    ----------
    loop
        As it was; ``Loop(event_id, row)`` before the first action.
    tasks
        All tasks of the loop by id; not changed.
    changes
        What the action does.

    Raises
    ------
    LoopError
        If a field is named that there is none of.

    Examples
    --------
    >>> changes = Changes({"state": "collected"}, ({"task_id": "E/1", "due_at": 60},))
    >>> loop, tasks = fold(Loop("E"), {}, changes)
    >>> loop.seq, loop.state, loop.due_at, tasks["E/1"].state
    (1, 'collected', 60, 'open')
    """
    _refuse_unknown(changes.loop, LOOP_FIELDS, _LOOP)
    later = dict(tasks)
    for values in changes.tasks:
        _refuse_unknown(values, TASK_FIELDS, _TASK)
        task_id = values["task_id"]
        task = later.get(task_id) or Task(task_id, loop.event_id)
        later[task_id] = _changed(task, values)
    due_at = min((t.due_at for t in later.values() if t.is_open), default=None)
    now = {**changes.loop, "seq": loop.seq + 1, "due_at": due_at}
    return _changed(loop, now), later


def fold_all(loop: Loop, actions: Iterable[Changes]) -> tuple[Loop, dict[str, Task]]:
    """Return a loop and its tasks after all of its actions.

    Parameters
    ----------
    loop
        ``Loop(event_id, row)``.
    actions
        What each does, in order.

    Examples
    --------
    >>> fold_all(Loop("E"), [Changes({"state": "collected"})])[0].state
    'collected'
    """
    tasks: dict[str, Task] = {}
    for changes in actions:
        loop, tasks = fold(loop, tasks, changes)
    return loop, tasks


_NAMES: Final[Mapping[type, tuple[str, ...]]] = {
    record: tuple(f.name for f in fields(record)) for record in (Loop, Task)
}
_PLACES: Final = {
    record: {name: place for place, name in enumerate(names)}
    for record, names in _NAMES.items()
}
_VALUES: Final = {record: attrgetter(*names) for record, names in _NAMES.items()}


def values_of(record: Loop | Task) -> tuple[Any, ...]:
    """Return the values of a record; `dataclasses.astuple` copies them deeply.

    Examples
    --------
    >>> values_of(Loop("E", 7))[:2]
    ('E', 7)
    """
    values: tuple[Any, ...] = _VALUES[type(record)](record)
    return values


def _changed(record: Record, values: Values) -> Record:
    """Return a record with other values, as `dataclasses.replace` but sooner."""
    kind = type(record)
    places, now = _PLACES[kind], [*values_of(record)]
    for name, value in values.items():
        now[places[name]] = value
    return kind(*now)


def _refuse_unknown(values: Values, names: frozenset[str], word: str) -> None:
    """Refuse fields that there are none of."""
    if not values.keys() <= names:
        raise LoopError(
            "An action changes {values!r} of a {word}, expected some of {names!r}; "
            "correct the action.",
            values=sorted(values.keys() - names),
            word=word,
            names=sorted(names),
        )
