"""Two grid systems of a store merged into a draft of one, with lineage and seats."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import geopandas as gpd
import pandas as pd
import pyproj

from api.service.versions.crosswalk import system_in_force
from gis.crosswalk import (
    NOISE_M,
    GridSystem,
    Merger,
    Seats,
    merge_systems,
    seat_posts,
)
from gis.errors import InvalidLayerError, SettingError
from gis.models import Instant
from gis.roster.posts import LEADER_ROLES
from layers.files import read_posts
from layers.files.merger import read_groups, write_merger
from layers.schema.grids import GRIDS
from layers.schema.posts import posts_of
from layers.stores import Store
from layers.stores.version_digest import draft_digest

SYSTEM: Final = "system"
"""Column of a file of posts that says which grid system a post is of."""


@dataclass(frozen=True, slots=True)
class MergerJob:
    """Which systems become one, and into what.

    Attributes
    ----------
    source, target
        Names of two grid systems of the store.
    valid_at
        When their grids are in force.
    count, groups
        How many grids, or the file that says which; one of the two.
    posts
        File with the posts of both; without one nobody is seated.
    noise_m
        As `gis.crosswalk.merge_systems` takes it.
    """

    source: str
    target: str
    valid_at: Instant
    count: int | None = None
    groups: Path | None = None
    posts: Path | None = None
    noise_m: float = NOISE_M


@dataclass(frozen=True, slots=True, eq=False)
class MergedSystems:
    """A draft of one grid system.

    Attributes
    ----------
    merger
        The new grids and where their ground came from.
    grids
        Their layer, to be published.
    digest
        What a reviewer approves of it.
    seats
        Who gets which grid; None without posts.
    posts
        The posts as they were, by row.
    """

    merger: Merger
    grids: gpd.GeoDataFrame
    digest: str
    seats: Seats | None
    posts: pd.DataFrame


def merge_in_store(store: Store, job: MergerJob) -> MergedSystems:
    """Return the draft that two grid systems in force become; nothing is stored.

    Parameters
    ----------
    store
        What has them.
    job
        Which, and into what.

    Raises
    ------
    SettingError
        If there is no such system, or neither number nor groups, or both.
    NoVersionError
        If no version of one is in force then.
    InvalidLayerError
        If the number cannot be reached, groups leave ground out, or posts cannot be
        read or are of grids that both systems have.
    """
    if (job.count is None) == (job.groups is None):
        raise SettingError(
            "A merger came with both a number of grids and a file of groups, or with "
            "neither; give --into or --groups."
        )
    systems = {
        name: system_in_force(store, name, job.valid_at)
        for name in (job.source, job.target)
    }
    if len(systems) != 2:
        raise SettingError(
            "Grid system {source!r} came twice, expected two; name another one.",
            source=job.source,
        )
    posts = pd.DataFrame() if job.posts is None else _posts(job.posts, systems)
    groups = job.count if job.groups is None else read_groups(job.groups)
    assert groups is not None  # noqa: S101  one of the two is there
    crs = pyproj.CRS(store.crs)
    merger = merge_systems(systems, crs, groups, noise_m=job.noise_m)
    grids = gpd.GeoDataFrame(
        {GRIDS.key: merger.grids.ids}, geometry=list(merger.grids.polygons), crs=crs
    )
    seats = None
    if job.posts is not None:
        seats = seat_posts(merger, posts_of(posts), LEADER_ROLES)
    return MergedSystems(merger, grids, draft_digest(grids), seats, posts)


def write_merged(folder: Path, merged: MergedSystems) -> None:
    """Write the draft as files that `pagoda publish` and `pagoda load` take.

    Parameters
    ----------
    folder
        A new one, for ``grids.gpkg`` and ``lineage.csv``; with posts also for
        ``posts.csv`` in their new grids, and ``orphan_posts.csv`` as they were.
    merged
        The draft.

    Raises
    ------
    SettingError
        If the folder is there already or cannot be written.
    """
    write_merger(folder, merged.grids, _tables(merged))


def _tables(merged: MergedSystems) -> Mapping[str, pd.DataFrame]:
    rows = [
        (row.from_id, row.to_id, row.share, row.from_system)
        for row in merged.merger.lineage
    ]
    columns = ["from_id", "to_id", "share", "system"]
    tables = {"lineage": pd.DataFrame(rows, columns=columns)}
    if merged.seats is None:
        return tables
    seats = {post.post_id: post.area_id for post in merged.seats.posts}
    areas = merged.posts["post_id"].map(seats)
    is_seated = areas.notna()
    seated = merged.posts[is_seated].assign(area_id=areas[is_seated])
    return tables | {"posts": seated, "orphan_posts": merged.posts[~is_seated]}


def _posts(path: Path, systems: Mapping[str, GridSystem]) -> pd.DataFrame:
    """Return the posts of two systems; a grid id says of which one they are."""
    posts = read_posts(path)
    if SYSTEM in posts:
        posts = posts[posts[SYSTEM].isin(list(systems))].drop(columns=SYSTEM)
    if posts.empty:
        raise InvalidLayerError(
            "File {path!r} has no post of {systems!r}, expected those of both; give "
            "another file or leave it away.",
            path=str(path),
            systems=list(systems),
        )
    first, second = (set(system.ids) for system in systems.values())
    twice = sorted(first & second & set(posts["area_id"]))
    if twice:
        raise InvalidLayerError(
            "Grids {twice!r} ({twice_2} in all) of posts are in both systems, "
            "expected ids that say which; publish one with other ids.",
            twice=twice[:3],
            twice_2=len(twice),
        )
    return posts.reset_index(drop=True)
