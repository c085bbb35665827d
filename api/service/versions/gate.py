"""The gate of a planner's change: tried on its version, reviewed, published."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

import geopandas as gpd
import pandas as pd

from api.service.access.audit import CONSOLE
from api.service.versions.change_file import (
    Approval,
    ChangeFile,
    analysis_of,
    approved_time,
    check_approval,
    check_reviewer,
)
from api.service.versions.handover_rules import handover_rows
from api.service.versions.key_areas import refuse_outside, tree_of
from api.service.versions.post_plans import duty_rows, post_rows
from gis.access import Caller
from gis.counts import count_text
from gis.editing import Workspace, changeset_of, replay
from gis.editing.grid_rows import PARENT_ID
from gis.editing.post_plan import amend, follow_ground
from gis.editing.reach import reach_of
from gis.editing.rebase import rebase
from gis.errors import EditError, StoreError
from gis.events import OpenEvents
from gis.geometry import dissolve
from gis.local_time import instant_text
from gis.models import Instant, Post
from gis.roster import Areas, PostsPlan, Succession, succession_of
from gis.sentences import joined, sentence
from gis.versions import Lineage, Version
from layers.schema.posts import posts_of
from layers.stores import Store
from layers.stores.protocol import MAIN_SYSTEM, Draft, Publication, VersionLayers
from layers.stores.version_digest import draft_digest

OUTLINE: Final = "outline"
_MOST_NAMED: Final = 20


@dataclass(frozen=True, slots=True)
class Trial:
    """What a change comes to on the version that it is for.

    Attributes
    ----------
    workspace
        The draft with the change done.
    version, layers
        The base, and what it has.
    posts
        Those that stand when it is tried.
    plan
        What becomes of them.
    succession
        What is left open about them.
    """

    workspace: Workspace
    version: Version
    layers: VersionLayers
    posts: tuple[Post, ...]
    plan: PostsPlan
    succession: Succession

    @property
    def lineage(self) -> tuple[Lineage, ...]:
        """Where the ground went."""
        return self.workspace.lineage()

    @property
    def changes(self) -> gpd.GeoDataFrame:
        """What differs from the base, see `Workspace.changes`."""
        return self.workspace.changes()


@dataclass(frozen=True, slots=True)
class GateJob:
    """A change to be published.

    Attributes
    ----------
    change
        What to do, with what becomes of posts.
    approval
        Of a second person.
    valid_from
        Since when it is true in the world; posts change at the same instant. None is
        the time that was approved, or now where its page left that open.
    key
        Of audits; None where there is none.
    note
        What the version is for; the notes of the edits where empty.
    open_events
        Whether events that are open when it comes into force move to its grids, or
        stay with grid and post.
    caller
        Who publishes it; whoever may open the store unless a key says who it is.
    """

    change: ChangeFile
    approval: Approval
    valid_from: Instant | None = None
    key: bytes | None = None
    note: str = ""
    open_events: OpenEvents = OpenEvents.MOVE
    caller: Caller = CONSOLE


def open_workspace(
    store: Store, system: str = MAIN_SYSTEM, version: Version | None = None
) -> Workspace:
    """Return a draft on the head of a grid system, or on another version.

    Parameters
    ----------
    store
        Has the version; nothing of a draft is stored.
    system
        The grid system.
    version
        Of that system; None for the head.

    Raises
    ------
    StoreError
        If nothing is published there.
    """
    if version is None:
        return _workspace(store, *_head(store, system))
    return _workspace(store, version, store.version_layers(version.version, system))


def try_change(
    store: Store, change: ChangeFile | None, at: Instant, by: PostsPlan | None = None
) -> Trial:
    """Do a change on the head, and say what it leaves open.

    Parameters
    ----------
    store
        Has the version that the change is for.
    change
        What to do; None is a draft without edits.
    at
        Whose posts count: those that stand then.
    by
        What is said about posts in place of what the change says.

    Raises
    ------
    EditError
        If it is for another version, is refused, or gives something else than it says.
    InvalidLayerError
        If its plan names a post or an area that is not there.
    """
    version, layers = _head(store, MAIN_SYSTEM)
    workspace = _workspace(store, version, layers)
    if change is not None:
        replay(change.changeset, workspace)
    posts = posts_of(store.facts("posts", valid_at=at))
    circles = frozenset(map(str, layers.circles["circle_id"]))
    _refuse_unknown_circles(workspace, circles)
    before = Areas(frozenset(map(str, layers.grids["grid_id"])), circles)
    after = Areas(frozenset(workspace.ids()), circles)
    plan = None if change is None else change.posts
    if plan is None:
        plan = follow_ground(posts, workspace.lineage(), after)
    if by is not None:
        plan = amend(plan, by)
    succession = succession_of(posts, before, after, plan)
    return Trial(workspace, version, layers, posts, plan, succession)


def review_change(
    store: Store,
    change: ChangeFile,
    reviewer: str,
    key: bytes | None = None,
    caller: Caller = CONSOLE,
) -> Approval:
    """Return the approval of a change that a second person has looked at.

    Parameters
    ----------
    store
        The change is tried on its head first.
    change
        What is approved.
    reviewer
        Who approves it; no author of it.
    key
        Of audits; the approval is signed with it.
    caller
        Who asks; whoever may open the store unless a key says who it is.

    Raises
    ------
    EditError
        As `try_change`, or if the reviewer is an author, the change has no analysis
        as it is, or touches what lies outside the areas of the caller.
    """
    check_reviewer(reviewer, change)
    analysis = analysis_of(change)
    now = store.now()
    trial = try_change(store, change, now)
    _refuse_caller(store, trial, caller)
    _refuse_open_ends(trial)
    at = instant_text(now)
    return Approval(
        change.digest(),
        change.changeset.digest,
        analysis.page,
        reviewer.strip(),
        at,
        analysis.valid_from,
    ).signed(key)


def publish_change(store: Store, job: GateJob) -> Version:
    """Publish a change that was approved: its posts, its rule, then its version.

    Raises
    ------
    EditError
        If it is not approved as it is, upon its analysis, for the time of the job, by a
        second person, is for another version than the head, is refused, touches what
        lies outside the areas of the caller, or leaves posts open.
    StoreError
        If the store refuses the version.
    """
    check_approval(job.approval, job.change, job.key)
    since = approved_time(job.change, job.valid_from, store.now)
    trial = try_change(store, job.change, since)
    _refuse_caller(store, trial, job.caller)
    _refuse_open_ends(trial)
    publication = _publication(trial, job, since)
    system, authors = publication.system, publication.author
    facts = {
        "posts": post_rows(store, trial.plan, since),
        "duties": duty_rows(store, trial.plan, since),
        "rules": handover_rows(store, system, job.open_events, since, authors),
    }
    for layer, rows in facts.items():
        if not rows.empty:
            store.record(layer, rows)
    [version] = store.publish(publication)
    return version


def moves_outline(change: ChangeFile) -> bool:
    """Say whether an edit of a change names the outline among what it moves."""
    return any(
        OUTLINE in operation.moves
        for edit in change.changeset.edits
        for operation in edit.operations
    )


def rebase_change(
    store: Store, change: ChangeFile
) -> tuple[ChangeFile, list[EditError]]:
    """Return a change drawn anew on the head, and what was refused there.

    Parameters
    ----------
    store
        Has the head.
    change
        For an earlier version.
    """
    workspace = open_workspace(store)
    refusals = rebase(change.changeset, workspace)
    return ChangeFile(changeset_of(workspace), change.posts), refusals


def _refuse_unknown_circles(workspace: Workspace, circles: Collection[str]) -> None:
    """Refuse a grid that an edit has put under a circle that is not in the tree."""
    of_base = {row.get(PARENT_ID) for row in workspace.base_rows.values()}
    for grid in workspace.ids():
        circle = workspace.rows[grid].get(PARENT_ID)
        if circle not in of_base and circle not in circles:
            raise EditError(
                "Circle {circle!r} is not in the tree of version {base}",
                grids=[grid],
                remedy=sentence("give a circle of it"),
                circle=circle,
                base=workspace.base,
            )


def _head(store: Store, system: str) -> tuple[Version, VersionLayers]:
    head = store.history(system).head()
    if head is None:
        raise StoreError(
            "Grid system {system!r} has no version yet; publish one from a file first.",
            system=system,
        )
    return head, store.version_layers(head.version, system)


def _workspace(store: Store, version: Version, layers: VersionLayers) -> Workspace:
    history = store.history(version.system)
    # posts name an area by its id alone: a grid has no id that a circle has or had
    used = {*map(str, layers.circles["circle_id"])}
    for earlier in history.versions:
        if earlier.version != version.version:
            former = store.version_layers(earlier.version, version.system)
            used.update(map(str, former.grids["grid_id"]))
            used.update(map(str, former.circles["circle_id"]))
    return Workspace(
        layers.grids,
        used_ids=used,
        base=version.version,
        base_digest=version.digest,
    )


def _publication(trial: Trial, job: GateJob, since: Instant) -> Publication:
    grids, circles = trial.workspace.grids(), _plain(trial.layers.circles)
    communities = _plain(trial.layers.communities)
    draft = Draft(
        since,
        draft_digest(grids, circles, communities),
        grids,
        circles,
        communities,
        trial.lineage,
        _note(trial, job),
        dissolve(grids.geometry.to_numpy()) if moves_outline(job.change) else None,
    )
    return Publication(
        (draft,),
        ", ".join(job.change.authors),
        job.approval.reviewer,
        trial.version.version,
        system=trial.version.system,
    )


def _note(trial: Trial, job: GateJob) -> str:
    """Return what the version is for, and which of its counts are estimates."""
    edits = job.change.changeset.edits
    note = job.note or "; ".join(dict.fromkeys(edit.note for edit in edits))
    estimates = {
        grid
        for counts in trial.workspace.counts().values()
        for grid, count in counts.items()
        if count is not None and count.is_estimate
    }
    if not estimates:
        return note
    return sentence(
        "{note}; the people of {grids} ({estimates!r}) are shared out by area, not "
        "counted",
        note=note,
        grids=count_text(len(estimates), "grid"),
        estimates=sorted(estimates)[:_MOST_NAMED],
    )


def _plain(rows: gpd.GeoDataFrame) -> pd.DataFrame | None:
    """Return rows without their polygons; None where there are none."""
    return None if rows.empty else pd.DataFrame(rows).drop(columns="geometry")


def _refuse_caller(store: Store, trial: Trial, caller: Caller) -> None:
    """Refuse a change beyond what its caller may touch."""
    reach = reach_of(trial.workspace, tree_of(trial.layers), trial.posts, trial.plan)
    refuse_outside(store, trial.layers, reach, caller)


def _refuse_open_ends(trial: Trial) -> None:
    """Refuse a change that leaves posts open."""
    texts: Sequence[str] = trial.succession.to_texts()
    if texts:
        raise EditError(
            sentence(
                "The change leaves {things} open about posts ({texts})",
                things=count_text(len(texts), "thing"),
                texts=joined(" ", texts),
            ),
            remedy=sentence(
                "say what becomes of them with `pagoda draft apply --posts FILE`"
            ),
        )
