"""Posts of a synthetic town: leaders and members by number, never by name."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from gis.models import Circle

Floats = NDArray[np.float64]
PostRow = tuple[str, str, str, str | None]


@dataclass(frozen=True, slots=True)
class Staff:
    """How many people a town has for its grids, and how many grids lack a leader."""

    leaders: int
    full_time: int
    part_time: int
    vacant: int


def make_posts(
    grid_ids: Sequence[str],
    weights: Floats,
    borders: Floats,
    circles: Sequence[Circle],
    staff: Staff,
) -> pd.DataFrame:
    """Return one row a post: post_id, area_id, role, holder_id.

    Parameters
    ----------
    grid_ids
        Grids, n of them.
    weights
        Load of each grid, shape (n,); members are spread by it.
    borders
        Shared border lengths, shape (n, n); a leader of two grids has neighbours.
    circles
        Circles, each with a leader post of its own.
    staff
        How many there are of each.
    """
    rows: list[PostRow] = [
        (f"{c.circle_id}-L", c.circle_id, "circle_leader", f"R{number:03d}")
        for number, c in enumerate(circles, start=1)
    ]
    holders = _grid_leaders(weights, borders, staff)
    rows += [
        (f"{grid_id}-L", grid_id, "grid_leader", holder)
        for grid_id, holder in zip(grid_ids, holders, strict=True)
    ]
    rows += _members(grid_ids, weights, "full_time_member", "F", staff.full_time)
    rows += _members(grid_ids, weights, "part_time_member", "P", staff.part_time)
    return pd.DataFrame(rows, columns=["post_id", "area_id", "role", "holder_id"])


def _grid_leaders(weights: Floats, borders: Floats, staff: Staff) -> list[str | None]:
    """Return the leader of each grid; light ones share a neighbour's or have none."""
    count = len(weights)
    light_first = np.argsort(weights, kind="stable")
    shared = count - staff.vacant - staff.leaders
    vacant = set(light_first[shared : shared + staff.vacant].tolist())
    sharing = set(light_first[:shared].tolist())
    own = [row for row in range(count) if row not in vacant | sharing]
    holder = {row: number for number, row in enumerate(own, start=1)}
    doubled: set[int] = set()
    for row in sorted(sharing):
        free = [other for other in own if other not in doubled]
        nearest = max(free, key=lambda other: borders[row, other])
        doubled.add(nearest)
        holder[row] = holder[nearest]
    return [f"L{holder[row]:03d}" if row in holder else None for row in range(count)]


def _members(
    grid_ids: Sequence[str], weights: Floats, role: str, letter: str, total: int
) -> list[PostRow]:
    """Spread members over grids by weight, at least one each, largest remainder."""
    spread = (total - len(weights)) * weights / weights.sum()
    counts = 1 + np.floor(spread).astype(int)
    rest = np.argsort(np.floor(spread) - spread, kind="stable")
    counts[rest[: total - int(counts.sum())]] += 1
    areas = np.repeat(np.arange(len(grid_ids)), counts)
    return [
        (f"{letter}{number:04d}", grid_ids[row], role, f"{letter}{number:04d}")
        for number, row in enumerate(areas.tolist(), start=1)
    ]
