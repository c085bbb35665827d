"""The outline and the borders of communities: no edit moves them unless it names them.

A corner that a new border puts on them is no move: rounding leaves it at most half a
unit of 1e-9 degree off.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from itertools import pairwise
from typing import Final, Literal, NamedTuple, TypeAlias

import numpy as np

from gis.editing.change import Arc
from gis.editing.cuts import comes_near
from gis.editing.whole_numbers import Point, place_of
from gis.errors import EditError, SettingError
from gis.sentences import sentence

Moves: TypeAlias = Literal["outline", "communities"]
MOVES: Final = ("outline", "communities")
_OUTSIDE: Final = None


class _Stretch(NamedTuple):
    """A segment of a frozen border: its ends, and what lies left and right."""

    start: Point
    end: Point
    left: str | None
    right: str | None

    def reversed(self) -> "_Stretch":
        """Return it from the other end."""
        return _Stretch(self.end, self.start, self.right, self.left)


def check_frozen(
    dropped: Iterable[Arc],
    added: Iterable[Arc],
    community_of: Mapping[str, str],
    moves: Collection[str] = (),
) -> None:
    """Refuse a change that moves the outline or the border of a community.

    Parameters
    ----------
    dropped, added
        Arcs of before and after.
    community_of
        Of each grid beside them; empty for all where a town has none.
    moves
        What the edit names: ``outline``, ``communities`` or both.

    Raises
    ------
    EditError
        Names the grids and the place.
    SettingError
        If `moves` has another word.

    Examples
    --------
    >>> arc = Arc(np.array([[0, 0], [9, 0]]), "A", "B")
    >>> check_frozen([arc], [], {"A": "1", "B": "1"})
    >>> check_frozen([arc], [], {"A": "1", "B": "2"}, ["communities"])
    """
    for word in moves:
        if word not in MOVES:
            raise SettingError(
                "An edit names {word!r} to be moved, expected one of {moves!r}; leave "
                "it out or correct it.",
                word=word,
                moves=MOVES,
            )
    old = _stretches(dropped, community_of, moves)
    new = _stretches(added, community_of, moves)
    if old.keys() == new.keys():
        return
    following: dict[tuple[Point, str | None, str | None], set[Point]]
    following = defaultdict(set)
    for stretch in new.keys() - old.keys():
        for way in (stretch, stretch.reversed()):
            following[way.start, way.left, way.right].add(way.end)
    for stretch in old.keys() - new.keys():
        _follow(stretch, following, old[stretch])
    for (start, left, _), ends in following.items():
        if ends:
            _refuse(start, _grids_near(new, start), left)


def _stretches(
    arcs: Iterable[Arc], community_of: Mapping[str, str], moves: Collection[str]
) -> dict[_Stretch, Arc]:
    """Return the frozen segments of arcs, each from its lower end."""
    stretches: dict[_Stretch, Arc] = {}
    for arc in arcs:
        if None in arc.faces:
            kind, sides = "outline", [f if f is None else "town" for f in arc.faces]
        else:
            sides = [community_of[str(face)] for face in arc.faces]
            kind = "communities"
        if kind in moves or sides[0] == sides[1]:
            continue
        corners = [(x, y) for x, y in arc.xy.tolist()]
        for start, end in pairwise(corners):
            stretch = _Stretch(start, end, sides[0], sides[1])
            lower = stretch if start < end else stretch.reversed()
            stretches[lower] = arc
    return stretches


def _follow(
    stretch: _Stretch,
    following: dict[tuple[Point, str | None, str | None], set[Point]],
    arc: Arc,
) -> None:
    """Walk from one end of a segment of before to the other, on corners put on it."""
    segment = np.array([stretch.start, stretch.end])
    at = stretch.start
    while at != stretch.end:
        ways = following[at, stretch.left, stretch.right]
        near = [end for end in ways if comes_near(segment, end)]
        if not near:
            grids = [face for face in arc.faces if face is not None]
            _refuse(at, grids, stretch.left if stretch.left is None else stretch.right)
        # the nearest one of them goes on
        step = min(near, key=lambda end: abs(end[0] - at[0]) + abs(end[1] - at[1]))
        ways.discard(step)
        following[step, stretch.right, stretch.left].discard(at)
        at = step


def _grids_near(stretches: Mapping[_Stretch, Arc], node: Point) -> list[str]:
    """Return the grids beside segments that end in a node."""
    return [
        face
        for stretch, arc in stretches.items()
        if node in (stretch.start, stretch.end)
        for face in arc.faces
        if face is not None
    ]


def _refuse(at: Point, grids: Collection[str], side: str | None) -> None:
    """Refuse to move what is frozen."""
    what = (
        sentence("the outline")
        if side is None
        else sentence("the border of a community")
    )
    word = "outline" if side is None else "communities"
    raise EditError(
        "The edit would move {what}",
        grids=set(grids),
        place=place_of(at),
        remedy=sentence("keep it as it is, or name {word!r} in `moves`", word=word),
        what=what,
    )
