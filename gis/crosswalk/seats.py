"""Whose seat a post gets in merged grids, and which posts have none."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from gis.crosswalk.merging import Merger
from gis.models import Post, PostId


@dataclass(frozen=True, slots=True)
class Seats:
    """Posts of former grids after a merger.

    Attributes
    ----------
    posts
        Posts with the new grid that each stands for, in their order.
    orphans
        Leader posts that got none, as they were, in their order.
    vacancies
        New grids without a leader post.
    """

    posts: tuple[Post, ...]
    orphans: tuple[Post, ...]
    vacancies: tuple[str, ...]


def seat_posts(
    merger: Merger, posts: Sequence[Post], leader_roles: Collection[str]
) -> Seats:
    """Seat the posts of two systems in the grids that these were merged into.

    A new grid has one leader, a leader one grid: the greatest share of a new grid that
    came from the grid of a leader seats first, then the next one, until no leader with
    ground there is left. Members go where the greatest share of their grid went. Equal
    shares go by the ids of the new grid, then of the former one.

    Parameters
    ----------
    merger
        The new grids and where their ground came from; former ids differ.
    posts
        Of both systems; `area_id` is a former grid.
    leader_roles
        Roles of which a grid has one.

    Examples
    --------
    >>> import pyproj
    >>> from shapely import box
    >>> from gis.crosswalk import grid_system, merge_systems
    >>> crs = pyproj.CRS("+proj=laea +lat_0=0 +lon_0=0")
    >>> old = grid_system(["A", "B"], [box(0, 0, 40, 90), box(40, 0, 90, 90)])
    >>> new = grid_system(["P"], [box(0, 0, 90, 90)])
    >>> merger = merge_systems({"old": old, "new": new}, crs, 1)
    >>> posts = [Post(PostId(f"{grid}-L"), grid, "grid_leader") for grid in "ABP"]
    >>> seats = seat_posts(merger, posts, ["grid_leader"])
    >>> [(post.post_id, post.area_id) for post in seats.posts]
    [('P-L', 'M001')]
    >>> [post.post_id for post in seats.orphans]
    ['A-L', 'B-L']
    """
    leader_of = {p.area_id: p.post_id for p in posts if p.role in leader_roles}
    seats = _leader_seats(merger, leader_of)
    main_grid = _greatest_parts(merger)
    seated, orphans = [], []
    for post in posts:
        is_leader = post.role in leader_roles
        grid_id = seats.get(post.post_id) if is_leader else main_grid.get(post.area_id)
        if grid_id is None:
            orphans.append(post)
        else:
            seated.append(replace(post, area_id=grid_id))
    filled = set(seats.values())
    vacancies = tuple(g for g in merger.grids.ids if g not in filled)
    return Seats(tuple(seated), tuple(orphans), vacancies)


def _leader_seats(merger: Merger, leader_of: dict[str, PostId]) -> dict[PostId, str]:
    """Return the new grid of each leader post that gets one."""
    shares = _shares_of_new(merger)
    rows = sorted(
        (-share, row.to_id, row.from_id)
        for row, share in zip(merger.lineage, shares.tolist(), strict=True)
        if row.from_id in leader_of
    )
    seats: dict[PostId, str] = {}
    filled: set[str] = set()
    for _, new, former in rows:
        post_id = leader_of[former]
        if new not in filled and post_id not in seats:
            seats[post_id] = new
            filled.add(new)
    return seats


def _shares_of_new(merger: Merger) -> NDArray[np.float64]:
    """Return which part of its new grid each row of the lineage is, by system."""
    keys = [(row.from_system, row.to_id) for row in merger.lineage]
    sums: dict[tuple[str, str], float] = {}
    for key, area in zip(keys, merger.ground_m2.tolist(), strict=True):
        sums[key] = sums.get(key, 0.0) + area
    whole: dict[str, float] = {}
    for (_, grid_id), area in sums.items():
        whole[grid_id] = max(whole.get(grid_id, 0.0), area)
    # rounded: what differs in the last digits only is equal
    parts = merger.ground_m2 / np.array([whole[grid_id] for _, grid_id in keys])
    shares: NDArray[np.float64] = np.round(parts, 9)
    return shares


def _greatest_parts(merger: Merger) -> dict[str, str]:
    """Return the new grid that the greatest share of each former grid went to."""
    greatest: dict[str, tuple[float, str]] = {}
    for row in sorted(
        merger.lineage, key=lambda row: (-round(row.share, 9), row.to_id)
    ):
        greatest.setdefault(row.from_id, (row.share, row.to_id))
    return {former: new for former, (_, new) in greatest.items()}
