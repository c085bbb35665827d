"""How long the steps of an event took, and what departments did."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from gis.events.loop import Loop, Task
from gis.events.standing import SUMMONS
from gis.models import Instant, Status

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


def _between(start: Instant | None, end: Instant | None) -> float | None:
    """Return the time between two instants; None without one of them."""
    return None if start is None or end is None else end - start
