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
from layers.languages import in_language
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
    fixed = ("I9/1",)
    report = InspectionReport("P1", "check", NOW, findings, fixed, inspection_id="I9")
    assert record_inspection(squares.store, report, NOW)[0] == "I9"
    row = row_of(squares, "I9")
    assert orjson.loads(row["findings"]) == [
        {"finding_id": "I9/1", "severity": "minor", "about": "exit"},
        {"finding_id": "F7", "severity": "serious", "about": ""},
    ]
    assert orjson.loads(row["fixed"]) == ["I9/1"]


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


def refused(town: SquareTown, report: InspectionReport) -> InvalidLayerError:
    """The refusal of a report, of which nothing was recorded."""
    before = len(town.store.facts("inspections"))
    with pytest.raises(InvalidLayerError) as error:
        record_inspection(town.store, report, NOW)
    assert len(town.store.facts("inspections")) == before
    return error.value


@pytest.fixture
def found(squares: SquareTown) -> SquareTown:
    """P1 had F8, P2 had F9, of a file."""
    for place_id, finding_id in (("P1", "F8"), ("P2", "F9")):
        listed = {"finding_id": finding_id, "severity": "minor", "about": ""}
        squares.record(
            "inspections",
            {
                "inspection_id": f"of-{finding_id}",
                "place_id": place_id,
                "kind": "check",
                "findings": orjson.dumps([listed]).decode(),
            },
        )
    return squares


@pytest.mark.parametrize("fixed", [("ghost1", "ghost2"), ("F8", "F9")])
def test_fix_of_what_the_place_never_had_is_refused(
    found: SquareTown, fixed: tuple[str, ...]
) -> None:
    error = refused(found, InspectionReport("P1", "check", NOW, fixed=fixed))
    [fault] = error.faults
    first = next(name for name in fixed if name != "F8")
    assert (fault.field, repr(first) in str(error)) == ("fixed", True)
    said = in_language(error, "zh")
    assert said.startswith("场所 'P1' 的检查所列已整改隐患中")
    assert (repr(first) in said, said.endswith("请更正或删去这些编号。")) == (
        True,
        True,
    )


def test_fix_is_recorded_again_though_it_counts_once(found: SquareTown) -> None:
    for name in ("I8", "I9"):
        report = InspectionReport("P1", "check", NOW, fixed=("F8",), inspection_id=name)
        record_inspection(found.store, report, NOW)
        assert orjson.loads(row_of(found, name)["fixed"]) == ["F8"]


def test_check_has_no_result_and_a_drill_has(squares: SquareTown) -> None:
    error = refused(squares, InspectionReport("P1", "check", NOW, result="failed"))
    assert [fault.field for fault in error.faults] == ["result"]
    assert "'failed' is the result of a drill" in str(error)
    drill = InspectionReport("P1", "drill", NOW, result="failed", inspection_id="D1")
    record_inspection(squares.store, drill, NOW)
    assert row_of(squares, "D1")["result"] == "failed"


def test_campaign_that_no_rule_declares_is_refused(squares: SquareTown) -> None:
    report = InspectionReport("P1", "check", NOW, campaign="gas", inspection_id="C1")
    error = refused(squares, report)
    assert [fault.field for fault in error.faults] == ["campaign"]
    assert "'campaign/gas'" in str(error)
    body = {
        "name": "燃气",
        "scenes": ["street_shop"],
        "first": "2026-09-01",
        "last": "2026-09-30",
    }
    rule = {"rule_id": "campaign/gas", "body": orjson.dumps(body).decode()}
    squares.record("rules", rule | {"owner": "office"})
    record_inspection(squares.store, report, NOW)
    assert row_of(squares, "C1")["campaign"] == "gas"
