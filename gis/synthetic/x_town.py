"""X town: grids merged from two grid systems, with what became of each former grid."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from gis.codes import reading_order
from gis.synthetic.campaigns import CAMPAIGNS
from gis.synthetic.departments import Body
from gis.synthetic.events import Month
from gis.synthetic.patrols import Patrols
from gis.synthetic.plan import PlanSize, draw_grids, to_degrees
from gis.synthetic.posts import Staff
from gis.synthetic.regions import (
    border_lengths,
    group_neighbours,
    join_regions,
    split_into_pieces,
)
from gis.synthetic.town import CRS, Profile, Town, chance, furnish, survey

Floats = NDArray[np.float64]
Labels = NDArray[np.int64]
Polygons = NDArray[np.object_]

SEED: Final = 20_261_003
GRIDS: Final = 32
# parts of ground that no border of any system cuts
BLOCKS: Final = 110
SHARE_DECIMALS: Final = 6


@dataclass(frozen=True, slots=True)
class FormerSystem:
    """A grid system that was merged: the prefix of its ids, its name, its grids."""

    prefix: str
    name_zh: str
    grids: int


SYSTEMS: Final[Mapping[str, FormerSystem]] = {
    "party_building": FormerSystem("PB", "党建民情通", 24),
    "public_order": FormerSystem("PO", "平安综治", 27),
}

BODIES: Final = (
    Body("police", "公安", "Police", "public_order", holders=("B001",)),
    Body("justice", "司法", "Justice", "public_order", holders=("B002",)),
    Body(
        "land_planning", "国土规划", "Land planning", "enforcement", holders=("B003",)
    ),
    Body(
        "market_supervision",
        "市场监管",
        "Market supervision",
        "market",
        holders=("B004",),
        post="market",
    ),
    Body("environment", "环保", "Environment", "enforcement", holders=("B005",)),
)
"""Bodies of the county that are stationed in X town."""
# county 330699 is not in use
X_TOWN: Final = Profile(
    name="X town",
    name_zh="X 镇",
    code="330699101",
    communities=22,
    villages=12,
    circles={"综合指挥中心": 1, "片区": 4},
    staff=Staff(leaders=30, full_time=64, part_time=420, vacant=1),
    region_tier=2,
    hotspots=12,
    scenes={
        "street_shop": 260,
        "rental_housing": 180,
        "hazardous_chemicals": 6,
        "labour_intensive": 90,
        "construction_site": 14,
        "crowded_place": 30,
    },
    enterprises=1_200,
    month=Month("2026-09-01", 30, 1_200),
    residents=62_000,
    patrols=Patrols(dt.date(2026, 8, 1), 61, 1_150, 240, CAMPAIGNS[:6]),
    sources=(
        "hotline",
        "citizen_snapshot",
        "member_app",
        "video_watch",
        "police_110",
        "pagoda",
    ),
    devices={"video_watch": 24},
    bodies=BODIES,
)
CLUSTERS: Final = (
    "building_materials",
    "modern_logistics",
    "warp_knitting",
    "hardware_machinery",
)
LISTED: Final = 8


@dataclass(frozen=True, slots=True)
class MergedTown:
    """A town, the grid systems that its grids were merged from, and the lineage.

    Attributes
    ----------
    town
        The layers in force; enterprises have a cluster and `is_listed` besides.
    former
        Grids of each former system: grid_id, name; a coverage of the same ground.
    lineage
        system, from_id (former grid), to_id (grid in force), share: how much of the
        former grid's area went there; the shares of a former grid sum to 1.
    former_posts
        system, post_id, area_id (former grid), role, holder_id (a number): the leader
        of each former grid.
    """

    town: Town
    former: Mapping[str, gpd.GeoDataFrame]
    lineage: pd.DataFrame
    former_posts: pd.DataFrame


def make_x_town(seed: int = SEED) -> MergedTown:
    """Make X town: 38 km2, 32 grids in 22 communities and villages, under 4 and 1.

    Parameters
    ----------
    seed
        Same seed, same bytes.

    Examples
    --------
    >>> merged = make_x_town()
    >>> len(merged.town.grids), [len(grids) for grids in merged.former.values()]
    (32, [24, 27])
    """
    size = PlanSize(120.30, 30.12, "EPSG:4549", 38e6, BLOCKS, 560.0)
    blocks = draw_grids(size, chance(seed, 1))
    areas, borders = shapely.area(blocks), border_lengths(blocks)
    old = {
        name: in_reading_order(
            draw_system(areas, borders, system.grids, chance(seed, part)), blocks
        )
        for part, (name, system) in enumerate(SYSTEMS.items(), start=7)
    }
    new = in_reading_order(merge_systems(list(old.values()), areas, borders), blocks)
    town = furnish(survey(dissolve(blocks, new), size), X_TOWN, seed)
    grid_ids = town.grids["grid_id"].tolist()
    ids = {
        name: [f"{system.prefix}-{n:02d}" for n in range(1, system.grids + 1)]
        for name, system in SYSTEMS.items()
    }
    return MergedTown(
        town=replace(
            town,
            enterprises=with_clusters(town.enterprises, chance(seed, 9)),
        ),
        former={
            name: former_layer(name, ids[name], to_degrees(dissolve(blocks, old), size))
            for name, old in old.items()
        },
        lineage=pd.concat(
            [
                lineage_of(name, areas, (labels, ids[name]), (new, grid_ids))
                for name, labels in old.items()
            ],
            ignore_index=True,
        ),
        former_posts=leaders_of(ids),
    )


def draw_system(
    areas: Floats, borders: Floats, count: int, rng: np.random.Generator
) -> Labels:
    """Return the grid of each block in a system of its own, numbered from 0."""
    return group_neighbours(areas * rng.uniform(0.4, 1.6, len(areas)), borders, count)


def merge_systems(systems: list[Labels], areas: Floats, borders: Floats) -> Labels:
    """Return the grid of each block after the merger, numbered from 0.

    What both systems keep together stays together, so every new border was one before.
    """
    pairs = np.unique(np.column_stack(systems), axis=0, return_inverse=True)[1]
    pieces = split_into_pieces(pairs.astype(np.int64), borders)
    return join_regions(pieces, areas, borders, GRIDS)


def in_reading_order(labels: Labels, blocks: Polygons) -> Labels:
    """Renumber regions in rows from north, west to east."""
    order = reading_order(dissolve(blocks, labels))
    places = np.empty_like(order)
    places[order] = np.arange(len(order))
    return places[labels]


def dissolve(blocks: Polygons, labels: Labels) -> Polygons:
    """Return the polygon of each region in the order of their numbers."""
    regions = [
        shapely.coverage_union_all(blocks[labels == label])
        for label in range(int(labels.max()) + 1)
    ]
    return np.array(regions, dtype=object)


def former_layer(system: str, ids: list[str], polygons: Polygons) -> gpd.GeoDataFrame:
    """Return the grids of a former system as a layer."""
    name = SYSTEMS[system].name_zh
    names = [f"{name}第{number}网格" for number in range(1, len(ids) + 1)]
    return gpd.GeoDataFrame(
        {"grid_id": ids, "name": names}, geometry=list(polygons), crs=CRS
    )


def lineage_of(
    system: str,
    areas: Floats,
    former: tuple[Labels, list[str]],
    current: tuple[Labels, list[str]],
) -> pd.DataFrame:
    """Return which share of each former grid went to which grid, by code.

    Parameters
    ----------
    system
        Name of the former system.
    areas
        Area of each block, shape (n,).
    former, current
        Grid of each block, shape (n,), and the ids of these grids.
    """
    (old, old_ids), (new, new_ids) = former, current
    moved = np.zeros((len(old_ids), len(new_ids)))
    np.add.at(moved, (old, new), areas)
    shares = np.round(moved / moved.sum(axis=1, keepdims=True), SHARE_DECIMALS)
    rows, columns = np.nonzero(shares)
    return pd.DataFrame(
        {
            "system": system,
            "from_id": [old_ids[row] for row in rows],
            "to_id": [new_ids[column] for column in columns],
            "share": shares[rows, columns],
        }
    )


def leaders_of(ids: Mapping[str, list[str]]) -> pd.DataFrame:
    """Return the leader post of each former grid; numbers are those of its system.

    Parameters
    ----------
    ids
        Grids of each former system, in code order.
    """
    rows = [
        (system, f"{grid_id}-L", grid_id, "grid_leader", f"{grid_id[:2]}L{number:03d}")
        for system, grid_ids in ids.items()
        for number, grid_id in enumerate(grid_ids, start=1)
    ]
    columns = ["system", "post_id", "area_id", "role", "holder_id"]
    return pd.DataFrame(rows, columns=columns)


def with_clusters(
    enterprises: gpd.GeoDataFrame, rng: np.random.Generator
) -> gpd.GeoDataFrame:
    """Return enterprises with the industry cluster of each, eight of them listed."""
    is_listed = np.zeros(len(enterprises), dtype=bool)
    is_listed[rng.choice(len(enterprises), size=LISTED, replace=False)] = True
    cluster = rng.choice(CLUSTERS, size=len(enterprises), p=(0.3, 0.2, 0.35, 0.15))
    return enterprises.assign(cluster=cluster, is_listed=is_listed)
