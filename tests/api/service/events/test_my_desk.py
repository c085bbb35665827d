"""My page has what the areas of my posts owe, overdue first, and what I may do."""

from dataclasses import replace

import pytest

from api.service.access.sight import Sight
from api.service.events.event_cards import LONGEST_TEXT
from api.service.events.my_desk import MOST_EVENTS, MyDesk
from api.service.events.pages import PageQuery
from api.service.rating.days import RiskDesk
from gis.access import Role
from layers.words.desk import DESK
from layers.words.phone import MY
from support.makers.desk_towns import BODY, OPERATOR, DeskTown
from support.makers.event_town import CHIEF, LEADER, MEMBER
from support.makers.square_town import TIMEZONE

BOTH = replace(LEADER, actor=replace(LEADER.actor, posts=frozenset({"G1-L", "C-L"})))
"""Who holds a post of a grid and one of a circle."""


@pytest.fixture
def town():
    return DeskTown()


def view(town, party, near="", role=Role.MEMBER):
    pagoda = town.desk.snapshots.current.territory.pagoda
    sight = Sight(party.scope, frozenset({role}), pagoda)
    desk = MyDesk(town.desk, RiskDesk(town.store, TIMEZONE))
    return desk.view(party, sight, near, "n")


def test_what_a_leader_owes_is_that_of_the_members_of_the_grid_too(town):
    event_id = town.report("odd", text="门口有人吵架")
    town.report("odd", lon=120.025)
    for party in (LEADER, MEMBER):
        mine = view(town, party)
        assert [event.event_id for event in mine.events] == [event_id]
        assert mine.events[0].text == "门口有人吵架"
        assert (mine.event_count, mine.late_count) == (1, 0)
    assert view(town, LEADER).posts == ("G1-L",)


def test_what_others_owe_in_the_grid_stands_apart(town):
    event_id = town.report()
    mine = view(town, LEADER)
    assert mine.events == ()
    assert [event.event_id for event in mine.rest] == [event_id]
    assert mine.rest[0].task is None
    body = view(town, BODY, role=Role.DEPARTMENT)
    assert [event.event_id for event in body.events] == [event_id]
    assert [form.action for form in body.events[0].forms][:1] == ["handle"]
    assert body.rest == ()


def test_what_is_counted_is_said_to_be_of_the_grid_circle_or_department(town):
    whose = {
        "grid": (LEADER, MEMBER),
        "circle": (CHIEF,),
        "areas": (BOTH,),
        "department": (BODY,),
        "sight": (OPERATOR,),
    }
    for name, parties in whose.items():
        assert {view(town, party).whose for party in parties} == {name}
        assert f"owed_{name}" in MY


def test_the_number_of_the_grid_and_that_of_the_own_post_bear_other_words(town):
    town.report("odd")
    desk = town.desk.desk(PageQuery(), MEMBER)
    mine = view(town, MEMBER)
    assert (mine.event_count, desk.owed_count) == (1, 0)
    assert (mine.whose, desk.whose) == ("grid", "post")
    for words, zh, en in (
        (MY["owed_grid"], "本网格", "your grid"),
        (DESK["owed_post"], "本岗位", "your own post"),
    ):
        assert zh in words.zh
        assert en in words.en


def test_overdue_events_come_first_and_only_some_are_listed(town):
    first = town.report("odd")
    town.wait(24 * 60)
    for _ in range(MOST_EVENTS):
        town.report("odd")
    mine = view(town, LEADER)
    assert mine.events[0].event_id == first
    assert mine.events[0].due.urgency == "late"
    assert (len(mine.events), mine.event_count) == (MOST_EVENTS, MOST_EVENTS + 1)
    assert mine.late_count == 1


def test_forms_have_a_name_each(town):
    town.report()
    town.report()
    events = view(town, BODY, role=Role.DEPARTMENT).events
    names = [form.request_key for event in events for form in event.forms]
    assert len(names) > 1
    assert len(set(names)) == len(names)


def test_a_long_text_is_cut(town):
    town.report("odd", text="长" * 500)
    [event] = view(town, LEADER).events
    assert len(event.text) == LONGEST_TEXT + 1


def test_distances_are_from_the_place_one_stands_at_or_the_middle(town):
    mine = view(town, LEADER, "P1")
    assert mine.near == "P1"
    assert "P1" in mine.origin.zh
    own = [row for group in mine.groups for row in group.rows if row.place_id == "P1"]
    assert [row.distance.zh for row in own] == ["约 10 米"]
    elsewhere = view(town, LEADER, "none")
    assert elsewhere.near == ""
    assert "中心" in elsewhere.origin.zh
    assert view(town, OPERATOR, role=Role.OPERATOR).origin is None


def test_who_holds_no_post_has_no_area(town):
    everything = view(town, OPERATOR, role=Role.OPERATOR)
    assert (everything.posts, everything.areas) == ((), ())
    assert everything.groups[0].total > 0
