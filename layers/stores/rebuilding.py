"""What differs between rows that are derived and rows that are made again."""

from collections.abc import Mapping
from typing import TypeVar

from gis.events import Task

Row = TypeVar("Row")


def count_differing(before: Mapping[str, Row], after: Mapping[str, Row]) -> int:
    """Return how many rows are missing, surplus or other, by their keys.

    Examples
    --------
    >>> count_differing({"a": 1, "b": 2, "c": 3}, {"a": 1, "b": 9, "d": 4})
    3
    """
    keys = before.keys() | after.keys()
    return sum(before.get(key) != after.get(key) for key in keys)


def by_task(tasks: Mapping[str, Mapping[str, Task]]) -> dict[str, Task]:
    """Return the tasks of all events by their own ids.

    Examples
    --------
    >>> list(by_task({"E": {"E/1": Task("E/1", "E")}}))
    ['E/1']
    """
    return {task_id: task for some in tasks.values() for task_id, task in some.items()}
