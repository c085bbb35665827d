"""Codes, due dates and reasons of places, one case each."""

import datetime as dt
from itertools import permutations

import numpy as np
import pytest

from gis.models import SafetyCode, Scene
from gis.safety import (
    SCENES,
    Calendar,
    Campaign,
    explain,
    month_after,
    rate,
)
from support.makers.safety_towns import RULE, START, a_day, arrays, visit
from support.oracles.reference_safety import Place

GREEN, YELLOW, RED = SafetyCode
NO_CALENDAR = Calendar()


def one(inspections, day, *, scene="street_shop", hazard="", calendar=NO_CALENDAR):
    """Return the explanation of a place known since 2026 under the shipped rule."""
    places, facts = arrays([Place(scene, hazard, a_day("2026-01-01"))], inspections)
    return explain(places, facts, RULE, a_day(day), 0, calendar)


@pytest.mark.parametrize(
    ("last", "due"),
    [
        ("2026-01-01", "2026-02-01"),
        ("2026-01-31", "2026-02-28"),
        ("2028-01-31", "2028-02-29"),
        ("2026-12-31", "2027-01-31"),
        ("2026-08-31", "2026-09-30"),
        ("2026-02-28", "2026-03-28"),
    ],
)
def test_green_is_due_a_calendar_month_later(last, due):
    assert month_after(np.array([last], "M8[D]"))[0] == np.datetime64(due)
    places, facts = arrays([Place("street_shop", "", a_day(last))], [visit(last)])
    ratings = rate(places, facts, RULE, a_day(last))
    assert ratings.due[0] == np.datetime64(due)


@pytest.mark.parametrize(
    ("severity", "code", "due"),
    [
        ("minor", GREEN, "2026-02-10"),
        ("serious", YELLOW, "2026-01-17"),
        ("critical", RED, "2026-01-11"),
    ],
)
def test_interval_follows_from_the_code(severity, code, due):
    told = one([visit("2026-01-10", findings=[("F1", severity)])], "2026-01-10")
    assert (told.code, told.due) == (code, a_day(due))


def test_place_never_checked_is_due_on_the_day_it_is_known():
    told = one([], "2026-01-14")
    assert (told.due, told.overdue_days) == (a_day("2026-01-01"), 13)
    assert told.code is GREEN
    assert one([], "2026-01-16").code is YELLOW


def test_place_known_later_has_no_code():
    told = one([visit("2025-12-01")], "2025-12-31")
    assert (told.code, told.due, told.overdue_days) == (None, None, 0)
    assert told.reasons == ()


HOLIDAYS = Calendar(tuple(dt.date(2026, 2, day) for day in (10, 11, 12, 17)))


def test_holiday_moves_green_to_the_next_day_that_is_none():
    told = one([visit("2026-01-10")], "2026-01-10", calendar=HOLIDAYS)
    assert told.due == a_day("2026-02-13")


@pytest.mark.parametrize(
    ("checked", "severity"), [("2026-02-03", "serious"), ("2026-02-09", "critical")]
)
def test_holiday_moves_neither_yellow_nor_red(checked, severity):
    found = [visit(checked, findings=[("F1", severity)])]
    assert one(found, checked, calendar=HOLIDAYS).due == a_day("2026-02-10")


def in_campaign(*inspections, day, scene="street_shop"):
    shops = (Scene.STREET_SHOP,)
    gas = Campaign("gas", "燃气", shops, a_day("2026-02-01"), a_day("2026-02-05"))
    calendar = Calendar(campaigns=(gas,))
    return one(inspections, day, scene=scene, calendar=calendar).due


def test_campaign_makes_its_places_due_once_it_has_begun():
    checked = visit("2026-01-20")
    assert in_campaign(checked, day="2026-01-31") == a_day("2026-02-20")
    assert in_campaign(checked, day="2026-02-01") == a_day("2026-02-05")
    assert in_campaign(checked, day="2026-03-01") == a_day("2026-02-05")
    again = visit("2026-02-01")
    assert in_campaign(checked, again, day="2026-03-01") == a_day("2026-03-01")
    school = in_campaign(checked, day="2026-03-01", scene="rental_housing")
    assert school == a_day("2026-02-20")


def test_place_known_after_a_campaign_is_not_part_of_it():
    known = a_day("2026-02-06")
    gas = Campaign("gas", "燃气", SCENES, a_day("2026-02-01"), a_day("2026-02-05"))
    rows, facts = arrays([Place("street_shop", "", known)], [])
    ratings = rate(rows, facts, RULE, a_day("2026-02-08"), Calendar((), (gas,)))
    assert ratings.due[0].item() == known


