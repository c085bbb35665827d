"""Publish grids and circles of files; say what is published and what is pending."""

from dataclasses import dataclass, field
from pathlib import Path

import geopandas as gpd
import pandas as pd

from api.service.inputs.grids import read_grid_rows
from api.service.inputs.namings import Namings, naming_for
from api.service.inputs.polygons import bring_outline, bring_polygons
from gis.crs import parse_datum
from gis.errors import StoreError
from gis.geometry import Polygonal
from gis.models import Instant
from gis.roster import Areas, succession_of
from gis.versions import History, Version
from layers.files import join_parts, read_circles
from layers.files.attributes import fold_attributes
from layers.files.grid_parts import about_parts, refuse_repeated
from layers.files.heads import read_layer
from layers.files.layer_columns import FILE_LAYERS
from layers.files.lineage import read_lineage
from layers.files.table import to_frame
from layers.schema.posts import posts_of
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
    grids, id_column, grids_datum, ballpark_m
        File of the grids, the column with their ids, what overrides its CRS, and the
        error allowed where no parameters lead from that; without a file the grids of
        the head stay.
    open_columns
        Further columns of the grids that everyone may see; the others are closed.
    join_parts, repair
        Whether features of one id are parts of one grid, and broken rings are mended.
    circles
        File of the circles; without one those of the head stay.
    communities
        File of the communities; without one those that the grids name, with the names
        that they have in the head.
    lineage
        File that says whose ground each grid got; without one nothing is said.
    note
        What the version is for.
    digest
        What the reviewer approved; None takes what the files hold.
    base
        The head that the files were drawn on, its number or digest; None where there
        is none, or where they replace nothing of it: circles over a head without.
    outline
        File of what the grids shall fill; without one that is what those of the base
        do. `grids_datum` counts for it too, where it is in degrees.
    replaces, untouched
        Only for a correction, see `gis.versions.Proposal`.
    system
        The grid system.
    namings
        What the user says of the files.
    """

    valid_from: Instant
    author: str
    reviewer: str
    grids: Path | None = None
    id_column: str = "grid_id"
    grids_datum: str | None = None
    open_columns: tuple[str, ...] = ()
    join_parts: bool = False
    repair: bool = False
    ballpark_m: float | None = None
    circles: Path | None = None
    communities: Path | None = None
    lineage: Path | None = None
    note: str = ""
    digest: str | None = None
    base: str | None = None
    outline: Path | None = None
    replaces: tuple[int, ...] = ()
    untouched: tuple[int, ...] = ()
    system: str = MAIN_SYSTEM
    namings: Namings = field(default_factory=dict)


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
    VersionConflictError
        If the files do not name the head that they were drawn on.
    StoreError
        If the store refuses; nothing is published then.
    """
    history = store.history(job.system)
    base = _base(store, history, job)
    grids, notices = _grids(store, history, job)
    outline, more = _outline(store, job)
    circles = _circles(store, history, job)
    communities = _communities(store, history, job, grids)
    draft = Draft(
        job.valid_from,
        job.digest or draft_digest(grids, circles, communities),
        grids,
        circles,
        communities,
        () if job.lineage is None else read_lineage(job.lineage),
        job.note,
        outline,
    )
    [version] = store.publish(
        Publication(
            (draft,),
            job.author,
            job.reviewer,
            base,
            job.replaces,
            job.untouched,
            job.system,
        )
    )
    return version, [*notices, *more, *_open_ends(store, version)]


def _open_ends(store: Store, version: Version) -> list[str]:
    """Return what a version leaves open about posts; nothing where there are none.

    Files say nothing about posts, which are loaded by themselves, before or after: it
    is said, not refused. Until then the circle of a grid without a leader answers.
    """
    posts = posts_of(store.facts("posts", valid_at=version.valid_from))
    if version.base is None or version.system != MAIN_SYSTEM or not posts:
        return []
    before, after = (
        _areas(store.version_layers(number))
        for number in (version.base, version.version)
    )
    return succession_of(posts, before, after).to_texts()


def _areas(layers: VersionLayers) -> Areas:
    ids = layers.grids["grid_id"], layers.circles["circle_id"]
    return Areas(*map(frozenset, ids))


def _base(store: Store, history: History, job: PublishJob) -> int | None:
    """Return the head that the files were drawn on, which they have to name."""
    head = history.head()
    if head is not None and job.base is None and job.grids is None:
        layers = store.version_layers(head.version, job.system)
        if layers.circles.empty:
            return head.version
    return history.base_of(job.base)


def _outline(store: Store, job: PublishJob) -> tuple[Polygonal | None, list[str]]:
    """Return the outline of the file in the CRS of the store, and what to say."""
    if job.outline is None:
        return None, []
    outline, notice = bring_outline(
        job.outline, parse_datum(store.crs), job.grids_datum, job.ballpark_m
    )
    return outline, [notice]


def _grids(
    store: Store, history: History, job: PublishJob
) -> tuple[gpd.GeoDataFrame, list[str]]:
    """Return the grids of the file, else those of the head, and what to say."""
    if job.grids is None:
        return _head_layers(store, history).grids, []
    source = read_grid_rows(
        job.grids,
        job.id_column,
        job.grids_datum,
        job.ballpark_m,
        is_mended=job.repair,
        naming=naming_for(job.namings, "grids"),
    )
    if not job.join_parts:
        refuse_repeated(source.rows)
    grids = bring_polygons(join_parts(source.rows), source.datum, store.crs)
    grids = fold_attributes(grids, job.open_columns)
    return grids, [*source.notices, *about_parts(source.rows)]


def _circles(store: Store, history: History, job: PublishJob) -> pd.DataFrame | None:
    """Return the circles of the file, else those of the head; None for no tree."""
    if job.circles is not None:
        circles = read_circles(job.circles, naming_for(job.namings, "circles"))
        return pd.DataFrame(circles).drop(columns="geometry", errors="ignore")
    if history.head() is None:
        return None
    heads = pd.DataFrame(_head_layers(store, history).circles)
    return None if heads.empty else heads.drop(columns="geometry")


def _communities(
    store: Store, history: History, job: PublishJob, grids: pd.DataFrame
) -> pd.DataFrame | None:
    """Return the communities of the file, else those that grids name."""
    if job.communities is not None:
        naming = naming_for(job.namings, "communities")
        table = read_layer(job.communities, FILE_LAYERS["communities"], naming)
        return to_frame(job.communities, table.plain)
    if "community_id" not in grids or history.head() is None:
        return None
    communities = _head_layers(store, history).communities
    head_names = communities.set_index("community_id")["name"]
    ids = sorted(set(grids["community_id"].dropna()))
    names = head_names.reindex(ids)
    return pd.DataFrame({"community_id": ids, "name": names.to_numpy()})


def _head_layers(store: Store, history: History) -> VersionLayers:
    head = history.head()
    if head is None:
        raise StoreError(
            "Grid system {system!r} has no grids yet; load the grids first, or "
            "publish both with --grids and --circles.",
            system=history.system,
        )
    return store.version_layers(head.version, history.system)
