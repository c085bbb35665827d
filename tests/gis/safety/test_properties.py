"""Codes and due dates equal a plain recomputation; findings only worsen."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from gis.models import Severity
from gis.safety import (
    SafetyRule,
    rate,
)
from support.makers.safety_towns import (
    arrays,
    days,
    expected,
    severities,
    towns,
    visit,
)
from support.oracles.reference_safety import Inspection


@settings(max_examples=300)
@given(towns(), days)
def test_ratings_equal_the_plain_recomputation(town, day):
    places, inspections, body, calendar = town
    rows, facts = arrays(places, inspections)
    rule = SafetyRule.from_body(body)
    ratings = rate(rows, facts, rule, day, calendar)
    for row, answer in enumerate(expected(places, inspections, body, day, calendar)):
        assert ratings.code[row] == answer.code
        assert ratings.due[row].item() == answer.due
        assert ratings.overdue_days[row] == answer.overdue_days
        assert ratings.last_check[row].item() == answer.last_check
        assert ratings.last_drill[row].item() == answer.last_drill
        assert ratings.fired[row] == sum(1 << bit for bit in answer.fired)
        severities_open = [Severity[s.upper()] for _, s in answer.open_findings]
        assert ratings.open_findings[row].tolist() == [
            severities_open.count(severity) for severity in Severity
        ]


@settings(max_examples=200)
@given(towns(), days, st.data())
def test_more_or_graver_findings_never_make_a_code_better(town, day, data):
    places, inspections, body, calendar = town
    inspections = [
        Inspection(i.place, i.at, i.kind, [], [], i.result) for i in inspections
    ] or [visit("2026-02-01")]
    for number, inspection in enumerate(inspections):
        chosen = data.draw(st.lists(severities, max_size=3))
        inspection.findings = [(f"{number}-{n}", s) for n, s in enumerate(chosen)]
    rule = SafetyRule.from_body(body)
    before = rate(*arrays(places, inspections), rule, day, calendar)
    changed = data.draw(st.sampled_from(inspections))
    if changed.findings and data.draw(st.booleans()):
        name, severity = changed.findings[0]
        graver = {"minor": "serious", "serious": "critical", "critical": "critical"}
        changed.findings[0] = (name, graver[severity])
    else:
        changed.findings.append(("new", data.draw(severities)))
    after = rate(*arrays(places, inspections), rule, day, calendar)
    assert (after.code >= before.code).all()
    assert (after.overdue_days >= before.overdue_days).all()
    others = np.arange(len(places)) != changed.place
    assert (after.code[others] == before.code[others]).all()


@settings(max_examples=100)
@given(towns(), days)
def test_facts_after_the_day_are_ignored(town, day):
    places, inspections, body, calendar = town
    rule = SafetyRule.from_body(body)
    earlier = [i for i in inspections if i.at.date() <= day]
    whole = rate(*arrays(places, inspections), rule, day, calendar)
    replayed = rate(*arrays(places, earlier), rule, day, calendar)
    for name in ("code", "due", "overdue_days", "fired"):
        np.testing.assert_array_equal(getattr(whole, name), getattr(replayed, name))


@settings(max_examples=100)
@given(towns(), days, st.randoms(use_true_random=False))
def test_order_of_inspections_does_not_matter(town, day, random):
    places, inspections, body, calendar = town
    rule = SafetyRule.from_body(body)
    before = rate(*arrays(places, inspections), rule, day, calendar)
    shuffled = random.sample(inspections, len(inspections))
    after = rate(*arrays(places, shuffled), rule, day, calendar)
    for name in ("code", "due", "fired"):
        np.testing.assert_array_equal(getattr(before, name), getattr(after, name))
