"""Grids that came back become a change that is reviewed like any other."""

from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from api.service.versions.change_file import ChangeFile
from api.service.versions.drafts import ImportJob, export_draft, import_draft
from api.service.versions.gate import (
    GateJob,
    open_workspace,
    publish_change,
    rebase_change,
    review_change,
    try_change,
)
from api.service.versions.ground_facts import ReviewTerms
from api.service.versions.returned_change import change_of
from api.service.versions.review import gather_review
from gis.editing.populations import Count
from gis.errors import EditError, SettingError
from gis.models import Instant
from gis.roster import PostsPlan
from layers.files.drafts import LAYER
from layers.stores import Store, open_store
from layers.stores.protocol import Draft, Publication
from layers.stores.version_digest import draft_digest
from support.makers.change_files import analysed
from support.makers.returned_grids import redigitised
from support.makers.square_town import FOUNDED, NOW, squares

COLUMNS = {"A-001": (0, 2), "A-002": (2, 4), "A-003": (4, 5)}


def publish(store: Store, columns, valid_from=FOUNDED, base=None, system="main"):
    grids = squares(columns)
    grids["name"] = [f"{grid}网格" for grid in grids["grid_id"]]
    grids["residents"] = range(100, 100 + len(grids))
    grids["attributes"] = '{"closed":{"network officer":"甲"}}'
    draft = Draft(valid_from, draft_digest(grids), grids)
    publication = Publication((draft,), "planner", "chief", base, system=system)
    [version] = store.publish(publication)
    return version


@pytest.fixture
def store() -> Store:
    store = open_store("memory:", now=lambda: Instant(NOW))
    publish(store, COLUMNS)
    return store


def returned(store: Store, folder: Path, change, **options):
    """What comes back of an export that another program has changed."""
    path, back = folder / "draft.gpkg", folder / "back.gpkg"
    export_draft(store, path, options.pop("system", "main"))
    change(gpd.read_file(path, layer=LAYER)).to_file(back, layer=LAYER)
    return import_draft(store, ImportJob(back, **options))


