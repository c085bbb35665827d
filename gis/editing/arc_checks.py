"""Checks of arcs and polygons by themselves, and how they are refused."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from itertools import pairwise
from typing import NoReturn

import numpy as np
import shapely

from gis.editing.change import Arc, Face, Polygon
from gis.editing.neighbourhood import undirected
from gis.editing.whole_numbers import UNIT, Point, place_of
from gis.errors import EditError
from gis.sentences import sentence

Directed = tuple[Point, Point]


def check_arc(arc: Arc) -> None:
    """Refuse an arc that is none."""
    if len(arc.xy) < 2 or not (arc.xy[1:] != arc.xy[:-1]).any(axis=1).all():
        refuse(
            sentence("A border has two corners in one place"),
            arc.faces,
            arc.start,
            sentence("draw it with corners apart"),
        )
    if np.abs(arc.xy).max() > 180 * UNIT:
        x, y = arc.xy[np.abs(arc.xy).max(axis=1).argmax()].tolist()
        refuse(
            sentence("A border has a corner that is no lon and lat"),
            arc.faces,
            (x, y),
            sentence("give degrees, not metres"),
        )
    if arc.left == arc.right:
        refuse(
            sentence("A border has one grid on both sides"),
            arc.faces,
            arc.start,
            sentence("leave it out"),
        )


def check_once(arcs: Iterable[Arc]) -> None:
    """Refuse arcs that have a segment twice."""
    passed: set[tuple[int, ...]] = set()
    for arc in arcs:
        for segment in undirected(arc.xy):
            if segment in passed:
                refuse(
                    sentence("A border runs twice between two corners"),
                    arc.faces,
                    segment[:2],
                    sentence("draw it once"),
                )
            passed.add(segment)


def check_valid(grid: str, polygon: Polygon) -> None:
    """Refuse a polygon that GEOS calls invalid."""
    if not shapely.is_valid(polygon):
        words, _, place = shapely.is_valid_reason(polygon).rstrip("]").rpartition("[")
        lon, lat = (float(number) for number in place.split()[:2])
        raise EditError(
            "Grid {grid!r} would be no valid polygon ({words})",
            grids=[grid],
            place=(lon, lat),
            remedy=sentence("draw its border so that it goes around once"),
            grid=grid,
            words=words,
        )


def moved_grids(dropped: Iterable[Arc], added: Iterable[Arc]) -> set[str]:
    """Return the grids whose border has other segments after a change."""
    before, after = _segments_around(dropped), _segments_around(added)
    return {
        face
        for face in before.keys() | after.keys()
        if face is not None and before.get(face) != after.get(face)
    }


def _segments_around(arcs: Iterable[Arc]) -> dict[Face, Counter[Directed]]:
    """Return the segments around each face beside arcs, it on their left."""
    around: dict[Face, Counter[Directed]] = defaultdict(Counter)
    for arc in arcs:
        corners = [(x, y) for x, y in arc.xy.tolist()]
        around[arc.left].update(pairwise(corners))
        around[arc.right].update(pairwise(corners[::-1]))
    return around


def refuse(text: str, faces: Iterable[Face], place: Point, remedy: str) -> NoReturn:
    """Refuse with the grids among faces."""
    grids = {face for face in faces if face is not None}
    raise EditError(text, grids=grids, place=place_of(place), remedy=remedy)
