"""Columns of loops that stand in no store, and their figures."""

from layers.figures.events import COLUMNS, KEY_COLUMNS, total_row
from layers.stores.loop_columns import FIRST_DEPARTMENT, first_department, loop_frame

NAMES = tuple(dict.fromkeys([*COLUMNS, *KEY_COLUMNS.values()]))


def frame_of(loops, tasks=()):
    """Return every column that figures need."""

    def value(loop, name):
        if name == FIRST_DEPARTMENT:
            return first_department(t for t in tasks if t.event_id == loop.event_id)
        return getattr(loop, name)

    rows = [tuple(value(loop, name) for name in NAMES) for loop in loops]
    return loop_frame([rows] if rows else [], NAMES)


def total_of(loops, accept_by):
    """Return the figures of all loops at the time at which acceptance is due."""
    frame = frame_of(loops)
    return total_row(frame, frame["received_at"] * 0.0 + accept_by, accept_by)
