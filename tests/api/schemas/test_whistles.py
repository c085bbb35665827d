"""Whistles, arrivals, results and ratings as they are sent."""

import pytest
from pydantic import BaseModel, ValidationError

from api.schemas.whistles import CheckInIn, RatingIn, SolutionIn, WhistleIn

CHECK_IN = {"department": "police", "lon": 120.08, "lat": 30.33}


def test_whistle_summons_departments_for_minutes() -> None:
    body = {"departments": ["police", " market "], "minutes": 30.0}
    whistle = WhistleIn.model_validate(body)
    assert (whistle.departments, whistle.minutes) == (["police", "market"], 30)
    assert whistle.legal_basis is None


def test_position_of_an_arrival_is_in_wgs84_without_a_datum() -> None:
    assert CheckInIn.model_validate(CHECK_IN).datum == "wgs84"


def test_texts_are_kept_without_numbers_of_persons() -> None:
    text, masked = "见 13812345678", "见 138******78"
    whistle = WhistleIn(departments=["police"], legal_basis=text)
    rating = RatingIn(department="police", score=5, note=text)
    assert whistle.legal_basis == rating.note == masked
    assert SolutionIn(department="police", result=text).result == masked


@pytest.mark.parametrize(
    ("schema", "body"),
    [
        (WhistleIn, {"departments": []}),
        (WhistleIn, {"departments": [str(number) for number in range(21)]}),
        (WhistleIn, {"departments": ["police", "police "]}),
        (WhistleIn, {"departments": "police"}),
        (WhistleIn, {"departments": ["police"], "minutes": 0}),
        (WhistleIn, {"departments": ["police"], "minutes": 1441}),
        (WhistleIn, {"departments": ["police"], "minutes": 1.5}),
        (WhistleIn, {"departments": ["police"], "minutes": True}),
        (WhistleIn, {"departments": ["police"], "why": ""}),
        (CheckInIn, CHECK_IN | {"lat": None}),
        (CheckInIn, CHECK_IN | {"lon": "120"}),
        (CheckInIn, CHECK_IN | {"accuracy_m": -1}),
        (SolutionIn, {"department": "police", "result": ""}),
        (RatingIn, {"department": "police", "score": 0}),
        (RatingIn, {"department": "police", "score": 6}),
    ],
    ids=str,
)
def test_value_out_of_its_bounds_is_refused(
    schema: type[BaseModel], body: dict[str, object]
) -> None:
    with pytest.raises(ValidationError):
        schema.model_validate(body)
