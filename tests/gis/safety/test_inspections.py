"""Facts gathered from rows of inspections, and what is refused."""

import numpy as np
import pytest

from gis.errors import InvalidLayerError
from gis.models import SafetyCode
from gis.safety import Inspections, Places, gather_facts, rate
from support.makers.safety_towns import RULE, START, arrays, visit
from support.oracles.reference_safety import Place

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
