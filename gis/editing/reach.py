"""The areas that a change touches, from a draft and a plan for posts."""

from collections.abc import Collection, Iterator

import numpy as np
import pyproj
import shapely

from gis.editing.change import Polygon
from gis.editing.grid_rows import PARENT_ID, Row
from gis.editing.moved_ground import NOISE_WIDTH_M
from gis.editing.workspace import Workspace
from gis.geometry import mean_width_m, polygon_parts
from gis.models import CircleId, Post
from gis.pagoda import Pagoda, area_path
from gis.roster import PostsPlan


def touched_grids(workspace: Workspace) -> list[str]:
    """Return the grids that a draft takes, makes or changes, in code order.

    A neighbour that only got a corner on its border, at most 1 mm off it on average, is
    not touched: whoever splits a grid up to its edge changes nobody else's ground.

    Parameters
    ----------
    workspace
        The draft, in degrees.

    Examples
    --------
    >>> import geopandas as gpd
    >>> squares = [shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)]
    >>> grids = gpd.GeoDataFrame({"grid_id": ["A-1", "A-2"]}, geometry=squares)
    >>> draft = Workspace(grids)
    >>> with draft.edit("halves", author="planner") as e:
    ...     e.split("A-2", [(1, 0.5), (2, 0.5)])
    'A-3'
    >>> touched_grids(draft)
    ['A-2', 'A-3']
    """
    before, after = workspace.moved()
    return [
        grid
        for grid in sorted({*workspace.base_rows, *workspace.rows})
        if workspace.base_rows.get(grid) != workspace.rows.get(grid)
        or (
            grid in before
            and has_other_ground(before[grid], after[grid], workspace.crs)
        )
    ]


def reach_of(
    workspace: Workspace,
    pagoda: Pagoda | None,
    posts: Collection[Post] = (),
    plan: PostsPlan | None = None,
) -> tuple[tuple[str, str], ...]:
    """Return the areas that a change touches, each with its path before and after.

    Parameters
    ----------
    workspace
        The draft.
    pagoda
        The command tree of its base; None where the grids stand alone.
    posts
        Those that stand before.
    plan
        What becomes of them; None for nothing.

    Returns
    -------
    reach
        Pairs of id and path (`gis.pagoda.area_path`), in code order, no pair twice. A
        grid that is there before and after stands with both paths; what has no place in
        the tree is an area of its own.
    """
    areas = {*touched_grids(workspace), *_areas_of(posts, plan or PostsPlan())}
    return tuple(
        sorted(
            (area, path)
            for area in areas
            for path in {*_paths(area, workspace, pagoda)}
        )
    )


def has_other_ground(before: Polygon, after: Polygon, crs: pyproj.CRS) -> bool:
    """Say whether two polygons differ by more than rounding leaves.

    Parameters
    ----------
    before, after
        In degrees of `crs`.
    crs
        Of both.

    Examples
    --------
    >>> square, crs = shapely.box(0, 0, 1, 1), pyproj.CRS(4490)
    >>> has_other_ground(square, shapely.segmentize(square, 0.3), crs)
    False
    """
    difference = np.array([shapely.symmetric_difference(before, after)], dtype=object)
    parts, _ = polygon_parts(difference)
    return bool((mean_width_m(parts, crs) > NOISE_WIDTH_M).any())


def _areas_of(posts: Collection[Post], plan: PostsPlan) -> Iterator[str]:
    """Yield the areas whose posts a plan ends, moves, makes or leaves out."""
    for post in posts:
        if post.post_id in plan.ended or post.post_id in plan.moved:
            yield post.area_id
    yield from plan.moved.values()
    yield from (post.area_id for post in plan.created)
    yield from plan.vacant


def _paths(area: str, workspace: Workspace, pagoda: Pagoda | None) -> Iterator[str]:
    """Yield the path of an area before and after."""
    rows = [r[area] for r in (workspace.base_rows, workspace.rows) if area in r]
    for row in rows:
        yield _path_of_grid(area, row, pagoda)
    if not rows:
        path = None if pagoda is None else pagoda.path(area)
        yield path or area_path((area,))


def _path_of_grid(grid: str, row: Row, pagoda: Pagoda | None) -> str:
    """Return the path of a grid below its circle."""
    parent = row.get(PARENT_ID)
    if pagoda is None or parent not in pagoda.circles:
        return area_path((grid,))
    return area_path((grid, *pagoda.chain_above(CircleId(str(parent)))))
