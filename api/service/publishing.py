"""Publish grids and circles of files; say what is published and what is pending."""

from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from api.service.datums import choose_datum
from gis.crs import convert, parse_datum
from gis.errors import StoreError
from gis.local_time import instant_text, timezone_of
from gis.models import Instant
from gis.versions import History, Version
from layers.files import EventTable, read_circles, read_events, read_grids
from layers.files.table import to_frame
from layers.stores import Store
from layers.stores.protocol import MAIN_SYSTEM, Draft, Publication, VersionLayers
from layers.stores.version_digest import draft_digest


@dataclass(frozen=True, slots=True)
class PublishJob:
    """What shall be published, since when, by whom.

    Attributes
    ----------
    valid_from
        True in the world since.
    author, reviewer
        Two persons.
    grids, id_column, grids_datum
        File of the grids, the column with their ids, and what overrides its geographic
        CRS; without a file the grids of the head stay.
    circles
        File of the circles; without one those of the head stay.
    communities
        File of the communities; without one those that the grids name, with the names
        that they have in the head.
    note
        What the version is for.
    digest
        What the reviewer approved; None takes what the files hold.
    base
        The head that was worked on; None takes the one there is.
    replaces, untouched
        Only for a correction, see `gis.versions.Proposal`.
    system
        The grid system.
    """

    valid_from: Instant
    author: str
    reviewer: str
    grids: Path | None = None
    id_column: str = "grid_id"
    grids_datum: str | None = None
    circles: Path | None = None
    communities: Path | None = None
    note: str = ""
    digest: str | None = None
    base: int | None = None
    replaces: tuple[int, ...] = ()
    untouched: tuple[int, ...] = ()
    system: str = MAIN_SYSTEM


def publish_files(store: Store, job: PublishJob) -> tuple[Version, list[str]]:
    """Publish what files hold, all or nothing; return the version and what to say.

    Parameters
    ----------
    store
        Where it goes.
    job
        Files and options.

    Raises
    ------
    InvalidLayerError
        Its `faults` name every row whose code does not fit its parent.
    StoreError
        If the store refuses; nothing is published then.
    """
    history = store.history(job.system)
    grids, notices = _grids(store, history, job)
    circles = _circles(store, history, job)
    head = history.head()
    communities = _communities(store, history, job, grids)
    draft = Draft(
        job.valid_from,
        job.digest or draft_digest(grids, circles, communities),
        grids,
        circles,
        communities,
        note=job.note,
    )
    [version] = store.publish(
        Publication(
            (draft,),
            job.author,
            job.reviewer,
            job.base if job.base is not None or head is None else head.version,
            job.replaces,
            job.untouched,
            job.system,
        )
    )
    return version, notices


def state_of(version: Version, history: History, now: Instant) -> str:
    """Return ``in force``, ``pending``, ``past``, ``replaced`` or ``withdrawn``.

    Parameters
    ----------
    version
        One of the history.
    history
        All that is recorded about the grid system.
    now
        When it is asked.
    """
    if version not in history.standing():
        return "withdrawn"
    if version not in history.timeline():
        return "replaced"
    if version.valid_from > now:
        return "pending"
    return "in force" if version == history.in_force(now) else "past"


def version_lines(store: Store, now: Instant, timezone: str) -> list[str]:
    """Return the versions of every grid system as lines of a table.

    Parameters
    ----------
    store
        The store.
    now
        Decides what is in force.
    timezone
        IANA zone of the times shown.
    """
    zone = timezone_of(timezone)
    lines = []
    for system in store.systems():
        history = store.history(system)
        lines.append(f"Grid system {system!r}")
        lines.append(
            f"  {'version':>7}  {'state':<9}  {'valid from':<25}  "
            f"{'recorded at':<25}  digest        author, reviewer, note"
        )
        for version in history.versions:
            persons = f"{version.author}, {version.reviewer}"
            valid_from, recorded_at = (
                instant_text(at, zone)[:19] + instant_text(at, zone)[23:]
                for at in (version.valid_from, version.recorded_at)
            )
            lines.append(
                f"  {version.version:>7}  {state_of(version, history, now):<9}  "
                f"{valid_from:<25}  {recorded_at:<25}  {version.digest[:12]}  "
                f"{persons}{', ' if version.note else ''}{version.note}"
            )
    return lines or ["Nothing is published yet; see `pagoda publish --help`."]


def bring_polygons(
    grids: gpd.GeoDataFrame, declared: str | None, crs: str
) -> tuple[gpd.GeoDataFrame, str]:
    """Return grids in the CRS of the store, and a sentence on the datum they were in.

    Parameters
    ----------
    grids
        Grids as a file has them.
    declared
        Datum that the user declares; None for nothing.
    crs
        CRS of the store.
    """
    datum, notice = choose_datum("grids", "--grids-datum", declared, grids.crs)
    target = parse_datum(crs)
    moved = shapely.transform(
        grids.geometry.to_numpy(),
        lambda xy: np.column_stack(convert(xy[:, 0], xy[:, 1], datum, target)),
    )
    return grids.set_geometry(gpd.GeoSeries(moved, index=grids.index, crs=crs)), notice


def _grids(
    store: Store, history: History, job: PublishJob
) -> tuple[gpd.GeoDataFrame, list[str]]:
    """Return the grids of the file, else those of the head, and what to say."""
    if job.grids is None:
        return _head_layers(store, history).grids, []
    read = read_grids(job.grids, job.id_column)
    grids, notice = bring_polygons(read, job.grids_datum, store.crs)
    parts = read.attrs.get("parts_merged") or {}
    if not parts:
        return grids, [notice]
    return grids, [
        notice,
        f"Grids with several features, each taken as one: {len(parts)}, as "
        f"{', '.join(list(parts)[:3])}.",
    ]


def _circles(store: Store, history: History, job: PublishJob) -> pd.DataFrame | None:
    """Return the circles of the file, else those of the head; None for no tree."""
    if job.circles is not None:
        return pd.DataFrame(read_circles(job.circles)).drop(
            columns="geometry", errors="ignore"
        )
    if history.head() is None:
        return None
    circles = pd.DataFrame(_head_layers(store, history).circles)
    return None if circles.empty else circles.drop(columns="geometry")


def _communities(
    store: Store, history: History, job: PublishJob, grids: pd.DataFrame
) -> pd.DataFrame | None:
    """Return the communities of the file, else those that grids name."""
    if job.communities is not None:
        table = EventTable(read_events(job.communities).columns)
        return to_frame(job.communities, table)
    if "community_id" not in grids or history.head() is None:
        return None
    known = _head_layers(store, history).communities.set_index("community_id")["name"]
    ids = sorted(set(grids["community_id"].dropna()))
    names = known.reindex(ids)
    return pd.DataFrame({"community_id": ids, "name": names.to_numpy()})


def _head_layers(store: Store, history: History) -> VersionLayers:
    head = history.head()
    if head is None:
        raise StoreError(
            f"Grid system {history.system!r} has no grids yet; load the grids first, "
            "or publish both with --grids and --circles."
        )
    return store.version_layers(head.version, history.system)
