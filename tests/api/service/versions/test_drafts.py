"""Grids that leave a store and come back to it."""

from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely

from api.service.versions.drafts import (
    FieldChange,
    ImportJob,
    export_draft,
    import_draft,
    write_imported,
)
from gis.errors import (
    InvalidLayerError,
    NoVersionError,
    SettingError,
    VersionConflictError,
)
from gis.models import Instant
from layers.files.drafts import BASE, LAYER, read_draft
from layers.stores import open_store
from layers.stores.protocol import Draft, Publication
from layers.stores.version_digest import draft_digest
from support.makers.returned_grids import moved, redigitised
from support.makers.square_town import FOUNDED, NOW, squares


def publish(store, columns, valid_from=FOUNDED, base=None):
    grids = squares(columns)
    grids["name"] = [f"{grid}网格" for grid in grids["grid_id"]]
    grids["residents"] = range(100, 100 + len(grids))
    grids["attributes"] = '{"closed":{"network officer":"甲"}}'
    draft = Draft(valid_from, draft_digest(grids), grids)
    [version] = store.publish(Publication((draft,), "planner", "chief", base))
    return version


@pytest.fixture
def store():
    store = open_store("memory:")
    publish(store, {"G1": (0, 2), "G2": (2, 4), "G3": (4, 5)})
    return store


@pytest.fixture
def exported(store, tmp_path):
    path = tmp_path / "draft.gpkg"
    export_draft(store, path)
    return path


def edited(path: Path, change) -> Path:
    """Save the layer under another name after a change, as QGIS would."""
    target = path.with_name("edited.gpkg")
    change(gpd.read_file(path, layer=LAYER)).to_file(target, layer=LAYER)
    return target


def redrawn(grid, shape):
    def change(frame):
        frame.loc[frame["grid_id"] == grid, "geometry"] = shape
        return frame

    return change


def test_all_columns_and_the_base_leave(store, exported):
    frame = gpd.read_file(exported, layer=LAYER)
    assert frame["grid_id"].tolist() == ["G1", "G2", "G3"]
    assert frame["network officer"].tolist() == ["甲"] * 3
    assert frame["residents"].tolist() == [100, 101, 102]
    assert "attributes" not in frame
    head = store.history().head()
    assert read_draft(exported).base == (1, head.digest, "main")


def test_what_comes_back_as_it_left_is_unchanged(store, exported):
    imported = import_draft(store, ImportJob(exported))
    outcome = imported.reconciliation
    assert outcome.unchanged == ("G1", "G2", "G3")
    assert (outcome.disputes, outcome.conflicts, imported.fields) == ((), (), ())
    assert imported.is_on_head
    stored = store.version_layers(1).grids
    assert list(outcome.polygons.values()) == stored.geometry.tolist()


@pytest.mark.parametrize("decimals", [7, 8])
def test_a_copy_of_few_decimals_is_unchanged(store, exported, decimals):
    def change(frame):
        shapes = shapely.transform(
            frame.geometry.to_numpy(), lambda xy: np.round(xy, decimals)
        )
        return frame.set_geometry(gpd.GeoSeries(shapes, crs=frame.crs))

    imported = import_draft(store, ImportJob(edited(exported, change)))
    assert len(imported.reconciliation.unchanged) == 3


def test_a_copy_in_metres_of_a_map_is_unchanged(store, exported):
    path = edited(exported, lambda frame: frame.to_crs(4549))
    imported = import_draft(store, ImportJob(path))
    assert len(imported.reconciliation.unchanged) == 3


def test_values_that_were_typed_are_listed(store, exported):
    def change(frame):
        frame["residents"] = [100, 555, None]
        frame["name"] = ["G1网格", "新网格", "G3网格"]
        return frame

    imported = import_draft(store, ImportJob(edited(exported, change)))
    assert imported.fields == (
        FieldChange("G2", "name", "G2网格", "新网格"),
        FieldChange("G2", "residents", "101", "555"),
        FieldChange("G3", "residents", "102", None),
    )


def test_halves_of_qgis_are_a_split_and_written_as_they_came(store, exported, tmp_path):
    def change(frame):
        rows = frame.iloc[[0, 1, 2, 1]].reset_index(drop=True)
        rows.loc[1, "geometry"] = shapely.box(120.02, 30, 120.04, 30.004)
        rows.loc[3, "geometry"] = shapely.box(120.02, 30.004, 120.04, 30.01)
        rows.loc[3, "residents"] = 60
        return rows

    path = edited(exported, change)
    imported = import_draft(store, ImportJob(path))
    outcome = imported.reconciliation
    assert [split.grid for split in outcome.returned.splits] == ["G2"]
    assert outcome.returned.rows["G2"] == (3,)
    assert set(outcome.noded) == {"G1", "G3"}
    out = tmp_path / "healed.gpkg"
    write_imported(out, imported)
    again = import_draft(store, ImportJob(out))
    assert again.rows["grid_id"].tolist() == ["G1", "G2", "G2", "G3"]
    assert again.rows["residents"].tolist() == [100, 60, 101, 102]
    assert again.reconciliation.returned.splits == outcome.returned.splits
    assert again.reconciliation.conflicts == ()


def test_noise_is_healed_where_that_is_asked(store, exported, tmp_path):
    shape = moved(shapely.box(120.02, 30, 120.04, 30.01), 0.5, 3)
    job = ImportJob(edited(exported, redrawn("G2", shape)))
    refused = import_draft(store, job)
    assert refused.reconciliation.conflicts
    with pytest.raises(SettingError, match="conflicts, expected none"):
        write_imported(tmp_path / "no.gpkg", refused)
    assert not (tmp_path / "no.gpkg").exists()
    healed = import_draft(store, replace(job, heal=True))
    assert healed.reconciliation.conflicts == ()


