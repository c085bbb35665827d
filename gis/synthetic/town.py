"""Synthetic towns with the figures of the reference texts: same seed, same bytes.

Everything here is made up; ids stand where persons would have names.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from gis.models import Circle, CircleId, GridId
from gis.pagoda import Pagoda, build_pagoda, dissolve_circles
from gis.synthetic.duties import DutyMonth, make_duties
from gis.synthetic.events import Month, make_events
from gis.synthetic.places import make_enterprises, make_hotspots
from gis.synthetic.plan import PlanSize, draw_grids, to_degrees
from gis.synthetic.posts import Staff, make_posts
from gis.synthetic.regions import border_lengths, group_upwards, reading_order

Floats = NDArray[np.float64]

CRS = "EPSG:4490"
SEED = 20_261_001
# county 330199 is not in use, so the codes are well formed and belong to nobody
TOWN_CODE = "330199101"
SCENES = {
    "street_shop": 4200,
    "key_security_place": 380,
    "rental_housing": 3300,
    "hazardous_chemicals": 40,
    "labour_intensive": 420,
    "construction_site": 100,
    "crowded_place": 360,
    "general_enterprise": 2200,
}
TIER_NAMES = {
    1: "核心指挥圈",
    2: "风险防控圈",
    3: "应急管理圈",
    4: "联合执法圈",
}


@dataclass(frozen=True, slots=True)
class Town:
    """Layers of a town, ready to load or to write.

    Attributes
    ----------
    grids
        grid_id (15 digits), parent_id, community_id, name; polygons in EPSG:4490.
    circles
        circle_id, parent_id, tier, name; polygons dissolved from the grids.
    communities
        community_id (12 digits), name; polygons.
    posts
        post_id, area_id, role, holder_id (a number; empty for a vacancy).
    month
        Duties and rotations of September 2026, with a few gaps on purpose.
    enterprises
        place_id, scene, is_coded, grid_id; points.
    events
        One row an event, positions in WGS 84 (columns of `make_events`).
    """

    grids: gpd.GeoDataFrame
    circles: gpd.GeoDataFrame
    communities: gpd.GeoDataFrame
    posts: pd.DataFrame
    month: DutyMonth
    enterprises: gpd.GeoDataFrame
    events: pd.DataFrame


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
    ground = draw_ground(
        PlanSize(120.08, 30.33, "EPSG:4549", 38e6, 125, 500.0), _chance(seed, 1)
    )
    grids, circles = make_command(ground, 43, (30, 12, 6, 1))
    pagoda = build_pagoda(circles, _column_map(grids, "grid_id", "parent_id"))
    polygons = grids.geometry.to_numpy()
    hotspots = make_hotspots(polygons, 40, _chance(seed, 2))
    load = ground.areas_m2 * _chance(seed, 3).uniform(0.6, 1.6, len(grids))
    staff = Staff(leaders=104, full_time=288, part_time=2403, vacant=2)
    grid_ids = grids["grid_id"].tolist()
    posts = make_posts(grid_ids, load, ground.borders_m, circles, staff)
    return Town(
        grids=grids,
        circles=circle_layer(pagoda, grids),
        communities=community_layer(grids),
        posts=posts,
        month=make_duties(posts, "2026-09-01", 30, _chance(seed, 6)),
        enterprises=make_enterprises(grids, hotspots, SCENES, 20_000, _chance(seed, 4)),
        events=make_events(
            grids, hotspots, Month("2026-09-01", 30, 21_000), _chance(seed, 5)
        ),
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


def draw_ground(size: PlanSize, rng: np.random.Generator) -> Ground:
    """Draw the grids of a town, numbered in rows from north, west to east."""
    plan = draw_grids(size, rng)
    plan = plan[reading_order(plan)]
    return Ground(to_degrees(plan, size), shapely.area(plan), border_lengths(plan))


def make_command(
    ground: Ground, communities: int, counts: Sequence[int]
) -> tuple[gpd.GeoDataFrame, list[Circle]]:
    """Return grids with ids, parents and communities, and the circles above them.

    Parameters
    ----------
    ground
        Grids in reading order.
    communities
        Number of communities.
    counts
        Number of circles of each tier, from the one above the grids to the core.
    """
    community = number_regions(
        group_upwards(ground.areas_m2, ground.borders_m, (communities,))[0]
    )
    tiers = range(len(counts), 0, -1)
    groupings = [
        number_regions(labels)
        for labels in group_upwards(ground.areas_m2, ground.borders_m, counts)
    ]
    names = [
        [circle_id(tier, number) for number in labels]
        for tier, labels in zip(tiers, groupings, strict=True)
    ]
    community_ids = [f"{TOWN_CODE}{number:03d}" for number in community]
    grids = gpd.GeoDataFrame(
        {
            "grid_id": number_grids(community_ids),
            "parent_id": names[0],
            "community_id": community_ids,
        },
        geometry=list(ground.polygons),
        crs=CRS,
    )
    grids.insert(3, "name", grids["grid_id"].map(grid_name))
    return grids, _circles_of(names, list(tiers))


def number_regions(labels: NDArray[np.int64]) -> NDArray[np.int64]:
    """Renumber regions from 1 in order of their first unit."""
    first_seen = {label: n for n, label in enumerate(dict.fromkeys(labels.tolist()), 1)}
    return np.array([first_seen[label] for label in labels.tolist()])


def circle_id(tier: int, number: int) -> CircleId:
    """Return the id of a circle: C, its tier and its number."""
    return CircleId(f"C{tier}-{number:02d}")


def number_grids(community_ids: Sequence[str]) -> list[GridId]:
    """Return 15-digit codes: the community's 12 digits and a running number in it."""
    seen: dict[str, int] = {}
    codes = []
    for community in community_ids:
        seen[community] = seen.get(community, 0) + 1
        codes.append(GridId(f"{community}{seen[community]:03d}"))
    return codes


def grid_name(grid_id: str) -> str:
    """Return the Chinese name of a grid by its code."""
    return f"第{int(grid_id[9:12])}社区第{int(grid_id[12:])}网格"


def _circles_of(names: list[list[CircleId]], tiers: list[int]) -> list[Circle]:
    """Return the circles of every tier from the ids that each grid has there."""
    parents: dict[CircleId, CircleId | None] = dict.fromkeys(names[-1])
    for lower, upper in pairwise(names):
        parents.update(zip(lower, upper, strict=True))
    tier_of = {c: tier for tier, ids in zip(tiers, names, strict=True) for c in ids}
    return [
        Circle(c, parents[c], tier_of[c], f"{TIER_NAMES[tier_of[c]]}{int(c[3:])}号")
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
        {"community_id": ids, "name": [f"第{int(i[9:])}社区" for i in ids]},
        geometry=[shapely.coverage_union_all(polygons[communities == i]) for i in ids],
        crs=grids.crs,
    )


def _chance(seed: int, part: int) -> np.random.Generator:
    """Return a source of chance of its own for one part of a town."""
    return np.random.default_rng([seed, part])


def _column_map(frame: pd.DataFrame, key: str, value: str) -> dict[GridId, CircleId]:
    return dict(zip(frame[key], frame[value], strict=True))
