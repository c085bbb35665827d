"""The reports that those which come in may be of one thing with."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Final, NamedTuple

from gis.access import Scope
from gis.events import Cluster, Limits, Loop, Spot, box_about, suggest_cluster
from gis.models import Instant
from layers.stores.loops import NearQuery
from layers.stores.protocol import Store

MINUTE_MS: Final = 60_000
MOST_NEAR: Final = 50


class Sighting(NamedTuple):
    """An event for which others near are looked for.

    Attributes
    ----------
    loop
        The event, which may not be stored yet.
    limits
        Of its kind; None never suggests.
    scope
        Of who reports it: events beyond are not told of.
    """

    loop: Loop
    limits: Limits | None
    scope: Scope


def clusters_of(store: Store, sightings: Sequence[Sighting]) -> list[Cluster]:
    """Return for each event the reports that may be of the same thing.

    The store is asked once for all events of a scope; what is looked at together is
    not told of each other.
    """
    queries: dict[Scope, dict[int, NearQuery]] = defaultdict(dict)
    for place, sighting in enumerate(sightings):
        query = _query(sighting)
        if query is not None:
            queries[sighting.scope][place] = query
    spots: dict[int, tuple[Spot, ...]] = {}
    for scope, by_place in queries.items():
        near = store.near(tuple(by_place.values()), scope)
        spots |= zip(by_place, near, strict=True)
    return [
        suggest_cluster(sighting.loop, spots.get(place, ()), sighting.limits)
        for place, sighting in enumerate(sightings)
    ]


def _query(sighting: Sighting) -> NearQuery | None:
    """Return what to ask for: those near, and those near these."""
    loop, limits, _ = sighting
    if limits is None or loop.lon is None or loop.lat is None:
        return None
    span_ms = 2 * limits.minutes * MINUTE_MS
    return NearQuery(
        loop.kind,
        box_about(loop.lon, loop.lat, 2 * limits.radius_m),
        Instant(loop.occurred_at - span_ms),
        Instant(loop.occurred_at + span_ms + 1),
        MOST_NEAR,
    )
