"""Findings that inspections list, and what nothing counts of inspections of files."""

import json
from pathlib import Path

from api.service.facts.defaults import FactJob
from api.service.facts.findings import findings_of_place, passed_over
from api.service.facts.load import load_facts
from support.makers.square_town import FOUNDED, TIMEZONE, SquareTown

CHECKED_AT = "2026-09-25T09:00:00+08:00"


def test_findings_of_a_place_are_those_of_all_its_inspections(
    squares: SquareTown,
) -> None:
    assert findings_of_place(squares.store, "P1") == {"F1"}
    finding = {"finding_id": "F2", "severity": "minor"}
    row = {"inspection_id": "I8", "place_id": "P1", "kind": "drill"}
    squares.record("inspections", row | {"findings": json.dumps([finding])})
    assert findings_of_place(squares.store, "P1") == {"F1", "F2"}
    assert findings_of_place(squares.store, "P2") == frozenset()


def test_what_rows_of_a_file_name_and_nothing_counts_is_said(
    squares: SquareTown, tmp_path: Path
) -> None:
    path = tmp_path / "inspections.csv"
    path.write_text(
        "inspection_id,place_id,kind,fixed,campaign,result,inspected_at\n"
        f'I8,P1,check,"[""F1"", ""old1""]",,passed,{CHECKED_AT}\n'
        f'I9,P2,check,"[""F1""]",gas,,{CHECKED_AT}\n'
        f"I7,P2,drill,,,failed,{CHECKED_AT}\n",
        encoding="utf-8",
    )
    job = FactJob("inspections", FOUNDED, TIMEZONE)
    report = load_facts(squares.store, path, job)
    notices = (
        "2 findings seen as fixed, such as 'old1', that no inspection of the place "
        "lists: counted nowhere.",
        "1 check with a result, which drills alone have: it counts nowhere.",
        "1 campaign without a rule, such as 'gas': load the rule 'campaign/gas', or "
        "correct the id.",
    )
    assert report.notices[-3:] == notices
    assert passed_over(squares.store, report.link) == [*notices]
    assert len(squares.store.facts("inspections")) == 5
