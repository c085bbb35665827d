"""Maps of a town and a city: bytes, seconds to build, milliseconds to paint.

Usage: ``python tests/benchmarks/bench_map.py``.
"""

import gzip
import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gis.models import Scene
from gis.synthetic import make_city, make_s_town
from layers.maps import Details, five_colour_map
from layers.maps.offline import page
from support.harness.browser import launch, visit
from support.makers.drawn_maps import CARD, PAINTED

CHROMIUM = Path("/usr/bin/chromium")
DAYS = pd.date_range("2026-09-17", "2026-09-30")
RUNS = 5


def town_map():
    """Return a function that draws S town with 11,000 places and 14 days."""
    town, rng = make_s_town(), np.random.default_rng(5)
    layers = {
        "grid_id": town.grids,
        "circle_id": town.circles,
        "community_id": town.communities,
    }
    levels = {key: rng.integers(0, 6, (len(f), 14)) for key, f in layers.items()}
    areas = {k: f.assign(level=levels[k][:, -1], score=1.5) for k, f in layers.items()}
    history = [
        pd.DataFrame(levels[key], index=frame[key].to_numpy(), columns=DAYS)
        for key, frame in layers.items()
    ]
    places = town.enterprises[town.enterprises["is_coded"]]
    events = town.events.dropna(subset=["lon"]).tail(2000)
    details = Details(
        communities=areas["community_id"],
        places=places.assign(
            scene=places["scene"].map(Scene),
            code=rng.integers(1, 4, len(places)),
            reasons=[[f"逾期 {n % 90} 天"] for n in range(len(places))],
            due=pd.Timestamp("2026-10-01"),
        ),
        events=gpd.GeoDataFrame(
            events[["category", "severity"]].assign(day=events["occurred_at"].str[:10]),
            geometry=gpd.points_from_xy(events["lon"], events["lat"], crs="EPSG:4326"),
        ),
        history=pd.concat(history),
    )
    return lambda: five_colour_map(
        areas["grid_id"],
        areas["circle_id"],
        title="S",
        method=CARD,
        details=details,
    )


def city_map():
    """Return a function that draws the 5,733 units of a city under its tree."""
    city, rng = make_city(), np.random.default_rng(5)
    level = rng.integers(1, 6, len(city.grids))
    shapes: dict[str, shapely.Geometry] = {}
    members = city.grids.rename(columns={"grid_id": "id"})[
        ["id", "parent_id", "geometry"]
    ]
    parents = city.circles.set_index("circle_id")["parent_id"]
    while members["parent_id"].notna().any():
        grown = {
            circle: shapely.coverage_union_all(group.geometry.to_numpy())
            for circle, group in members.groupby("parent_id")
        }
        shapes |= grown
        members = gpd.GeoDataFrame(
            {"id": list(grown), "parent_id": parents.reindex(list(grown)).to_numpy()},
            geometry=list(grown.values()),
        )
    circles = gpd.GeoDataFrame(
        city.circles.assign(level=3),
        geometry=city.circles["circle_id"].map(shapes).tolist(),
        crs=city.grids.crs,
    )
    grids = city.grids.assign(level=level, score=1.5)
    return lambda: five_colour_map(grids, circles, title="C", method=CARD)


def painted_ms(browser, path):
    """Return the median milliseconds from the start to the frame after drawing."""
    times = []
    for _ in range(RUNS):
        with visit(browser, path, script=PAINTED) as opened:
            while (time_ms := opened.page.evaluate("window.painted")) is None:
                time.sleep(0.05)
            assert opened.trouble == []
            times.append(time_ms)
    return round(statistics.median(times))


def places_ms(browser, path):
    """Return the milliseconds that the page takes to show its places."""
    with visit(browser, path) as opened:
        return round(
            opened.page.evaluate(
                """() => {
                  const start = performance.now();
                  document.querySelector("input[name=places]").click();
                  return performance.now() - start;
                }"""
            )
        )


def main() -> dict[str, dict[str, float]]:
    """Return bytes, build seconds and paint milliseconds of both maps."""
    found = {}
    with tempfile.TemporaryDirectory() as folder, launch(CHROMIUM) as browser:
        for name, draw in (("s_town", town_map()), ("city", city_map())):
            draw()
            start, cpu = time.perf_counter(), time.process_time()
            text = page(draw())
            path = Path(folder) / f"{name}.html"
            path.write_text(text, encoding="utf-8")
            found[name] = {
                "build_s": round(time.perf_counter() - start, 2),
                "build_cpu_s": round(time.process_time() - cpu, 2),
                "mb": round(len(text.encode()) / 1e6, 2),
                "gzipped_mb": round(len(gzip.compress(text.encode())) / 1e6, 2),
                "painted_ms": painted_ms(browser, path),
            }
        found["s_town"]["places_shown_ms"] = places_ms(
            browser, Path(folder) / "s_town.html"
        )
    return found


if __name__ == "__main__":
    print(main())
