"""A town of four square grids in a store in memory, with all of its layers."""

import datetime as dt
import json
from dataclasses import dataclass, field
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from api.service.events.load import EventJob, EventReport, load_events
from gis.local_time import local_instant, timezone_of
from gis.models import Instant
from layers.snapshots import Snapshot, build_snapshot
from layers.stores import Store, open_store
from layers.stores.protocol import Draft, Publication
from layers.stores.version_digest import draft_digest
from support.makers.store_history import CRS, Clock, lineage_of

TIMEZONE = "Asia/Shanghai"
DAY = dt.date(2026, 9, 30)
SINCE = "2026-09-01T00:00:00+08:00"
COLUMNS = {"G1": (0, 1), "G2": (1, 2), "G3": (2, 3), "G4": (3, 4)}
"""Each grid is a square of 0.01 degrees; G1 and G2 are west, G3 and G4 east."""
EVENTS = """\
source_id,occurred_at,received_at,kind,severity,lon,lat,accuracy_m,note
e1,2026-09-10T08:00:00+08:00,2026-09-20T08:00:00+08:00,noise,1,120.005,30.005,30,"a, b"
e2,2026-09-10T08:00:00+08:00,2026-09-20T08:00:00+08:00,noise,2,120.015,30.005,,
e3,2026-09-30T08:00:00+08:00,2026-09-30T08:00:00+08:00,fire_hazard,3,119.99,30.005,,
e4,2026-09-30T08:00:00+08:00,2026-09-30T08:00:00+08:00,noise,2,,,,no place
"""
"""One in G1, one in G2, one west of the town, one without a position."""


def local(text: str) -> Instant:
    """The instant of a local day or time."""
    return local_instant(dt.datetime.fromisoformat(text), timezone_of(TIMEZONE))


FOUNDED = local("2026-09-01")
NOW = local("2026-09-30T20:00")


def squares(columns: dict[str, tuple[int, int]] = COLUMNS) -> gpd.GeoDataFrame:
    """Grids by their columns of 0.01 degrees, under a west and an east circle."""
    rows = sorted(columns.items())
    return gpd.GeoDataFrame(
        {
            "grid_id": [grid_id for grid_id, _ in rows],
            "parent_id": ["W" if start < 2 else "E" for _, (start, _) in rows],
            "community_id": ["K1" if start < 2 else "K2" for _, (start, _) in rows],
        },
        geometry=[
            shapely.box(120 + start / 100, 30, 120 + stop / 100, 30.01)
            for _, (start, stop) in rows
        ],
        crs=CRS,
    )


def circles() -> pd.DataFrame:
    """A core, and two circles under it."""
    return pd.DataFrame(
        {
            "circle_id": ["C", "E", "W"],
            "parent_id": [None, "C", "C"],
            "tier": [1, 2, 2],
            "name": ["核心", "东圈", "西圈"],
        }
    )


@dataclass
class SquareTown:
    """A store whose clock is set by hand; it is evening of the last of September."""

    clock: Clock = field(default_factory=lambda: Clock(FOUNDED))
    url: str = "memory:"
    store: Store = field(init=False)

    def __post_init__(self) -> None:
        self.store = open_store(self.url, now=self.clock)
        self.publish(COLUMNS, "2026-09-01")
        for layer, rows in FACTS.items():
            self.record(layer, *rows)
        self.store.record("enterprises", places())
        self.clock.now = NOW
        self.record("inspections", *INSPECTIONS)

    def publish(
        self, columns: dict[str, tuple[int, int]], day: str, **options: object
    ) -> None:
        """Publish grids on the head, true since a local day."""
        grids, head = squares(columns), self.store.history().head()
        digest = draft_digest(grids, circles())
        lineage = lineage_of(COLUMNS, columns)
        # the town may have grown
        outline = shapely.box(*grids.total_bounds)
        draft = Draft(
            local(day), digest, grids, circles(), lineage=lineage, outline=outline
        )
        base = head.version if head else None
        self.store.publish(
            Publication((draft,), "planner", "chief", base=base, **options)
        )

    def record(self, layer: str, *rows: dict[str, object]) -> None:
        """Record facts that hold since the town was founded, if they say no other."""
        self.store.record(
            layer, pd.DataFrame([{"valid_from": SINCE, **r} for r in rows])
        )

    def snapshot(self, at: Instant = NOW) -> Snapshot:
        """What is in force at a time."""
        return build_snapshot(self.store, at)

    def load(self, folder: Path, text: str = EVENTS) -> EventReport:
        """Load events of a CSV text."""
        path = folder / "events.csv"
        path.write_text(text, encoding="utf-8")
        return load_events(self.store, path, EventJob("hotline", TIMEZONE, 1.0), NOW)

    def event_id(self, source_id: str) -> str:
        """The id that the store gave to an event."""
        events = self.store.events()
        [event_id] = events.loc[events["source_id"] == source_id, "event_id"]
        return str(event_id)


def post(post_id: str, area_id: str, role: str, holder_id: str) -> dict[str, object]:
    """One post."""
    names = {"post_id": post_id, "area_id": area_id, "role": role}
    return names | {"holder_id": holder_id}


def duty(duty_id: str, post_id: str, holder_id: str, until: str) -> dict[str, object]:
    """One duty from the first of September."""
    names = {"duty_id": duty_id, "post_id": post_id, "holder_id": holder_id}
    return names | {"valid_to": until}


FACTS = {
    "posts": [
        post("C-L", "C", "circle_leader", "R001"),
        post("G1-L", "G1", "grid_leader", "L001"),
        post("G2-L", "G2", "grid_leader", "L002"),
        post("G3-L", "G3", "grid_leader", "L003"),
        post("G1-M", "G1", "full_time_member", "M001"),
    ],
    "duties": [
        duty("D0", "C-L", "R001", "2026-11-01T00:00:00+08:00"),
        duty("D1", "G1-L", "L001", "2026-11-01T00:00:00+08:00"),
        duty("D2", "G2-L", "L002", "2026-09-15T00:00:00+08:00"),
    ],
    "rules": [
        {
            "rule_id": "imprint",
            "owner": "office",
            "body": json.dumps(
                {"name": "Squares", "name_zh": "方格", "is_synthetic": True}
            ),
        }
    ],
}
"""The duty at G2 ends in the middle of the month; nobody leads G4."""
INSPECTIONS = [
    {
        "inspection_id": "I1",
        "place_id": "P1",
        "kind": "check",
        "findings": json.dumps(
            [{"finding_id": "F1", "severity": "critical", "about": "gas"}]
        ),
        "valid_from": "2026-09-20T09:00:00+08:00",
    },
    {
        "inspection_id": "I2",
        "place_id": "P2",
        "kind": "check",
        "valid_from": "2026-09-29T09:00:00+08:00",
    },
]
"""A red place in G1 and a green one in G2."""


def places() -> gpd.GeoDataFrame:
    """A place in each of three grids, the third without code, and one nowhere."""
    points = [*shapely.points([120.005, 120.015, 120.025], [30.005] * 3), None]
    frame = pd.DataFrame(
        {
            "place_id": ["P1", "P2", "P3", "P4"],
            "scene": [
                "street_shop",
                "general_enterprise",
                "street_shop",
                "street_shop",
            ],
            "is_coded": [True, True, False, True],
            "name": ["甲", None, "丙", "丁"],
            "source": "register",
            "valid_from": SINCE,
        }
    )
    return gpd.GeoDataFrame(frame, geometry=np.array(points, dtype=object), crs=CRS)
