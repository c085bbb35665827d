"""Lines of a synthetic town to cut grids along: streets, canals, lanes inside grids."""

from collections.abc import Iterator
from itertools import count
from typing import Final, NamedTuple

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.ops import substring

from gis.synthetic.plan import (
    CANALS,
    CENTIMETRE,
    DECIMALS_OF_PLAN,
    VERTEX_STEP_M,
    Floats,
    PlanSize,
    draw_grids,
    draw_outline,
    draw_streets,
    to_degrees,
)
from gis.synthetic.town import CRS, S_SIZE, SEED, chance

Lines = NDArray[np.object_]

LANE_STEP_M: Final = 150.0
"""Mean distance of lanes."""
SHORTEST_M: Final = 60.0
# lanes keep so far from each other and from borders that no tolerance joins them
FREE_M: Final = 8.0
# a lane leaves its two ends so far before it has to
LEAVING_M: Final = 25.0
SWING_M: Final = 6.0
TURNS: Final = 12
"""Directions that are tried until lanes run both ways through a grid."""
NAMES_ZH: Final = {"street": "第{}街", "canal": "第{}河"}


def make_s_lines(seed: int = SEED) -> gpd.GeoDataFrame:
    """Make the lines of S town: every grid has some that cut it in two.

    Streets and canals are those that the grids were cut by: along a border they have
    its vertices. A lane runs through one grid from a vertex of its border to another.

    Parameters
    ----------
    seed
        That of `make_s_town`; same seed, same bytes.

    Returns
    -------
    lines
        id, kind (``street``, ``canal``, ``lane``), name (None for lanes); lines in
        EPSG:4490.
    """
    streets = draw_town_lines(S_SIZE, chance(seed, 1))
    grids = draw_grids(S_SIZE, chance(seed, 1))
    rng = chance(seed, 15)
    lanes = [lane for grid in grids for lane in draw_lanes(grid, LANE_STEP_M, rng)]
    kinds = [line.kind for line in streets] + ["lane"] * len(lanes)
    names = [NAMES_ZH[line.kind].format(line.number) for line in streets]
    numbers = {kind: count(1) for kind in ("street", "canal", "lane")}
    shapes = np.array([*(line.shape for line in streets), *lanes], dtype=object)
    return gpd.GeoDataFrame(
        {
            "id": [f"{kind[0].upper()}{next(numbers[kind]):04d}" for kind in kinds],
            "kind": kinds,
            "name": [*names, *[None] * len(lanes)],
        },
        geometry=to_degrees(shapes, S_SIZE),
        crs=CRS,
    )


class TownLine(NamedTuple):
    """A part of a street or canal inside the outline.

    Attributes
    ----------
    kind, number
        Which of them, counted from 1.
    shape
        Metres around the middle of the town, noded on all the others.
    """

    kind: str
    number: int
    shape: shapely.LineString


def draw_town_lines(size: PlanSize, rng: np.random.Generator) -> list[TownLine]:
    """Return the streets and canals that `draw_grids` cuts an outline by.

    Parameters
    ----------
    size
        Size and place.
    rng
        As `draw_grids` gets it: the same chance, the same lines.
    """
    outline = draw_outline(size.area_m2, rng)
    sources = draw_streets(outline, size.block_m, rng)
    noded = shapely.union_all([outline.exterior, *sources], grid_size=CENTIMETRE)
    edges = shapely.get_parts(noded)
    middles = shapely.line_interpolate_point(edges, 0.5, normalized=True)
    owner = shapely.STRtree([outline.exterior, *sources]).nearest(middles)
    owner[~shapely.within(middles, outline)] = 0
    streets = len(sources) - CANALS
    return [
        TownLine("street", source, part)
        if source <= streets
        else TownLine("canal", source - streets, part)
        for source in range(1, len(sources) + 1)
        for part in _joined(edges[owner == source])
    ]


def _joined(edges: Lines) -> Iterator[shapely.LineString]:
    """Yield edges of one line put together as far as they go on."""
    merged = shapely.line_merge(shapely.MultiLineString(list(edges)))
    for part in shapely.get_parts(merged):
        if not part.is_empty:
            yield part


def draw_lanes(
    grid: shapely.Polygon, step_m: float, rng: np.random.Generator
) -> list[shapely.LineString]:
    """Return lanes through a grid, each from a vertex of its border to another.

    Lanes of one direction keep apart, those across them have a vertex in common.

    Parameters
    ----------
    grid
        In metres, to whole centimetres.
    step_m
        Mean distance of the lanes.
    rng
        Source of all chance.
    """
    best: list[shapely.LineString] = []
    turn = _direction(grid)
    for attempt in range(TURNS):
        angle = turn + attempt * np.pi / TURNS + rng.uniform(-0.1, 0.1)
        along = _apart([], _chords(grid, angle, step_m, rng), is_crossing=False)
        across = _chords(grid, angle + np.pi / 2.0, step_m, rng)
        lanes = _apart(along, across, is_crossing=True)
        if len(lanes) > len(best):
            best = lanes
        if along and len(lanes) > len(along):
            break
    return _with_crossings(best)


