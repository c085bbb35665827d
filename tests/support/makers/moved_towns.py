"""A town whose borders move, with events before: some have points, some do not."""

import random
from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd
from hypothesis import strategies as st

from gis.events import Changes
from layers.stores.loops import Entry
from layers.stores.memory import MemoryStore
from support.makers.loop_entries import action_of, intake_of
from support.makers.square_town import COLUMNS, SquareTown
from support.makers.store_history import Clock

START = 1_790_000_000_000
HOUR = 3_600_000
LATER = {"G1": (0, 1), "G2": (1, 2.31), "G5": (2.31, 3.57)}
"""G1 has the same ground, G2 more; G3 and G4 are gone, the east of G4 is left out."""
PLACES = [
    ("C/W/G1/", "G1"),
    ("C/W/G2/", "G2"),
    ("C/E/G3/", "G3"),
    ("C/E/G4/", "G4"),
    ("C/E/", None),
    ("C/X/", None),
    ("C/X/G9/", "G9"),
    ("", None),
]
"""Where events were recorded; there is neither an X nor a G9 in any boundaries."""


@dataclass(frozen=True)
class MovedTown:
    """A store of events, and their points in its order, NaN for none."""

    store: MemoryStore
    points: pd.DataFrame


@cache
def boundaries():
    """Return the grids of before, and what is in force later."""
    town = SquareTown()
    earlier = town.snapshot().layers.grids
    town.publish(LATER, "2026-10-01")
    town.clock.now += 24 * HOUR
    return earlier, town.snapshot(town.clock.now)


def moved_town(seed, count):
    """Return a town by chance from a seed."""
    chance = random.Random(seed)  # noqa: S311  no secret
    clock = Clock(START)
    store, points = MemoryStore(now=clock), []
    for number in range(count):
        clock.now += chance.choice([0, 1, HOUR])
        east = chance.uniform(-0.5, 4.5)
        has_point = chance.random() < 0.5
        point = (120 + east / 100, 30.005) if has_point else (np.nan, np.nan)
        points.append((*point, chance.random()))
        event_id = _report(chance, store, clock.now, number)
        if chance.random() < 0.5:
            clock.now += HOUR
            values = _place(chance) | chance.choice([{}, {"phase": "closed"}])
            does = Changes(values)
            action = action_of(event_id, changes=does, at=clock.now)
            store.append([Entry(actions=(action,))]).result()
    return MovedTown(store, pd.DataFrame(points, columns=["x", "y", "draw"]))


def moved_towns():
    """Draw towns."""
    return st.builds(moved_town, st.integers(0, 2**32), st.integers(0, 30))


def _report(chance, store, now, number):
    """Report an event; return its id."""
    kind = chance.choice(["noise", "theft", "dispute"])
    values = {
        "kind": kind,
        "is_sensitive": kind == "dispute",
        "occurred_at": now - chance.choice([0, HOUR]),
        "received_at": now,
        "status": "inside",
    }
    entry = intake_of(str(number), at=now, loop=values | _place(chance))
    store.append([entry]).result()
    return entry.event.event.event_id


def _place(chance):
    """Return where an event is recorded."""
    path, grid_id = chance.choice([*PLACES, *PLACES[2:4]])
    return {"area_path": path, "grid_id": grid_id}


def later_place(east):
    """Return where a point lies in the later boundaries, by hundredths of a degree."""
    for grid_id, (start, stop) in sorted(LATER.items()):
        if start <= east <= stop:
            return f"C/{'W' if start < 2 else 'E'}/{grid_id}/", grid_id, "by_point"
    return "", None, "outside"


def overlaps(grid_id):
    """Return how much of a grid of before lies in which later one, outside last."""
    first, last = COLUMNS[grid_id]
    parts = {
        name: max(0.0, min(last, stop) - max(first, start))
        for name, (start, stop) in sorted(LATER.items())
    }
    return {**parts, "": 1.0 - sum(parts.values())}
