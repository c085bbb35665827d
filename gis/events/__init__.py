"""Events: where each stands, whose it is by scenario, what may be done next."""

from gis.events.loop import (
    PHASES,
    TASK_SORTS,
    TASK_STATES,
    Action,
    Changes,
    Loop,
    Phase,
    Presence,
    StoredAction,
    Task,
    TaskSort,
    TaskState,
    fold,
    fold_all,
)

__all__ = [
    "PHASES",
    "TASK_SORTS",
    "TASK_STATES",
    "Action",
    "Changes",
    "Loop",
    "Phase",
    "Presence",
    "StoredAction",
    "Task",
    "TaskSort",
    "TaskState",
    "fold",
    "fold_all",
]
