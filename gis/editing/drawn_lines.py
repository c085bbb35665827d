"""Lines and rings as a planner draws them, brought to the grids that they are for."""

from collections.abc import Collection, Sequence
from typing import Final, TypeAlias

import numpy as np
import shapely
from numpy.typing import ArrayLike

from gis.editing.contacts import Scale
from gis.editing.cuts import Overlay, Piece
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
from gis.sentences import sentence

SNAP_M: Final = 1.0
"""An end of a line so near to a corner is that corner."""

Line: TypeAlias = ArrayLike | shapely.LineString | shapely.Polygon


def overlay_of(planar: PlanarMap, grids: Collection[str]) -> Overlay:
    """Return the arcs around grids."""
    keys = sorted({key for grid in grids for key in planar.keys_of(grid)})
    return Overlay({key: planar.arcs[key] for key in keys}, frozenset(grids))


def line_units(line: Line, planar: PlanarMap, overlay: Overlay | None = None) -> Ints:
    """Return a line in units, corners that nobody could tell apart left out.

    Parameters
    ----------
    line
        Lon and lat, shape (n, 2).
    planar
        The map.
    overlay
        Borders that the line may run along; their corners stay, however near.

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
            "A line has the shape {shape!r}",
            remedy=sentence("give two or more corners, lon and lat each"),
            shape=xy.shape,
        )
    is_wrong = ~(np.isfinite(xy) & (np.abs(xy) <= (180.0, 90.0))).all(axis=1)
    if is_wrong.any():
        x, y = xy[is_wrong][0].tolist()
        raise EditError(
            "A line has the corner ({x!r}, {y!r}), which is no lon and lat",
            remedy=sentence("give degrees, not metres"),
            x=x,
            y=y,
        )
    units = _thinned(to_units(xy), planar.clearance_m, overlay)
    if len(units) < 2:
        raise EditError(
            "A line is shorter than the clearance",
            place=place_of(as_point(units[0])),
            remedy=sentence("draw a longer one"),
        )
    return units


def ring_units(ring: Line, planar: PlanarMap, overlay: Overlay) -> Ints:
    """Return a ring in units, closed and anticlockwise.

    Parameters
    ----------
    ring, planar, overlay
        As `line_units` takes them.

    Raises
    ------
    EditError
        If it encloses nothing or crosses itself.
    """
    units = line_units(ring, planar, overlay)
    if (units[0] != units[-1]).any():
        units = np.concatenate([units, units[:1]])
    if len(units) < 4 or not shapely.Polygon(units.astype(float)).is_valid:
        raise EditError(
            "A ring encloses nothing or crosses itself",
            place=place_of(as_point(units[0])),
            remedy=sentence("draw it around the ground once"),
        )
    return units if doubled_area(units) > 0 else units[::-1]


def _thinned(units: Ints, clearance_m: float, overlay: Overlay | None) -> Ints:
    """Leave out corners that are nearer to the one before than the clearance."""
    scale = Scale.at(int(units[0, 1]))
    rows = [0]
    for row in range(1, len(units)):
        is_far = np.hypot(*scale.metres(units[row] - units[rows[-1]])) >= clearance_m
        if is_far or (overlay is not None and overlay.has_corner(units[row])):
            rows.append(row)
    if rows[-1] != len(units) - 1 and len(rows) > 1:
        rows[-1] = len(units) - 1  # the end counts more than what is before it
    return units[rows]


def snap_ends(overlay: Overlay, xy: Ints, snap_m: float) -> Ints:
    """Return a line with its ends on what they are near."""
    ends = [overlay.snapped(as_point(end), snap_m) for end in xy[[0, -1]]]
    snapped = without_repeats(np.concatenate([[ends[0]], xy[1:-1], [ends[1]]]))
    if len(snapped) < 2 or not shapely.LineString(snapped.astype(float)).is_simple:
        raise refusal(
            sentence("The line crosses itself or has no length"),
            overlay.grids,
            snapped,
            sentence("draw it from one place to another"),
        )
    return snapped


def snap_ring(overlay: Overlay, xy: Ints, snap_m: float) -> Ints:
    """Return a ring with all corners on what they are near."""
    return without_repeats(
        np.array([overlay.snapped(as_point(corner), snap_m) for corner in xy])
    )


def snap_piece(overlay: Overlay, piece: Piece, snap_m: float) -> Piece:
    """Return a stretch with its ends in corners that are near."""
    xy = snap_ends(overlay, piece.xy, snap_m)
    return Piece(xy, piece.grid, piece.is_joined) if len(xy) > 1 else piece


def whole_pieces(
    planar: PlanarMap, overlay: Overlay, xy: Ints, grids: Collection[str]
) -> list[Piece]:
    """Return the pieces of a line that lies all within grids, or refuse it."""
    pieces = overlay.pieces(xy)
    for piece in pieces:
        if piece.is_along or piece.grid is not None:
            continue
        middle = as_point((piece.xy[0] + piece.xy[1]) // 2)
        holders, _ = planar.faces_over(middle)
        what = (
            sentence("a border")
            if holders
            else sentence("the outline and leaves the town")
        )
        raise refusal(
            sentence("The line crosses {what}", what=what),
            [*grids, *(face for face in holders if face is not None)],
            piece.xy,
            sentence("keep it within the grids that it is for"),
        )
    inside = [piece for piece in pieces if piece.grid is not None]
    if not inside:
        raise refusal(
            sentence("The line runs along borders only"),
            grids,
            xy,
            sentence("draw it through the grid"),
        )
    is_ring = len(xy) > 3 and (xy[0] == xy[-1]).all()
    for piece in inside:
        if not all(piece.is_joined) and not (is_ring and len(pieces) == 1):
            raise refusal(
                sentence("The line ends inside a grid"),
                grids,
                piece.xy[:: 1 if not piece.is_joined[0] else -1],
                sentence("draw it from border to border"),
            )
    return inside


def check_in_town(planar: PlanarMap, grid: str, pieces: Sequence[Piece]) -> None:
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
                    raise refusal(
                        sentence("The line leaves the town"),
                        [grid],
                        np.array([corner]),
                        sentence("end it on the outline"),
                    )


def _is_contact(piece: Piece, point: tuple[int, int]) -> bool:
    """Return whether a point is an end of a piece where it meets a border."""
    start, end = as_point(piece.xy[0]), as_point(piece.xy[-1])
    return (point == start and piece.is_joined[0]) or (
        point == end and piece.is_joined[1]
    )


def refusal(
    text: str, grids: Collection[str], xy: Ints | None = None, remedy: str = ""
) -> EditError:
    """Return a refusal with a line at fault, and the place where that begins."""
    corners = () if xy is None else [place_of(as_point(corner)) for corner in xy]
    return EditError(
        text,
        grids=grids,
        place=corners[0] if corners else None,
        stretch=corners if len(corners) > 1 else (),
        remedy=remedy,
    )
