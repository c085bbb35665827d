"""Two systems of a store become a draft of one, which is published as it is."""

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from api.service.stores.sample import SAMPLE_NOW, publish_merged
from api.service.versions.crosswalk import CrosswalkJob, cross_systems
from api.service.versions.mergers import MergerJob, merge_in_store, write_merged
from api.service.versions.publish import PublishJob, publish_files
from gis.errors import InvalidLayerError, NoVersionError, SettingError
from gis.synthetic import MergedTown, make_x_town
from layers.files import read_posts
from layers.files.crosswalk import write_crosswalk
from layers.files.lineage import read_lineage
from layers.stores import Store, open_store

JOB = MergerJob("party_building", "public_order", SAMPLE_NOW, count=32)


@pytest.fixture(scope="module")
def town() -> MergedTown:
    return make_x_town()


@pytest.fixture(scope="module")
def store(town: MergedTown) -> Store:
    """X town's three systems; who publishes more names another one."""
    store = open_store("memory:", now=lambda: SAMPLE_NOW)
    publish_merged(store, town)
    return store


@pytest.fixture
def posts(town: MergedTown, tmp_path):
    """The file with the 51 leaders of the former systems."""
    path = tmp_path / "former_posts.csv"
    town.former_posts.to_csv(path, index=False)
    return path


def test_draft_is_published_with_the_lineage_of_both(store, posts, tmp_path) -> None:
    merged = merge_in_store(store, replace(JOB, posts=posts))
    folder = tmp_path / "one_net"
    write_merged(folder, merged)
    version, _ = publish_files(
        store,
        PublishJob(
            SAMPLE_NOW,
            "planner",
            "chief",
            grids=folder / "grids.gpkg",
            lineage=folder / "lineage.csv",
            digest=merged.digest,
            system="one_net",
        ),
    )
    assert version.lineage == merged.merger.lineage
    grids = store.version_layers(version.version, "one_net").grids
    assert len(grids) == 32
    lineage = pd.DataFrame(read_lineage(folder / "lineage.csv"))
    sums = lineage.groupby(["from_system", "from_id"])["share"].sum()
    assert len(sums) == 24 + 27
    assert np.allclose(sums, 1.0)


def test_every_leader_is_seated_or_an_orphan(store, posts, town, tmp_path) -> None:
    folder = tmp_path / "one_net"
    write_merged(folder, merge_in_store(store, replace(JOB, posts=posts)))
    seated, orphans = (
        read_posts(folder / f"{name}.csv") for name in ("posts", "orphan_posts")
    )
    assert seated["area_id"].is_unique
    assert set(seated["area_id"]) == {f"M{n:03d}" for n in range(1, 33)}
    before = town.former_posts.set_index("post_id")
    assert sorted([*seated["post_id"], *orphans["post_id"]]) == sorted(before.index)
    assert len(orphans) == 51 - 32
    areas = orphans.set_index("post_id")["area_id"]
    assert areas.equals(before.loc[areas.index, "area_id"])
    holders = seated.set_index("post_id")["holder_id"]
    assert holders.equals(before.loc[holders.index, "holder_id"])


def test_pieces_with_the_new_grid_of_each_are_groups(store, tmp_path) -> None:
    path = tmp_path / "pieces.csv"
    walk = CrosswalkJob(JOB.source, JOB.target, SAMPLE_NOW)
    write_crosswalk(path, *cross_systems(store, walk)[:2])
    pieces = pd.read_csv(path)
    pieces["grid_id"] = "G-" + pieces["source_id"]
    pieces.loc[pieces["standing"] == "noise", "grid_id"] = None
    pieces.to_csv(path, index=False)
    merged = merge_in_store(store, replace(JOB, count=None, groups=path))
    assert set(merged.merger.grids.ids) == {f"G-PB-{n:02d}" for n in range(1, 25)}
    former = store.grids(valid_at=SAMPLE_NOW, system="party_building")
    both = former.set_index("grid_id").geometry.to_crs(32651)
    new = merged.grids.set_index("grid_id").geometry.to_crs(32651)
    for grid, polygon in both.items():
        # noise of a metre goes with a neighbour
        apart = polygon.symmetric_difference(new[f"G-{grid}"]).area
        assert apart < 1.0 * polygon.length


@pytest.mark.parametrize(
    ("changes", "fault", "message"),
    [
        ({"count": None}, SettingError, "give --into or --groups"),
        ({"target": "party_building"}, SettingError, "came twice"),
        ({"target": "beats"}, SettingError, "no grid system 'beats'"),
        ({"count": 999}, InvalidLayerError, "give a number from 1 to"),
        ({"valid_at": 0}, NoVersionError, "is in force at 1970"),
    ],
    ids=["neither", "one system", "unknown", "too many", "no version"],
)
def test_what_cannot_be_merged_is_refused(store, changes, fault, message) -> None:
    with pytest.raises(fault, match=message):
        merge_in_store(store, replace(JOB, **changes))


def test_posts_of_other_systems_or_of_both_are_refused(store, tmp_path) -> None:
    path = tmp_path / "posts.csv"
    path.write_text("system,post_id,area_id,role\nbeats,B-L,B,grid_leader\n")
    with pytest.raises(InvalidLayerError, match="has no post of"):
        merge_in_store(store, replace(JOB, posts=path))
    grids = store.grids(valid_at=SAMPLE_NOW, system="party_building")
    grids = gpd.GeoDataFrame({"grid_id": grids["grid_id"]}, geometry=grids.geometry)
    twin = tmp_path / "twin.gpkg"
    grids.set_crs(store.crs).to_file(twin)
    names = ("planner", "chief")
    publish_files(store, PublishJob(SAMPLE_NOW, *names, grids=twin, system="twin"))
    path.write_text("post_id,area_id,role\nP,PB-01,grid_leader\n")
    with pytest.raises(
        InvalidLayerError, match=r"Grids \['PB-01'\] .* in both systems"
    ):
        merge_in_store(store, replace(JOB, target="twin", posts=path))
