"""A small town that takes events in: sources, a device, departments, their posts."""

from dataclasses import dataclass, field

import geopandas as gpd
import pandas as pd
import shapely

from api.service.assignment.answer import AnswerDesk
from api.service.events.intake import Intake, Reporter
from gis.access import EVERYTHING
from layers.registry import Registries
from layers.snapshots import Snapshots
from layers.stores.events import EventIds
from support.makers.square_town import SINCE, TIMEZONE, SquareTown, post
from support.makers.store_history import CRS

REPORTER = Reporter("K1", "steward", EVERYTHING)
SOURCES = [
    {"source": "hotline", "sort": "hotline", "kind_map": '{"占道": "street_trading"}'},
    {"source": "camera", "sort": "camera", "datum": "gcj02", "accuracy_m": 20.0},
    {"source": "citizen", "sort": "citizen"},
    {"source": "told", "sort": "feed", "destination_id": "desk"},
]
DEPARTMENTS = [
    ("urban_management", 1, "U-P", ""),
    ("market_supervision", 2, None, ""),
    ("police", 3, "P-P", ""),
    ("mediation_team", 4, "M-P", "mediation"),
]


@dataclass
class EventTown:
    """A square town with an intake."""

    town: SquareTown = field(default_factory=SquareTown)
    intake: Intake = field(init=False)

    def __post_init__(self) -> None:
        town = self.town
        town.record(
            "posts",
            post("U-P", "C", "department", "D001"),
            post("P-P", "C", "department", "D002"),
            post("M-P", "W", "team", "D003"),
        )
        town.record(
            "destinations",
            {"destination_id": "desk", "url": "https://desk.example/hook"}
            | {"secret_id": "DESK"},
        )
        town.record(
            "sources",
            *(
                {"name_zh": row["source"], "owner": "grid_office"} | row
                for row in SOURCES
            ),
        )
        self.store.record("departments", departments())
        self.store.record("devices", devices())
        snapshots = Snapshots(self.store, now=town.clock)
        self.intake = Intake(
            self.store,
            snapshots,
            Registries(self.store),
            AnswerDesk(snapshots, 1.0, TIMEZONE, town.clock),
            EventIds(),
        )

    @property
    def store(self):
        """Its store."""
        return self.town.store


def departments() -> gpd.GeoDataFrame:
    """Bodies of the town, one of them a team."""
    frame = pd.DataFrame(
        [
            {
                "department_id": department_id,
                "name_zh": department_id,
                "rank": rank,
                "post_id": post_id,
                "team": team or None,
                "valid_from": SINCE,
            }
            for department_id, rank, post_id, team in DEPARTMENTS
        ]
    )
    return gpd.GeoDataFrame(frame, geometry=[None] * len(frame), crs=CRS)


def devices() -> gpd.GeoDataFrame:
    """A camera in G1."""
    row = {"device_id": "CAM-1", "source": "camera", "sort": "camera", "in_home": False}
    frame = pd.DataFrame([row | {"accuracy_m": 15.0, "valid_from": SINCE}])
    return gpd.GeoDataFrame(frame, geometry=[shapely.Point(120.005, 30.005)], crs=CRS)
