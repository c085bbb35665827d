"""Days of S town and of a hamlet, made by hand, to make reports of."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import geopandas as gpd
import numpy as np
import orjson
import pandas as pd
import shapely

from gis.events import Scenarios
from gis.models import Instant, Scene
from gis.risk import MethodCard, RiskMethod
from gis.safety import SafetyRule
from gis.synthetic import Town
from gis.versions import Version
from layers.figures.counting import Span
from layers.figures.report import Figures, daily_figures, monthly_figures
from layers.packs.rulebook import shipped_rule
from layers.packs.scenario_files import scenarios
from layers.rating.drivers import AreaDriver

DAY = dt.date(2026, 9, 30)
END_OF_10_OCTOBER = Instant(1791648000000)
METHOD = RiskMethod.from_body(shipped_rule("risk"))
RULE = SafetyRule.from_body(shipped_rule("safety"))
VERSION = Version("main", 7, Instant(0), Instant(0), "a", "b", "", "c0ffee" * 10, None)
CARD = METHOD.card(
    "2026-09-01 / 2026-09-30", boundary_version="7 (c0ffeec0ffee)", rule_version="1"
)


@dataclass(frozen=True)
class MadeDay:
    """Looks like `layers.rating.day.RiskDay`."""

    places: gpd.GeoDataFrame
    grids: gpd.GeoDataFrame
    circles: gpd.GeoDataFrame | None
    communities: gpd.GeoDataFrame | None
    events: pd.DataFrame
    sensitive_events: pd.DataFrame
    inspections: pd.DataFrame
    day: dt.date = DAY
    known_at: Instant | None = END_OF_10_OCTOBER
    version: Version = VERSION
    rule: SafetyRule = RULE
    scenarios: Scenarios = field(default_factory=scenarios)
    method: RiskMethod = METHOD
    card: MethodCard = CARD
    timezone: str = "Asia/Shanghai"
    edition_timezone: str = "Asia/Shanghai"
    left_out: Mapping[str, int] = field(default_factory=lambda: {"no_grid": 3})
    campaign_places: pd.DataFrame = field(
        default_factory=lambda: pd.DataFrame(columns=["place_id", "name", "scene"])
    )

    def within(self, span: Span) -> pd.DataFrame:
        """Return the events of some days, as `PeriodEvents` does: all lie in grids."""
        events = self.events[span.holds(self.events["day"])]
        paths = {grid_id: self._path(grid_id) for grid_id in self.grids["grid_id"]}
        return events.assign(
            kind=events["category"],
            area_path=events["grid_id"].map(paths).fillna("").astype(str),
            grid_id=events["grid_id"].fillna("").astype(str),
            move="",
        ).sort_values(["occurred_at", "event_id"], ignore_index=True)

    def _path(self, grid_id: str) -> str:
        """Return the path of a grid, alone where there is no tree."""
        if self.circles is None:
            return f"{grid_id}/"
        circles = self.circles.set_index("circle_id")["parent_id"].dropna()
        parents = {**circles, **self.grids.set_index("grid_id")["parent_id"]}
        path, area_id = f"{grid_id}/", grid_id
        while area_id in parents:
            area_id = parents[area_id]
            path = f"{area_id}/{path}"
        return path


def daily_report(day: MadeDay, **options: Any) -> Figures:
    """Return the figures of a made day."""
    return daily_figures(day, day.within, **options)


def monthly_report(day: MadeDay, **options: Any) -> Figures:
    """Return the figures of the month that a made day ends."""
    return monthly_figures(day, day.within, **options)


def make_s_town_day(town: Town, seed: int = 5) -> MadeDay:
    """S town with 11,000 places, a month of events and its inspections."""
    rng = np.random.default_rng(seed)
    grids = rated(town.grids, "grid", rng)
    events = town.events.assign(
        grid_id=rng.choice([*grids["grid_id"], None], len(town.events)),
        day=pd.to_datetime(town.events["occurred_at"])
        .dt.tz_localize(None)
        .to_numpy("datetime64[D]"),
        occurred_at=pd.to_datetime(town.events["occurred_at"], utc=True),
    )
    places = _coded(town.enterprises, rng)
    return MadeDay(
        places=places,
        grids=grids,
        circles=rated(town.circles, "circle", rng),
        communities=rated(town.communities, "community", rng),
        **apart(events),
        inspections=_inspected(places, rng),
    )


def apart(events: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Part events as a rated day has them: the sensitive ones stand apart."""
    is_sensitive = events["category"].isin(scenarios().sensitive_kinds)
    return {"events": events[~is_sensitive], "sensitive_events": events[is_sensitive]}