def _direction(grid: shapely.Polygon) -> float:
    """Return the angle of the longer side of the box around a grid."""
    corners = shapely.get_coordinates(shapely.oriented_envelope(grid))
    steps = np.diff(corners[:3], axis=0)
    longest = steps[np.argmax(np.hypot(*steps.T))]
    return float(np.arctan2(longest[1], longest[0]))


def _chords(
    grid: shapely.Polygon, angle: float, step_m: float, rng: np.random.Generator
) -> list[shapely.LineString]:
    """Return the lanes of one direction that keep inside a grid."""
    border = shapely.get_coordinates(grid.exterior)[:-1]
    forth = np.array([np.cos(angle), np.sin(angle)])
    aside = np.array([-forth[1], forth[0]])
    middle = border.mean(axis=0)
    reach = float(np.hypot(*(border - middle).T).max()) + 1.0
    lowest, highest = np.quantile((border - middle) @ aside, [0.0, 1.0])
    lanes = []
    offset = lowest + step_m * rng.uniform(0.4, 0.7)
    while offset < highest:
        start = middle + offset * aside
        chord = shapely.LineString([start - reach * forth, start + reach * forth])
        lanes += _lane(grid, chord, border, rng)
        offset += step_m * rng.uniform(0.8, 1.25)
    return lanes


def _lane(
    grid: shapely.Polygon,
    chord: shapely.LineString,
    border: Floats,
    rng: np.random.Generator,
) -> list[shapely.LineString]:
    """Return the lane along the longest part of a chord, none without room."""
    parts = shapely.get_parts(shapely.intersection(chord, grid))
    ends = shapely.get_coordinates(parts[np.argmax(shapely.length(parts))])
    near = [np.argmin(np.hypot(*(border - end).T)) for end in (ends[0], ends[-1])]
    first, last = border[near]
    length = float(np.hypot(*(last - first)))
    steps = max(int(length / VERTEX_STEP_M), 1)
    inner = np.linspace(first, last, steps + 1)[1:-1]
    swing = np.round(rng.uniform(-SWING_M, SWING_M, inner.shape), DECIMALS_OF_PLAN)
    if length < SHORTEST_M:
        return []
    points = np.vstack([first, np.round(inner, DECIMALS_OF_PLAN) + swing, last])
    lane = shapely.LineString(np.round(points, DECIMALS_OF_PLAN))
    middle = substring(lane, LEAVING_M, lane.length - LEAVING_M)
    is_free = shapely.distance(middle, grid.boundary) >= FREE_M
    meets = shapely.intersection(lane, grid.boundary)
    is_inside = shapely.covers(grid, lane) and shapely.get_num_geometries(meets) == 2
    return [lane] if is_free and is_inside else []


def _apart(
    lanes: list[shapely.LineString],
    more: list[shapely.LineString],
    *,
    is_crossing: bool,
) -> list[shapely.LineString]:
    """Return lanes with those of another direction that fit between them."""
    fitting: list[shapely.LineString] = []
    for lane in more:
        is_apart = all(shapely.distance(lane, other) >= FREE_M for other in fitting)
        if is_apart and all(_fits(lane, other) for other in lanes if is_crossing):
            fitting.append(lane)
    return [*lanes, *fitting]


def _fits(lane: shapely.LineString, other: shapely.LineString) -> bool:
    """Say whether two lanes keep apart, or cross once and far from their vertices."""
    if not shapely.intersects(lane, other):
        return bool(shapely.distance(lane, other) >= FREE_M)
    crossing = shapely.intersection(lane, other)
    if not isinstance(crossing, shapely.Point):
        return False
    vertices = shapely.points(np.vstack([lane.coords, other.coords]))
    return bool(shapely.distance(vertices, crossing).min() >= 1.0)


def _with_crossings(lanes: list[shapely.LineString]) -> list[shapely.LineString]:
    """Return lanes with a vertex, to whole centimetres, where another one crosses."""
    crossed = []
    for lane in lanes:
        points = [
            shapely.intersection(lane, other)
            for other in lanes
            if other is not lane and shapely.intersects(lane, other)
        ]
        xy = np.round(shapely.get_coordinates(points), DECIMALS_OF_PLAN)
        every = np.vstack([lane.coords, xy])
        place = shapely.line_locate_point(lane, shapely.points(every))
        crossed.append(shapely.LineString(every[np.argsort(place, kind="stable")]))
    return crossed
