"""Reports near those that come in, the store being asked once for a scope."""

from types import SimpleNamespace

from api.service.events.near import Sighting, clusters_of
from gis.access import EVERYTHING, Scope
from gis.events import Cluster, Loop, Spot

LIMITS = SimpleNamespace(radius_m=30, minutes=60)
HOUR_MS = 3_600_000
WEST = Scope(("C1-01/",))


class Recorder:
    """A store that remembers what it was asked for and knows one event."""

    def __init__(self):
        self.asked = []

    def near(self, queries, scope):
        self.asked.append((scope, queries))
        return tuple((Spot(f"near {q.kind}", 120.0, 30.0, 0),) for q in queries)


def sighting(kind, scope=EVERYTHING, limits=LIMITS, lon=120.0):
    loop = Loop(f"new {kind}", kind=kind, lon=lon, lat=30.0, occurred_at=HOUR_MS)
    return Sighting(loop, limits, scope)


def test_each_is_told_of_those_near_it_and_each_scope_is_asked_once():
    store = Recorder()
    sightings = [
        sighting("noise"),
        sighting("theft", WEST),
        sighting("flood_risk", lon=None),
        sighting("smell", limits=None),
        sighting("fire_hazard"),
    ]
    clusters = clusters_of(store, sightings)
    assert [cluster.cluster_id for cluster in clusters] == [
        *("near noise", "near theft", "", "", "near fire_hazard"),
    ]
    asked = {scope: [query.kind for query in queries] for scope, queries in store.asked}
    assert asked == {EVERYTHING: ["noise", "fire_hazard"], WEST: ["theft"]}


def test_twice_the_radius_and_the_time_are_asked_for_so_that_chains_are_whole():
    store = Recorder()
    clusters_of(store, [sighting("noise")])
    [(_, [query])] = store.asked
    assert (query.since, query.until) == (-HOUR_MS, 3 * HOUR_MS + 1)
    assert query.box.holds(120.0006, 30.0)
    assert not query.box.holds(120.0007, 30.0)


def test_where_nobody_is_near_or_nothing_came_the_store_is_not_asked():
    store = Recorder()
    assert clusters_of(store, []) == []
    assert clusters_of(store, [sighting("noise", limits=None)]) == [Cluster("", ())]
    assert store.asked == []
