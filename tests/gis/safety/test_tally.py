"""Counts of areas: places by code, checks, fixes, what is overdue."""

import numpy as np
from hypothesis import given, settings

from gis.models import SafetyCode
from gis.safety import SafetyRule, rate, tally
from support.makers.safety_towns import (
    START,
    arrays,
    days,
    expected,
    towns,
)


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
