"""The codes that a place had are those of a rating of every day."""

import datetime as dt

from hypothesis import given, settings

from gis.models import SafetyCode
from gis.safety import SafetyRule, rate, trace_code
from support.makers.safety_towns import RULE, START, a_day, arrays, towns, visit
from support.oracles.reference_safety import Place

GREEN, YELLOW, RED = SafetyCode

GREEN, YELLOW, RED = SafetyCode


@settings(max_examples=60)
@given(towns())
def test_history_equals_rating_every_day(town):
    places, inspections, body, calendar = town
    rows, facts = arrays(places, inspections)
    rule = SafetyRule.from_body(body)
    span = (START - dt.timedelta(days=40), START + dt.timedelta(days=160))
    every_day = [span[0] + dt.timedelta(days=n) for n in range(201)]
    codes = [rate(rows, facts, rule, day, calendar).code for day in every_day]
    for row in range(len(places)):
        told = [int(code[row]) for code in codes]
        changes = [
            (day, code)
            for day, code, before in zip(every_day, told, [None, *told], strict=False)
            if code != before
        ]
        traced = trace_code(rows, facts, rule, row, span, calendar)
        assert [(day, int(code or 0)) for day, code in traced] == changes


def traced(visits, first, last, known_on="2026-01-01"):
    """Return the codes of a street shop under the shipped rule, each with its day."""
    places, facts = arrays([Place("street_shop", "", a_day(known_on))], visits)
    span = (a_day(first), a_day(last))
    changes = trace_code(places, facts, RULE, 0, span)
    return [(change.day.isoformat(), change.code) for change in changes]


VISITS = (
    visit("2026-01-10", findings=[("F1", "critical")]),
    visit("2026-01-11", findings=[("F2", "serious")], fixed=["F1"]),
    visit("2026-01-12", fixed=["F2"]),
)


def test_code_changes_on_the_days_of_the_facts():
    assert traced(VISITS, "2026-01-09", "2026-01-13") == [
        ("2026-01-09", GREEN),
        ("2026-01-10", RED),
        ("2026-01-11", YELLOW),
        ("2026-01-12", GREEN),
    ]


def test_first_day_of_a_span_has_its_code_though_nothing_happens_on_it():
    assert traced(VISITS[:1], "2026-01-11", "2026-01-11") == [("2026-01-11", RED)]


def test_last_day_of_a_span_is_in_it_and_the_next_is_not():
    assert traced(VISITS, "2026-01-08", "2026-01-09") == [("2026-01-08", GREEN)]
    assert traced(VISITS, "2026-01-09", "2026-01-10")[-1] == ("2026-01-10", RED)


def test_place_has_no_code_until_it_is_known():
    assert traced([], "2026-01-01", "2026-01-09", known_on="2026-01-03") == [
        ("2026-01-01", None),
        ("2026-01-03", GREEN),
    ]


def test_check_that_is_not_done_changes_the_code_without_any_fact():
    changes = traced([visit("2026-01-10")], "2026-01-10", "2026-12-31")
    assert [code for _, code in changes][:2] == [GREEN, YELLOW]
    assert changes[1][0] > "2026-02-10"
