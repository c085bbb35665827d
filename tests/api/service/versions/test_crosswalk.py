"""Two grid systems of a store laid over one another."""

from collections import Counter
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import shapely

from api.service.stores.sample import FOUNDED, SAMPLE_NOW, publish_merged
from api.service.versions.crosswalk import CrosswalkJob, cross_systems
from gis.errors import InvalidLayerError, NoVersionError, SettingError
from gis.models import Instant
from gis.synthetic import MergedTown, make_x_town
from layers.stores import Store, open_store

JOB = CrosswalkJob("party_building", "main", SAMPLE_NOW)


@pytest.fixture(scope="module")
def merged() -> MergedTown:
    return make_x_town()


@pytest.fixture(scope="module")
def store(merged: MergedTown) -> Store:
    """X town's three systems."""
    store = open_store("memory:")
    publish_merged(store, merged)
    return store


def test_systems_are_those_in_force(store: Store) -> None:
    walk, weights, notices = cross_systems(store, JOB)
    assert Counter(walk.relations) == {
        "1:1": 7,
        "nests": 3,
        "splits": 1,
        "conflict": 13,
    }
    assert not weights.is_by_area.any()
    assert notices == ()
    back = cross_systems(store, replace(JOB, source="main", target="party_building"))
    assert back.crosswalk.relations == walk.reversed().relations


def test_unknown_system_names_those_there_are(store: Store) -> None:
    words = r"no grid system 'party' in the store, expected one of 'main', 'party_b"
    with pytest.raises(SettingError, match=words):
        cross_systems(store, replace(JOB, source="party"))


def test_time_before_the_first_version_is_refused(store: Store) -> None:
    with pytest.raises(NoVersionError, match="'party_building' is in force at 2025"):
        cross_systems(store, replace(JOB, valid_at=Instant(FOUNDED - 1)))


def houses(merged, path, counts):
    """A house in the middle of each of the first grids."""
    points = shapely.point_on_surface(merged.town.grids.geometry.to_numpy())
    points = points[: len(counts)]
    pd.DataFrame(
        {
            "lon": shapely.get_x(points),
            "lat": shapely.get_y(points),
            "residents": counts,
        }
    ).to_csv(path, index=False)
    return path


def test_residents_of_a_file_weigh_the_grids_that_have_some(
    store: Store, merged: MergedTown, tmp_path
) -> None:
    path = houses(merged, tmp_path / "houses.csv", [30, 10, 0])
    job = replace(JOB, by="residents", residents=path)
    _, weights, notices = cross_systems(store, job)
    sums = np.bincount(weights.rows[:, 0], weights.weights)
    assert sums == pytest.approx(np.ones(24))
    assert 0 < (~weights.is_by_area).sum() <= 2
    assert "taken as wgs84" in notices[-1]


def test_residents_that_are_no_count_are_named(
    store: Store, merged: MergedTown, tmp_path
) -> None:
    path = houses(merged, tmp_path / "houses.csv", [30, "many"])
    with pytest.raises(InvalidLayerError) as refusal:
        cross_systems(store, replace(JOB, by="residents", residents=path))
    assert [fault.row for fault in refusal.value.faults] == [2]


def test_residents_below_nothing_are_named(
    store: Store, merged: MergedTown, tmp_path
) -> None:
    path = houses(merged, tmp_path / "houses.csv", [30, -1])
    with pytest.raises(InvalidLayerError) as refusal:
        cross_systems(store, replace(JOB, by="residents", residents=path))
    assert [fault.row for fault in refusal.value.faults] == [2]


@pytest.mark.parametrize("by", ["places", "events"])
def test_systems_without_items_are_weighed_by_area(store: Store, by) -> None:
    _, weights, _ = cross_systems(store, replace(JOB, by=by))
    plain = cross_systems(store, JOB).weights
    assert weights.is_by_area.all()
    assert weights.weights.tolist() == plain.weights.tolist()


def test_measure_and_file_of_residents_go_together(store: Store, tmp_path) -> None:
    with pytest.raises(SettingError, match="without file; give --by residents"):
        cross_systems(store, replace(JOB, by="residents"))
    with pytest.raises(SettingError, match="a file of residents is there"):
        cross_systems(store, replace(JOB, residents=tmp_path))
    with pytest.raises(SettingError, match="weighed by 'height', expected one of"):
        cross_systems(store, replace(JOB, by="height"))  # type: ignore[arg-type]
