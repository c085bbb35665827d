"""Operations of a planner on a planar map: each returns arcs to drop and to add.

Nothing here changes the map; `PlanarMap.replace` does, and checks what comes of it.
"""

from collections.abc import Collection, Sequence

import numpy as np
import shapely

from gis.editing.arrangement import Arrangement, Cell, tidied
from gis.editing.change import Arc, Change, Face
from gis.editing.drawn_lines import (
    SNAP_M,
    Line,
    check_in_town,
    line_units,
    overlay_of,
    refusal,
    ring_units,
    snap_ends,
    snap_piece,
    snap_ring,
    whole_pieces,
)
from gis.editing.planar_map import PlanarMap
from gis.editing.whole_numbers import Ints, side_of_ring
from gis.errors import EditError
from gis.sentences import sentence


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
        raise refusal(
            sentence("The grids have no common border"),
            [a, b],
            remedy=sentence("name two neighbours"),
        )
    overlay = overlay_of(planar, [a, b])
    xy = snap_ends(overlay, line_units(line, planar), snap_m)
    pieces = whole_pieces(planar, overlay, xy, [a, b])
    arrangement = Arrangement(planar, overlay, pieces)
    left, right = arrangement.beside_lines()
    if left & right:
        raise refusal(
            sentence("The line does not part the grids"),
            [a, b],
            xy,
            sentence("draw it from border to border"),
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
        raise refusal(
            sentence("The line leaves a grid in pieces or none of it"),
            [a, b],
            xy,
            sentence("draw it so that each grid stays whole"),
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
    xy = snap_ends(overlay, line_units(line, planar), snap_m)
    pieces = overlay.pieces(xy)
    check_in_town(planar, grid, pieces)
    inside = [piece for piece in pieces if piece.grid == grid]
    if len(inside) != 1:
        text = sentence("The line cuts the grid {inside} times", inside=len(inside))
        if not inside:
            is_along = any(piece.is_along for piece in pieces)
            text = (
                "The line "
                + ("runs along the edge of" if is_along else "misses")
                + " the grid"
            )
        raise refusal(text, [grid], xy, sentence("draw it across the grid once"))
    if not all(inside[0].is_joined):
        raise refusal(
            sentence("The line ends inside the grid"),
            [grid],
            xy,
            sentence("draw it from edge to edge"),
        )
    piece = inside[0]
    if (piece.xy[[0, -1]] != xy[[0, -1]]).any():  # cut off where it left the grid
        piece = snap_piece(overlay, piece, snap_m)
    arrangement = Arrangement(planar, overlay, [piece])
    [left], [right] = arrangement.beside_lines()
    if left == right:
        raise refusal(
            sentence("The line does not part the grid"),
            [grid],
            xy,
            sentence("draw it from edge to edge"),
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
    xy = snap_ring(overlay, ring_units(ring, planar, overlay), snap_m)
    pieces = whole_pieces(planar, overlay, xy, [grid])
    arrangement = Arrangement(planar, overlay, pieces)
    owners = _given_inside(arrangement, xy, grid, new_id)
    before = _pieces_before(planar, [grid])
    if not _is_whole(arrangement, owners, {**before, new_id: 1}):
        raise refusal(
            sentence("The ring leaves the grid or the new one in pieces or none of it"),
            [grid],
            xy,
            sentence("draw it around one piece of the grid"),
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
    xy = snap_ring(overlay, ring_units(area, planar, overlay), snap_m)
    pieces = [piece for piece in overlay.pieces(xy) if piece.grid == a]
    arrangement = Arrangement(planar, overlay, pieces)
    owners = _given_inside(arrangement, xy, a, b)
    if owners == arrangement.owners() or a not in owners:
        raise refusal(
            sentence("The area holds nothing of the giver or all of it"),
            [a, b],
            xy,
            sentence("draw it around a part; merge the grids to give all"),
        )
    if not _is_whole(arrangement, owners, _pieces_before(planar, [a, b])):
        raise refusal(
            sentence("The area leaves a grid in pieces"),
            [a, b],
            xy,
            sentence(
                "draw it so that it touches the receiver and leaves the giver whole"
            ),
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
        raise refusal(
            sentence(
                "Grids {merged!r} cannot be merged to {keep!r}",
                merged=merged,
                keep=keep,
            ),
            merged,
            remedy=sentence("name two or more, the one to keep among them"),
        )
    joined, waiting = {keep}, [keep]
    while waiting:
        near = planar.neighbours(waiting.pop()) & set(merged)
        waiting += near - joined
        joined |= near
    if joined != set(merged):
        raise refusal(
            sentence("The grids meet in a corner or nowhere"),
            [keep, *(set(merged) - joined)],
            remedy=sentence("merge grids that share a border"),
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


def _given_inside(
    arrangement: Arrangement, ring: Ints, giver: str, receiver: str
) -> list[Face]:
    """Return the owners of cells when those inside a ring are given away."""
    left, right = arrangement.beside_lines()
    return [
        receiver
        if cell.grid == giver
        and (n in left or (n not in right and _is_inside(cell, ring)))
        else cell.grid
        for n, cell in enumerate(arrangement.cells)
    ]


def _is_inside(cell: Cell, ring: Ints) -> bool:
    """Return whether a cell without a new border lies inside a ring.

    The ring may be its rim, from which corners put on it lie half a unit off.
    """
    rings = [cell.rim.xy, *(hole.xy for hole in cell.holes)]
    shell, *holes = (xy.astype(float) for xy in rings)
    inner = shapely.point_on_surface(shapely.Polygon(shell, holes))
    place = np.rint(shapely.get_coordinates(inner)).astype(np.int64)
    return bool(side_of_ring(place, ring)[0] > 0)


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
            "Grid {unknown!r} is not in the draft",
            remedy=sentence("give a grid of it"),
            unknown=unknown[0],
        )
    if len(grids) == 2 and len(set(grids)) == 1:
        raise EditError(
            "A grid has no border with itself",
            grids=set(grids),
            remedy=sentence("name two neighbours"),
        )