def halved(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """A-001 in two rows of one id, as QGIS leaves them, and A-003 in A-002."""
    west, south, east, north = frame.geometry[0].bounds
    middle = (west * 2 + east * 3) / 5
    second = frame.loc[[0]].copy()
    frame.loc[0, "geometry"] = shapely.box(west, south, middle, north)
    second["geometry"] = [shapely.box(middle, south, east, north)]
    frame.loc[1, "geometry"] = shapely.union_all(frame.geometry[1:3])
    return pd.concat([frame.iloc[:2], second], ignore_index=True)


def test_split_and_merger_are_a_change_that_is_published(store, tmp_path):
    outcome = change_of(store, returned(store, tmp_path, halved), "firm")
    assert outcome.ids == {"A-001/2": "A-004"}
    assert outcome.left_out == ()
    assert outcome.change.authors == ("firm",)
    trial = try_change(store, outcome.change, Instant(NOW))
    shares = {(row.from_id, row.to_id): row.share for row in trial.lineage}
    assert shares == {
        ("A-001", "A-004"): pytest.approx(0.4, abs=1e-6),
        ("A-003", "A-002"): 1.0,
    }
    vacant = PostsPlan(vacant=frozenset({"A-004"}))
    change = analysed(ChangeFile(outcome.change.changeset, vacant))
    approval = review_change(store, change, "chief")
    version = publish_change(store, GateJob(change, approval, Instant(NOW)))
    ids = store.version_layers(version.version).grids["grid_id"].tolist()
    assert ids == ["A-001", "A-002", "A-004"]


def merged(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """A-002 and A-003 as one, with the figures of A-002, as QGIS leaves them."""
    frame.loc[1, "geometry"] = shapely.union_all(frame.geometry[1:3])
    return frame.iloc[:2]


def approved_page_and_version(store, outcome) -> tuple[dict, dict, str]:
    """Residents by grid on the page and in the version, and what that is for."""
    new = set(outcome.ids.values()) | {"A-777", "A-778"}
    trial = try_change(store, outcome.change, Instant(NOW))
    vacant = frozenset(new & set(trial.workspace.ids()))
    plan = PostsPlan(vacant=vacant)
    change = analysed(ChangeFile(outcome.change.changeset, plan))
    terms = ReviewTerms("Asia/Shanghai")
    review = gather_review(store, change, Instant(NOW), terms)
    page = {pair.grid_id: pair.after.residents for pair in review.figures if pair.after}
    approval = review_change(store, change, "chief")
    version = publish_change(store, GateJob(change, approval, Instant(NOW)))
    grids = store.version_layers(version.version).grids
    residents = dict(zip(grids["grid_id"], grids["residents"], strict=True))
    assert {grid: count.value for grid, count in page.items()} == {
        grid: residents[grid] for grid in page
    }
    return page, residents, version.note


def test_merger_has_the_people_of_both_on_the_page_and_in_the_version(store, tmp_path):
    outcome = change_of(store, returned(store, tmp_path, merged), "firm")
    assert outcome.counts == (("A-002", "residents", 101, Count(203, False)),)
    page, residents, note = approved_page_and_version(store, outcome)
    assert page == {"A-002": Count(203, is_estimate=False)}
    assert residents == {"A-001": 100, "A-002": 203}
    assert note == "as it came back"


def test_figures_that_the_file_changes_win_over_the_sum(store, tmp_path):
    def change(frame):
        back = merged(frame)
        back.loc[1, "residents"] = 190
        return back

    outcome = change_of(store, returned(store, tmp_path, change), "firm")
    assert outcome.counts == ()
    assert approved_page_and_version(store, outcome)[1]["A-002"] == 190


@pytest.mark.parametrize(
    ("first", "second", "ids"),
    [
        ("A-001", "A-001", ("A-001", "A-004")),
        ("A-001", "A-777", ("A-001", "A-777")),
        ("A-777", "A-778", ("A-777", "A-778")),
    ],
    ids=["one id", "one new", "both new"],
)
def test_halves_share_the_people_of_the_whole_and_are_marked(
    store, tmp_path, first, second, ids
):
    def change(frame):
        back = halved(frame)
        back.loc[[0, 2], "grid_id"] = [first, second]
        return back

    outcome = change_of(store, returned(store, tmp_path, change), "firm")
    page, residents, note = approved_page_and_version(store, outcome)
    assert [page[grid] for grid in ids] == [Count(60, True), Count(40, True)]
    assert sum(residents.values()) == 303
    assert f"2 grids ({[*ids]!r}) are shared out by area, not counted" in note


def test_values_that_were_typed_go_along_or_are_named(store, tmp_path):
    def change(frame):
        frame["residents"] = [100, 555, None]
        frame["network officer"] = ["甲", "甲", "乙"]
        return frame

    outcome = change_of(store, returned(store, tmp_path, change), "firm")
    rows = try_change(store, outcome.change, Instant(NOW)).workspace.rows
    assert [rows[grid]["residents"] for grid in COLUMNS] == [100, 555, None]
    [left_out] = outcome.left_out
    assert left_out == ("A-003", "network officer", "甲", "乙")


def test_twelve_grids_of_s_town_are_a_change_once_they_are_healed(
    s_town, s_town_store, tmp_path
):
    base = dict(zip(s_town.grids["grid_id"], s_town.grids.geometry, strict=True))
    drawn = dict(redigitised(base, 12, 0.4, 4))

    def change(frame):
        shapes = [drawn[grid] for grid in frame["grid_id"]]
        return frame.set_geometry(gpd.GeoSeries(shapes, crs=frame.crs))

    imported = returned(s_town_store, tmp_path, change, heal=True)
    moves = ("communities", "outline")
    outcome = change_of(s_town_store, imported, "firm", moves)
    trial = try_change(s_town_store, outcome.change, Instant(NOW))
    polygons = trial.workspace.planar.polygons
    assert polygons.keys() == base.keys()
    for grid, polygon in imported.reconciliation.polygons.items():
        assert polygons[grid].equals(polygon)


def test_change_is_on_the_version_that_was_drawn_on(store, tmp_path):
    imported = returned(store, tmp_path, halved)
    later = {"A-001": (0, 2), "A-002": (2, 4), "A-003": (4, 4.5), "A-009": (4.5, 5)}
    publish(store, later, Instant(NOW), base=1)
    outcome = change_of(store, imported, "firm")
    with pytest.raises(EditError, match="for version 1"):
        try_change(store, outcome.change, Instant(NOW))
    _, refusals = rebase_change(store, outcome.change)
    assert len(refusals) == 1


def lost(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    return frame.iloc[1:]


def same(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    return frame


@pytest.mark.parametrize(
    ("change", "text"),
    [(lost, "has 1 conflict"), (same, "differs in nothing")],
    ids=["conflict", "nothing"],
)
def test_what_is_no_change_is_refused(store, tmp_path, change, text):
    with pytest.raises(SettingError, match=text):
        change_of(store, returned(store, tmp_path, change), "firm")


def test_other_system_is_published_from_its_file(store, tmp_path):
    publish(store, {"P1": (0, 3), "P2": (3, 5)}, system="police")
    imported = returned(store, tmp_path, same, system="police")
    with pytest.raises(SettingError, match="of grid system 'police'"):
        change_of(store, imported, "firm")


def test_new_grid_keeps_the_id_that_it_came_with(store, tmp_path):
    def change(frame):
        back = halved(frame)
        back.loc[2, ["grid_id", "name", "residents"]] = ["A-777", "新网格", 42]
        return back

    outcome = change_of(store, returned(store, tmp_path, change), "firm")
    assert outcome.ids == {}
    draft = try_change(store, outcome.change, Instant(NOW)).workspace
    assert draft.ids() == ["A-001", "A-002", "A-777"]
    assert (draft.rows["A-777"]["name"], draft.rows["A-777"]["residents"]) == (
        "新网格",
        42,
    )
    assert "A-777" in draft.used_ids - open_workspace(store).used_ids
