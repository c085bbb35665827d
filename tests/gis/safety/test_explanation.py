"""Reasons of codes: what fired, on which findings, by which rule."""

import numpy as np

from gis.models import SafetyCode
from gis.safety import explain, rate
from support.makers.safety_towns import RULE, a_day, arrays, visit
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
