"""What a change of grid boundaries does, gathered for the person who reviews it."""

from typing import Final

import geopandas as gpd
import numpy as np
import pyproj

from api.service.versions.change_file import ChangeFile
from api.service.versions.gate import Trial, try_change
from gis.access import WHOLE
from gis.coverage import certify
from gis.editing.caseload import Redrawing, reassign
from gis.editing.ground_points import GroundPoints
from gis.models import Instant
from layers.packs.rulebook import read_rulebook
from layers.reports.change_page import ChangeReport, Pairs
from layers.stores import Store
from layers.stores.loops import LoopQuery
from layers.words import Words

PLACES: Final = Words("易手场所", "Places that change hands")
OPEN_EVENTS: Final = Words(
    "未结事件（不含敏感类别）", "Open events, without those of sensitive kinds"
)
MOST_EVENTS: Final = 1_000_000


def review_report(
    store: Store, change: ChangeFile, at: Instant, at_text: str
) -> ChangeReport:
    """Return what a change does to a town, from what the store knows.

    Parameters
    ----------
    store
        The change is tried on its head.
    change
        What is to be reviewed.
    at
        Since when it shall be true.
    at_text
        The same as a reader writes it.

    Raises
    ------
    EditError
        As `api.service.versions.gate.try_change`.
    """
    trial = try_change(store, change, at)
    workspace = trial.workspace
    polygons = workspace.planar.polygons
    crs = pyproj.CRS(workspace.crs)
    rulebook = read_rulebook(store.facts("rules", valid_at=at))
    certificate = certify([*polygons], [*polygons.values()], crs)
    return ChangeReport(
        _facts(trial, change, at_text),
        trial.changes,
        workspace.base_polygons,
        polygons,
        trial.lineage,
        (
            (PLACES, _places(store, trial, at)),
            (OPEN_EVENTS, _events(store, trial)),
        ),
        trial.plan,
        trial.succession.to_texts(),
        certificate.to_text(),
        rulebook.imprint.is_synthetic,
    )


def _facts(
    trial: Trial, change: ChangeFile, at_text: str
) -> tuple[tuple[Words, str], ...]:
    notes = dict.fromkeys(edit.note for edit in change.changeset.edits)
    return (
        (Words("依据版本", "on version"), str(trial.version.version)),
        (Words("生效时间", "valid from"), at_text),
        (Words("绘制人", "drawn by"), ", ".join(change.authors)),
        (Words("事由", "what for"), "; ".join(notes)),
        (Words("变更摘要", "digest of the change"), change.digest()),
        (Words("草案摘要", "digest of the draft"), change.changeset.digest),
        (Words("依据版本摘要", "digest of the version"), trial.version.digest),
    )


def _places(store: Store, trial: Trial, at: Instant) -> Pairs | None:
    """Return the places that change hands; None where none is loaded."""
    facts = gpd.GeoDataFrame(store.facts("enterprises", valid_at=at))
    if facts.empty:
        return None
    places = facts.drop_duplicates("place_id").geometry
    return _moved(trial, places.x.to_numpy(), places.y.to_numpy())


def _events(store: Store, trial: Trial) -> Pairs | None:
    """Return the open events that change hands; None where none was ever loaded."""
    loops = store.loops(LoopQuery(is_open=True, limit=MOST_EVENTS), WHOLE)
    if not loops:
        return None if store.events(limit=1).empty else {}
    x = np.array([np.nan if loop.lon is None else loop.lon for loop in loops])
    y = np.array([np.nan if loop.lat is None else loop.lat for loop in loops])
    return _moved(trial, x, y, np.array([loop.is_sensitive for loop in loops]))


def _moved(
    trial: Trial,
    x: np.ndarray,
    y: np.ndarray,
    is_sensitive: np.ndarray | None = None,
) -> Pairs:
    before = trial.workspace.base_polygons
    change = Redrawing.between(before, trial.workspace.planar.polygons)
    return reassign(GroundPoints.locate(before, x, y), change).pairs(is_sensitive)
