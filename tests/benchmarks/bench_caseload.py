"""How long planners wait for figures and hand-overs after each edit of grids.

Run by hand: ``python tests/benchmarks/bench_caseload.py``; seeded, one core. Grids of S
town and of a city of 5,733 are cut in two, two at a time, so that four change.
"""

import time
from collections.abc import Callable, Iterator

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from gis.editing.caseload import Redrawing, reassign
from gis.editing.figures import Events, GroundFacts, Places, Staff, figures_of
from gis.editing.ground_points import GroundPoints
from gis.editing.sizing import SizingRule
from gis.index import GridIndex
from gis.index.grid import warm_up
from gis.models import Post, PostId, SafetyCode
from gis.synthetic import make_city, make_s_town
from layers.packs.rulebook import shipped_rule

Grids = dict[str, BaseGeometry]
Floats = NDArray[np.float64]

SEED = 20_261_128
EVENTS, PLACES, MONTH_EVENTS = 188_703, 20_000, 21_000
MEMBERS = 3
EDITS = 200
CRS = pyproj.CRS(4490)
SCENES = ("street_shop", "crowded_place", "rental_housing", "construction_site")


def towns() -> Iterator[tuple[str, Grids, Floats]]:
    """Yield the name, the grids and positions inside of each town."""
    rng = np.random.default_rng(SEED)
    town, city = make_s_town(), make_city()
    for name, frame in (("S town", town.grids), ("city", city.grids)):
        grids = dict(zip(frame["grid_id"], frame.geometry, strict=True))
        min_x, min_y, max_x, max_y = frame.total_bounds
        size = (3 * (EVENTS + PLACES), 2)
        xy = rng.uniform((min_x, min_y), (max_x, max_y), size)
        index = GridIndex.build(grids, grids.values())
        inside = xy[index.locate_many(*xy.T) >= 0]
        yield name, grids, inside[: EVENTS + PLACES]


def cuts(grids: Grids) -> list[Redrawing]:
    """Return edits of two grids each, cut in two along a meridian."""
    rng = np.random.default_rng(SEED)
    edits = []
    for _ in range(EDITS):
        before, after = {}, {}
        for number, grid in enumerate(rng.choice(list(grids), 2, replace=False)):
            polygon = grids[grid]
            west, south, east, north = polygon.bounds
            middle = (west + east) / 2.0
            before[grid] = polygon
            after[grid] = polygon & shapely.box(west, south, middle, north)
            after[f"{grid}-{number}"] = polygon & shapely.box(
                middle, south, east, north
            )
        edits.append(Redrawing(before, after))
    return edits


def facts_of(grids: Grids, xy: Floats) -> GroundFacts:
    """Return what is on the ground, each layer loaded."""
    rng = np.random.default_rng(SEED)
    places = xy[:PLACES].T
    codes = [SafetyCode(code) for code in rng.integers(1, 4, PLACES).tolist()]
    posts = [
        Post(PostId(f"{grid}-{n}"), grid, "full_time_member")
        for grid in grids
        for n in range(MEMBERS)
    ]
    return GroundFacts(
        CRS,
        {"residents": dict.fromkeys(grids, 2_640)},
        Places.locate(grids, (*places,), rng.choice(SCENES, PLACES).tolist(), codes),
        Events.locate(grids, (*xy[-MONTH_EVENTS:].T,), 30.0),
        None,
        Staff(posts),
    )


def milliseconds(call: Callable[[Redrawing], object], edits: list[Redrawing]) -> Floats:
    """Return how long a call takes for each edit."""
    elapsed = []
    for edit in edits:
        start = time.perf_counter_ns()
        call(edit)
        elapsed.append((time.perf_counter_ns() - start) / 1e6)
    return np.array(elapsed)


def line(what: str, elapsed: Floats) -> str:
    """Return the median and the 95th percentile of milliseconds."""
    median, late = np.percentile(elapsed, [50, 95])
    return f"  {what:<44}{median:9.2f} ms {late:9.2f} ms p95"


def measure(grids: Grids, xy: Floats, rule: SizingRule) -> list[str]:
    """Return the lines of a town."""
    edits = cuts(grids)
    start = time.perf_counter()
    points = GroundPoints.locate(grids, *xy.T)
    prepare = np.array([1e3 * (time.perf_counter() - start)])
    facts = facts_of(grids, xy)
    renamed = {f"n{grid}": polygon for grid, polygon in grids.items()}
    every, same = Redrawing.between(grids, renamed), Redrawing(grids, grids)

    def hand(edit: Redrawing) -> object:
        return reassign(points, edit).pairs()

    def size(edit: Redrawing) -> object:
        return figures_of(facts, edit, rule)

    return [
        line(f"prepare {len(xy):,} records", prepare),
        line("hand-over, four grids changed", milliseconds(hand, edits)),
        line("hand-over, all changed", milliseconds(hand, [every])),
        line("figures of four grids", milliseconds(size, edits)),
        line("figures of all", milliseconds(size, [same])),
    ]


def main() -> None:
    """Print a table for each town."""
    warm_up()
    rule = SizingRule.from_body(shipped_rule("sizing"))
    for name, grids, xy in towns():
        print(f"{name}, {len(grids):,} grids")
        print("\n".join(measure(grids, xy, rule)))


if __name__ == "__main__":
    main()
