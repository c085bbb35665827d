"""A small seeded town with everything that a map can show, and its drawn page."""

import json
import re

import geopandas as gpd
import numpy as np
import pandas as pd
from shapely import box

from gis.models import Scene
from gis.risk import MethodCard
from layers.maps import Details, PackCaption, five_colour_map
from layers.maps.offline import page

CARD = MethodCard(
    title="Event load",
    title_zh="事件负荷",
    formula="score = events / area_km2 * 30 / days",
    unit="events per km2 and 30 days",
    breaks=(150.0, 400.0, 800.0, 1500.0),
    version="event-load/1",
    data_date="2026-09",
    note="Counts reports, not harm; not the area risk score.",
)
"""A card with some of its fields filled."""
DAYS = pd.date_range("2026-09-28", "2026-09-30")
PAINTED = """window.addEventListener("load", () => requestAnimationFrame(() =>
  requestAnimationFrame(() => { window.painted = performance.now(); })));"""
"""Notes the milliseconds from the start of a page to the frame after it was drawn."""


def town(n=5, seed=7):
    """A seeded coverage of n by n grids, four circles of tier 2 and the core."""
    rng = np.random.default_rng(seed)
    xs = 120.05 + 0.006 * np.arange(n + 1)
    ys = 30.30 + 0.005 * np.arange(n + 1)
    rows = []
    for i in range(n):
        for j in range(n):
            area = box(xs[i], ys[j], xs[i + 1], ys[j + 1])
            rows.append((f"G{i}{j}", f"C{2 * i // n}{2 * j // n}", area))
    grids = gpd.GeoDataFrame(
        rows, columns=["grid_id", "parent_id", "geometry"], crs="EPSG:4326"
    )
    grids["level"] = pd.array(rng.integers(0, 6, n * n), dtype="Int64")
    grids.loc[grids["level"] == 0, "level"] = pd.NA
    grids["score"] = rng.uniform(0, 2000, n * n).round(1)
    grids["events"] = rng.integers(0, 300, n * n)
    grids["name"] = "网格 " + grids["grid_id"]
    grids["accountable_post"] = "P-" + grids["grid_id"]
    grids["drivers"] = [[f"隐患 of {grid}", "事件 × 3"] for grid in grids["grid_id"]]
    grids["changes"] = [["+1.5"]] * len(grids)
    regions = grids.dissolve("parent_id", aggfunc={"events": "sum"}).reset_index()
    regions = regions.rename(columns={"parent_id": "circle_id"})
    core = gpd.GeoDataFrame(
        {"circle_id": ["C"], "events": [int(grids["events"].sum())]},
        geometry=[grids.union_all()],
        crs=grids.crs,
    )
    circles = pd.concat(
        [regions.assign(tier=2, parent_id="C"), core.assign(tier=1, parent_id=None)],
        ignore_index=True,
    )
    named = "圈 " + circles["circle_id"]
    return grids, circles.assign(level=3, score=500.0, name=named)


def points(n, seed, west=120.051, south=30.301, width=0.028, height=0.023):
    """Seeded points in a box in degrees, inside the town by default."""
    rng = np.random.default_rng(seed)
    x, y = west + width * rng.random(n), south + height * rng.random(n)
    return gpd.points_from_xy(x, y, crs="EPSG:4326")


def details(grids, circles, **changes):
    """Everything that lies over a town: 80 places, 30 events, posts, past days."""
    rng = np.random.default_rng(11)
    place = np.arange(80)
    communities = grids.dissolve(grids["grid_id"].str[:2]).reset_index(names="key")
    communities = communities.assign(community_id="M" + communities["key"], level=2)
    levels = {
        frame.iloc[row][key]: frame.iloc[row]["level"]
        for frame, key in [(grids, "grid_id"), (circles, "circle_id")]
        for row in range(len(frame))
    } | dict.fromkeys(communities["community_id"], 2)
    today = pd.Series(levels).astype("Int64").fillna(0).astype(int)
    history = pd.DataFrame({DAYS[0]: 1, DAYS[1]: 0, DAYS[2]: today})
    kinds = rng.choice(["noise", "fire"], 30)
    everything = {
        "communities": communities[["community_id", "name", "level", "geometry"]],
        "places": gpd.GeoDataFrame(
            {
                "place_id": [f"E{n:03d}" for n in place],
                "name": [f"商铺 {n}" for n in place],
                "scene": [list(Scene)[n % 8] for n in place],
                "code": rng.choice([1, 2, 3], 80, p=[0.8, 0.15, 0.05]),
                "reasons": [["消防通道堵塞", f"逾期 {n % 3} 天"] for n in place],
                "due": pd.Timestamp("2026-10-02"),
                "grid_id": "G00",
            },
            geometry=points(80, 1),
        ),
        "events": gpd.GeoDataFrame(
            {
                "category": kinds,
                "pack": np.where(kinds == "fire", "fire_alarm", "digital_city"),
                "severity": rng.integers(1, 5, 30),
                "day": DAYS[np.sort(rng.integers(0, 3, 30))],
            },
            geometry=points(30, 2),
        ),
        "posts": pd.DataFrame(
            {"post_id": "P-" + grids["grid_id"], "area_id": grids["grid_id"]}
        ),
        "stations": gpd.GeoDataFrame(
            {"station_id": ["S1", "S2"], "name": ["站 1", "站 2"], "kind": "police"},
            geometry=points(2, 3),
        ),
        "history": history,
        "packs": {
            "digital_city": PackCaption("城", "数字城管", "Digital city management"),
            "fire_alarm": PackCaption("火", "119报警", "Fire alarm"),
        },
    }
    return Details(**(everything | changes))


def drawn(grids=None, circles=None, **options):
    """A map of a small town, by default without anything over its areas."""
    if grids is None:
        grids, circles = town()
    options = {"title": "T 镇五色图", "method": CARD, "synthetic": True} | options
    return five_colour_map(grids, circles, **options)


def full_map(**changes):
    """A map of the small town with everything on it."""
    grids, circles = town()
    return drawn(grids, circles, details=details(grids, circles, **changes))


def model_of(text):
    """The data of a page, as its script gets them."""
    return json.loads(re.search(r"drawFiveColourMap\(map_\d+, (.*)\);\n", text)[1])


def gaps_of(**changes):
    """What a full map with changes leaves out: English or Chinese words, number."""
    return {
        row[1] or row[0]: row[2] for row in model_of(page(full_map(**changes)))["gaps"]
    }
