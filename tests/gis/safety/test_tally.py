"""Counts of areas: places by code, checks, fixes, what is overdue."""

import numpy as np
from hypothesis import given, settings

from gis.models import SafetyCode
from gis.safety import SafetyRule, rate, tally
from support.makers.safety_towns import (
    RULE,
    START,
    a_day,
    arrays,
    days,
    expected,
    towns,
    visit,
)
from support.oracles.reference_safety import Place


@settings(max_examples=100)
@given(towns(), days)
def test_counts_of_areas_equal_a_recount(town, day):
    places, inspections, body, calendar = town
    rows, facts = arrays(places, inspections)
    ratings = rate(rows, facts, SafetyRule.from_body(body), day, calendar)
    areas = np.array([[1, -1, 0][row] for row in range(len(places))])
    span = (START, day)
    figures = tally(ratings, facts, areas, 2, span)
    answers = expected(places, inspections, body, day, calendar)
    for area in range(2):
        own = [a for a, at in zip(answers, areas, strict=True) if at == area]
        assert figures.overdue[area] == sum(a.overdue_days > 0 for a in own)
        assert figures.codes[area].tolist() == [
            sum(a.code == code for a in own) for code in SafetyCode
        ]
        assert figures.checks[area] == sum(
            i.kind == "check" and areas[i.place] == area and i.at.date() <= day
            for i in inspections
        )


VISITS = (
    visit("2026-01-21", place=0, findings=[("F1", "minor")]),
    visit("2026-01-22", place=0, fixed=["F1"]),
    visit("2026-01-23", place=1),
    visit("2026-01-23", "drill", place=1),
    visit("2026-01-23", place=2),
)


def counted(area_of, first="2026-01-21", last="2026-01-23", areas=2):
    """Return the figures of three street shops, known since the day of the rating."""
    rows, facts = arrays([Place("street_shop", "", START)] * 3, VISITS)
    ratings = rate(rows, facts, RULE, a_day("2026-01-24"))
    span = (a_day(first), a_day(last))
    return tally(ratings, facts, np.array(area_of), areas, span)


def test_place_in_no_area_is_not_counted():
    figures = counted([0, -1, 1])
    assert figures.codes.sum(axis=1).tolist() == [1, 1]
    assert figures.checks.tolist() == [2, 1]
    assert counted([-1, -1, -1]).checks.tolist() == [0, 0]


def test_fix_is_counted_on_its_day_and_a_drill_is_no_check():
    figures = counted([0, 1, 1])
    assert figures.fixes.tolist() == [1, 0]
    assert figures.checks.tolist() == [2, 2]


def test_first_and_last_day_are_in_the_span():
    days = [("2026-01-21", "2026-01-21"), ("2026-01-22", "2026-01-22")]
    checks = [counted([0, 0, 0], *span).checks[0] for span in days]
    assert checks == [1, 1]
    assert counted([0, 0, 0], "2026-01-24", "2026-01-31").checks[0] == 0


def test_area_without_places_counts_nothing():
    figures = counted([0, 0, 0], areas=4)
    assert figures.codes[1:].tolist() == [[0, 0, 0]] * 3
    assert figures.overdue.shape == figures.checks.shape == figures.fixes.shape == (4,)
