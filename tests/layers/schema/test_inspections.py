"""Findings are whole or refused in words; ids of what was fixed stand once."""

import json

import pandas as pd
import pytest

from gis.errors import InvalidLayerError
from layers.schema.inspections import (
    INSPECTIONS,
    SEVERITIES,
    check_findings,
    check_fixed,
)
from layers.schema.layer import check


def finding(**changes: object) -> str:
    """Findings of one, sound but for the changes."""
    return json.dumps([{"finding_id": "F1", "severity": "minor"} | changes])


@pytest.mark.parametrize("severity", SEVERITIES)
def test_finding_of_every_severity_passes(severity: str) -> None:
    check_findings(finding(severity=severity, about="出口锁闭"))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[", "is not JSON"),
        ("{}", "is no JSON list"),
        ("[1]", "no JSON object"),
        (finding(photo=1), r"unknown keys \['photo'\]"),
        (finding(finding_id=" F1"), "holds the id ' F1' of a finding"),
        (finding(severity="grave"), "with severity 'grave', expected one of"),
        (finding(about=None), "'about' that is no text"),
        (finding()[:-1] + "," + finding()[1:], "holds 'F1' twice"),
    ],
)
def test_findings_that_are_not_whole_are_refused(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        check_findings(text)


def test_nothing_found_and_nothing_fixed_are_lists() -> None:
    check_findings("[]")
    check_fixed("[]")


@pytest.mark.parametrize(
    ("text", "words"),
    [('"F1"', "no JSON list"), ('[""]', "holds the id ''"), ("[null]", "id None")],
)
def test_fixed_that_are_no_ids_are_refused(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        check_fixed(text)


def test_inspection_needs_id_place_and_kind_only() -> None:
    row = {"inspection_id": "I1", "place_id": "E1", "kind": "drill"}
    assert len(check(pd.DataFrame([row]), INSPECTIONS)) == 1
    with pytest.raises(InvalidLayerError, match="row 1, field 'kind': 'visit'"):
        check(pd.DataFrame([row | {"kind": "visit"}]), INSPECTIONS)
