"""Operations that a planner might try, drawn from a seed; many are sound, some not."""

import numpy as np
import shapely

from gis.editing import Operation
from gis.editing.whole_numbers import to_degrees
from gis.errors import EditError

NAMES = (
    "redraw_border",
    "split",
    "carve",
    "merge",
    "transfer",
    "move_vertex",
    "insert_vertex",
    "remove_vertex",
    "straighten",
    "reparent",
    "set_figures",
)
"""What a planner does by hand."""
ALL_NAMES = (*NAMES, "adopt")


def propose(draft, name, rng):
    """An operation of that name somewhere in a draft, None where there is none."""
    grid = str(rng.choice(sorted(draft.planar.polygons)))
    maker = globals()[f"_{name}"]
    return maker(draft, grid, rng)


def _neighbour(draft, grid, rng):
    """A neighbour, most often of the same community."""
    near = sorted(draft.planar.neighbours(grid))
    own = [n for n in near if draft.community_of(n) == draft.community_of(grid)]
    pool = own if own and rng.random() < 0.9 else near
    return str(rng.choice(pool)) if pool else None


def _corner(draft, keys, rng):
    """A corner of one of the arcs, in degrees."""
    xy = draft.planar.arcs[int(rng.choice(keys))].xy
    return to_degrees(xy[rng.integers(len(xy))])


def _size(draft, grid):
    """About how wide a grid is, degrees."""
    return float(np.sqrt(draft.planar.polygons[grid].area))


def _redraw_border(draft, grid, rng):
    other = _neighbour(draft, grid, rng)
    if other is None:
        return None
    planar = draft.planar
    common = planar.keys_between(grid, other)
    around = planar.keys_of(grid) + planar.keys_of(other)
    pool = common if rng.random() < 0.6 else around
    xy = to_degrees(planar.arcs[int(rng.choice(common))].xy)
    ends = (
        xy[[0, -1]]
        if rng.random() < 0.4
        else np.array([_corner(draft, pool, rng), _corner(draft, pool, rng)])
    )
    count = int(rng.integers(1, 5))
    shares = np.linspace(0, 1, count + 2)[1:-1, None]
    sway = rng.normal(0, 0.15 * _size(draft, grid), (count, 2))
    line = np.vstack([ends[0], ends[0] + shares * (ends[1] - ends[0]) + sway, ends[1]])
    return Operation.of("redraw_border", a=grid, b=other, line=line)


def _split(draft, grid, rng):
    polygon = draft.planar.polygons[grid]
    x, y = polygon.representative_point().coords[0]
    angle = rng.uniform(0, np.pi)
    reach = 9 * _size(draft, grid) * np.array([np.cos(angle), np.sin(angle)])
    across = shapely.LineString([np.subtract((x, y), reach), np.add((x, y), reach)])
    pieces = shapely.get_parts(across.intersection(polygon))
    line = shapely.get_coordinates(max(pieces, key=lambda piece: piece.length))
    if len(line) < 2:
        return None
    new_id = draft.next_id(grid)
    return Operation.of("split", grid=grid, line=line[[0, -1]], new_id=new_id)


def _carve(draft, grid, rng):
    at = draft.planar.polygons[grid].representative_point().coords[0]
    turns = np.sort(rng.uniform(0, 2 * np.pi, 5))
    radius = rng.uniform(0.02, 0.3) * _size(draft, grid)
    ring = at + radius * np.column_stack([np.cos(turns), np.sin(turns)])
    new_id = draft.next_id(grid)
    return Operation.of("carve", grid=grid, line=ring, new_id=new_id)


def _merge(draft, grid, rng):
    other = _neighbour(draft, grid, rng)
    if other is None:
        return None
    return Operation.of("merge", grids=[grid, other], keep=grid)


def _transfer(draft, grid, rng):
    other = _neighbour(draft, grid, rng)
    if other is None:
        return None
    x, y = _corner(draft, draft.planar.keys_between(grid, other), rng)
    half = rng.uniform(0.05, 0.4) * _size(draft, grid)
    area = shapely.box(x - half, y - half, x + half, y + half)
    return Operation.of("transfer", a=grid, b=other, line=area)


def _move_vertex(draft, grid, rng):
    old = _corner(draft, draft.planar.keys_of(grid), rng)
    new = old + rng.normal(0, 0.03 * _size(draft, grid), 2)
    return Operation.of("move_vertex", old=old, new=new)


def _insert_vertex(draft, grid, rng):
    xy = to_degrees(draft.planar.arcs[int(rng.choice(draft.planar.keys_of(grid)))].xy)
    row = rng.integers(len(xy) - 1)
    at = xy[row] + rng.uniform(0.2, 0.8) * (xy[row + 1] - xy[row])
    return Operation.of("insert_vertex", at=at)


def _remove_vertex(draft, grid, rng):
    at = _corner(draft, draft.planar.keys_of(grid), rng)
    return Operation.of("remove_vertex", at=at)


def _straighten(draft, grid, rng):
    other = _neighbour(draft, grid, rng)
    if other is None:
        return None
    metres = float(rng.uniform(0.5, 20.0))
    return Operation.of("straighten", a=grid, b=other, tolerance_m=metres)


def _reparent(_, grid, rng):
    return Operation.of("reparent", grid=grid, parent_id=f"C4-{rng.integers(9):02d}")


def _set_figures(draft, grid, rng):
    figures = {"residents": int(rng.integers(5000))}
    if "residents" not in draft.columns:
        return None
    return Operation.of("set_figures", grid=grid, figures=figures)


def _adopt(draft, grid, rng):
    """What another program might have drawn: a sound edit as polygons."""
    name = str(rng.choice(["split", "carve", "merge", "transfer", "redraw_border"]))
    drawn = propose(draft, name, rng)
    if drawn is None:
        return None
    try:
        after = draft.preview(drawn).after
    except EditError:
        return None
    return Operation.of(
        "adopt",
        polygons={grid: shape for grid, shape in after.items() if shape is not None},
        created=dict(drawn.created),
        retired=[grid for grid, shape in after.items() if shape is None],
        moves=[],
    )
