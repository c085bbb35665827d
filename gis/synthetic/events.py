"""A month of synthetic events: clustered, daily rhythm, with the dirt of real feeds."""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from gis.synthetic.places import Hotspots, sample_inside

Floats = NDArray[np.float64]

# share of each channel and the accuracy radius its positions have, metres
CHANNELS = {
    "hotline": (0.30, 60.0),
    "inspector": (0.28, 8.0),
    "camera": (0.18, 15.0),
    "citizen_snapshot": (0.16, 25.0),
    "alarm": (0.08, 40.0),
}
# module -> categories, as codes of the sample dictionary
CATEGORIES = {
    "party_building": ("volunteer_request", "community_service"),
    "enforcement": ("street_trading", "illegal_parking", "waste_dumping", "noise"),
    "safety": ("fire_hazard", "dispute", "theft", "electrical_hazard"),
    "prevention": ("public_health", "flood_risk", "building_defect"),
    "economy": ("wage_arrears", "business_licence"),
    "livelihood": ("water_supply", "road_damage", "street_light", "elder_care"),
}
# share of all events; the other categories of a module share alike
RARE = {"dispute": 0.002}
MODULE_SHARES = (0.03, 0.36, 0.22, 0.08, 0.05, 0.26)
# relative load of the hours 0 to 23
HOURS = (
    2, 1, 1, 1, 1, 2, 5, 9, 14, 16, 15, 13,
    10, 11, 14, 15, 15, 13, 11, 10, 9, 7, 5, 3,
)  # fmt: skip
SEVERITY_SHARES = (0.62, 0.26, 0.10, 0.02)

ON_BORDER, OUTSIDE, NO_POSITION, SWAPPED = 0.010, 0.014, 0.012, 0.002


@dataclass(frozen=True, slots=True)
class Month:
    """Whole days from `first_day` (local, ISO), and how many events they bring."""

    first_day: str
    days: int
    events: int


def make_events(
    grids: gpd.GeoDataFrame,
    hotspots: Hotspots,
    month: Month,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Return events in order of time, positions in WGS 84 degrees.

    One in a hundred lies exactly on a border, some lie up to 600 m outside, some have
    no position but a community, a few have lon and lat exchanged.

    Parameters
    ----------
    grids
        The grids in degrees, with community_id.
    hotspots
        Where events gather.
    month
        Days and number of events.
    rng
        Source of all chance.
    """
    polygons = grids.geometry.to_numpy()
    xy, rows = sample_inside(polygons, hotspots, month.events, rng)
    fate = rng.random(month.events)
    limits = np.cumsum([ON_BORDER, OUTSIDE, NO_POSITION, SWAPPED])
    kind = np.searchsorted(limits, fate, side="right")
    xy[kind == 0] = _on_borders(polygons, int((kind == 0).sum()), rng)
    xy[kind == 1] = _outside(polygons, int((kind == 1).sum()), rng)
    xy[kind == 2] = np.nan
    xy[kind == 3] = xy[kind == 3, ::-1]
    channel = rng.choice(list(CHANNELS), month.events, p=_shares(CHANNELS))
    times = _times(month, rng)
    facts = {
        "event_id": [f"S{n:06d}" for n in range(1, month.events + 1)],
        "occurred_at": times,
        "channel": channel,
        **_categories(month.events, rng),
        "severity": rng.choice([1, 2, 3, 4], month.events, p=SEVERITY_SHARES),
        "lon": xy[:, 0],
        "lat": xy[:, 1],
        "accuracy_m": [CHANNELS[name][1] for name in channel],
        "community_id": np.where(kind == 2, grids["community_id"].to_numpy()[rows], ""),
    }
    return pd.DataFrame(facts)


def _shares(channels: dict[str, tuple[float, float]]) -> list[float]:
    return [share for share, _ in channels.values()]


def _categories(count: int, rng: np.random.Generator) -> dict[str, NDArray[np.str_]]:
    """Return module and category of each event."""
    modules = rng.choice(list(CATEGORIES), count, p=MODULE_SHARES)
    turn = rng.random(count)
    categories = np.empty(count, dtype="<U32")
    for module, module_share in zip(CATEGORIES, MODULE_SHARES, strict=True):
        limits = np.cumsum(_category_shares(module, module_share))[:-1]
        rows = modules == module
        places = np.searchsorted(limits, turn[rows], side="right")
        categories[rows] = np.array(CATEGORIES[module])[places]
    return {"category": categories, "module": modules}


def _category_shares(module: str, module_share: float) -> list[float]:
    """Return the share that each category has of its module."""
    names = CATEGORIES[module]
    rare = {name: RARE[name] / module_share for name in names if name in RARE}
    usual = (1 - sum(rare.values())) / (len(names) - len(rare))
    return [rare.get(name, usual) for name in names]


def _times(month: Month, rng: np.random.Generator) -> pd.Series:
    """Return ordered local times with their offset, as ISO text."""
    day = rng.integers(0, month.days, month.events)
    load = np.array(HOURS) / sum(HOURS)
    hour = rng.choice(24, month.events, p=load)
    second = rng.integers(0, 3600, month.events)
    elapsed = np.sort(day * 86_400 + hour * 3600 + second)
    local = pd.Timestamp(month.first_day) + pd.to_timedelta(elapsed, unit="s")
    return pd.Series(local.strftime("%Y-%m-%dT%H:%M:%S+08:00"))


def _on_borders(
    polygons: NDArray[np.object_], count: int, rng: np.random.Generator
) -> Floats:
    """Return vertices of grids, which lie on two grids or more, to the bit."""
    vertices = shapely.get_coordinates(polygons)
    return vertices[rng.integers(0, len(vertices), count)]


def _outside(
    polygons: NDArray[np.object_], count: int, rng: np.random.Generator
) -> Floats:
    """Return points up to about 600 m outside the town, degrees at 7 decimals."""
    town = shapely.coverage_union_all(polygons)
    ring = shapely.difference(shapely.buffer(town, 0.006), town)
    shapely.prepare(ring)
    points = np.empty((0, 2))
    while len(points) < count:
        min_x, min_y, max_x, max_y = ring.bounds
        xy = np.round(rng.uniform((min_x, min_y), (max_x, max_y), (4 * count, 2)), 7)
        points = np.vstack([points, xy[shapely.contains_xy(ring, xy)]])
    return points[:count]
