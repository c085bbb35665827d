"""Operations of a planner on a planar map: each returns arcs to drop and to add.

Nothing here changes the map; `PlanarMap.replace` does, and checks what comes of it.
"""

from collections.abc import Collection, Sequence
from typing import Final, TypeAlias

import numpy as np
import shapely
from numpy.typing import ArrayLike

from gis.editing.arrangement import Arrangement, tidied
from gis.editing.change import Arc, Change, Face
from gis.editing.contacts import Scale
from gis.editing.cuts import Overlay, Piece
from gis.editing.cycles import is_within
from gis.editing.planar_map import PlanarMap
from gis.editing.whole_numbers import (
    Ints,
    as_point,
    doubled_area,
    place_of,
    to_units,
    without_repeats,
)
from gis.errors import EditError

SNAP_M: Final = 1.0
"""An end of a line so near to a corner is that corner."""

Line: TypeAlias = ArrayLike | shapely.LineString | shapely.Polygon


def redraw_border(
    planar: PlanarMap, a: str, b: str, line: Line, *, snap_m: float = SNAP_M
) -> Change:
    """Make a line the border of two grids.

    It ends anywhere on the border of either. Each grid keeps the side of its own other
    borders, however much moves; an enclave that the line passes over changes its host.

    Parameters
    ----------
    planar
        The map.
    a, b
        Grids with a common border.
    line
        Lon and lat, shape (n, 2).
    snap_m
        Ends so near to a corner of a border are that corner, and so near to a border
        lie on it.

    Raises
    ------
    EditError
        If the grids have no common border, or the line does not run through them from
        border to border.

    Examples
    --------
    >>> town = {"A": shapely.box(0, 0, 1, 1), "B": shapely.box(1, 0, 2, 1)}
    >>> planar = PlanarMap.build(town)
    >>> line = [(1.5, 0), (1.5, 1)]
    >>> _ = planar.replace(redraw_border(planar, "A", "B", line))
    >>> planar.polygons["A"].area
    1.5
    """
    _check_grids(planar, [a, b])
    if not planar.keys_between(a, b):
        raise _refusal(
            "The grids have no common border", [a, b], remedy="name two neighbours"
        )
    overlay = overlay_of(planar, [a, b])
    xy = _snapped(overlay, line_units(line, planar), snap_m)
    pieces = _whole_pieces(planar, overlay, xy, [a, b])
    arrangement = Arrangement(planar, overlay, pieces)
    left, right = arrangement.beside_lines()
    if left & right:
        raise _refusal(
            "The line does not part the grids",
            [a, b],
            xy,
            "draw it from border to border",
        )
    options = [
        [
            x if n in left else y if n in right else cell.grid
            for n, cell in enumerate(arrangement.cells)
        ]
        for x, y in ((a, b), (b, a))
    ]
    before = _pieces_before(planar, [a, b])
    whole = [owners for owners in options if _is_whole(arrangement, owners, before)]
    if not whole:
        raise _refusal(
            "The line leaves a grid in pieces or none of it",
            [a, b],
            xy,
            "draw it so that each grid stays whole",
        )
    best = min(
        whole,
        key=lambda owners: (
            round(arrangement.lost_border_m(owners), 3),
            arrangement.moved_area(owners),
        ),
    )
    return arrangement.change(best)


def split(
    planar: PlanarMap, grid: str, line: Line, new_id: str, *, snap_m: float = SNAP_M
) -> Change:
    """Cut a grid in two along a line; the greater part keeps the id.

    The line may end beyond the grid, in a neighbour.

    Parameters
    ----------
    planar
        The map.
    grid
        The grid.
    line
        Lon and lat, shape (n, 2); it crosses the grid once.
    new_id
        Of the smaller part.
    snap_m
        As in `redraw_border`.

    Raises
    ------
    EditError
        If the line misses the grid, cuts it twice, runs along its edge, leaves the
        town or does not part the grid.

    Examples
    --------
    >>> planar = PlanarMap.build({"A": shapely.box(0, 0, 4, 1)})
    >>> _ = planar.replace(split(planar, "A", [(3, 0), (3, 1)], "B"))
    >>> planar.polygons["B"].bounds
    (3.0, 0.0, 4.0, 1.0)
    """
    _check_grids(planar, [grid])
    overlay = overlay_of(planar, [grid])
    xy = _snapped(overlay, line_units(line, planar), snap_m)
    pieces = overlay.pieces(xy)
    _check_in_town(planar, grid, pieces)
    inside = [piece for piece in pieces if piece.grid == grid]
    if len(inside) != 1:
        text = f"The line cuts the grid {len(inside)} times"
        if not inside:
            is_along = any(piece.is_along for piece in pieces)
            text = (
                "The line "
                + ("runs along the edge of" if is_along else "misses")
                + " the grid"
            )
        raise _refusal(text, [grid], xy, "draw it across the grid once")
    if not all(inside[0].is_joined):
        raise _refusal(
            "The line ends inside the grid", [grid], xy, "draw it from edge to edge"
        )
    arrangement = Arrangement(
        planar, overlay, [_snapped_piece(overlay, inside[0], snap_m)]
    )
    [left], [right] = arrangement.beside_lines()
    if left == right:
        raise _refusal(
            "The line does not part the grid", [grid], xy, "draw it from edge to edge"
        )
    owners = arrangement.owners()
    smaller = min(left, right, key=lambda n: arrangement.cells[n].doubled_area)
    owners[smaller] = new_id
    return arrangement.change(owners)


