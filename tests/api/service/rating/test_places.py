"""One place: its code, the findings behind it, its history."""

import datetime as dt

import pytest

from api.service.rating.days import RiskDesk
from api.service.rating.places import TRACE_DAYS, OpenFinding, explain_place
from gis.models import SafetyCode
from layers.rating.day import RiskDay
from support.makers.square_town import DAY


def test_reasons_name_the_findings_that_count_for_them(rating: RiskDay) -> None:
    place = explain_place(rating, "P1")
    reasons = [reason.criterion.criterion_id for reason in place.explanation.reasons]
    assert reasons == ["critical-finding", "serious-finding"]
    gas = OpenFinding("F1", "critical", "gas", dt.date(2026, 9, 20), "I1")
    assert place.findings == ((gas,), (gas,))


def test_place_says_where_and_what_it_is(rating: RiskDay) -> None:
    place = explain_place(rating, "P1")
    assert (place.name, place.scene, place.grid_id) == ("甲", "street_shop", "G1")
    assert explain_place(rating, "P2").name is None


def test_explained_code_is_that_of_the_day(rating: RiskDay) -> None:
    codes = dict(zip(rating.places["place_id"], rating.places["code"], strict=True))
    for place_id, code in codes.items():
        assert explain_place(rating, place_id).explanation.code == code


def test_green_place_has_no_reasons(rating: RiskDay) -> None:
    place = explain_place(rating, "P2")
    assert place.explanation.code == SafetyCode.GREEN
    assert (place.explanation.reasons, place.findings) == ((), ())


def test_history_starts_ninety_days_back_and_tells_every_change(
    rating: RiskDay,
) -> None:
    history = explain_place(rating, "P1").history
    start = DAY - dt.timedelta(days=TRACE_DAYS - 1)
    assert [tuple(change) for change in history] == [
        (start, None),
        (dt.date(2026, 9, 1), SafetyCode.GREEN),
        (dt.date(2026, 9, 16), SafetyCode.YELLOW),
        (dt.date(2026, 9, 20), SafetyCode.RED),
    ]


def test_finding_does_not_count_before_it_was_found(desk: RiskDesk) -> None:
    place = explain_place(desk.on(dt.date(2026, 9, 19)), "P1")
    assert [r.criterion.criterion_id for r in place.explanation.reasons] == ["overdue"]
    assert place.findings == ((),)


@pytest.mark.parametrize("place_id", ["P3", "P9"], ids=["no code", "unknown"])
def test_place_without_code_is_not_explained(rating: RiskDay, place_id: str) -> None:
    assert explain_place(rating, place_id) is None


def test_place_in_no_grid_says_none(rating: RiskDay) -> None:
    assert explain_place(rating, "P4").grid_id is None
