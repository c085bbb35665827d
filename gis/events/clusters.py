"""Reports that may be of one thing: suggested together, never merged."""

import math
from collections.abc import Sequence
from typing import Final, NamedTuple, Protocol

from gis.events.loop import Changes, Loop
from gis.events.standing import MINUTE_MS
from gis.geodesy import GeodesicRuler, earth_centred

_RULER = GeodesicRuler()
EARTH_M: Final = 6_300_000.0
"""The Earth curves nowhere on a smaller radius."""
ROUNDING_M: Final = 1e-6
"""More than coordinates from the centre of the Earth are rounded."""
DEGREE_M: Final = 110_000.0
"""Less than a degree of latitude is long, and one of longitude at the equator."""


class Limits(Protocol):
    """How near two reports of a kind are to be of one thing, inclusively."""

    @property
    def radius_m(self) -> float:
        """Distance, metres."""

    @property
    def minutes(self) -> int:
        """Time between the two."""


class Spot(NamedTuple):
    """Where and when another event was.

    Attributes
    ----------
    event_id
        Of the event.
    lon, lat
        Its position, degrees of WGS 84.
    occurred_at
        Milliseconds since 1970.
    """

    event_id: str
    lon: float
    lat: float
    occurred_at: int


class Box(NamedTuple):
    """A box of longitude and latitude, its edges included, degrees of WGS 84."""

    west: float
    south: float
    east: float
    north: float

    def holds(self, lon: float, lat: float) -> bool:
        """Say whether a position lies in it."""
        return self.west <= lon <= self.east and self.south <= lat <= self.north


class Near(NamedTuple):
    """Another report of the same kind, near in place and time.

    Attributes
    ----------
    event_id
        The other event.
    distance_m
        Geodesic distance, to 1 mm.
    minutes
        Time between the two, to 1 ms.
    """

    event_id: str
    distance_m: float
    minutes: float


class Cluster(NamedTuple):
    """Reports that may be of one thing.

    Attributes
    ----------
    cluster_id
        The first event of them; empty where there is no other.
    near
        Those next to the event, nearest first.
    """

    cluster_id: str
    near: tuple[Near, ...]


def suggest_cluster(
    loop: Loop, spots: Sequence[Spot], limits: Limits | None
) -> Cluster:
    """Return the reports that may be of the same thing as a report.

    Those next to those next to it belong to the same cluster, so four reports of one
    spot have one cluster, whichever of them is looked at.

    Parameters
    ----------
    loop
        The event.
    spots
        Other events of its kind, such as those of the last hours round about; the
        event itself is passed over.
    limits
        Of the kind; None never suggests.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> later = Loop("B", lon=120.0, lat=30.0001, occurred_at=60_000)
    >>> first = Spot("A", 120.0, 30.0, 0)
    >>> suggest_cluster(later, [first], SimpleNamespace(radius_m=30, minutes=60))
    Cluster(cluster_id='A', near=(Near(event_id='A', distance_m=11.085, minutes=1.0),))
    """
    if limits is None or loop.lon is None or loop.lat is None:
        return Cluster("", ())
    spot = Spot(loop.event_id, loop.lon, loop.lat, loop.occurred_at)
    mark, rest = _Mark.of(spot), [_Mark.of(s) for s in spots if s[0] != spot.event_id]
    near, rest = _parted(mark, rest, limits)
    if not near:
        return Cluster("", ())
    members = [spot, *_chained(near, rest, limits)]
    reports = (_report(spot, other.spot) for other in near)
    ordered = sorted(reports, key=lambda n: (n.distance_m, n.event_id))
    return Cluster(min(members, key=_order).event_id, tuple(ordered))


class _Mark(NamedTuple):
    """Where an event was, also in metres from the centre of the Earth."""

    spot: Spot
    place: tuple[float, float, float]

    @classmethod
    def of(cls, spot: Spot) -> "_Mark":
        """Return the mark of an event."""
        return cls(spot, earth_centred(spot.lon, spot.lat))


def _chained(near: Sequence[_Mark], rest: list[_Mark], limits: Limits) -> list[Spot]:
    """Return events that are near, those near these, and so on."""
    members, border = [mark.spot for mark in near], [*near]
    while border and rest:
        following, rest = _parted(border.pop(), rest, limits)
        members += [mark.spot for mark in following]
        border += following
    return members


def _parted(
    mark: _Mark, marks: Sequence[_Mark], limits: Limits
) -> tuple[list[_Mark], list[_Mark]]:
    """Return those within the limits of an event, and those beyond."""
    near: list[_Mark] = []
    beyond: list[_Mark] = []
    spot, place = mark
    limit_ms, start = limits.minutes * MINUTE_MS, spot.occurred_at
    sure_m, most_m = _chords_m(limits.radius_m)
    # thousands of pairs where an event of many is reported by all who see it
    for other in marks:
        chord_m = math.dist(place, other.place)
        is_near = (
            chord_m <= most_m
            and abs(other.spot.occurred_at - start) <= limit_ms
            and (chord_m < sure_m or _is_within(spot, other.spot, limits.radius_m))
        )
        (near if is_near else beyond).append(other)
    return near, beyond


def _chords_m(radius_m: float) -> tuple[float, float]:
    """Return below which chord a geodesic is surely within a radius, above which not.

    A geodesic is longer than its chord by a 24th of ``(chord / EARTH_M) ** 2`` of it.
    """
    bend = (radius_m / EARTH_M) ** 2
    return radius_m * (1 - bend) - ROUNDING_M, radius_m + ROUNDING_M


def _is_within(spot: Spot, other: Spot, radius_m: float) -> bool:
    """Say whether the geodesic between two events is no longer than a radius."""
    return _RULER.length_m(spot[1:3], other[1:3]) <= radius_m


def _report(spot: Spot, other: Spot) -> Near:
    """Return how near an event was to another."""
    length_m = _RULER.length_m(spot[1:3], other[1:3])
    minutes = abs(other.occurred_at - spot.occurred_at) / MINUTE_MS
    return Near(other.event_id, round(length_m, 3), minutes)


def link(loop: Loop, other: Loop) -> Changes:
    """Return what links an event with another one; both stay as they are.

    Parameters
    ----------
    loop
        The event.
    other
        Another one of the same thing.

    Examples
    --------
    >>> link(Loop("B", occurred_at=2), Loop("A", occurred_at=1)).loop
    {'cluster': 'A'}
    """
    return Changes({"cluster": other.cluster or min(loop, other, key=_order).event_id})


def box_about(lon: float, lat: float, radius_m: float) -> Box:
    """Return a box in which everything within a radius of a position lies.

    Parameters
    ----------
    lon, lat
        The position, degrees of WGS 84, away from the poles and the antimeridian.
    radius_m
        Metres.

    Examples
    --------
    >>> [round(edge, 6) for edge in box_about(120.0, 0.0, 1100.0)]
    [119.99, -0.01, 120.01, 0.01]
    """
    half_lat = radius_m / DEGREE_M
    # a degree of longitude is shortest where the box is farthest from the equator
    half_lon = half_lat / max(math.cos(math.radians(abs(lat) + half_lat)), 1e-9)
    return Box(lon - half_lon, lat - half_lat, lon + half_lon, lat + half_lat)


def _order(event: Loop | Spot) -> tuple[int, str]:
    """Return what orders events as they occurred."""
    return event.occurred_at, event.event_id
