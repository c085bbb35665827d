"""The desk says what who asks owes, the first due first, and what it may see."""

import pytest

from api.service.events.pages import PageQuery
from gis.errors import UnknownEventError
from layers.words.desk import DESK
from support.makers.desk_towns import BODY, OPERATOR, POLICE, DeskTown
from support.makers.event_town import MEMBER


@pytest.fixture
def town():
    return DeskTown()


def test_a_department_sees_what_it_owes_and_nothing_else(town):
    event_id = town.report()
    town.report("odd")
    view = town.desk.desk(PageQuery(), BODY)
    assert [(duty.event_id, duty.sort.zh) for duty in view.owed] == [(event_id, "处置")]
    assert [row.event_id for row in view.rows] == [event_id]
    assert view.count == 1


def test_who_acts_for_nobody_sees_what_is_owed_by_all(town):
    town.summon(town.report(), "police")
    view = town.desk.desk(PageQuery(), OPERATOR)
    assert [duty.debtor.zh for duty in view.owed] == ["police", "urban_management"]
    assert (view.owed_count, view.late_count) == (2, 0)


def test_what_is_counted_is_said_to_be_of_the_post_or_department_or_of_all(town):
    whose = {"post": MEMBER, "department": BODY, "sight": OPERATOR}
    for name, party in whose.items():
        assert town.desk.desk(PageQuery(), party).whose == name
        assert f"owed_{name}" in DESK


def test_what_is_overdue_is_first_and_counted(town):
    town.report()
    town.wait(60)
    town.summon(town.report(), "police")
    town.wait(31)
    view = town.desk.desk(PageQuery(), OPERATOR)
    assert [duty.due.urgency for duty in view.owed] == ["late", "calm", "calm"]
    assert view.late_count == 1


def test_nothing_is_seen_of_what_a_department_has_no_task_of(town):
    town.report()
    view = town.desk.desk(PageQuery(), POLICE)
    assert (view.owed, view.rows, view.count) == ((), (), 0)


def test_events_are_filtered_by_state_kind_and_what_is_overdue(town):
    trading = town.report()
    odd = town.report("odd")
    town.wait(16)
    for query, expected in (
        (PageQuery(state="triage"), [odd]),
        (PageQuery(kind="street_trading"), [trading]),
        (PageQuery(is_overdue=True), [odd]),
        (PageQuery(), [odd, trading]),
    ):
        view = town.desk.desk(query, OPERATOR)
        assert [row.event_id for row in view.rows] == expected
        assert view.count == len(expected)


def test_pages_follow_each_other_with_the_same_filter(town):
    ids = [town.report() for _ in range(3)]
    query = PageQuery(kind="street_trading", limit=2)
    view = town.desk.desk(query, OPERATOR)
    assert [row.event_id for row in view.rows] == ids[:0:-1]
    assert view.next == f"kind=street_trading&after={ids[1]}"
    assert view.first == ""
    rest = town.desk.desk(PageQuery(kind="street_trading", after=ids[1]), OPERATOR)
    assert [row.event_id for row in rest.rows] == ids[:1]
    assert (rest.first, rest.next) == ("kind=street_trading", "")


def test_kinds_that_are_not_seen_are_not_offered(town):
    kinds = [code for code, _ in town.desk.desk(PageQuery(), OPERATOR).kinds]
    assert "street_trading" in kinds
    assert "dispute" not in kinds


def test_an_event_out_of_sight_is_none(town):
    event_id = town.report()
    with pytest.raises(UnknownEventError):
        town.desk.event(event_id, POLICE, "n")
