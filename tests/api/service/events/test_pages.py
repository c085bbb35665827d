"""Pages of events: newest first, whole, and of nothing out of sight."""

from dataclasses import replace

import pytest

from api.service.events.pages import MOST_LOOPS, PageQuery
from gis.access import EVERYTHING, NOWHERE, Scope
from gis.errors import UnknownEventError
from layers.stores.replica import Replica
from support.makers.event_town import URBAN, EventTown

WEST, EAST = Scope(("C/W/",)), Scope(("C/E/",))
FAR = {"lon": 120.025, "lat": 30.005, "datum": "cgcs2000"}


@pytest.fixture(scope="module")
def town():
    return EventTown()


@pytest.fixture(scope="module")
def ids(town):
    """Six events by turns in G1 and G3, the newest last."""
    return [town.report(**(FAR if n % 2 else {})) for n in range(6)]


def page(town, scope=EVERYTHING, **query):
    return town.office.pages.page(PageQuery(**query), scope)


def seen(town, scope=EVERYTHING, **query):
    return [loop.event_id for loop in page(town, scope, **query).loops]


def test_page_is_read_from_the_replica_that_has_all(town, ids):
    pages, asked = town.office.pages, []

    class Copy:
        store_id = town.store.store_id

        def __getattr__(self, name):
            asked.append(name)
            return getattr(town.store, name)

    copied = replace(pages, replica=Replica(town.store, Copy))
    query = PageQuery(limit=2, after=ids[4])
    assert copied.page(query, WEST).loops == pages.page(query, WEST).loops
    assert asked == ["last_link", "is_visible", "loop", "loops"]


def test_events_come_newest_first(town, ids):
    assert seen(town) == ids[::-1]


@pytest.mark.parametrize("limit", [1, 2, 3, 5, 6, 100])
@pytest.mark.parametrize("scope", [EVERYTHING, WEST, EAST, URBAN.scope])
def test_pages_one_after_the_other_have_every_event_once(town, ids, limit, scope):
    found, after = [], ""
    for _ in range(7):
        answer = page(town, scope, limit=limit, after=after)
        found += [loop.event_id for loop in answer.loops]
        if answer.next is None:
            break
        after = answer.next
    assert found == seen(town, scope)
    assert answer.next is None


def test_a_page_that_is_just_full_is_the_last(town, ids):
    assert page(town, WEST, limit=3).next is None
    assert page(town, WEST, limit=2).next == ids[2]


def test_no_page_is_longer_than_the_most(town, ids):
    assert MOST_LOOPS == 1000
    assert seen(town, limit=10**17) == ids[::-1]


def test_a_page_goes_on_after_what_is_seen_alone(town, ids):
    refusals = set()
    for after in (ids[1], "nobody"):
        with pytest.raises(UnknownEventError) as refused:
            page(town, WEST, after=after)
        refusals.add(str(refused.value))
    assert len(refusals) == 1


@pytest.mark.parametrize(
    ("area_id", "scope", "count"),
    [
        ("G1", EVERYTHING, 3),
        ("W", EVERYTHING, 3),
        ("C", EVERYTHING, 6),
        ("C", WEST, 3),
        ("G1", WEST, 3),
        ("G2", WEST, 0),
        ("G3", URBAN.scope, 3),
        ("G3", WEST, None),
        ("E", WEST, None),
        ("E", NOWHERE, None),
        ("nowhere", EVERYTHING, None),
    ],
)
def test_an_area_that_is_out_of_sight_is_none(town, ids, area_id, scope, count):
    if count is None:
        with pytest.raises(UnknownEventError):
            page(town, scope, area_id=area_id)
    else:
        assert len(seen(town, scope, area_id=area_id)) == count


def test_events_are_chosen_by_state_and_kind():
    town = EventTown()
    noise, lost = town.report("noise"), town.report("witchcraft")
    assert seen(town, kind="noise") == [noise]
    assert seen(town, state="triage") == [lost]
    assert seen(town, state="triage", kind="noise") == []


def test_an_event_is_overdue_once_its_last_millisecond_is_over():
    town = EventTown()
    event_id = town.report("witchcraft")
    town.pass_minutes(15)
    assert seen(town, is_overdue=True) == []
    town.town.clock.now += 1
    assert seen(town, is_overdue=True) == [event_id]
