"""Rows of README.md here on who reports, sees and acts, each by its own check."""

import datetime as dt

import pytest

from gis.crs import parse_datum
from gis.models import Instant
from gis.synthetic import make_x_town
from layers.figures.cameras import camera_coverage
from layers.schema.departments import departments_of
from layers.schema.devices import devices_of
from layers.schema.sources import sources_of

STATIONED = {"police", "justice", "land_planning", "market_supervision", "environment"}
HOUR_MS = 3_600_000


@pytest.fixture(scope="module")
def store(s_town_store):
    return s_town_store


@pytest.fixture(scope="module")
def departments(store):
    return {d.department_id: d for d in departments_of(store.facts("departments"))}


def test_row_0_05_five_stationed_bodies_stand_as_posts(store, departments):
    posts = store.facts("posts").set_index("post_id")
    assert set(departments) > STATIONED
    for name in STATIONED:
        post = posts.loc[departments[name].post_id]
        assert (post["role"], post["area_id"]) == ("department", "C1-01")


def test_row_0_05_five_bodies_of_the_merged_town_stand_as_posts():
    town = make_x_town().town
    assert set(town.departments["department_id"]) == STATIONED
    roles = town.posts.set_index("post_id").loc[town.departments["post_id"], "role"]
    assert set(roles) == {"department"}


def test_row_2_13_thirty_sources_are_registered_with_datum_and_kinds(store):
    sources = sources_of(store.facts("sources"))
    assert len(sources) == 30
    datums = {source.datum for source in sources if source.datum}
    assert {"wgs84", "cgcs2000", "gcj02", "bd09"} <= datums
    assert all(parse_datum(datum) for datum in datums)
    assert all(source.kind_map for source in sources if source.sort != "pagoda")


def test_row_2_24_every_camera_has_a_position_and_an_accuracy(store):
    devices = devices_of(store.facts("devices"))
    cameras = [device for device in devices if device.sort == "camera"]
    assert len(cameras) > 200
    assert all(camera.lon and camera.lat and camera.accuracy_m for camera in cameras)
    sources = {source.source for source in sources_of(store.facts("sources"))}
    assert {device.source for device in devices} <= sources


def test_row_1_17_share_of_each_grid_that_cameras_see_has_its_radius(s_town, store):
    devices = store.facts("devices")
    near, far = (camera_coverage(s_town.grids, devices, r) for r in (60.0, 120.0))
    assert near["grid_id"].tolist() == s_town.grids["grid_id"].tolist()
    assert near["cameras"].sum() == (devices["sort"] == "camera").sum()
    assert (far["share"] >= near["share"]).all()
    assert 0 < near["share"].mean() < far["share"].mean() < 1


def test_row_2_41_one_holder_of_each_team_is_on_shift_at_any_hour(store, departments):
    teams = {d.team: d for d in departments.values() if d.team}
    assert set(teams) == {"guidance", "enforcement", "mediation"}
    start = dt.datetime(2026, 9, 1, tzinfo=dt.timezone(dt.timedelta(hours=8)))
    first = int(start.timestamp() * 1000)
    for hour in range(0, 61 * 24, 7):
        at = Instant(first + hour * HOUR_MS)
        duties = store.facts("duties", valid_at=at).set_index("post_id")
        for team in teams.values():
            assert isinstance(duties.loc[team.post_id, "holder_id"], str)


def test_row_2_42_two_centres_are_points_that_a_route_may_end_at(departments):
    centres = {name: d for name, d in departments.items() if d.lon is not None}
    assert set(centres) == {"command_centre", "mediation_centre"}
    assert all(centre.post_id for centre in centres.values())
