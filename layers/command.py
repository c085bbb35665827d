"""Who commands where: areas as paths from the top, and the posts that answer there."""

from bisect import bisect_left
from dataclasses import dataclass
from typing import Final

from gis.events import Town
from gis.models import Assignment, GridId, Holding, Instant
from gis.pagoda import area_path
from gis.roster import DutyTable
from layers.registry import Registry
from layers.snapshots import Snapshot

SLASH: Final = "/"


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose an event is.

    Attributes
    ----------
    grid_id
        The grid; None where none owns it.
    area_path
        Ids from the top to the grid, or to the lowest circle that owns it, each ended
        by ``/``.
    post_id, holder_id
        The one post that answers, and who holds it; empty and None where nobody does.
    leaders
        Who holds the leader posts of the path, the lowest first.
    """

    grid_id: str | None
    area_path: str
    post_id: str
    holder_id: str | None
    leaders: tuple[Holding, ...]


def owner_of(snapshot: Snapshot, assignment: Assignment) -> Owner:
    """Return whose an event is by its assignment; without grid it is the intake's.

    Parameters
    ----------
    snapshot
        What the assignment was made from.
    assignment
        Whose its position is.
    """
    accountable = assignment.accountable
    pagoda = snapshot.territory.pagoda
    path = ""
    if assignment.grid_id is not None:
        path = area_path((assignment.grid_id, *assignment.chain))
    elif accountable is not None and pagoda is not None:
        path = pagoda.path(accountable.area_id) or ""
    return Owner(
        assignment.grid_id,
        path,
        (accountable.post_id or "") if accountable else "",
        accountable.holder_id if accountable else None,
        assignment.leaders,
    )


def owner_of_community(
    snapshot: Snapshot, community_id: str, at: Instant
) -> Owner | None:
    """Return whose a community is: the lowest area above all of its grids.

    Parameters
    ----------
    snapshot
        What is in force.
    community_id
        Its code.
    at
        Who is on duty.

    Returns
    -------
    owner
        None where there is no such community or no command.
    """
    duties = snapshot.territory.duties
    communities = snapshot.territory.communities
    rows = [
        row
        for row, grid_id in enumerate(snapshot.assigner.ids)
        if communities.get(GridId(grid_id)) == community_id
    ]
    if not rows or duties is None:
        return None
    pagoda = duties.roster.pagoda
    grids = [GridId(snapshot.assigner.ids[row]) for row in rows]
    ways = [(grid_id, *pagoda.chain(grid_id)) for grid_id in grids]
    shared = [area for area in ways[0] if all(area in way for way in ways)]
    on_duty = duties.on_duty(rows[0], at)
    leaders = tuple(h for h in on_duty.leaders if h.area_id in shared)
    first = next((h for h in leaders if h.holder_id is not None), None)
    grid_id = shared[0] if shared[0] == grids[0] else None
    return Owner(
        grid_id,
        area_path(tuple(shared)),
        (first.post_id or "") if first else "",
        first.holder_id if first else None,
        leaders,
    )


def row_of_grid(snapshot: Snapshot, grid_id: str) -> int | None:
    """Return the row of a grid in force; None where there is none of that id."""
    ids = snapshot.assigner.ids
    row = bisect_left(ids, grid_id)
    return row if row < len(ids) and ids[row] == grid_id else None


def owner_of_grid(snapshot: Snapshot, grid_id: str, at: Instant) -> Owner | None:
    """Return whose a grid is.

    Parameters
    ----------
    snapshot
        What is in force.
    grid_id
        Its id.
    at
        Who is on duty.

    Returns
    -------
    owner
        None where there is no such grid.
    """
    row, path = row_of_grid(snapshot, grid_id), path_of_area(snapshot, grid_id)
    duties = snapshot.territory.duties
    if row is None or path is None:
        return None
    if duties is None:
        return Owner(grid_id, path, "", None, ())
    on_duty = duties.on_duty(row, at)
    post = on_duty.accountable
    return Owner(
        grid_id,
        path,
        (post.post_id or "") if post else "",
        post.holder_id if post else None,
        on_duty.leaders,
    )


def path_of_area(snapshot: Snapshot, area_id: str) -> str | None:
    """Return the path of a grid or circle in force; None where there is none."""
    pagoda = snapshot.territory.pagoda
    if pagoda is not None:
        return pagoda.path(area_id)
    return None if row_of_grid(snapshot, area_id) is None else area_path((area_id,))


def owner_above(
    duties: DutyTable, path: str, level: int, at: Instant
) -> Holding | None:
    """Return the leader post so many circles above the end of a path, and its holder.

    Parameters
    ----------
    duties
        Who is on duty.
    path
        As `area_path` writes it.
    level
        0 is the end itself; beyond the top it is the top.
    at
        When.

    Returns
    -------
    holding
        Of the first post from there upwards that somebody holds; None where nobody
        does.
    """
    areas = path.split(SLASH)[:-1]
    place = max(len(areas) - 1 - level, 0)
    for area_id in reversed(areas[: place + 1]):
        holding = duties.leaders(area_id).at(at)
        if holding.holder_id is not None:
            return holding
    return None


def town_at(snapshot: Snapshot, registry: Registry, at: Instant) -> Town:
    """Return what routing needs to know of the town at a time.

    Parameters
    ----------
    snapshot, registry
        What is in force.
    at
        Who is on duty.
    """
    duties = snapshot.territory.duties

    def holder_of(post_id: str) -> str | None:
        return None if duties is None else duties.holder(post_id, at)

    return Town(
        tuple(registry.departments.values()),
        {p.code: (p.zh, p.en) for p in registry.scenarios.platforms},
        holder_of,
    )
