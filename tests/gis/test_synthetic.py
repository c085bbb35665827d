"""S town has the figures of the texts, and the same bytes for the same seed."""

import hashlib

import numpy as np
import pandas as pd
import pytest
import shapely

from gis.coverage import certify
from gis.geometry import area_m2
from gis.synthetic import make_s_town


@pytest.fixture(scope="module")
def town():
    return make_s_town()


def digest(frame):
    plain = pd.DataFrame(frame.drop(columns="geometry", errors="ignore"))
    text = plain.to_csv(index=False).encode()
    if "geometry" in frame:
        text += b"".join(shapely.to_wkb(frame.geometry.to_numpy()))
    return hashlib.sha256(text).hexdigest()


LAYERS = ["grids", "circles", "communities", "posts", "enterprises", "events"]


@pytest.mark.parametrize("layer", LAYERS)
def test_same_seed_gives_same_bytes(town, layer):
    assert digest(getattr(make_s_town(), layer)) == digest(getattr(town, layer))


def test_another_seed_gives_another_clean_town():
    other = make_s_town(seed=7)
    grids = other.grids
    certificate = certify(grids["grid_id"], grids.geometry, grids.crs)
    assert certificate.is_clean
    assert len(grids) == 125
    assert not grids.geometry.geom_equals(make_s_town().grids.geometry).any()


def test_grids_are_a_clean_coverage_of_38_km2(town):
    grids = town.grids
    certificate = certify(grids["grid_id"], grids.geometry, grids.crs)
    assert certificate.is_clean
    assert certificate.notes == ()
    assert certificate.area_m2 == pytest.approx(38e6, rel=0.01)
    whole = shapely.union_all(grids.geometry.to_numpy())
    assert area_m2([whole], grids.crs)[0] == pytest.approx(
        certificate.area_m2, rel=1e-6
    )


def test_counts_are_those_of_the_reference_town(town):
    assert town.circles["tier"].value_counts().to_dict() == {1: 1, 2: 6, 3: 12, 4: 30}
    assert len(town.grids) == town.grids["grid_id"].nunique() == 125
    assert len(town.communities) == 43
    roles = town.posts["role"].value_counts()
    assert roles["full_time_member"] == 288
    assert roles["part_time_member"] == 2403
    assert roles["grid_leader"] == 125
    leaders = town.posts.query("role == 'grid_leader'")["holder_id"]
    assert leaders.nunique() == 104
    assert leaders.isna().sum() == 2


def test_grid_codes_are_15_digits_that_begin_with_their_community(town):
    grids = town.grids
    assert grids["grid_id"].str.fullmatch(r"\d{15}").all()
    assert (grids["grid_id"].str[:12] == grids["community_id"]).all()
    assert set(grids["community_id"]) == set(town.communities["community_id"])


def test_grids_of_a_community_are_numbered_from_north_then_from_west(town):
    middles = town.grids.geometry.representative_point()
    order = pd.DataFrame({"x": middles.x, "y": middles.y})
    first = order.groupby(town.grids["community_id"]).first()
    rest = order.groupby(town.grids["community_id"]).max()
    height = np.sqrt(38e6 / 125) / 110_852
    assert (first["y"] >= rest["y"] - height).all()


def test_regions_are_connected(town):
    for layer in (town.circles, town.communities):
        assert set(layer.geometry.geom_type) == {"Polygon"}


def test_enterprises_lie_in_their_grid_in_eight_scenes(town):
    places = town.enterprises
    assert len(places) == 20_000
    coded = places[places["is_coded"]]
    assert len(coded) == 11_000
    assert coded["scene"].nunique() == 8
    assert (coded["scene"] == "construction_site").sum() == 100
    polygons = town.grids.set_index("grid_id").geometry
    own = polygons.loc[places["grid_id"]].to_numpy()
    assert shapely.contains(own, places.geometry.to_numpy()).all()


def test_events_have_the_dirt_of_real_feeds(town):
    events = town.events
    assert len(events) == 21_000
    assert events["occurred_at"].is_monotonic_increasing
    assert events["occurred_at"].str[:7].unique().tolist() == ["2026-09"]
    unplaced = events["lon"].isna()
    assert 150 < unplaced.sum() < 400
    assert (events.loc[unplaced, "community_id"] != "").all()
    assert 10 < (events["lat"] > 100).sum() < 80


def test_nobody_has_a_name(town):
    assert town.posts["holder_id"].dropna().str.fullmatch(r"[RLFP]\d{3,4}").all()
