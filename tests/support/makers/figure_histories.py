"""Histories of events for figures: what happened when, in stores and without."""

import random

from hypothesis import strategies as st

from gis.events import Changes
from layers.stores.loops import Entry
from layers.stores.memory import MemoryStore
from support.makers.loop_entries import action_of, intake_of
from support.makers.store_history import Clock

START = 1_790_000_000_000
HOUR = 3_600_000
DAY = 24 * HOUR
AREAS = [
    ("", None),
    ("C1/", None),
    ("C1/C2/", None),
    ("C1/C2/G1/", "G1"),
    ("C1/C2/G2/", "G2"),
    ("C1/C3/G3/", "G3"),
]
KINDS = {
    "noise": ("security", "enforcement", False),
    "theft": ("security", "safety", False),
    "dispute": ("dispute", "", True),
}
TIMES = ("accepted_at", "assigned_at", "handled_at", "first_response_at", "arrived_at")
DEPARTMENTS = ("", "police", "office")
WAITS = (0, 1, HOUR, HOUR, 2 * HOUR, 7 * HOUR, 30 * DAY)
EARLIER = (0, HOUR, 3 * HOUR, 40 * DAY)


def history(seed, count):
    """Return a store with events and actions by turns, by chance from a seed."""
    chance = random.Random(seed)  # noqa: S311  no secret
    clock = Clock(START)
    store = MemoryStore(now=clock)
    ids = []
    for number in range(count):
        clock.now += chance.choice(WAITS)
        if not ids or chance.random() < 0.35:
            ids.append(_report(chance, store, clock, number))
        else:
            _act(chance, store, clock, chance.choice(ids[-6:]), number)
    return store


def histories(most=45):
    """Draw stores."""
    return st.builds(history, st.integers(0, 2**32), st.integers(most // 3, most))


def moments(store):
    """Return times at which something may change, and those beside them."""
    loops = store._loops.values()
    times = {step.at for step in store.steps(0, 1000)} | {
        time
        for loop in loops
        for time in (loop.occurred_at, loop.due_at)
        if time is not None
    }
    return sorted({time + shift for time in times | {START} for shift in (-1, 0, 1)})


def _loop(chance):
    """What an action says of a loop."""
    kind = chance.choice(sorted(KINDS))
    line, module, is_sensitive = KINDS[kind]
    path, grid_id = chance.choice(AREAS + AREAS[3:])
    return {
        "kind": kind,
        "line": line,
        "severity": chance.choice([1, 2, 4]),
        "module": module,
        "is_sensitive": is_sensitive,
        "area_path": path,
        "grid_id": grid_id,
        "status": chance.choice(["inside", "overlap", "outside", "community"]),
        "rule_id": chance.choice(["a@1", "b@1"]),
    }


def _report(chance, store, clock, number):
    """Report an event; return its id."""
    times = {
        "occurred_at": clock.now - chance.choice(EARLIER),
        "received_at": clock.now,
        "state": "collected",
    }
    due_at = clock.now + chance.choice(WAITS)
    entry = intake_of(
        str(number),
        source=chance.choice(["hotline", "citizen"]),
        at=clock.now,
        loop=_loop(chance) | times,
        tasks=[{"due_at": due_at, "department_id": chance.choice(DEPARTMENTS)}],
    )
    store.append([entry]).result()
    return entry.event.event.event_id


def _act(chance, store, clock, event_id, number):
    """Act on an event: it moves, times become so, states change, tasks come and end."""
    values = {}
    for name in TIMES:
        earlier = clock.now - chance.choice(WAITS)
        times = {"at": clock.now, "none": None, "other": earlier}
        how = chance.choice(["", "", "at", "at", "none", "other"])
        values |= {name: times[how]} if how else {}
    phase = chance.choice(["", "", "assigned", "closed"])
    if phase:
        is_closed = phase == "closed"
        values |= {"phase": phase, "state": phase}
        values["closed_at"] = clock.now if is_closed else None
        values["closed_tier"] = chance.choice([None, 1, 3]) if is_closed else None
    if chance.random() < 0.3:
        values |= _loop(chance)
    if chance.random() < 0.2:
        values["is_overridden"] = True
    tasks = {
        task["task_id"]: task
        for task in (
            {
                "task_id": f"{event_id}/{chance.randint(1, 3)}",
                "state": chance.choice(["open", "open", "done"]),
                "sort": "handle",
                "given_at": clock.now,
                "department_id": chance.choice(DEPARTMENTS),
                "due_at": clock.now + chance.choice(WAITS),
            }
            for _ in range(chance.choice([0, 1, 1, 2]))
        )
    }
    # of some tasks word came late
    waited = [0, *WAITS][number % (1 + len(WAITS))]
    for task in tasks.values():
        if task["state"] == "done":
            task["ended_at"] = clock.now - waited
    does = Changes(values, tuple(tasks.values()))
    request = {"number": number}
    action = action_of(event_id, changes=does, at=clock.now, request=request)
    store.append([Entry(actions=(action,))]).result()


def busy_store(count):
    """Return a store with events a minute apart, each accepted after its number."""
    clock = Clock(START)
    store = MemoryStore(now=clock)
    fill_busily(store, clock, count)
    return store


def fill_busily(store, clock, count):
    """Add events a minute apart to a store, each accepted after its number."""
    start = clock.now
    for number in range(count):
        clock.now = start + number * 60_000
        path, grid_id = AREAS[3 + number % 3]
        times = {"occurred_at": clock.now, "received_at": clock.now}
        entry = intake_of(
            f"{start} {number}",
            at=clock.now,
            loop={**times, "area_path": path, "grid_id": grid_id, "state": "collected"},
        )
        store.append([entry]).result()
        event_id = entry.event.event.event_id
        clock.now += number * 1000
        does = Changes({"accepted_at": clock.now})
        action = action_of(event_id, changes=does, at=clock.now)
        store.append([Entry(actions=(action,))]).result()
