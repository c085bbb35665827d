"""What a reported inspection may hold, and what is recorded of it."""

from typing import Any

import pytest
from pydantic import ValidationError

from api.schemas.inspections import InspectionIn
from api.service.facts.inspections import FindingReport, InspectionReport
from gis.models import Instant

BODY = {"place_id": "E1", "done_at": "2026-09-30T10:00:00+08:00"}


def test_body_becomes_the_report_with_its_findings_in_order() -> None:
    findings = [
        {"severity": "critical", "about": "blocked exit", "finding_id": "F1"},
        {"severity": "minor"},
    ]
    more = {"kind": "drill", "fixed": ["F0"], "campaign": "fire", "result": "failed"}
    body = InspectionIn.model_validate(BODY | more | {"findings": findings})
    reports = (
        FindingReport("critical", "blocked exit", "F1"),
        FindingReport("minor", "", None),
    )
    assert body.inspection(Instant(7)) == InspectionReport(
        "E1", "drill", Instant(7), reports, ("F0",), "fire", "failed", ""
    )


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"place_id": ""}, "place_id"),
        ({"fixed": [""]}, "fixed"),
        ({"findings": [{"severity": "minor"}] * 201}, "findings"),
        ({"done_at": "soon"}, "done_at"),
        ({"inspector": "L1"}, "inspector"),
    ],
    ids=["no place", "no finding", "too many", "no time", "unknown"],
)
def test_field_that_cannot_be_is_named(more: dict[str, Any], field: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        InspectionIn.model_validate(BODY | more)
    assert [error["loc"][0] for error in refusal.value.errors()] == [field]
