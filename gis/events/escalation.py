"""What is overdue climbs, a circle at a time, up to the core and again there."""

from collections.abc import Callable
from typing import NamedTuple

from gis.events.loop import Changes, Task
from gis.models import Instant


class Climb(NamedTuple):
    """A step that an overdue task owes.

    Attributes
    ----------
    task_id
        The task.
    level
        How many times it has climbed with this one; counts on at the core.
    due_at
        When it was owed, which is before now if the clock stood still.
    area_id
        The area that it comes to; empty where the task has no area.
    post_id
        The post that is told there; empty where nobody is.
    request_key
        What makes the step one that never doubles: ``<task_id>/<level>``.
    changes
        What becomes of the task. Who owes it stays: the post above watches.
    """

    task_id: str
    level: int
    due_at: Instant
    area_id: str
    post_id: str
    request_key: str
    changes: Changes


def climbs_owed(
    task: Task, now: Instant, post_of: Callable[[str], str]
) -> tuple[Climb, ...]:
    """Return the steps that a task owes until now, in order.

    The first is owed in the millisecond after the task was due, each next one an
    interval later; a clock that stood still owes all of those in between. A circle
    without a post is passed over, upwards.

    Parameters
    ----------
    task
        As it stands.
    now
        By the clock of the store.
    post_of
        Area -> the post that answers for it now; empty for none.

    Examples
    --------
    >>> task = Task("E/1", "E", area_path="C1/C2/G1/", due_at=59, climb_ms=60,
    ...     climbs_at=60)
    >>> [(c.request_key, c.post_id) for c in climbs_owed(task, 180, "P-{}".format)]
    [('E/1/1', 'P-C2'), ('E/1/2', 'P-C1'), ('E/1/3', 'P-C1')]
    """
    if not task.is_open or task.climbs_at is None or task.climb_ms <= 0:
        return ()
    climbs: list[Climb] = []
    level, due_at = task.level, task.climbs_at
    while due_at <= now:
        level += 1
        area_id, post_id = climbs_to(task.area_path, level, post_of)
        later = Instant(due_at + task.climb_ms)
        values = {"task_id": task.task_id, "level": level, "climbs_at": later}
        key = f"{task.task_id}/{level}"
        changes = Changes({}, (values,))
        climbs.append(
            Climb(task.task_id, level, due_at, area_id, post_id, key, changes)
        )
        due_at = later
    return tuple(climbs)


def climbs_to(
    area_path: str, level: int, post_of: Callable[[str], str]
) -> tuple[str, str]:
    """Return the area so many circles up, or further up where that has no post.

    Parameters
    ----------
    area_path
        Area whose chain is climbed, each id ended by ``/``.
    level
        How many circles; more than there are end at the core.
    post_of
        As `climbs_owed` takes it.

    Returns
    -------
    area_id, post_id
        Of the core, and empty, where nobody is above.

    Examples
    --------
    >>> [climbs_to("C1/C2/G1/", level, "P-{}".format) for level in (1, 7)]
    [('C2', 'P-C2'), ('C1', 'P-C1')]
    """
    areas = [area for area in area_path.split("/") if area]
    above = areas[: max(len(areas) - level, 1)]
    for area_id in reversed(above):
        post_id = post_of(area_id)
        if post_id:
            return area_id, post_id
    return (areas[0] if areas else ""), ""