def carve(
    planar: PlanarMap, grid: str, ring: Line, new_id: str, *, snap_m: float = SNAP_M
) -> Change:
    """Make a piece of a grid, a market or a factory, a grid of its own.

    Parameters
    ----------
    planar
        The map.
    grid
        The grid.
    ring
        Around the piece, lon and lat, closed or not, either way; it may run along the
        border of the grid.
    new_id
        Of the piece.
    snap_m
        Corners of the ring so near to a border lie on it.

    Raises
    ------
    EditError
        If the ring crosses the border of the grid, or the piece is all of it or none.

    Examples
    --------
    >>> planar = PlanarMap.build({"A": shapely.box(0, 0, 4, 4)})
    >>> _ = planar.replace(carve(planar, "A", [(1, 1), (2, 1), (2, 2), (1, 2)], "B"))
    >>> planar.polygons["A"].area
    15.0
    """
    _check_grids(planar, [grid])
    overlay = overlay_of(planar, [grid])
    xy = _snapped_ring(overlay, ring_units(ring, planar), snap_m)
    pieces = _whole_pieces(planar, overlay, xy, [grid])
    arrangement = Arrangement(planar, overlay, pieces)
    owners = _given_inside(arrangement, xy, grid, new_id)
    before = _pieces_before(planar, [grid])
    if not _is_whole(arrangement, owners, {**before, new_id: 1}):
        raise _refusal(
            "The ring leaves the grid or the new one in pieces or none of it",
            [grid],
            xy,
            "draw it around one piece of the grid",
        )
    return arrangement.change(owners)


def transfer(
    planar: PlanarMap, a: str, b: str, area: Line, *, snap_m: float = SNAP_M
) -> Change:
    """Give what lies of a grid within an area to its neighbour.

    Parameters
    ----------
    planar
        The map.
    a, b
        Giver and receiver.
    area
        A ring in lon and lat; what of it lies outside `a` changes nothing.
    snap_m
        Corners of the ring so near to the border of `a` lie on it.

    Raises
    ------
    EditError
        If the area holds nothing of the giver or all of it, or leaves a grid in pieces.

    Examples
    --------
    >>> town = {"A": shapely.box(0, 0, 1, 1), "B": shapely.box(1, 0, 2, 1)}
    >>> planar = PlanarMap.build(town)
    >>> area = shapely.box(0.5, 0.5, 3, 3)
    >>> _ = planar.replace(transfer(planar, "A", "B", area))
    >>> planar.polygons["B"].area
    1.25
    """
    _check_grids(planar, [a, b])
    overlay = overlay_of(planar, [a, b])
    xy = _snapped_ring(overlay, ring_units(area, planar), snap_m)
    pieces = [piece for piece in overlay.pieces(xy) if piece.grid == a]
    arrangement = Arrangement(planar, overlay, pieces)
    owners = _given_inside(arrangement, xy, a, b)
    if owners == arrangement.owners() or a not in owners:
        raise _refusal(
            "The area holds nothing of the giver or all of it",
            [a, b],
            xy,
            "draw it around a part; merge the grids to give all",
        )
    if not _is_whole(arrangement, owners, _pieces_before(planar, [a, b])):
        raise _refusal(
            "The area leaves a grid in pieces",
            [a, b],
            xy,
            "draw it so that it touches the receiver and leaves the giver whole",
        )
    return arrangement.change(owners)


