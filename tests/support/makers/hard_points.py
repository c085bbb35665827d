"""Points that are hard to locate, coverages that are hard, and the exact answer.

The answer comes from shapely's predicates over all pairs of an STRtree; where a locator
says something else, rational arithmetic decides who is right.
"""

import itertools
from collections.abc import Iterator
from fractions import Fraction

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from gis.index import Locator, Relation
from gis.index.layout import BLOCK_HEAD, ROOT, block_bit, is_answer, word_of

XY = NDArray[np.float64]
Polygons = NDArray[np.object_]

USABLE = (1e-9, 1e9)  # magnitudes besides 0 for which exact answers are promised


def hard_scenes(seed: int = 5) -> dict[str, Polygons]:
    """Return sets of polygons that are hard for an index, each by name."""
    random = np.random.default_rng(seed)
    angles = np.linspace(0, 2 * np.pi, 41)
    rim = np.column_stack([np.cos(angles), np.sin(angles)]) * 5
    star = [shapely.Polygon([(0.1, 0.7), a, b]) for a, b in itertools.pairwise(rim)]
    centres = random.normal((120.0, 30.0), 0.02, (60, 2))
    discs = shapely.buffer(shapely.points(centres), 0.1, quad_segs=16)
    ring = shapely.difference(discs[0], shapely.buffer(discs[1], -0.05))
    squares = [
        shapely.box(x, y, x + 1, y + 1) for y in range(-8, 8) for x in range(-8, 8)
    ]
    slivers = [
        shapely.Polygon([(0, y), (50, y + 7), (50, y + 7.01), (0, y + 0.01)])
        for y in np.arange(0, 3, 0.01)
    ]
    scenes = {
        "squares with edges on round numbers": squares,
        "squares with a gap in every third": squares[::3],
        "40 polygons at one vertex": star,
        "60 overlapping discs": discs,
        "60 discs one inside the other": shapely.buffer(
            shapely.points([(0, 0)] * 60), np.linspace(1, 2, 60), quad_segs=4
        ),
        "diagonal slivers": slivers,
        "discs, holes and pieces": _mixed(random),
        "a ring and pieces in it": [ring, *_pieces(ring), discs[1]],
        "wide and far": [
            shapely.box(-1e9, -1e9, 1, 2),
            shapely.Polygon([(1, -1e9), (1e9, 3), (1, 1e9)]),
        ],
        "a speck": [shapely.box(120, 30, 120 + 2e-13, 30 + 1e-13)],
        "the same outline 70 times": [discs[3]] * 70,
    }
    return {name: _as_array(shapes) for name, shapes in scenes.items()}


def lattice(side: int = 12, seed: int = 9) -> Polygons:
    """Return a coverage of quadrangles with crooked corners."""
    random = np.random.default_rng(seed)
    corners = np.stack(np.meshgrid(range(side + 1), range(side + 1)), axis=-1) + 0.0
    corners[1:-1, 1:-1] += random.uniform(-0.2, 0.2, (side - 1, side - 1, 2))
    return _quadrangles(corners)


def lattice_on_cell_lines(
    words: NDArray[np.int64], side: int = 12, seed: int = 9
) -> Polygons:
    """Return the lattice with corners on the lines between root cells, or an ulp off.

    `words` is the index of the lattice; the new one has the same cells if its bounds
    and the sizes of its edges are about the same.
    """
    random = np.random.default_rng(seed)
    rings = shapely.get_coordinates(lattice(side, seed)).reshape(side, side, 5, 2)
    corners = np.zeros((side + 1, side + 1, 2))
    corners[:-1, :-1], corners[:-1, -1] = rings[:, :, 0], rings[:, -1, 1]
    corners[-1, :-1], corners[-1, -1] = rings[-1, :, 3], rings[-1, -1, 2]
    floats = words.view(np.float64)
    origin, scale = floats[ROOT : ROOT + 2], floats[ROOT + 2 : ROOT + 4]
    inner = corners[1:-1, 1:-1]
    lines = origin + np.round((inner - origin) * scale) / scale
    corners[1:-1, 1:-1] = _nudged(lines, random)
    return _quadrangles(corners)


