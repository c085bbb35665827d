"""Where an event stands while its steps are read, of its loop what figures need.

It says what `gis.events.fold` says, several times sooner: of a city millions of steps
are read at a start.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Final, NamedTuple

from gis.events import PLACINGS, Changes, Loop
from gis.events.loop import START
from gis.models import Instant
from gis.tally import TIMES
from layers.figures.profiles import LOOP_FIELDS, Profile
from layers.stores.loop_columns import first_department

CHANGED: Final = TIMES[1:-1]
"""Times that a step changes."""
EXACT: Final = -1
"""How a step changes times of which one is neither its own nor none."""
FIELDS: Final = (
    *CHANGED,
    *("received_at", "occurred_at", "area_path", "grid_id", "phase", "status"),
    *LOOP_FIELDS,
)
"""Fields of a loop that figures need: `EventState.values`."""
_PLACES: Final[Mapping[str, int]] = {name: place for place, name in enumerate(FIELDS)}
_DEFAULTS: Final[Mapping[str, Any]] = {f.name: f.default for f in fields(Loop)}
_FIRST: Final = tuple(_DEFAULTS[name] for name in FIELDS)
_RECEIVED, _OCCURRED, _PATH, _GRID, _PHASE, _STATUS = range(6, 12)


class OwedTask(NamedTuple):
    """Fields of a `gis.events.Task` that figures need."""

    task_id: str
    sort: str = "handle"
    state: str = "open"
    department_id: str = ""
    given_at: Instant = START
    due_at: Instant = START


@dataclass(slots=True)
class EventState:
    """Where an event stands after some of its steps.

    Attributes
    ----------
    row
        Of the event in the columns; -1 while it has none.
    occurred_at
        When it occurred, as its first step says: times count from then.
    standing
        Profile, area, last step, and how long after it occurred that was, as the
        columns have them.
    values
        `FIELDS` of its loop.
    tasks
        Its tasks by id.
    due_at
        When the next open task is due; None without one.
    late
        Tasks that were still owed after they were due, with when that was.

    Examples
    --------
    >>> state = EventState()
    >>> changes = Changes({"accepted_at": 7}, ({"task_id": "E/1", "due_at": 9},))
    >>> state.fold(Instant(7), changes), state.due_at, state.is_late
    (1, 9, False)
    """

    row: int = -1
    occurred_at: Instant = START
    standing: tuple[int, int, int, int] = (-1, -1, -1, -1)
    values: list[Any] = field(default_factory=lambda: [*_FIRST])
    tasks: dict[str, OwedTask] = field(default_factory=dict)
    due_at: Instant | None = None
    late: frozenset[tuple[str, Instant]] = frozenset()

    @property
    def is_late(self) -> bool:
        """Whether anything of it was still owed after it was due."""
        return bool(self.late)

    @property
    def is_open(self) -> bool:
        """Whether it is not closed yet."""
        return bool(self.values[_PHASE] != "closed")

    @property
    def area(self) -> tuple[str, str | None]:
        """The chain from the top, and the grid that owns it."""
        return self.values[_PATH], self.values[_GRID]

    @property
    def times(self) -> list[Instant | None]:
        """`TIMES`, in order."""
        values = self.values
        return [values[_RECEIVED], *values[: len(CHANGED)], self.due_at]

    def begin(self, row: int) -> None:
        """Have a row in the columns, where times count from when it occurred.

        Parameters
        ----------
        row
            The row.
        """
        self.row, self.occurred_at = row, Instant(self.values[_OCCURRED])

    def fold(self, at: Instant, changes: Changes) -> int:
        """Stand as after a step; return what it does to `CHANGED`, as columns say it.

        Parameters
        ----------
        at
            When the step was.
        changes
            What it does.
        """
        if self.due_at is not None and at > self.due_at:
            late = ((t.task_id, t.due_at) for t in self._owed() if at > t.due_at)
            self.late |= {*late}
        if changes.tasks:
            for values in changes.tasks:
                self._fold_task(values)
            self.due_at = min((task.due_at for task in self._owed()), default=None)
        return self._fold_loop(at, changes.loop)

    def _fold_loop(self, at: Instant, loop: Mapping[str, Any]) -> int:
        """Change values; return what becomes of times."""
        change, is_exact = 0, False
        for name, value in loop.items():
            place = _PLACES.get(name)
            if place is None:
                continue
            if place < len(CHANGED) and value != self.values[place]:
                is_exact = is_exact or value not in (None, at)
                change |= (2 if value is None else 1) << (2 * place)
            self.values[place] = value
        return EXACT if is_exact else change

    def _owed(self) -> Iterator[OwedTask]:
        """Yield its open tasks."""
        return (task for task in self.tasks.values() if task.state == "open")

    def _fold_task(self, values: Mapping[str, Any]) -> None:
        """Change a task, or add it."""
        task_id = values["task_id"]
        task = self.tasks.get(task_id) or OwedTask(task_id)
        ended_at = values.get("ended_at")
        if self.late and ended_at is not None:
            # what was done in time is not late because word of it was
            in_time = {(name, due) for name, due in self.late if ended_at <= due}
            self.late -= {pair for pair in in_time if pair[0] == task_id}
        self.tasks[task_id] = OwedTask(
            task_id,
            values.get("sort", task.sort),
            values.get("state", task.state),
            values.get("department_id", task.department_id),
            values.get("given_at", task.given_at),
            values.get("due_at", task.due_at),
        )

    def profile(self) -> Profile:
        """Return what it shares with others."""
        tasks = self.tasks.values()
        departments = {task.department_id for task in tasks if task.department_id}
        return Profile._make(
            (
                *self.values[_STATUS + 1 :],
                PLACINGS.get(self.values[_STATUS], "unplaced"),
                first_department(tasks) if departments else "",
                frozenset(departments),
                not self.is_open,
                self.is_late,
            )
        )