def merge(planar: PlanarMap, grids: Collection[str], keep: str) -> Change:
    """Make several grids one.

    Parameters
    ----------
    planar
        The map.
    grids
        Two or more, joined by common borders.
    keep
        The one whose id stays.

    Raises
    ------
    EditError
        If a grid is joined to the others by a corner or not at all.

    Examples
    --------
    >>> town = {"A": shapely.box(0, 0, 1, 1), "B": shapely.box(1, 0, 2, 1)}
    >>> planar = PlanarMap.build(town)
    >>> _ = planar.replace(merge(planar, ["A", "B"], keep="A"))
    >>> planar.polygons["A"].area
    2.0
    """
    merged = sorted(set(grids))
    _check_grids(planar, merged)
    if len(merged) < 2 or keep not in merged:
        raise _refusal(
            f"Grids {merged!r} cannot be merged to {keep!r}",
            merged,
            remedy="name two or more, the one to keep among them",
        )
    joined, waiting = {keep}, [keep]
    while waiting:
        near = planar.neighbours(waiting.pop()) & set(merged)
        waiting += near - joined
        joined |= near
    if joined != set(merged):
        raise _refusal(
            "The grids meet in a corner or nowhere",
            [keep, *(set(merged) - joined)],
            remedy="merge grids that share a border",
        )
    drop, add = [], []
    for key in sorted({key for grid in merged for key in planar.keys_of(grid)}):
        arc = planar.arcs[key]
        left, right = (keep if face in joined else face for face in arc.faces)
        if (left, right) != arc.faces:
            drop.append(key)
            if left != right:
                add.append(Arc(arc.xy, left, right))
    return tidied(planar, Change(tuple(drop), tuple(add)))


def overlay_of(planar: PlanarMap, grids: Collection[str]) -> Overlay:
    """Return the arcs around grids."""
    keys = sorted({key for grid in grids for key in planar.keys_of(grid)})
    return Overlay({key: planar.arcs[key] for key in keys}, frozenset(grids))


def line_units(line: Line, planar: PlanarMap) -> Ints:
    """Return a line in units, corners that nobody could tell apart left out.

    Raises
    ------
    EditError
        If it has fewer than two corners, or coordinates that are no degrees.
    """
    if isinstance(line, shapely.Geometry):
        ring = line.exterior if isinstance(line, shapely.Polygon) else line
        line = shapely.get_coordinates(ring)
    xy = np.asarray(line, dtype=np.float64)
    if xy.ndim != 2 or xy.shape[1] != 2 or len(xy) < 2:
        raise EditError(
            f"A line has the shape {xy.shape!r}",
            remedy="give two or more corners, lon and lat each",
        )
    is_wrong = ~(np.isfinite(xy) & (np.abs(xy) <= (180.0, 90.0))).all(axis=1)
    if is_wrong.any():
        x, y = xy[is_wrong][0].tolist()
        raise EditError(
            f"A line has the corner ({x!r}, {y!r}), which is no lon and lat",
            remedy="give degrees, not metres",
        )
    units = _thinned(to_units(xy), planar.clearance_m)
    if len(units) < 2:
        raise EditError(
            "A line is shorter than the clearance",
            place=place_of(as_point(units[0])),
            remedy="draw a longer one",
        )
    return units


def ring_units(ring: Line, planar: PlanarMap) -> Ints:
    """Return a ring in units, closed and anticlockwise.

    Raises
    ------
    EditError
        If it encloses nothing or crosses itself.
    """
    units = line_units(ring, planar)
    if (units[0] != units[-1]).any():
        units = np.concatenate([units, units[:1]])
    if len(units) < 4 or not shapely.Polygon(units.astype(float)).is_valid:
        raise EditError(
            "A ring encloses nothing or crosses itself",
            place=place_of(as_point(units[0])),
            remedy="draw it around the ground once",
        )
    return units if doubled_area(units) > 0 else units[::-1]


def _thinned(units: Ints, clearance_m: float) -> Ints:
    """Leave out corners that are nearer to the one before than the clearance."""
    scale = Scale.at(int(units[0, 1]))
    rows = [0]
    for row in range(1, len(units)):
        if np.hypot(*scale.metres(units[row] - units[rows[-1]])) >= clearance_m:
            rows.append(row)
    if rows[-1] != len(units) - 1 and len(rows) > 1:
        rows[-1] = len(units) - 1  # the end counts more than what is before it
    return units[rows]


def _snapped(overlay: Overlay, xy: Ints, snap_m: float) -> Ints:
    """Return a line with its ends on what they are near."""
    ends = [overlay.snapped(as_point(end), snap_m) for end in xy[[0, -1]]]
    snapped = without_repeats(np.concatenate([[ends[0]], xy[1:-1], [ends[1]]]))
    if len(snapped) < 2 or not shapely.LineString(snapped.astype(float)).is_simple:
        raise _refusal(
            "The line crosses itself or has no length",
            overlay.grids,
            snapped,
            "draw it from one place to another",
        )
    return snapped


