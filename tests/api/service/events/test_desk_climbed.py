"""The desk of a leader lists what climbed to a circle of its, and nothing else."""

import pytest

from api.service.events import desk_climbed
from api.service.events.climbs import Climbs
from api.service.events.desk import SHOWN_TASKS
from api.service.events.dossier import Party
from api.service.events.pages import PageQuery
from gis.access import EVERYTHING, Scope
from gis.events import Actor
from support.makers.desk_towns import BODY, OPERATOR, STEWARD, DeskTown
from support.makers.event_town import CHIEF, LEADER, NO_KEYS
from support.makers.square_town import duty, post

HANDLE, CLIMB = 24 * 60, 30
"""Minutes in which street trading is to be handled; how often it climbs then."""
WEST = Party(
    Actor("K-W", frozenset({"leader"}), posts=frozenset({"W-L"}), tier=2),
    Scope(("C/W/",)),
)


@pytest.fixture
def town():
    """A town whose western circle has a leader for some days."""
    town = DeskTown()
    squares = town.events.town
    squares.record("posts", post("W-L", "W", "circle_leader", "R002"))
    until = "2026-10-05T00:00:00+08:00"
    squares.record("duties", duty("D9", "W-L", "R002", until))
    town.events.intake.snapshots.refresh()
    return town


def climb(town, minutes):
    """Let time pass and overdue tasks climb."""
    town.wait(minutes)
    intake = town.events.intake
    Climbs(town.store, intake.snapshots, intake.ids).turn(town.clock.now)


def climbed(town, party):
    return town.desk.desk(PageQuery(), party).climbed


def ids(town, party):
    return [row.event_id for row in climbed(town, party).rows]


def test_a_task_is_listed_where_it_came_to_and_stays_with_its_debtor(town):
    event_id = town.report()
    climb(town, HANDLE + 1)
    [row] = climbed(town, WEST).rows
    assert (row.event_id, row.circle_id, row.level) == (event_id, "W", 1)
    assert (row.debtor.zh, row.grid_id) == ("urban_management", "G1")
    assert (row.due.urgency, row.due.at) == ("late", "2026-10-01 20:00")
    assert climbed(town, WEST)[1:] == (1, 1, 0)
    view = town.desk.desk(PageQuery(), WEST)
    assert (view.owed, view.owed_count) == ((), 0)
    [owed] = town.desk.desk(PageQuery(), BODY).owed
    assert (owed.event_id, owed.circle_id) == (event_id, "")


def test_what_climbs_on_is_the_next_circle_s_and_stays_at_the_core(town):
    event_id = town.report()
    climb(town, HANDLE + 1)
    assert (ids(town, WEST), ids(town, CHIEF)) == ([event_id], [])
    for _ in range(3):
        climb(town, CLIMB)
        assert (ids(town, WEST), ids(town, CHIEF)) == ([], [event_id])


def test_what_has_not_climbed_or_is_done_is_not_listed(town):
    event_id = town.report()
    climb(town, HANDLE)
    assert climbed(town, WEST) == ((), 0, 0, 0)
    climb(town, 1)
    assert ids(town, WEST) == [event_id]
    town.act(event_id, BODY, "handle")
    assert climbed(town, WEST) == ((), 0, 0, 0)


def test_a_circle_that_nobody_leads_any_more_leaves_it_to_the_one_above(town):
    climb(town, 4 * 24 * 60)
    event_id = town.report()
    climb(town, HANDLE + 1)
    assert ids(town, CHIEF) == [event_id]


def test_only_who_leads_a_circle_has_the_list(town):
    town.report()
    climb(town, HANDLE + 1)
    for party in (OPERATOR, STEWARD, BODY, LEADER, NO_KEYS):
        assert climbed(town, party) is None


def test_sensitive_kinds_are_listed_by_grant_only(town):
    event_id = town.report("dispute")
    climb(town, 10 * HANDLE)
    assert ids(town, CHIEF) == []
    granted = Party(CHIEF.actor, Scope(("C/",), grants=("dispute",)))
    assert ids(town, granted) == [event_id]


def test_what_is_out_of_sight_is_not_listed(town):
    town.report()
    climb(town, HANDLE + 1)
    assert ids(town, Party(WEST.actor, Scope(("C/E/",)))) == []


def test_who_leads_two_circles_has_each_task_once_the_first_due_first(town):
    first = town.report()
    town.wait(CLIMB)
    second = town.report()
    climb(town, HANDLE + 1)
    both = Party(
        Actor("K", frozenset({"leader"}), posts=frozenset({"W-L", "C-L"}), tier=1),
        EVERYTHING,
    )
    rows = climbed(town, both).rows
    assert [(r.event_id, r.circle_id) for r in rows] == [(first, "C"), (second, "W")]


def test_a_list_that_is_cut_says_so(town, monkeypatch):
    monkeypatch.setattr(desk_climbed, "MOST_CLIMBED", 1)
    town.report()
    town.report()
    climb(town, HANDLE + 1)
    assert len(ids(town, WEST)) == 1
    assert climbed(town, WEST).most


def test_of_many_the_first_are_listed_and_all_counted(town):
    for _ in range(SHOWN_TASKS + 1):
        town.report()
    climb(town, HANDLE + 1)
    view = climbed(town, WEST)
    assert (len(view.rows), view.total, view.most) == (SHOWN_TASKS, SHOWN_TASKS + 1, 0)
