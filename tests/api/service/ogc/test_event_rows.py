"""Events and tasks of a collection are those that who asks sees, as they stood."""

import pytest

from api.service.access.sight import VISITOR, Sight
from api.service.ogc.event_rows import event_state, task_state
from api.service.ogc.item_query import Period, StateQuery
from gis.access import EVERYTHING, Role, Scope
from gis.models import Instant
from layers.collections import CollectionState
from support.makers.event_town import LEADER, OPERATOR, URBAN, EventTown
from support.makers.square_town import NOW, SquareTown, local

WHOLE = Sight(EVERYTHING, frozenset({Role.OPERATOR}), None)
NOW_QUERY = StateQuery()
SENSITIVE = ("dispute",)


@pytest.fixture
def town() -> EventTown:
    """A town that takes events in."""
    return EventTown()


def ids(state: CollectionState) -> list[str]:
    """The ids of all rows."""
    return state.ids_of(state.choose())


def events(town: EventTown, query: StateQuery = NOW_QUERY, sight: Sight = WHOLE):
    """The events of a question."""
    return event_state(town.store, query, sight, SENSITIVE)


def tasks(town: EventTown, query: StateQuery = NOW_QUERY, sight: Sight = WHOLE):
    """The tasks of a question."""
    return task_state(town.store, query, sight)


def closed_event(town: EventTown) -> str:
    """An event that the desk closed after ten minutes."""
    event_id = town.report()
    town.pass_minutes(10)
    town.act(event_id, URBAN, "handle")
    town.act(event_id, OPERATOR, "verify")
    town.act(event_id, OPERATOR, "close")
    town.pass_minutes(10)
    return event_id


def test_without_a_time_the_open_events_are_there(town: EventTown) -> None:
    first = town.report()
    town.pass_minutes(1)
    state = events(town)
    assert ids(state) == [first]
    [row] = state.records(state.choose())
    loop = town.loop(first)
    assert (row["state"], row["grid_id"], row["kind"]) == (
        *(loop.state, "G1", "street_trading"),
    )
    assert row["occurred_at"] == "2026-09-30T12:00:00.000Z"
    assert row["closed_at"] is None
    [point] = state.shapes.take(state.choose())
    assert (point.x, point.y) == (120.005, 30.005)


def test_events_are_seen_by_who_sees_their_area(town: EventTown) -> None:
    first = town.report()
    second = town.report(lon=120.025, lat=30.005, datum="cgcs2000")
    far = Sight(Scope(("C/E/",)), frozenset({Role.LEADER}), None)
    near = Sight(LEADER.scope, frozenset({Role.LEADER}), None)
    assert ids(events(town, sight=near)) == [first]
    assert ids(events(town, sight=far)) == [second]
    assert ids(events(town, sight=VISITOR)) == []
    assert ids(tasks(town, sight=VISITOR)) == []
    assert {row["event_id"] for row in rows(tasks(town, sight=near))} == {first}


def rows(state: CollectionState):
    """All rows."""
    return state.records(state.choose())


def test_sensitive_events_are_seen_with_a_grant_alone(town: EventTown) -> None:
    event_id = town.report(kind="dispute")
    granted = Sight(Scope(("",), grants=("dispute",)), frozenset({Role.OPERATOR}), None)
    always = StateQuery(period=Period(None, None))
    for query in (NOW_QUERY, always):
        assert ids(events(town, query)) == []
        assert ids(events(town, query, granted)) == [event_id]


def test_an_event_is_there_from_when_it_occurs_until_it_is_closed(town) -> None:
    event_id = closed_event(town)
    closed = town.loop(event_id).closed_at
    assert closed == NOW + 10 * 60_000
    assert ids(events(town)) == []

    def at(instant: int) -> list[str]:
        return ids(events(town, StateQuery(at=Instant(instant))))

    assert [at(NOW - 1), at(NOW), at(closed - 1), at(closed)] == [
        *([], [event_id], [event_id], [])
    ]
    before = StateQuery(period=Period(None, NOW))
    during = StateQuery(period=Period(NOW, Instant(NOW + 1)))
    assert (ids(events(town, before)), ids(events(town, during))) == ([], [event_id])


def test_what_came_later_was_not_known(town: EventTown) -> None:
    event_id = closed_event(town)
    before, after = Instant(NOW + 60_000), Instant(NOW + 11 * 60_000)
    assert ids(events(town, StateQuery(known_at=Instant(NOW - 1)))) == []
    [row] = rows(events(town, StateQuery(known_at=before)))
    assert (row["event_id"], row["state"], row["closed_at"]) == (event_id, None, None)
    assert ids(events(town, StateQuery(known_at=after))) == []
    always = Period(None, None)
    [row] = rows(events(town, StateQuery(period=always, known_at=after)))
    assert row["closed_at"] == "2026-09-30T12:10:00.000Z"
    assert {row["state"] for row in rows(tasks(town, StateQuery(known_at=before)))} == {
        None
    }


def test_tasks_are_those_owed_then(town: EventTown) -> None:
    event_id = town.report()
    owed = rows(tasks(town))
    assert owed
    assert {row["event_id"] for row in owed} == {event_id}
    state = tasks(town)
    [point, *_] = state.shapes.take(state.choose())
    assert (point.x, point.y) == (120.005, 30.005)
    assert ids(tasks(town, StateQuery(at=Instant(NOW - 1)))) == []
    assert ids(tasks(town, StateQuery(at=NOW))) == [row["task_id"] for row in owed]


def test_events_of_a_history_are_there_in_their_period(
    eventful: SquareTown,
) -> None:
    month = StateQuery(period=Period(local("2026-09-01"), local("2026-10-01")))
    state = event_state(eventful.store, month, WHOLE, ())
    assert ids(state) == sorted(eventful.store.events()["event_id"])
    times = {row["event_id"]: row["occurred_at"] for row in rows(state)}
    assert times[eventful.event_id("e1")] == "2026-09-10T00:00:00.000Z"
    near = Sight(Scope(("G1/",)), frozenset({Role.LEADER}), None)
    state = event_state(eventful.store, month, near, ())
    assert ids(state) == [eventful.event_id("e1")]
    assert ids(event_state(eventful.store, month, near, ("noise",))) == []
    assert ids(event_state(eventful.store, month, VISITOR, ())) == []
    assert ids(event_state(eventful.store, NOW_QUERY, WHOLE, ())) == []


ALWAYS = StateQuery(period=Period(None, None))


def test_an_event_that_left_an_area_is_not_seen_there_as_it_was(town) -> None:
    event_id = town.report()
    pagoda = town.intake.snapshots.current.territory.pagoda
    near = Sight(LEADER.scope, frozenset({Role.LEADER}), pagoda)
    far = Sight(Scope(("C/E/",)), frozenset({Role.LEADER}), pagoda)
    assert ids(events(town, ALWAYS, near)) == [event_id]
    town.act(event_id, OPERATOR, "override", to="G3", reason="it is over there")
    for query in (NOW_QUERY, ALWAYS):
        assert ids(events(town, query, near)) == []
        assert ids(events(town, query, far)) == [event_id]


def test_an_event_that_became_sensitive_is_not_seen_as_it_was(town) -> None:
    event_id = town.report()
    town.act(event_id, OPERATOR, "override", to="dispute", reason="they quarrel")
    granted = Sight(Scope(("",), grants=("dispute",)), frozenset({Role.OPERATOR}), None)
    for query in (NOW_QUERY, ALWAYS):
        assert ids(events(town, query)) == []
        assert ids(events(town, query, granted)) == [event_id]
