"""The codes that a place had are those of a rating of every day."""

import datetime as dt

from hypothesis import given, settings

from gis.models import SafetyCode
from gis.safety import SafetyRule, rate, trace_code
from support.makers.safety_towns import START, arrays, towns

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
