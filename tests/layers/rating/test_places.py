"""One place: its code, the findings behind it, its history."""

import datetime as dt
import os
from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.service.rating.days import RiskDesk
from gis.errors import InvalidLayerError
from gis.models import Position, SafetyCode
from layers.rating.day import RiskDay
from layers.rating.facts import CodedPlaces, Cutoff, read_place, read_risk_facts
from layers.rating.places import (
    TRACE_DAYS,
    OpenFinding,
    PlaceExplanation,
    explain_place,
    position_of,
)
from support.makers.rated_towns import Town, check, moment, place, text
from support.makers.square_town import DAY

TOWNS = 300 if os.environ.get("PAGODA_SOAK") else 12


def test_reasons_name_the_findings_that_count_for_them(rating: RiskDay) -> None:
    place = explain_place(rating.facts, "P1")
    reasons = [reason.criterion.criterion_id for reason in place.explanation.reasons]
    assert reasons == ["critical-finding", "serious-finding"]
    gas = OpenFinding("F1", "critical", "gas", dt.date(2026, 9, 20), "I1")
    assert place.findings == ((gas,), (gas,))


def test_place_says_where_and_what_it_is(rating: RiskDay) -> None:
    place = explain_place(rating.facts, "P1")
    assert (place.name, place.scene, place.grid_id) == ("甲", "street_shop", "G1")
    assert explain_place(rating.facts, "P2").name is None


def test_explained_code_is_that_of_the_day(rating: RiskDay) -> None:
    codes = dict(zip(rating.places["place_id"], rating.places["code"], strict=True))
    for place_id, code in codes.items():
        assert explain_place(rating.facts, place_id).explanation.code == code


def test_green_place_has_no_reasons(rating: RiskDay) -> None:
    place = explain_place(rating.facts, "P2")
    assert place.explanation.code == SafetyCode.GREEN
    assert (place.explanation.reasons, place.findings) == ((), ())


def test_history_starts_ninety_days_back_and_tells_every_change(
    rating: RiskDay,
) -> None:
    history = explain_place(rating.facts, "P1").history
    start = DAY - dt.timedelta(days=TRACE_DAYS - 1)
    assert [tuple(change) for change in history] == [
        (start, None),
        (dt.date(2026, 9, 1), SafetyCode.GREEN),
        (dt.date(2026, 9, 16), SafetyCode.YELLOW),
        (dt.date(2026, 9, 20), SafetyCode.RED),
    ]


def test_finding_does_not_count_before_it_was_found(desk: RiskDesk) -> None:
    place = explain_place(desk.on(dt.date(2026, 9, 19)).facts, "P1")
    assert [r.criterion.criterion_id for r in place.explanation.reasons] == ["overdue"]
    assert place.findings == ((),)


@pytest.mark.parametrize("place_id", ["P3", "P9"], ids=["no code", "unknown"])
def test_place_without_code_is_not_explained(rating: RiskDay, place_id: str) -> None:
    assert explain_place(rating.facts, place_id) is None


def test_place_in_no_grid_says_none(rating: RiskDay) -> None:
    assert explain_place(rating.facts, "P4").grid_id is None


PLACE_IDS = ("P1", "P2", "P3")
places = st.builds(
    place,
    st.sampled_from(PLACE_IDS),
    st.sampled_from([None, 1, 5, 9, 40]),
    scene=st.sampled_from(["street_shop", "hazardous_chemicals"]),
    is_coded=st.booleans(),
    source=st.sampled_from(["register", "police"]),
    address_kind=st.sampled_from([None, "actual", "registered"]),
    valid_to=st.sampled_from([None, text(moment(15)), text(moment(30, 12))]),
    cancelled=st.booleans(),
)
checks = st.builds(
    check,
    st.integers(1, 5),
    st.sampled_from(PLACE_IDS),
    st.integers(2, 30),
    found=st.lists(
        st.tuples(
            st.sampled_from(["F1", "F2"]), st.sampled_from(["minor", "critical"])
        ),
        unique_by=lambda finding: finding[0],
        max_size=2,
    ),
    fixed=st.sampled_from([(), ["F1"], ["F1", "F2"]]),
)


@settings(deadline=None, max_examples=TOWNS)
@given(
    st.lists(places, min_size=1, max_size=6),
    st.lists(checks, max_size=6),
    st.integers(1, 30),
    st.booleans(),
)
def test_one_place_is_said_to_be_what_the_whole_day_says(
    rows: list[dict[str, object]],
    visits: list[dict[str, object]],
    number: int,
    is_replayed: bool,
) -> None:
    town = Town()
    # every place is known; what follows supersedes it, row by row
    for row in (*(place(name, 1) for name in PLACE_IDS), *rows):
        town.places(row)
    for visit in visits:
        # a place that is cancelled is visited no more
        with suppress(InvalidLayerError):
            town.checks(visit)
    known_at = moment(number, 23) if is_replayed else None
    cutoff = Cutoff(DAY.replace(day=number), known_at)
    whole = read_risk_facts(town.store, cutoff, 0)
    for place_id in (*PLACE_IDS, "P9"):
        alone = read_place(town.store, cutoff, place_id)
        assert explained(alone, place_id) == explained(whole, place_id)


def explained(facts: CodedPlaces, place_id: str) -> PlaceExplanation | None:
    """What is said of a place; its findings not by rows, which are of the facts."""
    place = explain_place(facts, place_id)
    if place is None:
        return None
    reasons = tuple(replace(r, findings=()) for r in place.explanation.reasons)
    return replace(place, explanation=replace(place.explanation, reasons=reasons))


def test_a_place_is_where_its_point_is_if_it_has_one(rating: RiskDay) -> None:
    position = position_of(rating.facts, "P1")
    assert position == Position(
        120.005, 30.005, rating.facts.snapshot.territory.datum.name
    )
    assert position_of(rating.facts, "P4") is None
    assert position_of(rating.facts, "nowhere") is None