def test_late_drill_asks_for_a_check_from_the_day_it_became_late():
    told = one([visit("2026-07-28")], "2026-07-31", scene="crowded_place")
    # known on 1 January: a drill is owed by 30 June and 30 days late on 30 July
    assert (told.code, told.due) == (YELLOW, a_day("2026-08-06"))
    assert told.reasons[0].values == {"drill_late_days": 31}
    drilled = [visit("2026-07-28"), visit("2026-07-31", "drill")]
    assert one(drilled, "2026-07-31", scene="crowded_place").code is GREEN


def test_drill_that_failed_counts_as_none():
    visits = [visit("2026-07-28"), visit("2026-07-31", "drill", result="failed")]
    told = one(visits, "2026-07-31", scene="crowded_place")
    assert (told.code, told.last_drill) == (YELLOW, None)


def test_finding_is_open_until_the_first_later_inspection_that_saw_it_fixed():
    visits = [
        visit("2026-01-10", findings=[("F1", "critical"), ("F2", "serious")]),
        visit("2026-01-11", fixed=["F1"]),
        visit("2026-01-12", fixed=["F1", "F2"]),
    ]
    _, facts = arrays([Place("street_shop", "", START)], visits)
    assert facts.findings.ended.tolist() == [a_day("2026-01-11"), a_day("2026-01-12")]
    assert facts.fixes.day.tolist() == [a_day("2026-01-11"), a_day("2026-01-12")]
    assert [one(visits, f"2026-01-{day}").code for day in (10, 11, 12)] == [
        RED,
        YELLOW,
        GREEN,
    ]


def test_finding_corrected_on_the_spot_never_is_open_and_counts_as_fixed():
    before = visit("2026-01-09", findings=[("F1", "critical")])
    both = visit(
        "2026-01-10",
        findings=[("F1", "critical"), ("F2", "minor")],
        fixed=["F1"],
    )
    told = one([both], "2026-01-10")
    assert (told.code, told.reasons) == (GREEN, ())
    _, facts = arrays([Place("street_shop", "", START)], [before, both])
    day = a_day("2026-01-10")
    assert facts.findings.is_open(np.datetime64(day)).tolist() == [False, False, True]
    assert facts.fixes.day.tolist() == [day]


def test_finding_that_is_found_again_is_fixed_once():
    visits = [
        visit("2026-01-10", findings=[("F1", "minor")]),
        visit("2026-01-11", fixed=["F1", "ghost"]),
        visit("2026-01-12", findings=[("F1", "minor")]),
        visit("2026-01-13", fixed=["F1"]),
    ]
    _, facts = arrays([Place("street_shop", "", START)], visits)
    assert facts.fixes.day.tolist() == [a_day("2026-01-11")]
    assert facts.findings.ended.tolist() == [a_day("2026-01-11"), a_day("2026-01-13")]


def test_fix_by_another_inspection_at_the_same_instant_does_not_close():
    found = visit("2026-01-10", findings=[("F1", "critical")])
    other = visit("2026-01-10", fixed=["F1"])
    corrected = visit("2026-01-10", findings=[("F1", "minor")], fixed=["F1"])
    for rows in permutations([found, other, corrected]):
        assert one(rows, "2026-01-10").code is RED
    assert arrays([], [found, other])[1].fixes.day.size == 0


def test_of_two_listings_at_one_instant_the_graver_holds():
    graver = visit("2026-01-10", findings=[("F1", "critical")])
    lesser = visit("2026-01-10", findings=[("F1", "minor")])
    for rows in permutations([graver, lesser]):
        assert one(rows, "2026-01-10").code is RED


def test_finding_listed_again_has_the_later_severity_and_counts_once():
    visits = [
        visit("2026-01-10", findings=[("F1", "minor")]),
        visit("2026-01-12", findings=[("F1", "serious")]),
    ]
    told = one(visits, "2026-01-12")
    assert told.code is YELLOW
    assert told.reasons[0].findings == (1,)
    assert told.reasons[0].values == {"serious_or_worse": 1}
    assert arrays([], visits)[1].fixes.day.size == 0


def test_town_without_places_or_facts_has_no_ratings():
    rows, facts = arrays([], [])
    assert len(rate(rows, facts, RULE, START).code) == 0
