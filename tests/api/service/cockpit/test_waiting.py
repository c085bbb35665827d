"""What waits: as the store has it, the first due first, nothing out of sight."""

import pytest

from api.service.cockpit.waiting import MOST_LISTED, Waiting
from api.service.events.desk_words import Namer
from gis.access import EVERYTHING, NOWHERE, Scope
from gis.models import Instant
from layers.stores.loops import TaskQuery
from support.makers.desk_towns import OPERATOR, DeskTown

HOUR_MS = 3_600_000


@pytest.fixture
def town():
    return DeskTown()


def waiting(town, scope=EVERYTHING, path="C/", later=0):
    registry = town.events.intake.registries.current
    now = Instant(town.clock.now + later)
    return Waiting(town.store, scope, path, Namer(registry, town.desk.zone, now))


def test_the_last_events_come_first_and_only_those_in_sight(town):
    ids = [town.report() for _ in range(3)]
    secret = town.report("dispute")
    rows = waiting(town).last_events()
    assert [row.event_id for row in rows] == ids[::-1]
    granted = waiting(town, Scope(("",), grants=("dispute",))).last_events()
    assert granted[0].event_id == secret
    assert waiting(town, NOWHERE).last_events() == ()
    assert waiting(town, path="C/E/").last_events() == ()


def test_open_events_are_those_that_nobody_has_closed(town):
    closed, still_open = town.report(), town.report()
    town.act(closed, OPERATOR, "skip", to="closed", reason="已好")
    assert [row.event_id for row in waiting(town).open_events()] == [still_open]
    assert len(waiting(town).last_events()) == 2
    assert waiting(town, NOWHERE).open_events() == ()


def test_what_is_overdue_is_listed_once_an_event_the_longest_first(town):
    ids = [town.report() for _ in range(MOST_LISTED + 3)]
    assert waiting(town).overdue() == ()
    late = waiting(town, later=1000 * HOUR_MS).overdue()
    tasks = town.store.tasks(TaskQuery(is_open=True, limit=MOST_LISTED), EVERYTHING)
    assert [row.event_id for row in late] == [task.event_id for task in tasks]
    assert {row.due.urgency for row in late} == {"late"}
    assert {row.event_id for row in late} <= {*ids}


def test_summoned_departments_wait_until_they_are_done(town):
    event_id = town.report("illegal_mining")
    town.summon(event_id, "police")
    [row] = waiting(town).whistles()
    assert (row.event_id, row.area_id) == (event_id, "G1")
    assert row.department.zh
    assert waiting(town, path="C/E/").whistles() == ()


def test_empty_posts_are_named_with_who_stands_in(town):
    duties = town.events.intake.snapshots.current.territory.duties
    rows = waiting(town).vacant(duties)
    now = town.clock.now
    areas = [*duties.roster.pagoda.circles, *duties.roster.pagoda.grid_parents]
    empty = {a for a in areas if duties.leaders(a).at(now).holder_id is None}
    assert {row.area_id for row in rows} == empty
    for row in rows:
        assert row.reason in {"vacant_post", "no_one_on_duty"}
        if row.stand_in:
            assert duties.holder(row.stand_in, now) is not None
