"""How long the steps of an event took, and figures of many by what they share."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final, NamedTuple

from gis.events.loop import Loop, Task
from gis.events.standing import SUMMONS
from gis.models import Instant, Status

FIGURE_KEYS: Final = ("source", "circle", "line", "module", "department", "rule")
"""What figures of events may be given by."""
PLACINGS: Final[Mapping[str, str]] = {
    Status.INSIDE: "located",
    Status.BOUNDARY: "ambiguous",
    Status.OVERLAP: "ambiguous",
    Status.SNAPPED: "outside",
    Status.OUTSIDE: "outside",
}
"""Status of a position -> what it is counted as; others have no usable place."""


class Clocks(NamedTuple):
    """How long the steps of an event took, milliseconds; None while it has not.

    Attributes
    ----------
    discovery_ms
        From when it occurred until it was accepted.
    arrival_ms
        From then until the first body was present.
    response_ms
        From its receipt until a person first did something.
    handling_ms
        From its assignment until it was handled.
    """

    discovery_ms: float | None
    arrival_ms: float | None
    response_ms: float | None
    handling_ms: float | None


def clocks_of(loop: Loop) -> Clocks:
    """Return how long the steps of an event took.

    Parameters
    ----------
    loop
        Where it stands.

    Examples
    --------
    >>> clocks_of(Loop("E", occurred_at=10, accepted_at=70))
    Clocks(discovery_ms=60, arrival_ms=None, response_ms=None, handling_ms=None)
    """
    return Clocks(
        _between(loop.occurred_at, loop.accepted_at),
        _between(loop.accepted_at, loop.arrived_at),
        _between(loop.received_at, loop.first_response_at),
        _between(loop.assigned_at, loop.handled_at),
    )


def medians_of(loops: Iterable[Loop]) -> Clocks:
    """Return the median of each clock over the events in which it has stopped.

    Parameters
    ----------
    loops
        The events.

    Examples
    --------
    >>> medians_of([Loop("E", accepted_at=4), Loop("F", accepted_at=8), Loop("G")])
    Clocks(discovery_ms=6.0, arrival_ms=None, response_ms=None, handling_ms=None)
    """
    columns = zip(*map(clocks_of, loops), strict=True)
    values = [[ms for ms in column if ms is not None] for column in columns]
    return Clocks(*(median(ms) if ms else None for ms in values or [[]] * 4))


@dataclass(frozen=True, slots=True)
class FigureRow:
    """Figures of the events that share something.

    Attributes
    ----------
    key
        What they share; empty for those that have none of it.
    count, open, overdue
        How many there are, are not closed, and owe something that was due.
    located, ambiguous, outside, unplaced
        How many lie in one grid, on a border of several, outside all, nowhere known:
        these sum to the count.
    unanswered
        How many are open with nobody's response although acceptance was due.
    overridden
        In how many the suggestion was overridden.
    closed_at_tier
        Tier -> how many were closed by an area of that tier.
    medians
        Of their clocks.
    """

    key: str
    count: int
    open: int
    overdue: int
    located: int
    ambiguous: int
    outside: int
    unplaced: int
    unanswered: int
    overridden: int
    closed_at_tier: Mapping[int, int]
    medians: Clocks


def figure_rows(
    loops: Iterable[Loop],
    key_of: Callable[[Loop], str],
    accept_by: Callable[[Loop], Instant],
    now: Instant,
) -> tuple[FigureRow, ...]:
    """Return figures of events by what they share, in order of that.

    Every event is in one row, so that counts sum to the total; medians do not.

    Parameters
    ----------
    loops
        The events.
    key_of
        Event -> what it shares: of `key_function`, or constant for the total.
    accept_by
        Event -> until when it was to be accepted, inclusively.
    now
        By the clock of the store.

    Examples
    --------
    >>> loops = [Loop("E", source="hotline"), Loop("F", source="camera"), Loop("G")]
    >>> rows = figure_rows(loops, lambda l: l.source, lambda l: 0, now=0)
    >>> [(row.key, row.count) for row in rows]
    [('', 1), ('camera', 1), ('hotline', 1)]
    """
    groups: defaultdict[str, list[Loop]] = defaultdict(list)
    for loop in loops:
        groups[key_of(loop)].append(loop)
    return tuple(_row(key, groups[key], accept_by, now) for key in sorted(groups))


def key_function(
    by: str, tasks: Iterable[Task] = (), tier: int = 1
) -> Callable[[Loop], str]:
    """Return what gives the key of an event in figures.

    Parameters
    ----------
    by
        One of `FIGURE_KEYS`.
    tasks
        Of the events, for ``department``: an event counts for the department that had
        to handle it first.
    tier
        Of the areas, for ``circle``: 1 is the core.

    Examples
    --------
    >>> loop = Loop("E", area_path="C1/C2/G1/", rule_id="noise@1")
    >>> key_function("circle", tier=2)(loop), key_function("rule")(loop)
    ('C2', 'noise@1')
    """
    if by == "circle":
        return lambda loop: _area_at(loop.area_path, tier)
    if by == "department":
        departments = _departments(tasks)
        return lambda loop: departments.get(loop.event_id, "")
    field = {"rule": "rule_id"}.get(by, by)
    return lambda loop: str(getattr(loop, field))


class DepartmentRow(NamedTuple):
    """What a department did when it was summoned.

    Attributes
    ----------
    department_id
        The department.
    summons, solved, present, remote, absent
        How often it was summoned, solved it, came, checked in from afar, did neither.
    late
        How often it was overdue at the first climb or later.
    ratings
        How often it was rated.
    mean_rating
        Mean of that; None without one.
    """

    department_id: str
    summons: int
    solved: int
    present: int
    remote: int
    absent: int
    late: int
    ratings: int
    mean_rating: float | None


def department_rows(tasks: Iterable[Task]) -> tuple[DepartmentRow, ...]:
    """Return what each department did when it was summoned, and how it was rated.

    Parameters
    ----------
    tasks
        Of any events; those of no whistle or bell are passed over.

    Examples
    --------
    >>> task = Task("E/1", "E", "whistle", department_id="police", state="done",
    ...     presence="present", rating=4)
    >>> department_rows([task])[0].mean_rating
    4.0
    """
    groups: defaultdict[str, list[Task]] = defaultdict(list)
    for task in tasks:
        if task.sort in SUMMONS:
            groups[task.department_id].append(task)
    return tuple(_department_row(name, groups[name]) for name in sorted(groups))


def _department_row(name: str, tasks: Sequence[Task]) -> DepartmentRow:
    """Return the row of a department."""
    presences = Counter(task.presence for task in tasks)
    ratings = [task.rating for task in tasks if task.rating is not None]
    return DepartmentRow(
        name,
        len(tasks),
        sum(task.state == "done" for task in tasks),
        presences["present"],
        presences["remote"],
        presences[None],
        sum(task.level > 0 for task in tasks),
        len(ratings),
        sum(ratings) / len(ratings) if ratings else None,
    )


def _row(
    key: str,
    loops: Sequence[Loop],
    accept_by: Callable[[Loop], Instant],
    now: Instant,
) -> FigureRow:
    """Return the figures of some events."""
    unclosed = [loop for loop in loops if loop.is_open]
    placings = Counter(PLACINGS.get(loop.status, "unplaced") for loop in loops)
    tiers = Counter(loop.closed_tier for loop in loops if loop.closed_tier is not None)
    silent = [loop for loop in unclosed if loop.first_response_at is None]
    return FigureRow(
        key=key,
        count=len(loops),
        open=len(unclosed),
        overdue=sum(loop.due_at is not None and loop.due_at < now for loop in unclosed),
        located=placings["located"],
        ambiguous=placings["ambiguous"],
        outside=placings["outside"],
        unplaced=placings["unplaced"],
        unanswered=sum(accept_by(loop) < now for loop in silent),
        overridden=sum(loop.is_overridden for loop in loops),
        closed_at_tier=dict(sorted(tiers.items())),
        medians=medians_of(loops),
    )


def _between(start: Instant | None, end: Instant | None) -> float | None:
    """Return the time between two instants; None without one of them."""
    return None if start is None or end is None else end - start


def _area_at(area_path: str, tier: int) -> str:
    """Return the area of a tier in a path; empty where it ends above."""
    areas = [area for area in area_path.split("/") if area]
    return areas[tier - 1] if tier <= len(areas) else ""


def _departments(tasks: Iterable[Task]) -> dict[str, str]:
    """Return the department that had to handle each event first."""
    handling = [t for t in tasks if t.sort == "handle" and t.department_id]
    handling.sort(key=lambda t: (t.given_at, len(t.task_id), t.task_id), reverse=True)
    return {task.event_id: task.department_id for task in handling}
