"""What the second person reads of a change: gathered from a store before approval."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd

from api.service.versions.change_file import Analysis, ChangeFile
from api.service.versions.event_handover import EventHandover
from api.service.versions.gate import Trial, moves_outline, try_change
from api.service.versions.ground_facts import (
    ReviewTerms,
    TownFacts,
    has_posts,
    read_town,
)
from gis.coverage import Certificate, certify_filling
from gis.editing.caseload import (
    DutyHandover,
    Reassignment,
    Redrawing,
    hand_over_duties,
    reassign,
)
from gis.editing.figures import figures_of
from gis.editing.ground_points import NOBODY, GroundPoints
from gis.events import Scenarios
from gis.geometry import dissolve
from gis.local_time import minute_text, timezone_of
from gis.models import SCENE_NAMES, Instant, Post, SafetyCode, Scene
from gis.roster.posts import LEADER_ROLES
from layers.figures.review import (
    Caseload,
    Digests,
    DrawnEdit,
    FigurePair,
    HandedOver,
    RecordKind,
    Review,
)
from layers.files.whole_file import whole_file
from layers.reports.handover_lists import handover_lists
from layers.reports.review_page import review_page
from layers.snapshots import duties_in_store
from layers.stores import Store
from layers.words import Words
from layers.words.vocabulary import CODES

_SCENES: Final = {scene.value: Words(*SCENE_NAMES[scene]) for scene in Scene}
_RETIRED: Final = "retired"


def gather_review(
    store: Store, change: ChangeFile, since: Instant | None, terms: ReviewTerms
) -> Review:
    """Return what a change comes to, with everything that changes hands.

    Nothing is recorded. Open posts refuse nothing here: they are said.

    Parameters
    ----------
    store
        Has the version that the change is for, and all facts.
    change
        What is reviewed.
    since
        Since when it shall be true; posts are those that stand then. None leaves that
        to the publication, and counts as now.
    terms
        How the deployment answers.

    Raises
    ------
    EditError
        If the change is for another version, or is refused.
    InvalidLayerError
        If its plan or a rule cannot be read.
    """
    valid_from = store.now() if since is None else since
    trial = try_change(store, change, valid_from)
    town = read_town(store, trial, terms)
    imprint, workspace = town.rulebook.imprint, trial.workspace
    changeset, zone = change.changeset, timezone_of(terms.timezone)
    return Review(
        town=imprint.words,
        is_synthetic=imprint.is_synthetic,
        version=trial.version,
        valid_from=f"{minute_text(valid_from, zone)} {terms.timezone}",
        edits=tuple(
            DrawnEdit(edit.note, edit.author, tuple(o.name for o in edit.operations))
            for edit in changeset.edits
        ),
        authors=change.authors,
        digests=Digests(change.digest(), changeset.digest, changeset.base_digest),
        changes=trial.changes,
        attributes=_attributes(trial),
        grids_before=trial.layers.grids,
        grids_after=workspace.grids(),
        ground=workspace.moved_ground(),
        figures=_figures(trial, town),
        rule=town.rulebook.sizing,
        caseload=_caseload(store, trial, town, valid_from),
        posts=trial.posts if has_posts(store) else None,
        plan=trial.plan,
        succession=trial.succession,
        certificate=_certificate(trial, change),
        warnings=tuple(_warnings(trial, town, valid_from)),
        is_timed=since is not None,
    )


def write_review(
    review: Review, page: Path, folder: Path | None
) -> tuple[Analysis, int]:
    """Write the page, and a list for each post that gives or gets something.

    Parameters
    ----------
    review
        What is written.
    page
        The page, FILE.html.
    folder
        Of the lists, made where it is not there; None writes none.

    Returns
    -------
    analysis, count
        What the change carries from now on, and the number of lists.

    Raises
    ------
    SettingError
        If the page cannot be written.
    """
    text = review_page(review).encode()
    with whole_file(page) as part:
        part.write_bytes(text)
    analysis = Analysis(
        review.digests.change,
        hashlib.sha256(text).hexdigest(),
        review.valid_from if review.is_timed else "",
    )
    if folder is None:
        return analysis, 0
    lists = handover_lists(review)
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in lists.items():
        (folder / name).write_bytes(content)
    return analysis, len(lists)


def _attributes(trial: Trial) -> dict[str, tuple[str, ...]]:
    """Return the columns that differ of grids that are there before and after."""
    base, current = trial.workspace.base_rows, trial.workspace.rows
    return {
        grid: tuple(
            name
            for name, value in current[grid].items()
            if value != base[grid].get(name)
        )
        for grid in map(str, trial.changes["grid_id"])
        if grid in base and grid in current
    }


def _figures(trial: Trial, town: TownFacts) -> tuple[FigurePair, ...]:
    """Return the figures of every grid that differs, before and after."""
    change, rule = trial.workspace.redrawing(), town.rulebook.sizing
    same = Redrawing(change.before, change.before)
    before = {f.grid_id: f for f in figures_of(town.ground, same, rule)}
    typed = trial.workspace.typed_counts()
    after = {
        f.grid_id: f for f in figures_of(town.ground, change, rule, typed, trial.plan)
    }
    return tuple(
        FigurePair(grid, before.get(grid), after.get(grid))
        for grid in sorted({*before, *after})
    )


def _certificate(trial: Trial, change: ChangeFile) -> Certificate:
    """Return the certificate that publication will ask for."""
    grids = trial.workspace.grids()
    filled = grids if moves_outline(change) else trial.layers.grids
    return certify_filling(
        grids["grid_id"].astype(str).tolist(),
        grids.geometry.to_numpy(),
        trial.workspace.crs,
        dissolve(filled.geometry.to_numpy()),
    )


def _caseload(store: Store, trial: Trial, town: TownFacts, at: Instant) -> Caseload:
    """Return what changes hands."""
    change = Redrawing(*trial.workspace.moved())
    records: dict[RecordKind, tuple[HandedOver, ...] | None] = {
        "place": None,
        "event": None,
        "check": None,
    }
    if town.places is not None and town.ground.places is not None:
        moved = _moved(town.ground.places.points, change)
        records["place"] = tuple(_handed_places(town.places, moved))
        records["check"] = tuple(_handed_checks(town.places, moved))
    if town.open_events is not None and town.open_points is not None:
        is_in_force = trial.version.valid_from <= store.now()
        handover = EventHandover(store, change, is_in_force)
        handed = handover.moves(town.open_events, town.open_points)
        scenarios = town.rulebook.scenarios
        records["event"] = tuple(_handed_events(town.open_events, handed, scenarios))
    grids_after = trial.workspace.grids()
    return Caseload(
        records,
        _duties(store, trial, at),
        _leaders(trial.posts, trial.layers.grids, trial.layers.circles),
        _leaders(trial.plan.after(trial.posts), grids_after, trial.layers.circles),
        is_loopless=town.open_events is None and town.ground.events is not None,
    )


def _moved(
    points: GroundPoints, change: Redrawing
) -> list[tuple[int, str | None, str | None]]:
    """Return row and grids of every point that changes hands."""
    moved: Reassignment = reassign(points, change).moved()
    names = np.array([*moved.ids, None], dtype=object)
    assert NOBODY == -1  # noqa: S101  the last name is that of nobody
    return list(
        zip(
            moved.points.tolist(),
            names[moved.before].tolist(),
            names[moved.after].tolist(),
            strict=True,
        )
    )


Moves = Iterable[tuple[int, str | None, str | None]]


def _handed_places(places: pd.DataFrame, moved: Moves) -> Iterator[HandedOver]:
    ids, scenes, codes = (places[c].tolist() for c in ("place_id", "scene", "code"))
    for row, before, after in moved:
        scene = _SCENES.get(scenes[row], Words(scenes[row], scenes[row]))
        code = CODES[None if codes[row] is None else SafetyCode(codes[row])]
        what = Words(f"{scene.zh} · {code.zh}", f"{scene.en}, {code.en}")
        yield HandedOver(ids[row], what, before, after)


def _handed_checks(places: pd.DataFrame, moved: Moves) -> Iterator[HandedOver]:
    ids, days = places["place_id"].tolist(), places["due_on"].tolist()
    for row, before, after in moved:
        if days[row] is not None:
            day = days[row].isoformat()
            what = Words(f"应于 {day} 检查", f"due on {day}")
            yield HandedOver(ids[row], what, before, after)


def _handed_events(
    events: pd.DataFrame, moved: Moves, scenarios: Scenarios
) -> Iterator[HandedOver]:
    ids, kinds = events["event_id"].tolist(), events["kind"].tolist()
    for row, before, after in moved:
        what = Words(*scenarios.names_of(str(kinds[row])))
        yield HandedOver(str(ids[row]), what, before, after)


def _duties(store: Store, trial: Trial, at: Instant) -> tuple[DutyHandover, ...] | None:
    """Return the duties from an instant on that change hands."""
    facts = store.facts("duties")
    if facts.empty or not has_posts(store):
        return None
    posts = {post.post_id for post in trial.posts}
    duties = [duty for duty in duties_in_store(facts, posts) if duty.ends_at > at]
    return hand_over_duties(duties, trial.posts, trial.plan)


def _leaders(
    posts: Iterable[Post], grids: gpd.GeoDataFrame, circles: gpd.GeoDataFrame
) -> Mapping[str, str]:
    """Return the post that answers for each grid, up the chain of circles."""
    leaders: dict[str, str] = {}
    for post in sorted(posts, key=lambda post: post.post_id):
        if post.role in LEADER_ROLES:
            leaders.setdefault(post.area_id, post.post_id)
    parents = _parents(circles, "circle_id") | _parents(grids, "grid_id")
    answering = {}
    for grid in map(str, grids["grid_id"]):
        area: str | None = grid
        while area is not None and area not in leaders:
            area = parents.get(area)
        if area is not None:
            answering[grid] = leaders[area]
    return answering


def _parents(areas: gpd.GeoDataFrame, key: str) -> dict[str, str]:
    if "parent_id" not in areas:
        return {}
    pairs = zip(areas[key].tolist(), areas["parent_id"].tolist(), strict=True)
    return {str(area): str(up) for area, up in pairs if isinstance(up, str) and up}


def _warnings(trial: Trial, town: TownFacts, valid_from: Instant) -> Iterator[Words]:
    """Yield what no other section says."""
    if valid_from < trial.version.valid_from:
        yield Words(
            "生效时间早于所依据的版本，发布时将被拒绝。",
            "It shall be true before its base is; publication will be refused.",
        )
    if town.open_events is None:
        return
    changes = trial.changes
    retired = set(changes.loc[changes["change"] == _RETIRED, "grid_id"].astype(str))
    events = town.open_events
    unplaced = events["lon"].isna() & events["grid_id"].astype(object).isin(retired)
    if unplaced.any():
        yield Words(
            f"撤销网格的 {unplaced.sum():,} 件未办结事件没有位置，不在下列移交之内，"
            "须另行指派。",
            f"{unplaced.sum():,} open events of retired grids have no position: they "
            "are in no list here and have to be assigned by hand.",
        )