def hard_points(
    polygons: Polygons,
    count: int,
    words: NDArray[np.int64] | None = None,
    seed: int = 3,
) -> dict[str, XY]:
    """Return hard points of each family, shape (count, 2) or fewer.

    Points on the lines between the cells of an index are added where its words are
    given.
    """
    random = np.random.default_rng(seed)
    xy, polygon = shapely.get_coordinates(polygons, return_index=True)
    first = random.integers(0, len(xy) - 1, count)
    vertex = xy[first]
    first = first[polygon[first] == polygon[first + 1]]
    start, end = xy[first], xy[first + 1]
    middle = (start + end) / 2
    share = random.random((len(first), 1))
    minx, miny, maxx, maxy = shapely.total_bounds(polygons)
    low, high = np.array([minx, miny]), np.array([maxx, maxy])
    anywhere = random.uniform(low, high, (count, 2))
    near = random.normal(vertex, (high - low) * 1e-3)
    families = {
        "anywhere": anywhere,
        "vertex": vertex,
        "edge midpoint": middle,
        "on an edge": start * (1 - share) + end * share,
        "beyond the end of an edge": end + (end - start) * share,
        "one ulp off a vertex": _nudged(vertex, random),
        "one ulp off a midpoint": _nudged(middle, random),
        "at the y of a vertex": np.column_stack([near[:, 0], vertex[:, 1]]),
        "at the x of a vertex": np.column_stack([vertex[:, 0], near[:, 1]]),
        "at the x of one vertex, the y of another": np.column_stack(
            [vertex[:, 0], random.permutation(vertex[:, 1])]
        ),
        "around": random.uniform(2 * low - high, 2 * high - low, (count, 2)),
        "far outside": low + (high - low) * random.normal(0, 1e6, (count // 50, 2)),
        "not a place": _unusable(vertex[: count // 50], random),
    }
    if words is not None:
        families["cell line"] = _cell_lines(words, anywhere, random)
    return families


def differences(locator: Locator, polygons: Polygons, xy: XY) -> list[int]:
    """Return which points a locator answers wrongly, single and in bulk.

    Every third of the points that can be wrong is asked singly as well.
    """
    x, y = xy.T
    rows, relations = locator.relate_many(x, y)
    wanted_rows, wanted_relations = expected(polygons, xy)
    wrong = (rows != locator.locate_many(x, y)) | (rows < -1)
    for point in range(0, len(xy), 3):
        single = locator.relate(*xy[point].tolist())
        wrong[point] |= single != (rows[point], relations[point])
        wrong[point] |= locator.locate(*xy[point].tolist()) != rows[point]
    for point in np.flatnonzero(
        (rows != wanted_rows) | (relations != wanted_relations)
    ):
        answer = exact_relate(polygons, *xy[point].tolist())
        wrong[point] |= answer != (rows[point], relations[point])
    return np.flatnonzero(wrong).tolist()


def expected(polygons: Polygons, xy: XY) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return rows and relations of points as shapely's predicates give them."""
    shapely.prepare(polygons)
    tree = shapely.STRtree(polygons)
    none = len(polygons)
    rows = np.full(len(xy), none)
    covers, interiors = np.zeros((2, len(xy)), dtype=np.int64)
    usable = np.flatnonzero(is_promised(xy))
    for part in np.array_split(usable, len(usable) // 200_000 + 1):
        points = shapely.points(xy[part])
        point, row = tree.query(points, predicate="intersects")
        point = part[point]
        inside = shapely.contains_xy(polygons[row], *xy[point].T)
        np.minimum.at(rows, point, row)
        np.add.at(covers, point, 1)
        np.add.at(interiors, point, inside)
    rows[rows == none] = -1
    relations = np.where(covers > 1, Relation.OVERLAP, Relation.INSIDE)
    relations[interiors == 0] = Relation.BOUNDARY
    relations[covers == 0] = Relation.OUTSIDE
    return rows, relations


def is_promised(xy: XY) -> NDArray[np.bool_]:
    """Return for which points exact answers are promised; others are nowhere."""
    size = np.abs(xy)
    fits = ((size >= USABLE[0]) & (size <= USABLE[1])) | (size == 0)
    return fits.all(axis=1)


def exact_relate(
    polygons: Polygons | list[BaseGeometry], x: float, y: float
) -> tuple[int, int]:
    """Return row and relation of a point by rational arithmetic, edge by edge."""
    if not is_promised(np.array([[x, y]]))[0]:
        return -1, Relation.OUTSIDE
    point = (Fraction(x), Fraction(y))
    covers, interiors = [], 0
    for row, polygon in enumerate(polygons):
        minx, miny, maxx, maxy = polygon.bounds
        if not (minx <= x <= maxx and miny <= y <= maxy):
            continue
        sides = [_side_of_ring(ring, point) for ring in _rings(polygon)]
        on_edge = 0 in sides
        inside = not on_edge and sum(side > 0 for side in sides) % 2 == 1
        interiors += inside
        if on_edge or inside:
            covers.append(row)
    if not covers:
        return -1, Relation.OUTSIDE
    if not interiors:
        return covers[0], Relation.BOUNDARY
    return covers[0], Relation.INSIDE if len(covers) == 1 else Relation.OVERLAP


def _rings(polygon: BaseGeometry) -> Iterator[list[tuple[Fraction, Fraction]]]:
    """Yield every ring of a polygon as rational vertices."""
    for ring in shapely.get_rings(shapely.get_parts([polygon])):
        yield [(Fraction(x), Fraction(y)) for x, y in shapely.get_coordinates(ring)]


def _side_of_ring(
    ring: list[tuple[Fraction, Fraction]], point: tuple[Fraction, Fraction]
) -> int:
    """Return 1 inside a ring, 0 on it, -1 outside."""
    x, y = point
    inside = False
    for (x1, y1), (x2, y2) in itertools.pairwise(ring):
        if not min(y1, y2) <= y <= max(y1, y2):
            continue
        cross = (x1 - x) * (y2 - y) - (y1 - y) * (x2 - x)
        if cross == 0 and min(x1, x2) <= x <= max(x1, x2):
            return 0
        if (y1 <= y) != (y2 <= y) and (cross < 0) == (y1 <= y):
            inside = not inside
    return 1 if inside else -1


def _quadrangles(corners: XY) -> Polygons:
    """Return the quadrangles of a lattice of corners, row after row."""
    rings = np.stack(
        [corners[:-1, :-1], corners[:-1, 1:], corners[1:, 1:], corners[1:, :-1]], axis=2
    )
    return shapely.polygons(rings.reshape(-1, 4, 2))


def _as_array(shapes: list[BaseGeometry] | Polygons) -> Polygons:
    """Return geometries as an object array."""
    array = np.empty(len(shapes), dtype=np.object_)
    array[:] = shapes
    return array


def _mixed(random: np.random.Generator) -> Polygons:
    """Return overlapping discs with holes, of several parts, and boxes."""
    centres = random.random((400, 2))
    sizes = random.uniform(0.003, 0.05, 400)
    discs = shapely.buffer(shapely.points(centres), sizes, quad_segs=6)
    holes = shapely.buffer(shapely.points(centres), sizes / 2, quad_segs=4)
    discs[::3] = shapely.difference(discs[::3], holes[::3])
    discs[:80] = shapely.union(discs[:80], discs[80:160])
    corners = np.round(random.random((12, 2)), 1) * 0.9
    discs[160:172] = shapely.box(corners[:, 0], corners[:, 1], 1, 1)
    return discs


def _pieces(ring: BaseGeometry) -> list[BaseGeometry]:
    """Return two multi-part polygons that share edges with a ring's holes."""
    minx, miny, maxx, maxy = ring.bounds
    halves = shapely.box(
        [minx, (minx + maxx) / 2], miny, [(minx + maxx) / 2, maxx], maxy
    )
    pieces = shapely.difference(halves, ring)
    return [piece for piece in pieces if piece.area > 0]


def _nudged(xy: XY, random: np.random.Generator) -> XY:
    """Return points moved by one unit in the last place, or not, on each axis."""
    move = random.integers(-1, 2, xy.shape)
    return np.where(
        move == 0, xy, np.nextafter(xy, np.where(move > 0, np.inf, -np.inf))
    )


def _unusable(xy: XY, random: np.random.Generator) -> XY:
    """Return points with a coordinate that is no number, infinite, huge or tiny."""
    bad = xy.copy()
    values = [np.nan, np.inf, -np.inf, 1e300, -1e10, 5e-324, -1e-12]
    axis = random.integers(0, 2, len(bad))
    bad[np.arange(len(bad)), axis] = random.choice(values, len(bad))
    return bad


def _cell_lines(words: NDArray[np.int64], xy: XY, random: np.random.Generator) -> XY:
    """Return points on the borders of cells of root and blocks, and an ulp beside."""
    blocks = np.array(_blocks(words, limit=20_000))
    block = blocks[random.integers(0, len(blocks), len(xy))]
    block[: len(xy) // 3] = ROOT
    floats = words.view(np.float64)
    shapes = np.column_stack([words[block + 4] & 0xFFFFFFFF, words[block + 4] >> 32])
    origins = np.column_stack([floats[block], floats[block + 1]])
    scales = np.column_stack([floats[block + 2], floats[block + 3]])
    lines = origins + random.integers(0, shapes + 1) / scales
    between = origins + random.random(shapes.shape) * shapes / scales
    kind = random.integers(0, 3, (len(xy), 1))
    on_line = (kind == 2) | (kind == np.arange(2))
    return _nudged(np.where(on_line, lines, between), random)


def _blocks(words: NDArray[np.int64], limit: int) -> list[int]:
    """Return the words where blocks start, the root first."""
    found, waiting = [], [ROOT]
    entries = words.view(np.int32)
    while waiting and len(found) < limit:
        block = waiting.pop()
        found.append(block)
        shape = int(words[block + 4])
        cells = (shape & 0xFFFFFFFF) * (shape >> 32)
        table = entries[2 * (block + BLOCK_HEAD) :][:cells]
        pointers = table[~is_answer(table)]
        waiting += [word_of(int(e)) for e in pointers if block_bit(int(e))][:limit]
    return found
