"""Where an event stands and what is asked for: all that decides the next step."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple, Protocol

from gis.events.loop import Changes, Loop, Task, TaskSort
from gis.events.template import PAGODA, REPORTER, Template
from gis.models import Instant

MINUTE_MS: Final = 60_000
GRID: Final = "grid"
"""`close_at` of a kind that a grid leader may close."""
SUMMONS: Final[tuple[TaskSort, ...]] = ("whistle", "bell")
"""Tasks of those that were summoned."""


class Times(Protocol):
    """Minutes that a kind allows."""

    @property
    def accept(self) -> int:
        """Until it is accepted, or what was handled is verified."""

    @property
    def arrive(self) -> int:
        """Until the first body is there."""

    @property
    def handle(self) -> int:
        """Until it is handled, since it was assigned."""

    @property
    def climb(self) -> int:
        """Between two climbs of what is overdue; 0 never climbs."""


class Terms(Protocol):
    """What the loop of an event needs to know of its kind."""

    @property
    def close_at(self) -> str:
        """Whose leaders may close it: ``grid`` for any, or such as ``tier3``."""

    @property
    def whistle_by(self) -> tuple[str, ...]:
        """Roles that may summon departments for it, and rate them."""

    @property
    def minutes(self) -> Times:
        """Its clocks."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks for a step, as far as the step depends on it.

    Attributes
    ----------
    key_id
        The key; ``pagoda`` is the service itself.
    roles
        What the key is for.
    posts, departments
        Those that it acts for now: what they owe is its to do.
    grid_posts
        Of a member the leader posts of its grids: what they owe whoever is on duty
        there may do.
    is_reporter
        Whether the event is of its source, or it holds the token of the report.
    tier
        Tier of the area that it answers for now, of a member that of its grid; 1 is
        the core, None without one.
    is_keyed
        False where the store has no keys: then the rule of two keys is waived, and
        whoever asks acts for whom it names.

    Examples
    --------
    >>> Actor("k", frozenset({"operator"})).is_in(("operator", "leader"))
    True
    """

    key_id: str = ""
    roles: frozenset[str] = frozenset()
    posts: frozenset[str] = frozenset()
    departments: frozenset[str] = frozenset()
    is_reporter: bool = False
    tier: int | None = None
    is_keyed: bool = True
    grid_posts: frozenset[str] = frozenset()

    def is_in(self, parties: Sequence[str]) -> bool:
        """Say whether one of its roles is among parties, or it is a reporter there."""
        is_reporter = self.is_reporter or not self.is_keyed
        return bool(self.roles & {*parties}) or (is_reporter and REPORTER in parties)

    def owes(self, task: Task) -> bool:
        """Say whether an open task is its to do."""
        is_its = task.post_id in self.posts | self.grid_posts
        is_its = is_its or task.department_id in self.departments
        return task.is_open and (is_its or not self.is_keyed)


SERVICE: Final = Actor(PAGODA, frozenset({PAGODA}))
"""The service itself."""


@dataclass(frozen=True, slots=True)
class Step:
    """What is asked for.

    Attributes
    ----------
    action
        A step of the template, or of `COMMON`.
    at
        When, by the clock of the store.
    reason
        Why; empty where none is needed.
    to
        The state to go to, of ``skip`` and ``return``; empty takes the next one.
    task_id
        The task it is about; empty takes all that the actor owes.
    departments
        Who is to handle it, where it comes into a state in which somebody is; empty
        takes those who had to before, else the accountable post.
    into
        The template of its new kind, of ``override`` and ``correct``; None keeps it.
    terms
        What that kind says; None keeps it too.
    changes
        What else it does: a new grid of ``transfer``, a task of ``whistle``.
    captured_at
        When it was written down on a phone that could not send it; None where it came
        at once.
    """

    action: str
    at: Instant
    reason: str = ""
    to: str = ""
    task_id: str = ""
    departments: tuple[str, ...] = ()
    into: Template | None = None
    terms: Terms | None = None
    changes: Changes = field(default_factory=Changes)
    captured_at: Instant | None = None


class Allowed(NamedTuple):
    """A step that somebody may take now."""

    action: str
    needs_reason: bool


class Effect(NamedTuple):
    """What a step does.

    Attributes
    ----------
    path
        The state before and every state entered; empty where it stays.
    changes
        What becomes of the loop and its tasks.
    """

    path: tuple[str, ...]
    changes: Changes


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an event stands, with all that decides what may be done next.

    Attributes
    ----------
    template
        The loop it goes round.
    terms
        What its kind says.
    loop, tasks
        As folded from its actions; all tasks by id, open or not.
    handled_by
        Key that handled it last: `handler_of`; empty for none.
    """

    template: Template
    terms: Terms
    loop: Loop
    tasks: Mapping[str, Task]
    handled_by: str = ""

    @property
    def next_task(self) -> int:
        """Number of the next task: none is ever taken away."""
        return len(self.tasks) + 1

    def open_tasks(self, sorts: Sequence[TaskSort]) -> list[Task]:
        """Return the open tasks of some sorts, in order of their ids."""
        return [t for t in self.tasks.values() if t.is_open and t.sort in sorts]


