"""A row that is missing, surplus or other counts once."""

from gis.events import Task
from layers.stores.rebuilding import by_task, count_differing


def test_each_row_counts_once():
    before = {"a": 1, "b": 2, "c": 3}
    assert count_differing(before, before) == 0
    assert count_differing(before, {"a": 1, "b": 0, "d": 4}) == 3


def test_tasks_of_all_events_stand_side_by_side():
    first, second = Task("E/1", "E"), Task("F/1", "F")
    tasks = {"E": {"E/1": first}, "F": {"F/1": second}, "G": {}}
    assert by_task(tasks) == {"E/1": first, "F/1": second}
