"""Synthetic towns with the figures known of real ones: same seed, same bytes.

Everything here is made up; ids stand where persons would have names.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from gis.codes import number_grids, reading_order
from gis.models import Circle, CircleId, GridId
from gis.pagoda import Pagoda, build_pagoda, dissolve_circles
from gis.safety import Campaign
from gis.synthetic.campaigns import CAMPAIGNS
from gis.synthetic.contacts import with_contacts
from gis.synthetic.departments import (
    S_BODIES,
    Body,
    make_departments,
    with_body_duties,
    with_body_posts,
)
from gis.synthetic.devices import make_devices
from gis.synthetic.duties import DutyMonth, make_duties
from gis.synthetic.events import Month, make_events
from gis.synthetic.inspections import (
    age_of_quarters,
    make_hazards,
    make_inspections,
)
from gis.synthetic.patrols import Patrols
from gis.synthetic.people import make_people
from gis.synthetic.places import make_enterprises, make_hotspots
from gis.synthetic.plan import PlanSize, draw_grids, to_degrees
from gis.synthetic.posts import Staff, make_posts
from gis.synthetic.regions import border_lengths, group_upwards
from gis.synthetic.sources import CHANNELS, make_destinations, make_sources

Floats = NDArray[np.float64]

CRS = "EPSG:4490"
SEED = 20_261_001
S_SIZE: Final = PlanSize(120.08, 30.33, "EPSG:4549", 38e6, 125, 500.0)
# residents' committees are numbered from 001, villages' from 201
VILLAGE_NUMBERS: Final = 200
ROSTER_AHEAD_DAYS: Final = 31
"""Rosters run so much further than the events."""


@dataclass(frozen=True, slots=True)
class Town:
    """Layers of a town, ready to load or to write.

    Attributes
    ----------
    name, name_zh
        Names of the town.
    grids
        grid_id (15 digits), parent_id, community_id, name, residents and, of these,
        registered; polygons in EPSG:4490.
    circles
        circle_id, parent_id, tier, name; polygons dissolved from the grids.
    communities
        community_id (12 digits), name; polygons.
    posts
        post_id, area_id, role, holder_id (a number; empty for a vacancy), title and
        phone (of the post, in no range that is in use); those of departments stand
        last.
    month
        Duties and rotations of September and October 2026, with a few gaps on purpose.
    enterprises
        place_id, scene, is_coded, grid_id, hazard; points.
    events
        One row an event, positions in WGS 84 (columns of `make_events`).
    inspections
        Checks and drills of coded places (columns of `make_inspections`).
    campaigns
        Special campaigns that the checks took part in.
    stations
        station_id, kind, name, area_id; points, one for each emergency circle.
    sources, destinations
        Who reports, and who would be told (columns of their layers).
    devices
        device_id, source, sort, accuracy_m, in_home; points.
    departments
        Bodies, teams and centres by rank (columns of their layer); centres are points.
    """

    name: str
    name_zh: str
    grids: gpd.GeoDataFrame
    circles: gpd.GeoDataFrame
    communities: gpd.GeoDataFrame
    posts: pd.DataFrame
    month: DutyMonth
    enterprises: gpd.GeoDataFrame
    events: pd.DataFrame
    inspections: pd.DataFrame
    campaigns: tuple[Campaign, ...]
    stations: gpd.GeoDataFrame
    sources: pd.DataFrame
    destinations: pd.DataFrame
    devices: gpd.GeoDataFrame
    departments: gpd.GeoDataFrame


@dataclass(frozen=True, slots=True)
class Profile:
    """The figures that a town is made to.

    Attributes
    ----------
    name, name_zh
        Names of the town.
    code
        9-digit division code of the town; its county is not in use.
    communities, villages
        Number of communities, and how many of them, the largest, are villages.
    circles
        Number of circles of each tier by its Chinese name, from the core down.
    staff
        Who works in the grids.
    region_tier
        Tier of the circles that region leaders head.
    hotspots
        Number of middles of activity.
    scenes, enterprises
        Coded places of each scene, and all enterprises.
    month
        Days and number of the events.
    residents
        People who live there.
    patrols
        Checks and special campaigns.
    sources
        Ids of its sources.
    devices
        Source -> number of its devices.
    bodies
        Its departments by rank.
    """

    name: str
    name_zh: str
    code: str
    communities: int
    villages: int
    circles: Mapping[str, int]
    staff: Staff
    region_tier: int
    hotspots: int
    scenes: Mapping[str, int]
    enterprises: int
    month: Month
    residents: int
    patrols: Patrols
    sources: tuple[str, ...]
    devices: Mapping[str, int]
    bodies: tuple[Body, ...]


# county 330199 is not in use, so the codes are well formed and belong to nobody
S_TOWN: Final = Profile(
    name="S town",
    name_zh="S 镇",
    code="330199101",
    communities=43,
    villages=0,
    circles={"核心指挥圈": 1, "风险防控圈": 6, "应急管理圈": 12, "联合执法圈": 30},
    staff=Staff(leaders=104, full_time=288, part_time=2403, vacant=2),
    region_tier=3,
    hotspots=40,
    scenes={
        "street_shop": 4200,
        "key_security_place": 380,
        "rental_housing": 3300,
        "hazardous_chemicals": 40,
        "labour_intensive": 420,
        "construction_site": 100,
        "crowded_place": 360,
        "general_enterprise": 2200,
    },
    enterprises=20_000,
    month=Month("2026-09-01", 30, 21_000),
    residents=330_000,
    patrols=Patrols(dt.date(2026, 8, 1), 61, 21_443, 5_150, CAMPAIGNS),
    sources=tuple(channel.source for channel in CHANNELS),
    devices={
        "video_watch": 130,
        "traffic_cameras": 45,
        "shopfront_cameras": 35,
        "waste_cameras": 16,
        "sky_cameras": 6,
        "drone_patrol": 4,
        "water_levels": 12,
        "smoke_sensors": 20,
        "door_sensors": 32,
    },
    bodies=S_BODIES,
)


@dataclass(frozen=True, slots=True)
class Ground:
    """Grids before they have ids, in reading order.

    Attributes
    ----------
    polygons
        In degrees, EPSG:4490, shape (n,).
    areas_m2
        Shape (n,).
    borders_m
        Length of each shared border, shape (n, n); 0 where two do not touch.
    """

    polygons: NDArray[np.object_]
    areas_m2: Floats
    borders_m: Floats


def make_s_town(seed: int = SEED) -> Town:
    """Make S town: 38 km2, 125 grids under 30, 12, 6 and 1 circles, a month of events.

    Parameters
    ----------
    seed
        Same seed, same bytes.

    Examples
    --------
    >>> town = make_s_town()
    >>> len(town.grids), len(town.circles), len(town.events)
    (125, 49, 21000)
    """
    plan = draw_grids(S_SIZE, chance(seed, 1))
    return furnish(survey(plan[reading_order(plan)], S_SIZE), S_TOWN, seed)


def furnish(ground: Ground, profile: Profile, seed: int) -> Town:
    """Put circles, communities, posts, enterprises, events and checks on a ground.

    Parameters
    ----------
    ground
        Grids in reading order.
    profile
        How many there are of each.
    seed
        Same seed, same bytes.
    """
    grids, circles = make_command(ground, profile)
    age = age_of_quarters(ground.polygons, chance(seed, 10))
    living, registered = make_people(
        ground.areas_m2, age, profile.residents, chance(seed, 11)
    )
    grids = with_columns(grids, residents=living, registered=registered)
    pagoda = build_pagoda(circles, _column_map(grids, "grid_id", "parent_id"))
    polygons = grids.geometry.to_numpy()
    hotspots = make_hotspots(polygons, profile.hotspots, chance(seed, 2))
    load = ground.areas_m2 * chance(seed, 3).uniform(0.6, 1.6, len(grids))
    grid_ids = grids["grid_id"].tolist()
    posts = make_posts(grid_ids, load, ground.borders_m, circles, profile.staff)
    month = profile.month
    enterprises = make_enterprises(
        grids, hotspots, profile.scenes, profile.enterprises, chance(seed, 4)
    )
    hazards = make_hazards(enterprises, chance(seed, 12))
    enterprises = with_columns(enterprises, hazard=hazards)
    dissolved = circle_layer(pagoda, grids)
    days = month.days + ROSTER_AHEAD_DAYS
    duties = make_duties(
        posts, month.first_day, days, chance(seed, 6), region_tier=profile.region_tier
    )
    sources = make_sources(profile.sources)
    return Town(
        name=profile.name,
        name_zh=profile.name_zh,
        grids=grids,
        circles=dissolved,
        communities=community_layer(grids),
        posts=with_contacts(
            with_body_posts(posts, profile.bodies),
            _offices(circles),
            profile.bodies,
            profile.region_tier,
        ),
        month=with_body_duties(duties, profile.bodies, month.first_day, days),
        enterprises=enterprises,
        events=make_events(grids, hotspots, month, chance(seed, 5)),
        inspections=make_inspections(
            enterprises,
            age[pd.Index(grid_ids).get_indexer(enterprises["grid_id"])],
            profile.patrols,
            chance(seed, 13),
        ),
        campaigns=profile.patrols.campaigns,
        stations=station_layer(dissolved, profile.region_tier),
        sources=sources,
        destinations=make_destinations(profile.sources),
        devices=make_devices(
            sources, profile.devices, grids, hotspots, chance(seed, 14)
        ),
        departments=make_departments(profile.bodies, dissolved),
    )


def _offices(circles: Iterable[Circle]) -> dict[str, tuple[str, int]]:
    """Return name and tier of each circle by id."""
    return {str(circle.circle_id): (circle.name, circle.tier) for circle in circles}


def station_layer(circles: gpd.GeoDataFrame, region_tier: int) -> gpd.GeoDataFrame:
    """Return one emergency station inside each circle of a tier."""
    served = circles[circles["tier"] == region_tier].reset_index(drop=True)
    points = shapely.point_on_surface(served.geometry.to_numpy())
    return gpd.GeoDataFrame(
        {
            "station_id": "S-" + served["circle_id"],
            "kind": "emergency",
            "name": served["name"] + "应急管理站",
            "area_id": served["circle_id"],
        },
        geometry=shapely.points(shapely.get_coordinates(points).round(7)),
        crs=circles.crs,
    )


def with_columns(
    layer: gpd.GeoDataFrame, **columns: NDArray[np.int64] | list[str]
) -> gpd.GeoDataFrame:
    """Return a layer with further columns before its geometry."""
    wider = layer.assign(**columns)
    return wider[[*wider.columns.drop("geometry"), "geometry"]]


def survey(plan: NDArray[np.object_], size: PlanSize) -> Ground:
    """Return metric grids in reading order as a ground in degrees."""
    return Ground(to_degrees(plan, size), shapely.area(plan), border_lengths(plan))


def make_command(
    ground: Ground, profile: Profile
) -> tuple[gpd.GeoDataFrame, list[Circle]]:
    """Return grids with ids, parents and communities, and the circles above them.

    Parameters
    ----------
    ground
        Grids in reading order.
    profile
        How many communities and circles there are.
    """
    areas, borders = ground.areas_m2, ground.borders_m
    (labels,) = group_upwards(areas, borders, (profile.communities,))
    community = number_communities(number_regions(labels), areas, profile.villages)
    tiers = range(len(profile.circles), 0, -1)
    groupings = group_upwards(areas, borders, list(profile.circles.values())[::-1])
    names = [
        [circle_id(tier, number) for number in number_regions(labels)]
        for tier, labels in zip(tiers, groupings, strict=True)
    ]
    community_ids = [f"{profile.code}{number:03d}" for number in community]
    grids = gpd.GeoDataFrame(
        {
            "grid_id": number_grids(community_ids, range(len(community_ids))),
            "parent_id": names[0],
            "community_id": community_ids,
        },
        geometry=list(ground.polygons),
        crs=CRS,
    )
    grids.insert(3, "name", grids["grid_id"].map(grid_name))
    return grids, _circles_of(names, list(profile.circles))


def number_regions(labels: NDArray[np.int64]) -> NDArray[np.int64]:
    """Renumber regions from 1 in order of their first unit."""
    first_seen = {label: n for n, label in enumerate(dict.fromkeys(labels.tolist()), 1)}
    return np.array([first_seen[label] for label in labels.tolist()])


def circle_id(tier: int, number: int) -> CircleId:
    """Return the id of a circle: C, its tier and its number."""
    return CircleId(f"C{tier}-{number:02d}")


def number_communities(
    regions: NDArray[np.int64], areas_m2: Floats, villages: int
) -> list[int]:
    """Return the number of each grid's community; the largest ones are villages.

    Parameters
    ----------
    regions
        Region of each grid from 1, shape (n,).
    areas_m2
        Area of each grid, shape (n,).
    villages
        How many of the regions are villages.
    """
    sizes = np.bincount(regions, areas_m2)[1:]
    rural = set((1 + np.argsort(-sizes, kind="stable")[:villages]).tolist())
    urban = [n for n in range(1, len(sizes) + 1) if n not in rural]
    numbers = {n: place for place, n in enumerate(urban, start=1)}
    for place, n in enumerate(sorted(rural), start=1):
        numbers[n] = VILLAGE_NUMBERS + place
    return [numbers[region] for region in regions.tolist()]


def community_name(community_id: str) -> str:
    """Return the Chinese name of a community or village by its code."""
    number = int(community_id[9:])
    if number > VILLAGE_NUMBERS:
        return f"第{number - VILLAGE_NUMBERS}村"
    return f"第{number}社区"


def grid_name(grid_id: str) -> str:
    """Return the Chinese name of a grid by its code."""
    return f"{community_name(grid_id[:12])}第{int(grid_id[12:])}网格"


def _circles_of(
    names: Sequence[Sequence[CircleId]], tier_names: Sequence[str]
) -> list[Circle]:
    """Return the circles of every tier from the ids that each grid has there."""
    parents: dict[CircleId, CircleId | None] = dict.fromkeys(names[-1])
    for lower, upper in pairwise(names):
        parents.update(zip(lower, upper, strict=True))
    tiers = range(len(names), 0, -1)
    tier_of = {c: tier for tier, ids in zip(tiers, names, strict=True) for c in ids}
    return [
        Circle(c, parents[c], tier_of[c], f"{tier_names[tier_of[c] - 1]}{int(c[3:])}号")
        for c in sorted(parents)
    ]


def circle_layer(pagoda: Pagoda, grids: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return every circle with the polygon dissolved from its grids."""
    polygons = dissolve_circles(pagoda, grids["grid_id"].tolist(), list(grids.geometry))
    circles = pagoda.circles.values()
    return gpd.GeoDataFrame(
        {
            "circle_id": [c.circle_id for c in circles],
            "parent_id": [c.parent_id for c in circles],
            "tier": [c.tier for c in circles],
            "name": [c.name for c in circles],
        },
        geometry=[polygons[c.circle_id] for c in circles],
        crs=grids.crs,
    )


def community_layer(grids: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return communities with the polygon dissolved from their grids."""
    communities = grids["community_id"].to_numpy()
    ids = sorted(set(communities.tolist()))
    polygons = grids.geometry.to_numpy()
    return gpd.GeoDataFrame(
        {"community_id": ids, "name": list(map(community_name, ids))},
        geometry=[shapely.coverage_union_all(polygons[communities == i]) for i in ids],
        crs=grids.crs,
    )


def chance(seed: int, part: int) -> np.random.Generator:
    """Return a source of chance of its own for one part of a town."""
    return np.random.default_rng([seed, part])


def _column_map(frame: pd.DataFrame, key: str, value: str) -> dict[GridId, CircleId]:
    return dict(zip(frame[key], frame[value], strict=True))
