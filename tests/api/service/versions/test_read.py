"""What is published: versions with their state, one grid, the tree."""

import geopandas as gpd
import pytest

from api.service.versions.read import VersionReader
from gis.models import Instant
from layers.schema.sharing import LOOPBACK
from layers.stores.protocol import Draft, Publication
from layers.stores.version_digest import draft_digest
from support.makers.event_town import EventTown
from support.makers.square_town import (
    FOUNDED,
    NOW,
    TIMEZONE,
    SquareTown,
    circles,
    local,
)
from support.makers.square_town import squares as squares_of

OCTOBER = local("2026-10-01")
LATER = {"N1": (0, 2), "G3": (2, 3), "G4": (3, 4)}
"""From October on G1 and G2 are one grid."""


@pytest.fixture
def reader(squares: SquareTown) -> VersionReader:
    """The town with a version of October, and one that was withdrawn."""
    squares.publish(LATER, "2026-10-01")
    squares.publish(LATER, "2026-11-01")
    squares.store.withdraw(3, reason="postponed", reviewer="chief")
    return VersionReader(squares.store, TIMEZONE)


def test_versions_come_with_their_state(reader: VersionReader) -> None:
    documents = reader.versions(NOW)
    states = [(d["version"], d["state"], d["withdrawn_because"]) for d in documents]
    assert states == [
        (1, "in force", None),
        (2, "pending", None),
        (3, "withdrawn", "postponed"),
    ]
    assert documents[1]["valid_from"] == "2026-10-01T00:00:00.000+08:00"
    assert documents[1]["base"] == 1


def test_persons_behind_a_version_stay_inside(reader: VersionReader) -> None:
    texts = [str(value) for d in reader.versions(NOW) for value in d.values()]
    assert not {"planner", "chief"} & set(texts)


def test_grid_in_force_has_its_polygon_and_its_chain(reader: VersionReader) -> None:
    feature = reader.grid("G1", NOW, None, "main", LOOPBACK)
    assert feature["geometry"]["type"] == "MultiPolygon"
    properties = feature["properties"]
    assert (properties["version"], properties["chain"]) == (1, ["W", "C"])
    assert properties["went_to"] == [{"system": "main", "grid_id": "N1"}]


def test_grid_that_is_gone_names_what_its_ground_went_to(reader: VersionReader) -> None:
    feature = reader.grid("G1", OCTOBER, None, "main", LOOPBACK)
    assert feature["geometry"] is None
    assert feature["properties"]["went_to"] == [{"system": "main", "grid_id": "N1"}]
    new = reader.grid("N1", OCTOBER, None, "main", LOOPBACK)
    came_from = [grid["grid_id"] for grid in new["properties"]["came_from"]]
    assert came_from == ["G1", "G2"]


def test_grid_of_no_version_is_none(reader: VersionReader) -> None:
    assert reader.grid("G9", NOW, None, "main", LOOPBACK) is None
    assert reader.grid("G1", NOW, None, "beats", LOOPBACK) is None


def test_tree_is_that_of_the_time(reader: VersionReader) -> None:
    now, later = (reader.model(at, None, "main", LOOPBACK) for at in (NOW, OCTOBER))
    assert (now["version"], later["version"]) == (1, 2)
    assert [circle["circle_id"] for circle in now["circles"]] == ["C", "E", "W"]
    assert [grid["grid_id"] for grid in later["grids"]] == ["G3", "G4", "N1"]
    assert now["communities"] == [
        {"community_id": "K1", "name": None},
        {"community_id": "K2", "name": None},
    ]


def test_version_is_not_known_before_it_was_recorded(reader: VersionReader) -> None:
    known_at = Instant(NOW - 1)
    assert reader.in_force(OCTOBER, known_at).version.version == 1
    assert reader.in_force(OCTOBER, NOW).version.version == 2
    assert reader.model(Instant(FOUNDED - 1), None, "main", LOOPBACK) is None


def test_grid_shows_its_open_further_columns_alone(squares: SquareTown) -> None:
    texts = ['{"closed":{"a":"x"}}', None, '{"closed":{"a":"x"},"open":{"n":1}}']
    grids = squares_of(LATER).sort_values("grid_id").assign(attributes=texts)
    draft = Draft(OCTOBER, draft_digest(grids, circles()), grids, circles())
    squares.store.publish(Publication((draft,), "planner", "chief", 1))
    reader = VersionReader(squares.store, TIMEZONE)
    shown = [
        reader.grid(grid_id, OCTOBER, None, "main", LOOPBACK)["properties"].get(
            "attributes"
        )
        for grid_id in ("G3", "G4", "N1")
    ]
    assert shown == [None, None, {"n": 1}]


def test_neighbours_of_a_grid_are_those_of_the_version_in_force(
    reader: VersionReader,
) -> None:
    now = reader.neighbours("G2", NOW, None, "main")
    assert now is not None
    assert set(now) == {"G1", "G3"}
    assert all(border_m > 1000 for border_m in now.values())
    later = reader.neighbours("G3", OCTOBER, None, "main")
    assert set(later or ()) == {"N1", "G4"}
    assert reader.neighbours("G2", OCTOBER, None, "main") is None
    assert reader.neighbours("G2", NOW, None, "beats") is None


def test_cameras_see_a_share_of_a_grid_and_those_in_homes_nothing() -> None:
    reader = VersionReader(EventTown().store, TIMEZONE)
    near, far = (reader.cameras("G1", NOW, None, "main", m) for m in (50.0, 500.0))
    assert near is not None
    assert far is not None
    assert near.cameras == far.cameras == 1
    assert 0 < near.share < far.share < 1
    assert reader.cameras("G9", NOW, None, "main", 50.0) is None
    devices = at_home(reader.store.facts("devices", valid_at=NOW))
    reader.store.record("devices", devices)
    assert reader.cameras("G1", NOW, None, "main", 50.0) == (0, 0.0)


def at_home(devices: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """The same devices in homes."""
    facts = devices.drop(columns=["recorded_at", "batch"])
    return facts.assign(in_home=True)
