"""Figures of events counted one by one from their actions: the shortest reading."""

import datetime as dt
from dataclasses import replace
from statistics import median
from zoneinfo import ZoneInfo

from gis.access import is_visible
from gis.events import PLACINGS, Loop, fold
from layers.figures.tally import FigureRow
from layers.stores.loop_columns import first_department

SPANS = {
    "reporting": ("occurred_at", "received_at"),
    "acceptance": ("received_at", "accepted_at"),
    "dispatch": ("accepted_at", "assigned_at"),
    "handling": ("assigned_at", "handled_at"),
    "closing": ("handled_at", "closed_at"),
    "discovery": ("occurred_at", "accepted_at"),
    "response": ("received_at", "first_response_at"),
    "arrival": ("accepted_at", "arrived_at"),
}


def standings(store, query, scope):
    """Yield loop, tasks and lateness of each event of the time that is seen."""
    events = {row: event_id for event_id, row in ids_of(store)}
    for _, event_id in sorted(events.items()):
        entries = store.actions(event_id)
        now = store.loop(event_id)
        departments = [t.department_id for t in store._tasks.get(event_id, {}).values()]
        if not is_visible(now, departments, scope):
            continue
        if query.known_at is not None:
            entries = [e for e in entries if e.recorded_at <= query.known_at]
        if not entries or not query.since <= now.occurred_at < query.until:
            continue
        before = [e for e in entries if e.action.at < query.until] or entries[:1]
        loop, tasks, late = Loop(event_id, now.row), {}, []
        for entry in before:
            late = late_after(late, entry.action.at, tasks, entry.action.changes)
            loop, tasks = fold(loop, tasks, entry.action.changes)
        hidden = loop.is_sensitive and loop.kind not in scope.grants
        if hidden and not scope.is_whole and loop.source not in scope.sources:
            continue
        yield loop, tasks, bool(late)


def late_after(late, at, tasks, changes):
    """Return tasks with when they were due, that were still owed after that.

    What a step ends before it was due was not: word of it came later.
    """
    late = [*late, *((t, t.due_at) for t in tasks.values() if t.is_open)]
    ends = {v["task_id"]: v.get("ended_at") for v in changes.tasks}
    return [
        (task, due_at)
        for task, due_at in late
        if due_at < at and not (ends.get(task.task_id) or due_at + 1) <= due_at
    ]


def ids_of(store):
    return [(loop.event_id, loop.row) for loop in store._loops.values()]


def plain_table(store, query, scope, meaning, goals=None):
    """Return the total, the rows by their keys, and how many are nowhere.

    Events count where `goals` says by their ids, if there is such a thing.
    """
    chosen, nowhere = [], 0
    for standing, tasks, is_late in standings(store, query, scope):
        loop = standing
        if goals is not None:
            path, grid_id, _ = goals[loop.event_id]
            loop = replace(standing, area_path=path, grid_id=grid_id)
        values = {
            by: key_of(by, loop, tasks, query, meaning)
            for by in {*query.by, *query.chosen} - {"children"}
        }
        if any(values[by] not in some for by, some in query.chosen.items()):
            continue
        values["children"] = child_of(loop, query.ground)
        if values["children"] is None:
            nowhere += not loop.area_path
            continue
        chosen.append((tuple(values[by] for by in query.by), (loop, is_late)))
    groups = {}
    for keys, entry in chosen if query.by else ():
        groups.setdefault(keys, []).append(entry)
    total = plain_row((), [entry for _, entry in chosen], query, meaning)
    rows = [plain_row(key, groups[key], query, meaning) for key in sorted(groups)]
    return total, tuple(rows), nowhere


def child_of(loop, ground):
    if ground.grids is not None:
        return loop.grid_id if loop.grid_id in ground.grids else None
    ids = loop.area_path.split("/")
    places = [ids[n + 1] for n, name in enumerate(ids) if name == ground.area_id]
    return places[0] if places else None


def key_of(by, loop, tasks, query, meaning):
    if by == "department":
        return first_department(tasks.values())
    if by == "channel":
        return meaning.channels.get(loop.source, loop.source)
    if by == "day":
        zone = ZoneInfo(query.zone)
        day = dt.datetime.fromtimestamp(loop.occurred_at / 1000, zone).date()
        return day.isoformat()
    names = {"category": "kind", "rule": "rule_id"}
    return getattr(loop, names.get(by, by))


def plain_row(keys, entries, query, meaning):
    """Return one row."""
    loops = [loop for loop, _ in entries]
    unclosed = [loop for loop in loops if loop.is_open]
    placings = [PLACINGS.get(loop.status, "unplaced") for loop in loops]
    counts = {
        "events": len(loops),
        "open": len(unclosed),
        "overdue": sum(
            loop.due_at is not None and loop.due_at < query.moment for loop in unclosed
        ),
        "resolved": sum(not lp.is_open and lp.handled_at is not None for lp in loops),
        "closed_in_time": sum(not lp.is_open and not late for lp, late in entries),
        "no_reply": sum(is_silent(loop, query, meaning) for loop in unclosed),
        "overridden": sum(loop.is_overridden for loop in loops),
        "no_grid": sum(loop.grid_id is None for loop in loops),
        **{
            name: placings.count(name)
            for name in ("located", "ambiguous", "outside", "unplaced")
        },
        **{
            f"tier_{tier}": sum(
                lp.closed_tier == tier and not lp.is_open for lp in loops
            )
            for tier in range(1, 8)
        },
    }
    medians = {
        name: median_of(
            getattr(loop, end) - getattr(loop, start)
            for loop in loops
            if getattr(loop, end) is not None and getattr(loop, start) is not None
        )
        for name, (start, end) in SPANS.items()
    }
    return FigureRow(keys, counts, medians)


def is_silent(loop, query, meaning):
    minutes = meaning.accept_minutes.get(loop.kind, meaning.other_minutes)
    due = loop.received_at + minutes * 60_000
    return loop.first_response_at is None and due < query.moment


def median_of(values):
    some = list(values)
    return float(median(some)) if some else None
