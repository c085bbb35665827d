"""One inspection reported by a device or a person, kept as the layer has it."""

import orjson
import pytest

from api.service.facts.inspections import (
    FindingReport,
    InspectionReport,
    record_inspection,
)
from gis.errors import InvalidLayerError, StoreError
from gis.models import Instant
from support.makers.square_town import NOW, SquareTown

CHECK = InspectionReport("P1", "check", NOW)


def row_of(town: SquareTown, inspection_id: str) -> dict[str, object]:
    """The row of an inspection."""
    facts = town.store.facts("inspections")
    [row] = facts[facts["inspection_id"] == inspection_id].to_dict("records")
    return row


def test_inspection_without_id_gets_one_and_is_read_back(squares: SquareTown) -> None:
    inspection_id, link = record_inspection(squares.store, CHECK, NOW)
    row = row_of(squares, inspection_id)
    assert inspection_id
    assert (row["place_id"], row["kind"]) == ("P1", "check")
    assert row["valid_from"].timestamp() * 1000 == NOW
    assert link == squares.store.last_link()


def test_findings_without_id_are_numbered_in_their_inspection(
    squares: SquareTown,
) -> None:
    findings = (FindingReport("minor", "exit"), FindingReport("serious", "", "F7"))
    report = InspectionReport(
        "P1", "check", NOW, findings, fixed=("F1",), inspection_id="I9"
    )
    assert record_inspection(squares.store, report, NOW)[0] == "I9"
    row = row_of(squares, "I9")
    assert orjson.loads(row["findings"]) == [
        {"finding_id": "I9/1", "severity": "minor", "about": "exit"},
        {"finding_id": "F7", "severity": "serious", "about": ""},
    ]
    assert orjson.loads(row["fixed"]) == ["F1"]


def test_inspection_of_the_future_is_refused_by_its_field(squares: SquareTown) -> None:
    report = InspectionReport("P1", "check", Instant(NOW + 1))
    with pytest.raises(InvalidLayerError, match="is in the future") as error:
        record_inspection(squares.store, report, NOW)
    assert [fault.field for fault in error.value.faults] == ["done_at"]
    assert len(squares.store.facts("inspections")) == 2


def test_id_that_is_recorded_already_is_refused(squares: SquareTown) -> None:
    report = InspectionReport("P1", "check", NOW, inspection_id="I1")
    with pytest.raises(StoreError, match="Inspection 'I1' is recorded already"):
        record_inspection(squares.store, report, NOW)


@pytest.mark.parametrize(
    ("report", "sentence"),
    [
        (InspectionReport("P9", "check", NOW), "'P9' is not in layer 'enterprises'"),
        (InspectionReport("P1", "visit", NOW), "'visit' is not one of"),
        (
            InspectionReport("P1", "check", NOW, (FindingReport("grave"),)),
            "with severity 'grave'",
        ),
    ],
    ids=["place", "kind", "severity"],
)
def test_word_that_no_list_has_is_refused(
    squares: SquareTown, report: InspectionReport, sentence: str
) -> None:
    with pytest.raises(InvalidLayerError) as error:
        record_inspection(squares.store, report, NOW)
    assert sentence in str(error.value)
    assert len(squares.store.facts("inspections")) == 2


def test_inspection_names_the_post_that_made_it(squares: SquareTown) -> None:
    report = InspectionReport("P1", "check", NOW, inspection_id="I8", post_id="G1-L")
    record_inspection(squares.store, report, NOW)
    assert row_of(squares, "I8")["post_id"] == "G1-L"


def test_post_that_is_not_there_is_refused_by_its_field(squares: SquareTown) -> None:
    report = InspectionReport("P1", "check", NOW, post_id="nobody")
    with pytest.raises(InvalidLayerError, match="'nobody' is not in layer 'posts'"):
        record_inspection(squares.store, report, NOW)
    assert len(squares.store.facts("inspections")) == 2