def _snapped_ring(overlay: Overlay, xy: Ints, snap_m: float) -> Ints:
    """Return a ring with all corners on what they are near."""
    return without_repeats(
        np.array([overlay.snapped(as_point(corner), snap_m) for corner in xy])
    )


def _snapped_piece(overlay: Overlay, piece: Piece, snap_m: float) -> Piece:
    """Return a stretch with its ends in corners that are near."""
    xy = _snapped(overlay, piece.xy, snap_m)
    return Piece(xy, piece.grid, piece.is_joined) if len(xy) > 1 else piece


def _whole_pieces(
    planar: PlanarMap, overlay: Overlay, xy: Ints, grids: Collection[str]
) -> list[Piece]:
    """Return the pieces of a line that lies all within grids, or refuse it."""
    pieces = overlay.pieces(xy)
    for piece in pieces:
        if piece.is_along or piece.grid is not None:
            continue
        middle = as_point((piece.xy[0] + piece.xy[1]) // 2)
        holders, _ = planar.faces_over(middle)
        what = "a border" if holders else "the outline and leaves the town"
        raise _refusal(
            f"The line crosses {what}",
            [*grids, *(face for face in holders if face is not None)],
            piece.xy,
            "keep it within the grids that it is for",
        )
    inside = [piece for piece in pieces if piece.grid is not None]
    if not inside:
        raise _refusal(
            "The line runs along borders only",
            grids,
            xy,
            "draw it through the grid",
        )
    is_ring = len(xy) > 3 and (xy[0] == xy[-1]).all()
    for piece in inside:
        if not all(piece.is_joined) and not (is_ring and len(pieces) == 1):
            raise _refusal(
                "The line ends inside a grid",
                grids,
                piece.xy[:: 1 if not piece.is_joined[0] else -1],
                "draw it from border to border",
            )
    return inside


def _check_in_town(planar: PlanarMap, grid: str, pieces: Sequence[Piece]) -> None:
    """Refuse a line with a corner outside the town."""
    for piece in pieces:
        if piece.is_along or piece.grid is not None:
            continue
        for corner in piece.xy.tolist():
            point = as_point(np.array(corner))
            holders, beside = planar.faces_over(point)
            if not holders and not beside:
                is_joined = bool(planar.keys_at(point))
                if not is_joined and not _is_contact(piece, point):
                    raise _refusal(
                        "The line leaves the town",
                        [grid],
                        np.array([corner]),
                        "end it on the outline",
                    )


def _is_contact(piece: Piece, point: tuple[int, int]) -> bool:
    """Return whether a point is an end of a piece where it meets a border."""
    start, end = as_point(piece.xy[0]), as_point(piece.xy[-1])
    return (point == start and piece.is_joined[0]) or (
        point == end and piece.is_joined[1]
    )


def _given_inside(
    arrangement: Arrangement, ring: Ints, giver: str, receiver: str
) -> list[Face]:
    """Return the owners of cells when those inside a ring are given away."""
    left, right = arrangement.beside_lines()
    return [
        receiver
        if cell.grid == giver
        and (n in left or (n not in right and is_within(cell.rim.xy, ring)))
        else cell.grid
        for n, cell in enumerate(arrangement.cells)
    ]


def _pieces_before(planar: PlanarMap, grids: Collection[str]) -> dict[Face, int]:
    """Return in how many pieces grids are."""
    return {
        grid: int(shapely.get_num_geometries(planar.polygons[grid])) for grid in grids
    }


def _is_whole(
    arrangement: Arrangement, owners: Sequence[Face], before: dict[Face, int]
) -> bool:
    """Return whether each grid is there in no more pieces than before."""
    after = arrangement.pieces_of(owners)
    return all(0 < after.get(grid, 0) <= count for grid, count in before.items())


def _check_grids(planar: PlanarMap, grids: Collection[str]) -> None:
    """Refuse grids that are not there, or one in place of two."""
    unknown = [grid for grid in grids if grid not in planar.polygons]
    if unknown:
        raise EditError(
            f"Grid {unknown[0]!r} is not in the draft",
            remedy="give a grid of it",
        )
    if len(grids) == 2 and len(set(grids)) == 1:
        raise EditError(
            "A grid has no border with itself",
            grids=set(grids),
            remedy="name two neighbours",
        )


def _refusal(
    text: str, grids: Collection[str], xy: Ints | None = None, remedy: str = ""
) -> EditError:
    """Return a refusal with the place where a line begins."""
    place = None if xy is None else place_of(as_point(xy[0]))
    return EditError(text, grids=grids, place=place, remedy=remedy)
