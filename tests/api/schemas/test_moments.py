"""Times of requests are text with an hour, days are text without one."""

import datetime as dt
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from api.schemas.moments import Day, Moment, TimeOrDay


def refusal_of(kind: Any, value: object) -> str:
    """What is wrong with a value."""
    with pytest.raises(ValidationError) as refusal:
        TypeAdapter(kind).validate_python(value)
    return str(refusal.value)


@pytest.mark.parametrize("text", ["2026-09-01T08:15Z", "2026/9/1 8:15:00+00:00"])
def test_time_is_read_as_every_door_reads_it(text: str) -> None:
    moment = TypeAdapter(Moment).validate_python(text)
    assert moment == dt.datetime(2026, 9, 1, 8, 15, tzinfo=dt.UTC)


@pytest.mark.parametrize("value", [20260901, 1756684800.5, True, None])
@pytest.mark.parametrize("kind", [Moment, TimeOrDay, Day])
def test_what_is_no_text_is_refused(kind: Any, value: object) -> None:
    assert "is no text" in refusal_of(kind, value)


@pytest.mark.parametrize(
    "text", ["1756684800", "20260901", "2026-W36-2", "2026-09-01T24:00"]
)
@pytest.mark.parametrize("kind", [Moment, TimeOrDay, Day])
def test_text_that_is_no_time_is_refused(kind: Any, text: str) -> None:
    assert "expected" in refusal_of(kind, text)


def test_day_is_its_beginning_only_where_one_may_stand() -> None:
    beginning = TypeAdapter(TimeOrDay).validate_python("2026-09-01")
    assert beginning == dt.datetime(2026, 9, 1)
    assert TypeAdapter(Day).validate_python("2026-09-01") == dt.date(2026, 9, 1)
    assert "without an hour" in refusal_of(Moment, "2026-09-01")
    assert "is a time" in refusal_of(Day, "2026-09-01 08:15")


@pytest.mark.parametrize("text", ["2026-09-01T08:15 08:00", "2026-09-01T08:15:00 0800"])
def test_plus_sign_that_a_query_lost_is_named(text: str) -> None:
    assert "written %2B" in refusal_of(TimeOrDay, text)
    assert "%2B" not in refusal_of(TimeOrDay, "soon")


def test_year_of_a_day_is_named() -> None:
    assert "is of the year 2201" in refusal_of(Day, "2201-01-01")
