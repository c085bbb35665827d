"""Nodes of a planar map: where arcs end, and whether their sides agree there."""

from collections.abc import Iterable, Sequence

from gis.editing.change import Arc, Face
from gis.editing.cycles import BY_ANGLE
from gis.editing.whole_numbers import Point, as_point, place_of
from gis.errors import EditError
from gis.sentences import sentence


def check_node(node: Point, arcs: Iterable[Arc]) -> None:
    """Refuse a node around which the sides of arcs do not agree.

    Going round anticlockwise, what is left of one arc is right of the next.

    Parameters
    ----------
    node
        Where they end.
    arcs
        Those that begin or end there, each once.

    Raises
    ------
    EditError
        Names the place and the grids.

    Examples
    --------
    >>> import numpy as np
    >>> east, west = np.array([[0, 0], [9, 0]]), np.array([[0, 0], [-9, 0]])
    >>> check_node((0, 0), [Arc(east, "A", "B"), Arc(west, "B", "A")])
    """
    spokes = spokes_of(node, arcs)
    for spoke, following in zip(spokes, [*spokes[1:], spokes[0]], strict=True):
        if spoke.left != following.right:
            grids = {spoke.left, following.right} - {None}
            raise EditError(
                "The grids left and right of the borders that meet do not agree",
                grids=[grid for grid in grids if grid is not None],
                place=place_of(node),
                remedy=sentence("change the border for both sides"),
            )


def spokes_of(node: Point, arcs: Iterable[Arc]) -> Sequence[Arc]:
    """Return arcs as they leave a node, anticlockwise from the east.

    An arc that begins and ends there comes twice.
    """
    leaving = []
    for arc in arcs:
        if arc.start == node:
            leaving.append(arc)
        if arc.end == node:
            leaving.append(arc.reversed())
    headings = [(BY_ANGLE(as_point(arc.xy[1] - arc.xy[0])), arc) for arc in leaving]
    return [arc for _, arc in sorted(headings, key=lambda pair: pair[0])]


def faces_around(arcs: Iterable[Arc]) -> set[Face]:
    """Return what lies beside arcs.

    Examples
    --------
    >>> import numpy as np
    >>> faces_around([Arc(np.array([[0, 0], [9, 0]]), "A", None)]) == {"A", None}
    True
    """
    return {face for arc in arcs for face in arc.faces}
