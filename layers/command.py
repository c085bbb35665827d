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
    return _owner(assignment.grid_id, path, accountable, assignment.leaders)


def owner_of_area(snapshot: Snapshot, area_id: str, at: Instant) -> Owner | None:
    """Return whose an event in an area is, where its position does not say.

    Parameters
    ----------
    snapshot
        What is in force.
    area_id
        A grid or circle.
    at
        Who is on duty.

    Returns
    -------
    owner
        None where there is no such area.
    """
    duties = snapshot.territory.duties
    path = None if duties is None else duties.roster.pagoda.path(area_id)
    if duties is None or path is None:
        return None
    areas = reversed(path.split(SLASH)[:-1])
    leaders = tuple(duties.leaders(area).at(at) for area in areas)
    return _owner(_grid_of(duties, area_id), path, None, leaders)


def owner_over_area(snapshot: Snapshot, area_id: str, at: Instant) -> Owner | None:
    """Return whose an event about the command of an area is: of who leads above it.

    Parameters
    ----------
    snapshot, area_id, at
        As `owner_of_area` takes them; the core has nobody above and answers itself.
    """
    owner = owner_of_area(snapshot, area_id, at)
    if owner is None or len(owner.leaders) == 1:
        return owner
    return _owner(owner.grid_id, owner.area_path, None, owner.leaders[1:])


def post_on_duty(duties: DutyTable | None, area_id: str, at: Instant) -> str:
    """Return the leader post of an area that somebody holds; empty where nobody does.

    Parameters
    ----------
    duties
        Who is on duty; None where nobody ever is.
    area_id
        A grid or circle, also one that is no more.
    at
        When.
    """
    if duties is None or duties.roster.pagoda.path(area_id) is None:
        return ""
    holding = duties.leaders(area_id).at(at)
    return (holding.post_id or "") if holding.holder_id is not None else ""


def _grid_of(duties: DutyTable, area_id: str) -> GridId | None:
    """Return an area that is a grid; None where it is none."""
    grid_id = GridId(area_id)
    return grid_id if grid_id in duties.roster.pagoda.grid_parents else None


def _owner(
    grid_id: str | None,
    path: str,
    accountable: Holding | None,
    leaders: tuple[Holding, ...],
) -> Owner:
    """Return an owner; where nobody holds any post, the highest one answers.

    An event is somebody's also while nobody is on duty: who holds its post is looked
    up whenever it is read.
    """
    posts = [holding for holding in leaders if holding.post_id is not None]
    first = accountable or next((h for h in posts if h.holder_id is not None), None)
    first = first or next(reversed(posts), None)
    post_id, holder_id = (first.post_id, first.holder_id) if first else (None, None)
    return Owner(grid_id, path, post_id or "", holder_id, leaders)


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
    grid_id = shared[0] if shared[0] == grids[0] else None
    return _owner(grid_id, area_path(tuple(shared)), None, leaders)


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
