"""What somebody may report: by which source, of what kind, and where."""

import re
from typing import Final, NamedTuple, TypeAlias

import numpy as np
import shapely

from api.service.access.sight import Sight
from api.service.events.my_ground import shape_of
from api.service.rating.days import RiskDesk
from api.service.rating.next_checks import Spot, distance_m
from gis.models import Position
from layers.command import row_of_grid
from layers.rating.places import explain_place, position_of
from layers.registry import Registry
from layers.snapshots import Snapshot
from layers.words import Words
from layers.words.phone import MY

MEMBER, CALL = "member", "hotline"
"""Sorts of the sources that members report by, and that take calls."""
GRID, PLACE, POINT = "grid:", "place:", "point:"
NUMBER: Final = re.compile(r"-?\d{1,9}(\.\d{1,15})?", re.ASCII)
CONFIDENCE: Final = 0.95
RESIDENT: Final = "resident"
"""Stands for whoever told a member: an id, never a person."""
Options: TypeAlias = tuple[tuple[str, Words], ...]


class ReportOptions(NamedTuple):
    """What the form of a report offers.

    Attributes
    ----------
    source
        By which it is reported; empty where none is registered for it.
    usual, rarer
        Kinds that such sources report, and those of others.
    places
        Where it may be.
    """

    source: str
    usual: Options
    rarer: Options
    places: Options


class ReportPlace(NamedTuple):
    """Where something is, and how far around that, metres; None for at the spot."""

    position: Position
    radius_m: float | None


def report_options(
    registry: Registry, sight: Sight, sort: str, areas: tuple[str, ...], near: str
) -> ReportOptions:
    """Return what the form of a report offers.

    Parameters
    ----------
    registry
        Sources and kinds in force.
    sight
        Of who reports: sensitive kinds are offered to grants alone.
    sort
        Of the source that it is reported by.
    areas
        Grids and circles of their posts.
    near
        Id of the place that they stand at; empty where that is not known.
    """
    sources = sorted(s.source for s in registry.sources.values() if s.sort == sort)
    usual: list[tuple[str, Words]] = []
    rarer: list[tuple[str, Words]] = []
    for pack in registry.scenarios.packs:
        offered = usual if sort in pack.sources else rarer
        offered += [
            (kind.kind, Words(*kind.name))
            for kind in pack.kinds
            if not kind.is_sensitive or kind.kind in sight.scope.grants
        ]
    places = [(f"{PLACE}{near}", _filled("at_place", place=near))] if near else []
    places += [
        (f"{GRID}{area}", _filled("in_grid", grid=area))
        for area in areas
        if sight.path_of(area) is not None and sight.has_grid(area)
    ]
    return ReportOptions(
        sources[0] if sources else "",
        tuple(usual),
        tuple(rarer),
        (*places, ("", MY["no_where"])),
    )


def report_place(
    where: str, snapshot: Snapshot, rating: RiskDesk, sight: Sight
) -> ReportPlace | None:
    """Return where something is that is reported; None where that is not known.

    Of a grid it is a spot in the middle, with the radius in which all of it lies.

    Parameters
    ----------
    where
        As the form says it; a grid or place out of sight is not known.
    snapshot
        Grids in force.
    rating
        Knows places.
    sight
        Of who reports.
    """
    if where.startswith(POINT):
        point = _point(where.removeprefix(POINT))
        return ReportPlace(point, None) if point else None
    if where.startswith(PLACE):
        place_id = where.removeprefix(PLACE)
        facts = rating.at_place(place_id)
        place = explain_place(facts, place_id)
        position = position_of(facts, place_id)
        is_seen = place is not None and sight.has_place(place.grid_id)
        return ReportPlace(position, None) if is_seen and position else None
    grid_id = where.removeprefix(GRID)
    is_grid = where.startswith(GRID) and row_of_grid(snapshot, grid_id) is not None
    shape = shape_of(snapshot, grid_id) if is_grid and sight.has_grid(grid_id) else None
    if shape is None:
        return None
    middle = shapely.point_on_surface(shape)
    spot = Spot(middle.x, middle.y)
    corners = shapely.get_coordinates(shapely.convex_hull(shape)).tolist()
    radius_m = max(distance_m(spot, Spot(*corner)) for corner in corners)
    position = Position(spot.lon, spot.lat, snapshot.territory.datum.name)
    return ReportPlace(position, float(np.ceil(radius_m)))


def _point(text: str) -> Position | None:
    """Return the position of x, y and datum, by commas; None for another text."""
    parts = text.split(",")
    is_point = len(parts) == 3 and all(map(NUMBER.fullmatch, parts[:2]))
    return Position(float(parts[0]), float(parts[1]), parts[2]) if is_point else None


def _filled(name: str, **values: object) -> Words:
    words = MY[name]
    return Words(words.zh.format(**values), words.en.format(**values))
