"""Checks of arcs that are new against what lies around them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from gis.editing.change import Arc
from gis.editing.contacts import Scale, distances_m, find_meetings, near_pairs
from gis.editing.whole_numbers import Ints, Point, as_point, place_of, segments_of
from gis.errors import EditError
from gis.sentences import sentence

Segment = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True, eq=False)
class Stack:
    """Segments of several arcs.

    Attributes
    ----------
    segments
        Shape (m, 2 ends, 2).
    arc, position
        Row of the arc, and which of its segments it is, shape (m,).
    is_node
        Whether either end is one of the arc, shape (m, 2).
    """

    segments: Ints
    arc: NDArray[np.int64]
    position: NDArray[np.int64]
    is_node: NDArray[np.bool_]

    @classmethod
    def of(cls, arcs: Sequence[Arc]) -> "Stack":
        """Return the segments of arcs in order."""
        counts = np.array([len(arc.xy) - 1 for arc in arcs], dtype=np.int64)
        stops = np.cumsum(counts)
        position = np.arange(stops[-1]) - np.repeat(stops - counts, counts)
        is_node = np.zeros((len(position), 2), dtype=bool)
        is_node[stops - counts, 0] = True
        is_node[stops - 1, 1] = True
        starts = np.concatenate([arc.xy[:-1] for arc in arcs])
        segments = np.stack([starts, np.concatenate([arc.xy[1:] for arc in arcs])], 1)
        return cls(segments, np.repeat(np.arange(len(arcs)), counts), position, is_node)

    def take(self, rows: NDArray[np.bool_]) -> "Stack":
        """Return some of the segments."""
        return Stack(
            self.segments[rows], self.arc[rows], self.position[rows], self.is_node[rows]
        )


def fresh_segments(stack: Stack, dropped: Sequence[Arc]) -> NDArray[np.bool_]:
    """Return which segments no dropped arc has, in either direction."""
    old = {segment for arc in dropped for segment in undirected(arc.xy)}
    rows = stack.segments.reshape(-1, 4).tolist()
    return np.array([_ordered(*row) not in old for row in rows], dtype=bool)


def undirected(xy: Ints) -> list[Segment]:
    """Return the segments of a line, each from its lower end.

    Examples
    --------
    >>> undirected(np.array([[5, 0], [1, 0]]))
    [(1, 0, 5, 0)]
    """
    corners = xy.tolist()
    return [_ordered(*start, *end) for start, end in pairwise(corners)]


def _ordered(x: int, y: int, end_x: int, end_y: int) -> Segment:
    """Return a segment from its lower end."""
    return (x, y, end_x, end_y) if (x, y) <= (end_x, end_y) else (end_x, end_y, x, y)


class Neighbourhood:
    """Arcs that a change adds among those that stay near them.

    Parameters
    ----------
    added
        Arcs of the change, at least one.
    standing
        Arcs that stay and may be near.
    dropped
        Arcs of before.
    fresh
        The segments of `added` that were not there, of `Stack.of(added)`; not empty.
    """

    def __init__(
        self,
        added: Sequence[Arc],
        standing: Sequence[Arc],
        dropped: Sequence[Arc],
        fresh: Stack,
    ) -> None:
        self._arcs = [*added, *standing]
        self._dropped = dropped
        self._fresh = fresh
        self._around = Stack.of(self._arcs)

    def check_contacts(self) -> None:
        """Refuse new segments that meet another one but in a node.

        Raises
        ------
        EditError
            Names the place and the grids.
        """
        fresh, around = self._fresh, self._around
        around = around.take(_in_box(around.segments, fresh.segments, (0, 0)))
        meetings = find_meetings(fresh.segments, around.segments)
        own, other = meetings.segments, meetings.partners
        is_same_arc = fresh.arc[own] == around.arc[other]
        apart = np.abs(fresh.position[own] - around.position[other])
        is_self = is_same_arc & (apart == 0)
        is_fine = is_same_arc & (apart == 1) & meetings.is_joint
        is_fine |= meetings.is_joint & _joined_in_nodes(fresh, around, own, other)
        for row in np.flatnonzero(~is_self & ~is_fine)[:1]:
            segment, partner = own[row], other[row]
            arcs = (fresh.arc[segment], around.arc[partner])
            self._refuse(
                sentence("The new border meets another one"),
                _meeting_place(fresh.segments[segment], around.segments[partner]),
                arcs,
                sentence("draw it so that it ends on that border or keeps off it"),
            )

    def check_clearance(self, clearance_m: float) -> None:
        """Refuse corners that come nearer to a side than they may.

        A corner that was as near to a border of before may stay.

        Parameters
        ----------
        clearance_m
            Least distance of a corner from a side that does not end in it.

        Raises
        ------
        EditError
            Names the place, the distance and the grids.
        """
        fresh, around = self._fresh, self._around
        scale = Scale.at(int(fresh.segments[:, :, 1].mean()))
        margin = scale.margin(clearance_m)
        around = around.take(_in_box(around.segments, fresh.segments, margin))
        for own, other in near_pairs(fresh.segments, around.segments, margin):
            segments, partners = fresh.segments[own], around.segments[other]
            places = np.concatenate(
                [*segments.swapaxes(0, 1), *partners.swapaxes(0, 1)]
            )
            sides = np.concatenate([partners, partners, segments, segments])
            metres = distances_m(places, sides, scale)
            is_end = (sides == places[:, None]).all(axis=2).any(axis=1)
            for row in np.flatnonzero((metres < clearance_m) & ~is_end):
                if self._was_near(places[row], clearance_m, scale):
                    continue
                pair = row % len(own)
                self._refuse(
                    sentence(
                        "The new border leaves {metres:.3f} m between a corner and a "
                        "side, less than {clearance_m:g} m,",
                        metres=metres[row],
                        clearance_m=clearance_m,
                    ),
                    as_point(places[row]),
                    (fresh.arc[own[pair]], around.arc[other[pair]]),
                    sentence("draw it through that corner or further away"),
                )

    def _was_near(self, place: Ints, clearance_m: float, scale: Scale) -> bool:
        """Return whether an old corner was as near to a border that is dropped."""
        if not self._dropped:
            return False
        old = np.concatenate([segments_of(arc.xy) for arc in self._dropped])
        is_end = (old == place).all(axis=2).any(axis=1)
        is_new = (self._fresh.segments == place).all(axis=2).any() and not is_end.any()
        if is_new or is_end.all():
            return False
        off = old[~is_end]
        places = np.broadcast_to(place, (len(off), 2))
        return bool(distances_m(places, off, scale).min() < clearance_m)

    def _refuse(
        self, text: str, place: Point, arcs: Collection[int], remedy: str
    ) -> None:
        faces = {face for row in arcs for face in self._arcs[row].faces}
        grids = [face for face in faces if face is not None]
        raise EditError(text, grids=grids, place=place_of(place), remedy=remedy)


def _in_box(segments: Ints, fresh: Ints, margin: tuple[int, int]) -> NDArray[np.bool_]:
    """Return which segments have boxes that meet the one around new segments."""
    low, high = fresh.min(axis=(0, 1)) - margin, fresh.max(axis=(0, 1)) + margin
    is_near: NDArray[np.bool_] = (
        (segments.min(axis=1) <= high) & (segments.max(axis=1) >= low)
    ).all(axis=1)
    return is_near


def _joined_in_nodes(
    stack: Stack, partners: Stack, rows: Ints, other: Ints
) -> NDArray[np.bool_]:
    """Return which pairs with a common end have it as a node of both arcs."""
    joined = np.zeros(len(rows), dtype=bool)
    for own_end in (0, 1):
        for end in (0, 1):
            is_common = (
                stack.segments[rows, own_end] == partners.segments[other, end]
            ).all(axis=1)
            is_node = stack.is_node[rows, own_end] & partners.is_node[other, end]
            joined |= is_common & is_node
    return joined


def _meeting_place(segment: Ints, partner: Ints) -> Point:
    """Return about where two segments meet."""
    for end in segment:
        if (partner == end).all(axis=1).any():
            return as_point(end)
    along = (segment[1] - segment[0]).astype(float)
    across = (partner[1] - partner[0]).astype(float)
    off = (partner[0] - segment[0]).astype(float)
    turn = along[0] * across[1] - along[1] * across[0]
    if turn == 0.0:
        ends = np.concatenate([segment, partner])
        return as_point(np.sort(ends, axis=0)[1])
    share = (off[0] * across[1] - off[1] * across[0]) / turn
    x, y = segment[0] + np.round(share * along).astype(np.int64)
    return int(x), int(y)
