"""A place as it is answered: its code in words and why, without its findings."""

import datetime as dt

from api.schemas.places import PlaceOut
from gis.models import SafetyCode
from gis.safety import CodeChange, Explanation, Reason
from gis.safety.rules import Criterion
from layers.rating.places import OpenFinding, PlaceExplanation

DAY = dt.date(2026, 9, 30)


def place(
    code: SafetyCode | None,
    reasons: tuple[Reason, ...] = (),
    findings: tuple[tuple[OpenFinding, ...], ...] = (),
    history: tuple[CodeChange, ...] = (),
) -> PlaceExplanation:
    """Why a place has its code."""
    due = None if code is None else DAY
    explanation = Explanation(DAY, code, reasons, due, 0, None, None, "town", "1")
    return PlaceExplanation(
        "E1", "好味面馆", "street_shop", "G1", explanation, findings, history
    )


def test_reasons_are_said_without_the_findings_which_are_closed() -> None:
    criteria = (
        Criterion("fire", SafetyCode.RED, {"critical": 1}, "火灾隐患。", "Fire risk."),
        Criterion("late", SafetyCode.YELLOW, {"overdue": 1}, "逾期。", "Overdue."),
    )
    reasons = (
        Reason(criteria[0], {"critical": 1}, (4,)),
        Reason(criteria[1], {"overdue": 9}, ()),
    )
    finding = OpenFinding("I-1/1", "critical", "blocked exit", DAY, "I-1")
    red = PlaceOut.of(place(SafetyCode.RED, reasons, ((finding,), ())))
    assert [(r.criterion_id, r.code, r.values) for r in red.reasons] == [
        ("fire", "red", {"critical": 1}),
        ("late", "yellow", {"overdue": 9}),
    ]
    assert (red.reasons[0].text, red.reasons[0].text_zh) == ("Fire risk.", "火灾隐患。")
    assert "blocked exit" not in red.model_dump_json()
    assert "I-1" not in red.model_dump_json()


def test_codes_are_words_and_none_where_there_was_none() -> None:
    changes = (
        CodeChange(dt.date(2026, 9, 1), None),
        CodeChange(DAY, SafetyCode.YELLOW),
    )
    yellow = PlaceOut.of(place(SafetyCode.YELLOW, history=changes))
    assert yellow.code == "yellow"
    assert [change.code for change in yellow.history] == [None, "yellow"]
    unknown = PlaceOut.of(place(None))
    assert (unknown.code, unknown.due_on) == (None, None)
