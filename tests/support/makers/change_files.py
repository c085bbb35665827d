"""Changes of the town of squares, as a planner draws them."""

from collections.abc import Callable
from dataclasses import replace

from api.service.versions.change_file import Analysis, ChangeFile
from api.service.versions.gate import (
    GateJob,
    open_workspace,
    publish_change,
    review_change,
)
from gis.editing import Edit, Workspace, changeset_of
from gis.events import OpenEvents
from gis.models import Instant
from gis.roster import PostsPlan
from gis.versions import Version
from layers.stores import Store

MIDDLE = [(120.015, 30.0), (120.015, 30.01)]
"""A line across G2."""
PAGE = "5" * 64
"""Digest of the page with an analysis."""


def split_and_merged(store: Store) -> Workspace:
    """A draft in which G2 gives its west half to G5, and G4 takes all of G3."""
    draft = open_workspace(store)
    with draft.edit("G2 is too busy", author="planner") as e:
        e.split("G2", MIDDLE, new_id="G5")
    with draft.edit("one is enough", author="helper") as e:
        e.merge(["G3", "G4"], keep="G4")
    return draft


def change_of(draft: Workspace) -> ChangeFile:
    """A change without a word about posts."""
    return ChangeFile(changeset_of(draft))


def analysed(change: ChangeFile, valid_from: str = "") -> ChangeFile:
    """The change with a page of its analysis as it is; the time may be left open."""
    return replace(change, analysis=Analysis(change.digest(), PAGE, valid_from))


def publish_edit(
    store: Store,
    operate: Callable[[Edit], object],
    plan: PostsPlan,
    at: Instant,
    mode: OpenEvents,
) -> Version:
    """Draw one edit on the head, have it approved, and publish it."""
    draft = open_workspace(store)
    with draft.edit("as agreed", author="planner") as e:
        operate(e)
    change = analysed(ChangeFile(changeset_of(draft), plan))
    approval = review_change(store, change, "chief")
    return publish_change(store, GateJob(change, approval, at, open_events=mode))
