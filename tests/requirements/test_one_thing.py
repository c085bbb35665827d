"""Rows of README.md here on reading one thing: a grid, a point, what is near."""

from collections.abc import Iterator

import numpy as np
import pytest
from fastapi.testclient import TestClient
from pyproj import Transformer

from api.app import create_app
from api.settings import Settings
from gis.synthetic import Town
from support.harness.answers import LOCAL, get
from support.makers.contract_rows import devices, sources


@pytest.fixture(scope="module")
def served(s_town: Town) -> Iterator[TestClient]:
    """A service over S town, with a camera in its eighth grid."""
    app = create_app(Settings(), speed=1e-6)
    with TestClient(app, base_url=LOCAL) as client:
        store = app.state.desk.store
        store.record("sources", sources("cameras"))
        spot = s_town.grids.geometry.iloc[7].representative_point()
        rows = devices(("CAM-1", "cameras", False), ("CAM-2", "cameras", True))
        store.record("devices", rows.set_geometry([spot, spot], crs=store.crs))
        yield client


def test_row_2_06_one_answer_has_departments_people_and_sources_of_a_grid(
    served: TestClient, s_town: Town
) -> None:
    for number in (7, 8):
        grid_id = s_town.grids["grid_id"].iloc[number]
        brief = get(served, f"/grids/{grid_id}/brief")
        posts = s_town.posts[s_town.posts["area_id"] == grid_id]
        people = {brief["command"]["leaders"][0]["post_id"]}
        people |= {member["post_id"] for member in brief["command"]["members"]}
        assert people == {*posts["post_id"]}
        bodies = {body["department_id"] for body in brief["departments"]}
        # those whose duty post serves the grid or a circle above it, or no area
        above = {grid_id, *(circle["circle_id"] for circle in brief["chain"])}
        areas = s_town.departments["post_id"].map(
            s_town.posts.set_index("post_id")["area_id"]
        )
        is_bound = areas.isna() | areas.isin(above)
        assert bodies == {*s_town.departments["department_id"][is_bound]}
        assert len(bodies) > 10
        cameras = [s for s in brief["sources"] if s["source"] == "cameras"]
        # the one in a home counts nowhere
        assert [s["devices"] for s in cameras] == ([1] if number == 7 else [])
        assert brief["registers"][0]["source"] == "s_town"
        located = s_town.enterprises["grid_id"] == grid_id
        assert brief["registers"][0]["places"] == located.sum()


def test_row_2_38_the_nearest_service_says_how_far_and_how_it_was_measured(
    served: TestClient, s_town: Town
) -> None:
    project = Transformer.from_crs(4490, 4549, always_xy=True).transform
    stations = s_town.stations
    x, y = project(stations.geometry.x.to_numpy(), stations.geometry.y.to_numpy())
    for lon, lat in ((120.08, 30.33), (120.05, 30.31), (120.09, 30.35)):
        answer = get(
            served, f"/nearest?lon={lon}&lat={lat}&datum=cgcs2000&kind=station&limit=5"
        )
        assert answer["method"] == "euclid"
        assert "straight line" in answer["method_text"]
        own_x, own_y = project(lon, lat)
        metres = np.hypot(x - own_x, y - own_y)
        order = np.argsort(metres, kind="stable")[:5]
        ids = stations["station_id"].to_numpy()[order].tolist()
        assert [item["id"] for item in answer["items"]] == ids
        assert [item["distance_m"] for item in answer["items"]] == pytest.approx(
            metres[order].tolist(), abs=0.001
        )
    # no way is measured, so none is promised
    query = "lon=120.08&lat=30.33&kind=station&method=network"
    assert served.get(f"/nearest?{query}").status_code == 422


def test_row_0_10_a_brief_names_the_posts_next_door_with_the_metres(
    served: TestClient, s_town: Town
) -> None:
    grid_id = s_town.grids["grid_id"].iloc[7]
    brief = get(served, f"/grids/{grid_id}/brief")
    around = get(served, f"/grids/{grid_id}/neighbours")["neighbours"]
    assert {n["area_id"]: n["border_m"] for n in brief["neighbours"]} == {
        n["grid_id"]: n["border_m"] for n in around
    }
    for neighbour in brief["neighbours"]:
        assert neighbour["post_id"] == f"{neighbour['area_id']}-L"
