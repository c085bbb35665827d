"""Rows of README.md here on several grid systems over one ground, and their edits."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import geopandas as gpd
import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.service.versions.crosswalk import CrosswalkJob, cross_systems
from api.settings import Settings
from gis.crosswalk import weigh
from gis.models import Instant
from layers.stores import create_store, open_store
from layers.stores.protocol import MAIN_SYSTEM, Draft, Publication
from layers.stores.version_digest import draft_digest
from support.harness.answers import LOCAL
from support.makers.square_town import COLUMNS, FOUNDED, squares

FORCES = {
    "traffic_police": {"T1": (0, 2), "T2": (2, 4)},
    "police": {"P1": (0, 1), "P2": (1, 2), "P3": (2, 3), "P4": (3, 4)},
    "urban_management": {"U1": (0, 3), "U2": (3, 4)},
    "fire": {"F1": (0, 4)},
}
"""Areas of the four forces, by columns of 0.01 degrees."""
QUARTERS = {"S1": (0, 1.5), "S2": (1.5, 4)}
"""A fifth system, whose border cuts G2 in two."""


def publish(store, system, grids) -> None:
    draft = Draft(Instant(FOUNDED), draft_digest(grids), grids)
    store.publish(Publication((draft,), "planner", "chief", None, system=system))


def plain(columns) -> gpd.GeoDataFrame:
    """Grids of a system without a tree."""
    return squares(columns).drop(columns=["parent_id", "community_id"])


@pytest.fixture(scope="module")
def url(tmp_path_factory) -> str:
    """A store with the four squares and five systems besides."""
    path = str(Path(tmp_path_factory.mktemp("systems"), "town.gpkg"))
    store = create_store(path, now=lambda: Instant(FOUNDED))
    publish(store, MAIN_SYSTEM, plain(COLUMNS))
    for system, columns in {**FORCES, "safety": QUARTERS}.items():
        publish(store, system, plain(columns))
    store.close()
    return path


@pytest.fixture(scope="module")
def served(url: str) -> Iterator[TestClient]:
    with TestClient(create_app(Settings(store=url)), base_url=LOCAL) as client:
        yield client


def owners(client: TestClient, lon: float, systems: list[str]) -> dict[str, str]:
    """Grid of each system at a longitude, as one call says."""
    body = {"lon": lon, "lat": 30.005, "datum": "cgcs2000", "systems": systems}
    answer = client.post("/assign", json=body)
    assert answer.status_code == 200, answer.text
    return {row["system"]: row["grid_id"] for row in answer.json()["owners"]}


@pytest.mark.parametrize(
    ("lon", "areas"),
    [
        (120.005, ("T1", "P1", "U1", "F1")),
        (120.015, ("T1", "P2", "U1", "F1")),
        (120.025, ("T2", "P3", "U1", "F1")),
        (120.035, ("T2", "P4", "U2", "F1")),
    ],
)
def test_row_2_11_a_point_gives_the_area_of_each_of_four_forces(served, lon, areas):
    assert owners(served, lon, [*FORCES]) == dict(zip(FORCES, areas, strict=True))


def test_row_3_10_a_point_gives_all_six_owners_in_one_call(served):
    systems = [MAIN_SYSTEM, *FORCES, "safety"]
    found = owners(served, 120.016, systems)
    assert [*found] == systems
    assert [*found.values()] == ["G2", "T1", "P2", "U1", "F1", "S2"]


@pytest.mark.parametrize(
    ("system", "relations"),
    [
        ("police", {"1:1": 4}),
        ("traffic_police", {"nests": 4}),
        ("urban_management", {"nests": 3, "1:1": 1}),
        ("fire", {"nests": 4}),
        ("safety", {"nests": 3, "conflict": 1}),
    ],
)
def test_row_3_10_each_system_has_its_classes_with_area_and_share(
    url, system, relations
):
    store = open_store(url)
    job = CrosswalkJob(MAIN_SYSTEM, system, Instant(FOUNDED))
    walk, weights, _ = cross_systems(store, job)
    assert Counter(map(str, walk.relations)) == relations
    wide = walk.counts
    sources = [walk.sources.ids[row] for row in walk.rows[wide, 0]]
    assert sorted(set(sources)) == sorted(COLUMNS)
    assert walk.area_m2[wide].sum() == pytest.approx(walk.source_area_m2.sum())
    shares = dict.fromkeys(COLUMNS, 0.0)
    for (source, _), share in zip(weights.rows, weights.weights, strict=True):
        shares[walk.sources.ids[source]] += share
    assert shares == pytest.approx(dict.fromkeys(COLUMNS, 1.0))
    store.close()


def test_row_3_10_systems_that_split_a_grid_say_so_and_list_conflicts(url):
    store = open_store(url)
    walk = cross_systems(
        store, CrosswalkJob("fire", "police", Instant(FOUNDED))
    ).crosswalk
    assert [*map(str, walk.relations)] == ["splits"]
    across = cross_systems(
        store, CrosswalkJob(MAIN_SYSTEM, "safety", Instant(FOUNDED))
    ).crosswalk
    pairs = [
        (across.sources.ids[source], across.targets.ids[target])
        for source, target in across.rows[across.counts & across.is_conflict]
    ]
    assert pairs == [("G2", "S1"), ("G2", "S2")]
    west, east = across.area_m2[across.counts & across.is_conflict]
    assert west == pytest.approx(east)
    weights = weigh(across)
    in_g2 = [across.sources.ids[row] == "G2" for row in weights.rows[:, 0]]
    assert weights.weights[in_g2].tolist() == pytest.approx([0.5, 0.5])
    store.close()


def test_row_3_10_a_point_gives_its_owner_in_all_six_systems_in_one_call(served):
    answer = served.get("/at?lon=120.025&lat=30.005&datum=cgcs2000")
    assert answer.status_code == 200, answer.text
    areas = {row["system"]: row["grid_id"] for row in answer.json()["areas"]}
    forces = dict(zip(FORCES, ("T2", "P3", "U1", "F1"), strict=True))
    assert areas == {MAIN_SYSTEM: "G3", "safety": "S2", **forces}
    outside = served.get("/at?lon=120.05&lat=30.005&datum=cgcs2000").json()["areas"]
    assert {row["status"] for row in outside} == {"outside"}
    assert len(outside) == 6


def test_row_3_10_a_grid_says_what_it_shares_with_all_five_others(served):
    brief = served.get("/grids/G2/brief")
    assert brief.status_code == 200, brief.text
    shares = {(o["system"], o["grid_id"]): o["share"] for o in brief.json()["overlaps"]}
    assert shares == pytest.approx(
        {
            ("fire", "F1"): 1.0,
            ("police", "P2"): 1.0,
            ("safety", "S1"): 0.5,
            ("safety", "S2"): 0.5,
            ("traffic_police", "T1"): 1.0,
            ("urban_management", "U1"): 1.0,
        },
        abs=1e-3,
    )
