"""Departments that are summoned: a task each, their check-ins, what they did of it."""

from collections.abc import Iterable, Sequence
from typing import Final, Literal, NamedTuple

from gis.errors import LoopError
from gis.events.loop import Changes, Loop, Presence, Task, Values
from gis.events.standing import SUMMONS, Standing, Step, ended_task, task_clock
from gis.geodesy import GeodesicRuler
from gis.models import Instant

CHECKIN_RADIUS_M: Final = 200.0
"""How near to the event a department is present although it is in another grid."""
SCORES: Final = range(1, 6)
"""What a department may be rated."""
SUMMONS_REASONS: Final = (
    *("no_debtor", "summoned_already", "no_minutes", "present_already", "no_result"),
    *("no_score", "not_over"),
)
"""Why what is asked of a summons is refused."""
_RULER: Final = GeodesicRuler()


class Arrival(NamedTuple):
    """Where a department checks in.

    Attributes
    ----------
    lon, lat
        Position, degrees.
    grid_id
        The grid that holds it; None for none.
    """

    lon: float
    lat: float
    grid_id: str | None


class CheckIn(NamedTuple):
    """What a check-in says.

    Attributes
    ----------
    presence
        Whether it was in the grid or near the event, or from afar.
    distance_m
        Geodesic distance to the event, to 1 mm; None where that has no position.
    is_on_time
        Whether the task was not overdue: its last millisecond counts.
    seconds
        Since the summons.
    changes
        What becomes of the loop and the task.
    """

    presence: Presence
    distance_m: float | None
    is_on_time: bool
    seconds: float
    changes: Changes


def summon(
    standing: Standing,
    step: Step,
    departments: Sequence[str],
    whistle_id: str,
    *,
    sort: Literal["whistle", "bell"] = "whistle",
    minutes: int | None = None,
) -> Changes:
    """Return the tasks of a whistle or a bell: one for each department.

    Parameters
    ----------
    standing
        Where the event stands.
    step
        The step that summons them.
    departments
        Who is summoned, each once.
    whistle_id
        Id of the whistle or bell.
    sort
        Which of the two.
    minutes
        Until when they are to be there, inclusively; None takes those of the kind.

    Raises
    ------
    LoopError
        If there is no department, one stands twice or is on its way already, or the
        time is no time; `reason` is ``no_debtor``, ``summoned_already`` or
        ``no_minutes``.
    """
    if not departments:
        raise LoopError(
            "The whistle summons no department, expected one or more; name them.",
            "no_debtor",
        )
    owing = {t.department_id for t in standing.open_tasks(SUMMONS)}
    for i, department in enumerate(departments):
        if department in owing or department in departments[:i]:
            raise LoopError(
                "Department {department!r} is summoned already, expected each once; "
                "leave it out.",
                "summoned_already",
                department=department,
            )
    if minutes is not None and minutes <= 0:
        raise LoopError(
            "The whistle allows {minutes} minutes, expected 1 or more; correct it.",
            "no_minutes",
            minutes=minutes,
        )
    limit = standing.terms.minutes.arrive if minutes is None else minutes
    start = standing.next_task
    tasks: list[Values] = [
        {
            "task_id": f"{standing.loop.event_id}/{start + i}",
            "sort": sort,
            "department_id": department,
            "whistle_id": whistle_id,
            **task_clock(standing, step, limit),
        }
        for i, department in enumerate(departments)
    ]
    return Changes({}, tuple(tasks))


