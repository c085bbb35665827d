"""Periods before a change of boundaries are compared on the later ones, if asked."""

import pytest

from api.service.events.area_question import AreaQuestion
from api.service.events.figures import FiguresDesk
from api.service.events.report import EventReport
from gis.access import EVERYTHING, Scope
from layers.figures.question import FigureError
from support.makers.event_town import REPORTER, EventTown
from support.makers.moved_towns import LATER
from support.makers.square_town import local

BEFORE = (local("2026-09-27"), local("2026-10-01"))
AFTER = (local("2026-10-01"), local("2026-10-05"))
PLACES = [
    *(120.005, 120.0228, 120.0228, 120.025, 120.039, 119.5),
]
"""In G1; in what G2 gains; in what G5 has; in the east that is left out; outside."""


def report(town, day, number, lon=None):
    place = {"lon": lon, "lat": 30.005, "datum": "cgcs2000"}
    sent = EventReport(
        "hotline",
        f"{day}-{number}",
        "street_trading",
        occurred_at=local(f"{day}T08:00"),
        **(place if lon is not None else {"community_id": "K1"}),
    )
    town.intake.append(town.intake.draft(sent, REPORTER), b"{}").result()


@pytest.fixture(scope="module")
def town():
    """Events of the end of September, then other boundaries, then more events."""
    town = EventTown()
    for number, lon in enumerate([*PLACES, None]):
        report(town, "2026-09-29", number, lon)
    town.town.publish(LATER, "2026-10-01")
    town.town.clock.now = local("2026-10-04")
    town.intake.snapshots.refresh()
    for number, lon in enumerate((120.005, 120.0228)):
        report(town, "2026-10-02", number, lon)
    return town


@pytest.fixture(scope="module")
def desk(town):
    return FiguresDesk(town.store, town.intake.snapshots, town.intake.registries)


def compared(desk, area_id, *by, scope=EVERYTHING, is_rebased=True, **more):
    question = AreaQuestion(
        "circles", area_id, *AFTER, by, against=BEFORE, is_rebased=is_rebased, **more
    )
    return desk.compared(desk.of_area(question, scope), scope)


def changes(comparison):
    return {change.keys[0]: (change.before, change.after) for change in comparison.rows}


def test_row_2_23_periods_across_a_change_are_refused_unless_rebased(desk):
    with pytest.raises(FigureError, match="from version 1 to version 2") as refusal:
        compared(desk, "C", is_rebased=False)
    assert "rebase=true" in str(refusal.value)
    comparison = compared(desk, "W", "children")
    # two of G3 lie where G2 is now; one of the community lies in no grid
    assert changes(comparison) == {"": (1, 0), "G1": (1, 1), "G2": (2, 1)}
    assert [v.version for v in comparison.versions] == [1]
    assert comparison.version.version == 2
    assert "assigned anew from" in comparison.statement


def test_how_events_came_is_counted_and_those_that_did_not_by_reason(desk):
    comparison = compared(desk, "C", "children")
    assert comparison.rebase.moves == {"same_ground": 1, "by_point": 3, "by_circle": 2}
    assert comparison.rebase.left_out == {"outside": 1}
    assert comparison.total.before == 6
    assert compared(desk, "G2").rebase.moves == {"by_point": 2}


def test_conditions_and_scopes_hold_for_the_events_of_before(desk):
    chosen = {"category": frozenset({"noise"})}
    assert compared(desk, "C", chosen=chosen).total.before == 0
    leader = Scope(("C/W/",))
    # what lay in G3 was not seen in W then
    assert compared(desk, "W", scope=leader).total.before < 3


def test_the_same_boundaries_need_no_rebasing(desk):
    span = (local("2026-09-29"), local("2026-09-30"))
    earlier = (local("2026-09-27"), local("2026-09-28"))
    question = AreaQuestion("circles", "W", *span, against=earlier, is_rebased=True)
    comparison = desk.compared(desk.of_area(question, EVERYTHING), EVERYTHING)
    assert comparison.rebase is None
    assert "anew" not in comparison.statement


def test_a_later_period_that_has_two_boundaries_is_refused(desk):
    span = (local("2026-09-29"), local("2026-10-03"))
    earlier = (local("2026-09-20"), local("2026-09-24"))
    question = AreaQuestion("circles", "W", *span, against=earlier, is_rebased=True)
    with pytest.raises(FigureError, match="from version 1 to version 2"):
        desk.compared(desk.of_area(question, EVERYTHING), EVERYTHING)


def own(desk, area_id, span=(BEFORE[0], AFTER[1]), is_rebased=True, **more):
    question = AreaQuestion("circles", area_id, *span, is_rebased=is_rebased, **more)
    return desk.of_area(question, EVERYTHING)


def test_a_period_with_two_boundaries_is_counted_on_those_of_its_end(desk):
    counts = {
        name: own(desk, name).table.total.counts["events"] for name in ("G2", "G5")
    }
    assert counts == {"G2": 3, "G5": 1}
    # as recorded, what is in G2 now was in G3
    assert own(desk, "G2", is_rebased=False).table.total.counts["events"] == 1
    rebase = own(desk, "C").rebase
    assert rebase.moves == {"same_ground": 2, "by_point": 4, "by_circle": 2}
    assert rebase.left_out == {"outside": 1}
    assert own(desk, "G2", AFTER).rebase is None


def test_an_earlier_period_is_counted_on_the_boundaries_of_a_time(desk):
    later = own(desk, "G2", BEFORE, valid_at=AFTER[0])
    assert later.table.total.counts["events"] == 2
    assert later.version == 2
    then = own(desk, "G2", BEFORE)
    assert (then.table.total.counts["events"], then.version) == (0, 1)
    assert then.rebase is None


def test_events_before_the_first_boundaries_are_looked_up_in_those(desk):
    span = (local("2026-08-30"), BEFORE[1])
    answer = own(desk, "G1", span)
    assert answer.rebase.moves == {"same_ground": 1}
    assert answer.table.total.counts["events"] == 1


def test_the_last_move_is_kept_until_events_come(town, desk, monkeypatch):
    compared(desk, "C")
    monkeypatch.setattr(
        "layers.figures.moved_columns.move_events", lambda *_: pytest.fail("again")
    )
    compared(desk, "G1", "day")
    monkeypatch.undo()
    report(town, "2026-09-28", "late", 120.005)
    assert changes(compared(desk, "W", "children"))["G1"] == (2, 1)
