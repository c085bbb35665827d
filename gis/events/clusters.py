"""Reports that may be of one thing: suggested together, never merged."""

import math
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple, Protocol

import numpy as np

from gis.events.loop import Changes, Loop
from gis.events.standing import MINUTE_MS
from gis.geodesy import GeodesicRuler

_RULER = GeodesicRuler()
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
    loop: Loop, candidates: Sequence[Loop], limits: Limits | None
) -> Cluster:
    """Return the reports that may be of the same thing as a report.

    Those next to those next to it belong to the same cluster, so four reports of one
    spot have one cluster, whichever of them is looked at.

    Parameters
    ----------
    loop
        The event.
    candidates
        Other events, such as those of the last hours round about; those of other kinds,
        without position and the event itself are passed over.
    limits
        Of the kind; None never suggests.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> first = Loop("A", kind="noise", lon=120.0, lat=30.0)
    >>> later = Loop("B", kind="noise", lon=120.0, lat=30.0001, occurred_at=60_000)
    >>> suggest_cluster(later, [first], SimpleNamespace(radius_m=30, minutes=60))
    Cluster(cluster_id='A', near=(Near(event_id='A', distance_m=11.085, minutes=1.0),))
    """
    if limits is None or loop.lon is None:
        return Cluster("", ())
    rest = [
        other
        for other in candidates
        if other.kind == loop.kind
        and other.lon is not None
        and other.event_id != loop.event_id
    ]
    pairs = _near(loop, rest, limits)
    members = {loop.event_id: loop}
    border = {other.event_id: other for other, _ in pairs}
    while border:
        members |= border
        rest = [other for other in rest if other.event_id not in members]
        fresh = [
            o for member in border.values() for o, _ in _near(member, rest, limits)
        ]
        border = {other.event_id: other for other in fresh}
    near = sorted((n for _, n in pairs), key=lambda n: (n.distance_m, n.event_id))
    return Cluster(_first([*members.values()]).event_id if near else "", tuple(near))


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
    return Changes({"cluster": other.cluster or _first([loop, other]).event_id})


def _first(loops: Sequence[Loop]) -> Loop:
    """Return the event that occurred first."""
    return min(loops, key=lambda loop: (loop.occurred_at, loop.event_id))


def _near(
    loop: Loop, candidates: Sequence[Loop], limits: Limits
) -> list[tuple[Loop, Near]]:
    """Return those within the limits of an event."""
    limit_ms = limits.minutes * MINUTE_MS
    is_about = _box_about(loop, limits.radius_m)
    timely = [
        c
        for c in candidates
        if abs(c.occurred_at - loop.occurred_at) <= limit_ms and is_about(c)
    ]
    if not timely:
        return []
    ends = np.array([[c.lon, c.lat] for c in timely], dtype=np.float64)
    starts = np.broadcast_to(
        np.array([loop.lon, loop.lat], dtype=np.float64), ends.shape
    )
    lengths = _RULER.lengths_m(starts, ends).tolist()
    return [
        (other, Near(other.event_id, round(length, 3), _minutes(loop, other)))
        for other, length in zip(timely, lengths, strict=True)
        if length <= limits.radius_m
    ]


def _box_about(loop: Loop, radius_m: float) -> Callable[[Loop], bool]:
    """Return what says of a loop whether it may lie within a radius of another one."""
    lon, lat = loop.lon or 0.0, loop.lat or 0.0
    half_lat = radius_m / DEGREE_M
    # a degree of longitude is shortest where the box is farthest from the equator
    half_lon = half_lat / max(math.cos(math.radians(abs(lat) + half_lat)), 1e-9)

    def is_about(other: Loop) -> bool:
        x, y = other.lon or 0.0, other.lat or 0.0
        return abs(y - lat) <= half_lat and abs(x - lon) <= half_lon

    return is_about


def _minutes(loop: Loop, other: Loop) -> float:
    """Return the time between two events."""
    return abs(loop.occurred_at - other.occurred_at) / MINUTE_MS