def rated(
    areas: gpd.GeoDataFrame, name: str, rng: np.random.Generator
) -> gpd.GeoDataFrame:
    """Give areas a made-up score, level, change and drivers."""
    count = len(areas)
    drivers: list[Any] = [
        (
            AreaDriver("events", "street_trading", 31, 3.1, 0.31),
            AreaDriver("place", "E00012", 1, 2.0, 0.2),
            AreaDriver("events", "theft", 12, 1.2, 0.12),
        )
    ] * count
    scores = rng.gamma(6.0, 20.0, count)
    levels = 1 + np.searchsorted(METHOD.breaks, scores)
    levels[0], scores[0] = (0, np.nan) if name == "grid" else (levels[0], scores[0])
    return areas.assign(
        score=scores,
        level=levels,
        change=rng.normal(0, 8, count),
        drivers=drivers,
    )


def _coded(enterprises: gpd.GeoDataFrame, rng: np.random.Generator) -> gpd.GeoDataFrame:
    """Give the coded places of a town a code, findings and due dates."""
    coded = enterprises[enterprises["is_coded"]].reset_index(drop=True)
    count = len(coded)
    code = rng.choice([1, 2, 3], count, p=[0.955, 0.04, 0.005])
    overdue = np.where(rng.random(count) < 0.02, rng.integers(1, 40, count), 0)
    last = np.datetime64(DAY) - rng.integers(1, 28, count)
    return coded.assign(
        name=[
            f"{Scene(scene).value}{row}号" for row, scene in enumerate(coded["scene"])
        ],
        hazard="",
        code=code,
        community_id=coded["grid_id"].str[:12],
        due_on=np.datetime64(DAY) - overdue,
        overdue_days=overdue,
        last_check=last,
        open_minor=rng.integers(0, 3, count),
        open_serious=(code == 2).astype(int),
        open_critical=(code == 3).astype(int),
        criteria=np.select(
            [code == 3, code == 2], ["critical-finding;overdue", "serious-finding"], ""
        ),
    )