def check_in(
    standing: Standing,
    task: Task,
    at: Instant,
    arrival: Arrival,
    radius_m: float = CHECKIN_RADIUS_M,
) -> CheckIn:
    """Return what the check-in of a department says and does.

    Who is present owes a solution from then on, until the minutes of the kind for
    handling are over. Who checks in from afar still owes its arrival; its task climbs
    one interval later, once.

    Parameters
    ----------
    standing
        Where the event stands.
    task
        The open task of the department.
    at
        When it checks in.
    arrival
        Where.
    radius_m
        How near is present, inclusively.

    Raises
    ------
    LoopError
        If the department is present already; `reason` is ``present_already``.
    """
    if task.presence == "present":
        raise LoopError(
            "Department {department_id!r} has checked in for task {task_id!r} "
            "already; solve it on the spot and say how.",
            "present_already",
            department_id=task.department_id,
            task_id=task.task_id,
        )
    loop = standing.loop
    distance_m = _distance_m(loop, arrival)
    is_near = distance_m is not None and distance_m <= radius_m
    is_inside = arrival.grid_id is not None and arrival.grid_id == loop.grid_id
    presence: Presence = "present" if is_near or is_inside else "remote"
    values: dict[str, object] = {
        "task_id": task.task_id,
        "checked_in_at": at,
        "presence": presence,
    }
    if presence == "present":
        clock = task_clock(standing, Step("", at), standing.terms.minutes.handle)
        values |= {key: clock[key] for key in ("due_at", "climbs_at")}
    elif task.presence is None and task.climbs_at is not None:
        values["climbs_at"] = task.climbs_at + task.climb_ms
    is_first = presence == "present" and loop.arrived_at is None
    changes = Changes({"arrived_at": at} if is_first else {}, (values,))
    seconds = (at - task.given_at) / 1000
    return CheckIn(presence, distance_m, at <= task.due_at, seconds, changes)


def solve(task: Task, at: Instant, result: str) -> Changes:
    """Return what makes the task of a department done.

    Parameters
    ----------
    task
        The open task.
    at
        When it was solved.
    result
        What was done.

    Raises
    ------
    LoopError
        If nothing is said of what was done; `reason` is ``no_result``.

    Examples
    --------
    >>> solve(Task("E/2", "E"), Instant(60), "cleared away").tasks[0]["state"]
    'done'
    """
    if not result.strip():
        raise LoopError(
            "Task {task_id!r} is solved without a result, expected what was done; say "
            "it.",
            "no_result",
            task_id=task.task_id,
        )
    values = {**ended_task(task, at), "state": "done", "result": result}
    return Changes({}, (values,))


def rate(task: Task, score: int) -> Changes:
    """Return what rates a department for a summons that is over.

    Parameters
    ----------
    task
        Its task; done, or ended without it.
    score
        1, the worst, to 5.

    Raises
    ------
    LoopError
        If the score is none, or the task is not over; `reason` is ``no_score`` or
        ``not_over``.

    Examples
    --------
    >>> rate(Task("E/2", "E", "whistle", state="done"), 4).tasks
    ({'task_id': 'E/2', 'rating': 4},)
    """
    if score not in SCORES:
        raise LoopError(
            "The rating is {score!r}, expected 1 to 5; give one of those.",
            "no_score",
            score=score,
        )
    if task.is_open or task.sort not in SUMMONS:
        raise LoopError(
            "Task {task_id!r} is no summons that is over; rate it afterwards.",
            "not_over",
            task_id=task.task_id,
        )
    return Changes({}, ({"task_id": task.task_id, "rating": int(score)},))


def is_over(tasks: Iterable[Task], whistle_id: str) -> bool:
    """Say whether every department of a whistle has solved what it was summoned for.

    Parameters
    ----------
    tasks
        Of the event.
    whistle_id
        The whistle or bell.

    Examples
    --------
    >>> is_over([Task("E/2", "E", whistle_id="w", presence="present")], "w")
    False
    """
    return not any(task.is_open and task.whistle_id == whistle_id for task in tasks)


def _distance_m(loop: Loop, arrival: Arrival) -> float | None:
    """Return the distance from an event to an arrival; None where it has no place."""
    if loop.lon is None or loop.lat is None:
        return None
    length_m = _RULER.length_m((loop.lon, loop.lat), (arrival.lon, arrival.lat))
    return round(length_m, 3)
