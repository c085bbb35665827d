"""Figures of events counted one by one: the shortest reading of what they mean."""

from collections import Counter
from statistics import median

from gis.events import LINES, PLACINGS, Clocks, clocks_of
from layers.figures.events import FigureRow
from layers.stores.loop_columns import first_department

COUNTED = ("located", "ambiguous", "outside", "unplaced")


def plain_rows(loops, key_of, accept_by, now):
    """Return the rows of some loops by the key that a function gives each."""
    groups = {}
    for loop in loops:
        groups.setdefault(key_of(loop), []).append(loop)
    return tuple(plain_row(key, groups[key], accept_by, now) for key in sorted(groups))


def plain_row(key, loops, accept_by, now):
    """Return one row."""
    unclosed = [loop for loop in loops if loop.is_open]
    silent = [loop for loop in unclosed if loop.first_response_at is None]
    placings = Counter(PLACINGS.get(loop.status, "unplaced") for loop in loops)
    tiers = Counter(loop.closed_tier for loop in loops if loop.closed_tier is not None)
    columns = [
        [ms for ms in column if ms is not None]
        for column in zip(*map(clocks_of, loops), strict=True)
    ]
    return FigureRow(
        key=key,
        count=len(loops),
        open=len(unclosed),
        overdue=sum(loop.due_at is not None and loop.due_at < now for loop in unclosed),
        resolved=sum(
            not loop.is_open and loop.handled_at is not None for loop in loops
        ),
        **{name: placings[name] for name in COUNTED},
        unanswered=sum(accept_by(loop) < now for loop in silent),
        overridden=sum(loop.is_overridden for loop in loops),
        closed_at_tier=dict(tiers),
        lines={line: sum(loop.line == line for loop in loops) for line in LINES},
        medians=Clocks(*(median(ms) if ms else None for ms in columns or [[]] * 4)),
    )


def plain_key(by, tasks, tier):
    """Return what gives an event its key."""
    if by == "circle":
        return lambda loop: ([*loop.area_path.split("/"), *[""] * 9])[tier - 1]
    if by == "department":
        return lambda loop: first_department(
            task for task in tasks if task.event_id == loop.event_id
        )
    return lambda loop: getattr(loop, "rule_id" if by == "rule" else by)
