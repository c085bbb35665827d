"""Reasons of codes: what fired, on which findings, by which rule."""

import numpy as np
from hypothesis import given, settings

from gis.models import SafetyCode
from gis.safety import SafetyRule, explain, rate
from support.makers.safety_towns import RULE, a_day, arrays, days, towns, visit
from support.oracles.reference_safety import Place

GREEN, YELLOW, RED = SafetyCode


def test_explanation_names_the_findings_the_rule_and_the_words():
    visits = [
        visit("2026-01-03", place=0, findings=[("F1", "minor"), ("F2", "serious")]),
        visit("2026-01-02", place=1, findings=[("F1", "critical")]),
        visit("2026-01-01", place=0, findings=[("F3", "serious")]),
    ]
    places, facts = arrays([Place("street_shop", "", a_day("2026-01-01"))] * 2, visits)
    told = explain(places, facts, RULE, a_day("2026-01-04"), 0)
    serious, many = told.reasons
    assert (serious.criterion.criterion_id, many.criterion.criterion_id) == (
        "serious-finding",
        "many-findings",
    )
    listed = np.column_stack([facts.findings.inspection, facts.findings.item])
    named = listed[[*serious.findings]].tolist()
    assert named == [[0, 1], [2, 0]]
    assert len(many.findings) == 3
    assert (told.rule_id, told.version) == ("safety", "safety/1")
    assert all(reason.criterion.zh and reason.criterion.en for reason in told.reasons)


def test_one_place_among_many_is_explained_as_it_is_rated():
    places = [Place("crowded_place", "high", a_day("2026-01-01"))] * 3
    visits = [visit("2026-01-10", place=1, findings=[("F1", "minor")])]
    rows, facts = arrays(places, visits)
    ratings = rate(rows, facts, RULE, a_day("2026-01-11"))
    told = [explain(rows, facts, RULE, a_day("2026-01-11"), row) for row in range(3)]
    assert [t.code for t in told] == ratings.code.tolist() == [GREEN, YELLOW, GREEN]
    assert [t.due for t in told] == ratings.due.tolist()


@settings(max_examples=60)
@given(towns(), days)
def test_explanation_of_every_place_is_its_rating(town, day):
    places, inspections, body, calendar = town
    rows, facts = arrays(places, inspections)
    rule = SafetyRule.from_body(body)
    ratings = rate(rows, facts, rule, day, calendar)
    for row in range(len(places)):
        explanation = explain(rows, facts, rule, day, row, calendar)
        assert int(explanation.code or 0) == ratings.code[row]
        assert explanation.due == ratings.due[row].item()
        assert explanation.overdue_days == ratings.overdue_days[row]
        assert explanation.last_check == ratings.last_check[row].item()
        assert explanation.last_drill == ratings.last_drill[row].item()
        bits = [rule.criteria.index(reason.criterion) for reason in explanation.reasons]
        assert sum(1 << bit for bit in bits) == ratings.fired[row]


@settings(max_examples=60)
@given(towns(), days)
def test_reason_reaches_every_threshold_and_names_what_it_counts(town, day):
    places, inspections, body, calendar = town
    rows, facts = arrays(places, inspections)
    rule = SafetyRule.from_body(body)
    for row in range(len(places)):
        for reason in explain(rows, facts, rule, day, row, calendar).reasons:
            least, severity = reason.criterion.least, reason.criterion.severity
            assert reason.values.keys() == least.keys()
            assert all(reason.values[name] >= least[name] for name in least)
            named = [
                (facts.findings.place[finding], facts.findings.severity[finding])
                for finding in reason.findings
            ]
            assert all(place == row for place, _ in named)
            assert all(severity is not None and s >= severity for _, s in named)
            assert bool(named) == (severity is not None)


def test_place_that_is_not_known_yet_has_neither_code_nor_reason():
    found = [visit("2026-01-02", findings=[("F1", "critical")])]
    places, facts = arrays([Place("street_shop", "", a_day("2026-01-05"))], found)
    explanation = explain(places, facts, RULE, a_day("2026-01-04"), 0)
    assert (explanation.code, explanation.due) == (None, None)
    assert (explanation.reasons, explanation.overdue_days) == ((), 0)