def test_a_base_of_before_is_taken_and_is_not_the_head(store, exported):
    publish(store, {"G1": (0, 3), "G2": (3, 4), "G3": (4, 5)}, NOW, 1)
    imported = import_draft(store, ImportJob(exported))
    assert imported.base.version == 1
    assert not imported.is_on_head
    assert imported.reconciliation.unchanged == ("G1", "G2", "G3")


def test_a_file_without_base_needs_one(store, exported):
    path = edited(exported, lambda frame: frame.drop(columns=BASE))
    with pytest.raises(VersionConflictError, match="with --base, such as 1"):
        import_draft(store, ImportJob(path))
    digest = store.history().head().digest
    for base in ("1", digest, digest[:8].upper()):
        imported = import_draft(store, ImportJob(path, base=base))
        assert imported.base.version == 1


@pytest.mark.parametrize("base", ["2", "abcdef0123", "ab", ""])
def test_a_base_that_the_store_does_not_have_is_refused(store, exported, base):
    path = edited(exported, lambda frame: frame.drop(columns=BASE))
    with pytest.raises(VersionConflictError):
        import_draft(store, ImportJob(path, base=base))


def test_a_base_of_another_store_is_refused(exported):
    store = open_store("memory:")
    publish(store, {"G1": (0, 1), "G2": (1, 5), "G3": (5, 6)})
    with pytest.raises(VersionConflictError, match="has no version"):
        import_draft(store, ImportJob(exported))


def test_a_base_other_than_that_of_the_file_is_refused(store, exported):
    publish(store, {"G1": (0, 3), "G2": (3, 4), "G3": (4, 5)}, NOW, 1)
    with pytest.raises(VersionConflictError, match="leave --base away"):
        import_draft(store, ImportJob(exported, base="2"))
    with pytest.raises(SettingError, match="leave --system away"):
        import_draft(store, ImportJob(exported, system="beats"))


def test_a_bow_tie_is_mended_where_that_is_asked(store, exported):
    bow = [(120.02, 30), (120.04, 30), (120.04, 30.01), (120.03, 30.01)]
    bow += [(120.0300001, 30.0100001), (120.03, 30.0100001), (120.0300001, 30.01)]
    path = edited(exported, redrawn("G2", shapely.Polygon([*bow, (120.02, 30.01)])))
    job = ImportJob(path, heal=True)
    with pytest.raises(Exception, match="--repair"):
        import_draft(store, job)
    imported = import_draft(store, replace(job, repair=True))
    assert any("mended: 'G2'" in notice for notice in imported.notices)


def test_a_system_without_versions_in_force_has_nothing_to_leave(tmp_path):
    store = open_store("memory:")
    publish(store, {"G1": (0, 1)}, Instant(2**42))
    store.withdraw(1, reason="too early", reviewer="chief", system="main")
    with pytest.raises(NoVersionError, match="publish its grids first"):
        export_draft(store, tmp_path / "draft.gpkg")


def test_twelve_grids_of_s_town_come_back_from_the_firm(s_town, s_town_store, tmp_path):
    path = tmp_path / "draft.gpkg"
    export_draft(s_town_store, path)
    base = dict(zip(s_town.grids["grid_id"], s_town.grids.geometry, strict=True))
    drawn = dict(redigitised(base, 12, 0.4, 4))

    def change(frame):
        shapes = [drawn[grid] for grid in frame["grid_id"]]
        return frame.set_geometry(gpd.GeoSeries(shapes, crs=frame.crs))

    imported = import_draft(s_town_store, ImportJob(edited(path, change), heal=True))
    assert imported.reconciliation.conflicts == ()
    assert len(imported.reconciliation.polygons) == 125


@pytest.mark.parametrize(
    "rewrite", [int, lambda grid: f" {grid[1:]}"], ids=["int", "cut"]
)
def test_ids_that_lost_their_zeros_are_no_mergers(tmp_path, rewrite):
    store = open_store("memory:")
    publish(store, {"001": (0, 2), "002": (2, 4), "013": (4, 5)})
    path = tmp_path / "draft.gpkg"
    export_draft(store, path)

    def change(frame):
        frame["grid_id"] = frame["grid_id"].map(rewrite)
        return frame

    with pytest.raises(InvalidLayerError) as refusal:
        import_draft(store, ImportJob(edited(path, change)))
    text = str(refusal.value)
    assert "(3 in all) are ['001', '002', '013'] of its version" in text


def test_full_width_ids_are_refused_with_what_they_would_be(exported, store):
    def change(frame):
        frame.loc[0, "grid_id"] = "Ｇ１"
        return frame

    with pytest.raises(InvalidLayerError) as refusal:
        import_draft(store, ImportJob(edited(exported, change)))
    [fault] = refusal.value.faults
    assert "'Ｇ１' has full-width digits or letters, expected 'G1'" in fault.rule


def test_merger_is_written_with_the_people_of_both(exported, store, tmp_path):
    def change(frame):
        frame.loc[1, "geometry"] = shapely.union_all(frame.geometry[1:3])
        return frame.iloc[:2]

    imported = import_draft(store, ImportJob(edited(exported, change)))
    write_imported(tmp_path / "merged.gpkg", imported)
    frame = gpd.read_file(tmp_path / "merged.gpkg", layer=LAYER)
    assert dict(zip(frame["grid_id"], frame["residents"], strict=True)) == {
        "G1": 100,
        "G2": 203,
    }