def done_at(standing: Standing, step: Step) -> Instant:
    """Return when a step was done: as it was written down, however late it came.

    Nothing is done before the event stood where the step found it, nor after the step
    came.

    Parameters
    ----------
    standing
        Where the event stands.
    step
        What is asked for.
    """
    loop = standing.loop
    if step.captured_at is None:
        return step.at
    times = (loop.accepted_at, loop.assigned_at, loop.handled_at, loop.closed_at)
    owed = (task.given_at for task in standing.open_tasks(("handle", "verify")))
    reached = (time for time in times if time is not None)
    since = max((loop.received_at, *reached, *owed))
    return Instant(min(max(step.captured_at, since), step.at))


def ended_task(task: Task, at: Instant) -> dict[str, object]:
    """Return what says of a task when it ended, however late that came.

    It climbed no more from then on.

    Parameters
    ----------
    task
        An open one.
    at
        When its step was done; not before the task was there, and its department.

    Examples
    --------
    >>> task = Task("E/1", "E", due_at=59, climb_ms=60, level=2, climbs_at=180)
    >>> ended_task(task, Instant(70))
    {'task_id': 'E/1', 'ended_at': 70, 'climbs_at': None, 'level': 1}
    """
    at = Instant(max(at, task.given_at, task.checked_in_at or task.given_at))
    values = {"task_id": task.task_id, "ended_at": at, "climbs_at": None}
    if task.climbs_at is None or not task.climb_ms:
        return values
    later = (task.climbs_at - at - 1) // task.climb_ms
    level = task.level - min(max(later, 0), task.level)
    return values if level == task.level else values | {"level": level}


def task_clock(standing: Standing, step: Step, minutes: int) -> dict[str, object]:
    """Return the values of a new task that say where it climbs and when.

    Parameters
    ----------
    standing
        Where the event stands.
    step
        The step that makes the task.
    minutes
        Until when it is due, inclusively; it climbs as soon as that is over.
    """
    climb_ms = (step.terms or standing.terms).minutes.climb * MINUTE_MS
    due_at = step.at + minutes * MINUTE_MS
    return {
        "area_path": step.changes.loop.get("area_path", standing.loop.area_path),
        "given_at": step.at,
        "due_at": due_at,
        "climb_ms": climb_ms,
        "climbs_at": first_climb(due_at, climb_ms),
    }


def first_climb(due_at: int, climb_ms: int) -> Instant | None:
    """Return when a task climbs first: in the millisecond after it was due.

    Parameters
    ----------
    due_at
        Until when it is due, inclusively.
    climb_ms
        Between two climbs; 0 never climbs.

    Examples
    --------
    >>> first_climb(1_000, 60_000), first_climb(1_000, 0)
    (1001, None)
    """
    return Instant(due_at + 1) if climb_ms else None