def _inspected(places: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Return inspections of two months, 18 campaigns among them."""
    count = 21_443
    rows = rng.integers(0, len(places), count)
    days = rng.integers(0, 61, count)
    found = rng.binomial(2, 0.15, count)
    campaigns = np.array([f"campaign/{n:02d}" for n in range(1, 19)])
    return pd.DataFrame(
        {
            "inspection_id": [f"I{n:06d}" for n in range(count)],
            "place_id": places["place_id"].to_numpy()[rows],
            "kind": rng.choice(["check", "drill"], count, p=[0.97, 0.03]),
            "campaign": np.where(
                rng.random(count) < 0.2, rng.choice(campaigns, count), ""
            ),
            "result": "",
            "day": np.datetime64(DAY) - days,
            "found": found,
            "fixed": rng.binomial(found, 0.8),
            "grid_id": places["grid_id"].to_numpy()[rows],
            "department": rng.choice(["", "fire", "police", "market"], count),
        }
    )


def make_hamlet_day(**changes: Any) -> MadeDay:
    """Three grids in two circles under one, two communities, few facts, no chance."""
    squares = [
        shapely.box(120 + n / 100, 30, 120.01 + n / 100, 30.01) for n in range(3)
    ]
    rating = {
        "score": [10.0, 150.0, np.nan],
        "level": [1, 3, 0],
        "change": [0.5, -2.0, np.nan],
        "drivers": [
            (
                AreaDriver(
                    "place",
                    "H1",
                    1,
                    5.0,
                    0.5,
                    "red",
                    "critical-finding",
                    "2026-09-27",
                    "P1",
                ),
            ),
            (
                AreaDriver("events", "theft", 2, 0.4, 0.4),
                AreaDriver("events", "noise", 1, 0.2, 0.2),
            ),
            (),
        ],
    }
    grids = gpd.GeoDataFrame(
        {
            "grid_id": ["G1", "G2", "G3"],
            "name": ["甲", "=cmd|' /C calc'!A0", "<img src=x onerror=alert(1)>"],
            "parent_id": ["C21", "C21", "C22"],
            "community_id": ["K1", "K1", "K2"],
            **rating,
        },
        geometry=squares,
        crs="EPSG:4490",
    )
    circles = gpd.GeoDataFrame(
        {
            "circle_id": ["C1", "C21", "C22"],
            "parent_id": [None, "C1", "C1"],
            "tier": [1, 2, 2],
            "name": ["小镇", "东圈", "西圈"],
            **rating,
        },
        geometry=[
            shapely.union_all(squares),
            shapely.union_all(squares[:2]),
            squares[2],
        ],
        crs="EPSG:4490",
    )
    communities = gpd.GeoDataFrame(
        {"community_id": ["K1", "K2"], "name": ["一村", "二村"]}
        | {name: values[:2] for name, values in rating.items()},
        geometry=circles.geometry.to_numpy()[1:],
        crs="EPSG:4490",
    )
    made = {
        "places": _hamlet_places(),
        "grids": grids,
        "circles": circles,
        "communities": communities,
        **apart(_hamlet_events()),
        "inspections": _hamlet_inspections(),
    }
    return MadeDay(**(made | changes))


def _hamlet_places() -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {
            "place_id": ["H1", "H2", "H3", "H4"],
            "name": ["老店", "+1号", None, "化工厂"],
            "scene": [
                "street_shop",
                "street_shop",
                "rental_housing",
                "construction_site",
            ],
            "hazard": "",
            "code": [3, 1, 2, 0],
            "grid_id": ["G1", "G2", None, "G3"],
            "community_id": ["K1", "K1", None, "K2"],
            "due_on": np.array(
                ["2026-09-27", "2026-10-20", "2026-09-29", "NaT"], "M8[D]"
            ),
            "overdue_days": [3, 0, 1, 0],
            "last_check": np.array(["2026-09-26", "2026-09-20", "NaT", "NaT"], "M8[D]"),
            "open_minor": [0, 1, 0, 0],
            "open_serious": [0, 0, 1, 0],
            "open_critical": [1, 0, 0, 0],
            "criteria": ["critical-finding;overdue", "", "serious-finding", ""],
        },
        geometry=[
            shapely.Point(120.005, 30.005),
            shapely.Point(120.015, 30.005),
            None,
            None,
        ],
        crs="EPSG:4490",
    )


def _hamlet_events() -> pd.DataFrame:
    rows = [
        # today: 6 counted in grids or none, 2 disputes
        ("V1", "G1", "noise", "enforcement", 1, "2026-09-30"),
        ("V2", "G1", "fire_hazard", "safety", 4, "2026-09-30"),
        ("V3", "G2", "dispute", "safety", 2, "2026-09-30"),
        ("V4", None, "noise", "enforcement", 1, "2026-09-30"),
        ("V5", "G3", "kite", "", 9, "2026-09-30"),
        ("V6", "G3", "dispute", "safety", 2, "2026-09-30"),
        # yesterday, earlier this month, last month, too early
        ("V7", "G2", "noise", "enforcement", 1, "2026-09-29"),
        ("V8", "G2", "noise", "enforcement", 1, "2026-09-01"),
        ("V9", "G1", "theft", "safety", 3, "2026-08-31"),
        ("V0", "G1", "theft", "safety", 3, "2026-07-31"),
    ]
    names = ["event_id", "grid_id", "category", "module", "severity", "day"]
    events = pd.DataFrame(rows, columns=names)
    days = pd.to_datetime(events["day"])
    return events.assign(
        channel="hotline",
        day=days.to_numpy("datetime64[D]"),
        occurred_at=(days + pd.Timedelta(hours=9)).dt.tz_localize("Asia/Shanghai"),
    )


def _hamlet_inspections() -> pd.DataFrame:
    rows = [
        ("I1", "H1", "check", "2026-09-30", "campaign/gas", 2, 0, "G1"),
        ("I2", "H1", "check", "2026-09-30", "", 0, 1, "G1"),
        ("I3", "H2", "drill", "2026-09-30", "", 0, 1, "G2"),
        ("I4", "H2", "check", "2026-09-30", "campaign/gas", 0, 0, "G2"),
        ("I5", "H2", "check", "2026-09-30", "campaign/gas", 0, 0, "G2"),
        ("I6", "gone", "check", "2026-09-30", "campaign/fire", 1, 0, None),
        ("I7", "H2", "check", "2026-09-02", "campaign/fire", 1, 1, "G2"),
    ]
    names = ["inspection_id", "place_id", "kind", "day", "campaign", "found", "fixed"]
    told = pd.DataFrame(rows, columns=[*names, "grid_id"])
    return told.assign(
        day=told["day"].to_numpy("datetime64[D]"), result="", department="fire"
    )


def text_of(data: bytes) -> Any:
    """Parse JSON."""
    return orjson.loads(data)
