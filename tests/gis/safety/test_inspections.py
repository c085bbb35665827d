"""Facts gathered from rows of inspections, and what is refused."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings

from gis.errors import InvalidLayerError
from gis.models import SafetyCode, Scene, Severity
from gis.safety import SCENES, Inspections, Places, gather_facts, rate
from support.makers.safety_towns import (
    RULE,
    START,
    a_day,
    arrays,
    days,
    towns,
    visit,
)
from support.oracles.reference_safety import Place, open_findings

GREEN, YELLOW, RED = SafetyCode


@pytest.mark.parametrize(
    ("scene", "hazard", "named"), [("zoo", "", "zoo"), ("street_shop", "4", "4")]
)
def test_scene_or_hazard_outside_the_list_is_named(scene, hazard, named):
    with pytest.raises(InvalidLayerError, match=repr(named)):
        Places.of([scene], [hazard], np.array(["2026-01-01"], "M8[D]"))


@pytest.mark.parametrize(
    "findings",
    ["{", "[1]", '[{"finding_id": "F1"}]', '[{"finding_id": "F", "severity": "bad"}]'],
)
def test_findings_that_are_not_as_the_layer_keeps_them_are_refused(findings):
    day = np.array(["2026-01-01"], "M8[D]")
    rows = Inspections(np.array([0]), day, day, ["check"], [findings], [""], [""])
    with pytest.raises(InvalidLayerError, match="row 1"):
        gather_facts(rows)


def test_inspection_of_a_place_without_a_row_is_left_out():
    places, facts = arrays(
        [Place("street_shop", "", START)],
        [visit("2026-01-21", place=-1, findings=[("F1", "critical")])],
    )
    assert len(facts.checks.place) == len(facts.findings.place) == 0
    assert rate(places, facts, RULE, START).code.tolist() == [GREEN]


@settings(max_examples=60)
@given(towns())
def test_facts_of_one_place_are_those_of_its_inspections_alone(town):
    places, inspections, _, _ = town
    rows, facts = arrays(places, inspections)
    for row, place in enumerate(places):
        own = [replace(i, place=0) for i in inspections if i.place == row]
        place_alone, gathered = arrays([place], own)
        pair = (facts.only(row), gathered)
        for visits in ("checks", "drills", "fixes"):
            days = [sorted(getattr(f, visits).day.tolist()) for f in pair]
            assert days[0] == days[1]
        for column in ("place", "severity", "found", "ended"):
            columns = [getattr(f.findings, column) for f in pair]
            np.testing.assert_array_equal(columns[0], columns[1])
        for column in ("scene", "hazard", "known"):
            assert getattr(rows.only(row), column) == getattr(place_alone, column)


@settings(max_examples=60)
@given(towns(), days)
def test_open_findings_are_those_of_the_plain_recomputation(town, day):
    places, inspections, _, _ = town
    _, facts = arrays(places, inspections)
    for row in range(len(places)):
        findings = facts.findings.only(row)
        is_open = findings.is_open(np.datetime64(day))
        earlier = [i for i in inspections if i.place == row and i.at.date() <= day]
        expected = open_findings(sorted(earlier, key=lambda i: i.at))
        severities = [Severity(s).name.lower() for s in findings.severity[is_open]]
        assert sorted(severities) == sorted(severity for _, severity in expected)


def test_finding_is_open_from_its_day_until_before_the_day_of_its_fix():
    visits = [
        visit("2026-01-10", findings=[("F1", "minor")]),
        visit("2026-01-12", fixed=["F1"]),
    ]
    findings = arrays([Place("street_shop", "", START)], visits)[1].findings
    span = np.arange("2026-01-09", "2026-01-14", dtype="M8[D]")
    states = [findings.is_open(day)[0] for day in span]
    assert states == [False, True, True, False, False]


def test_drill_is_no_check_and_one_that_failed_is_nothing():
    visits = [
        visit("2026-01-10", "drill", result="passed"),
        visit("2026-01-11", "drill", result="failed"),
        visit("2026-01-12", result="failed"),
    ]
    facts = arrays([Place("crowded_place", "", START)], visits)[1]
    assert facts.drills.day.tolist() == [a_day("2026-01-10")]
    assert facts.checks.day.tolist() == [a_day("2026-01-12")]


def test_words_of_scenes_and_hazards_become_rows_of_the_lists():
    day = np.array(["2026-01-01"] * 3, "M8[D]")
    scenes = ["general_enterprise", "street_shop", "street_shop"]
    places = Places.of(scenes, [None, "", "high"], day)
    assert [SCENES[row] for row in places.scene] == [Scene(name) for name in scenes]
    assert places.hazard.tolist() == [0, 0, 3]
    assert len(places) == 3
