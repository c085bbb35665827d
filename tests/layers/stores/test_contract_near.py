"""One suite for every store: which events are near in place and time."""

import random
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.access import EVERYWHERE, WHOLE, Scope
from gis.events import Box
from gis.models import Instant
from layers.stores.loops import NearQuery
from layers.stores.memory import MemoryStore
from support.makers.loop_entries import intake_of

EDGES = (120.0, 120.002, 120.00199999999998, 120.0035, 121.0, 0.0, -0.0005, -0.0025)
"""On and about borders of cells, and on both sides of 0."""


@pytest.fixture
def pair(store):
    """A store and one in memory with the same events about borders of cells."""
    chance = random.Random(12)  # noqa: S311  no secret
    memory = MemoryStore(now=store.now)
    entries = [
        intake_of(
            str(number),
            loop={
                "kind": chance.choice(["noise", "theft"]),
                "area_path": chance.choice(["C1/G1/", "C1/G2/"]),
                "is_sensitive": chance.random() < 0.2,
                "occurred_at": Instant(chance.randrange(5)),
                "lon": chance.choice([lon, lon, lon, None]),
                "lat": lat / 4,
            },
        )
        for number, (lon, lat) in enumerate(product(EDGES, EDGES))
    ]
    for writer in (store, memory):
        writer.append(entries).result()
    return store, memory


SIDES = st.sampled_from(EDGES)
BOXES = st.builds(
    lambda x, y: Box(min(x), min(y) / 4, max(x), max(y) / 4),
    st.tuples(SIDES, SIDES),
    st.tuples(SIDES, SIDES),
)
TIMES = st.integers(0, 5).map(Instant)
QUERIES = st.builds(
    NearQuery, st.sampled_from(["noise", "none"]), BOXES, TIMES, TIMES, st.just(50)
)
SCOPES = st.sampled_from([WHOLE, Scope(EVERYWHERE), Scope(("C1/G1/",)), Scope()])


@given(st.lists(QUERIES, max_size=4), SCOPES)
def _assert_near_is_that_of_memory(store, memory, queries, scope):
    assert store.near(queries, scope) == memory.near(queries, scope)


def test_near_events_are_those_of_memory(pair):
    _assert_near_is_that_of_memory(*pair)


def test_a_box_holds_its_edges_and_a_time_ends_before_its_end(store):
    places = {
        "west": (120.0, 0),
        "east": (120.002, 3),
        "beyond": (120.0020001, 0),
        "before": (120.001, -1),
        "later": (120.001, 4),
    }
    entries = {
        name: intake_of(name, loop={"lon": lon, "lat": 30.0, "occurred_at": at})
        for name, (lon, at) in places.items()
    }
    store.append([*entries.values()]).result()
    query = NearQuery("noise", Box(120.0, 30.0, 120.002, 30.0), 0, 4, 50)
    [spots] = store.near([query], WHOLE)
    near = {spot.event_id for spot in spots}
    assert near == {entries[name].event.event.event_id for name in ("west", "east")}


def test_the_newest_of_many_are_given(pair):
    for store in pair:
        query = NearQuery("noise", Box(-180, -90, 180, 90), 0, 9, 50)
        few = NearQuery("noise", query.box, 0, 9, 7)
        every, some = store.near([query, few], WHOLE)
        assert some == every[:7]
        assert len(every) > 7
