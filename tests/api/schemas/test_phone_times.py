"""A phone's clock may be wrong: what it says is put right, and that is said."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.schemas.phone_times import OFF_MS, clock_words, page_time, phone_time
from gis.local_time import instant_text
from gis.models import Instant

NOW = Instant(1_790_770_000_000)
DAY = 86_400_000


def fields(**times: int) -> dict[str, list[str]]:
    return {name: [instant_text(Instant(at))] for name, at in times.items()}


def test_without_a_script_nothing_is_said_of_the_phone() -> None:
    assert phone_time({}, NOW) == (None, 0)
    assert phone_time({"page_at": [page_time(NOW)]}, NOW) == (None, 0)


@pytest.mark.parametrize("text", ["", "soon", "9999999", "2026-09-30T10:00", "{}"])
def test_what_is_no_time_is_as_if_nothing_was_said(text: str) -> None:
    assert phone_time({"captured_at": [text]}, NOW) == (None, 0)


@given(
    off=st.integers(-3 * DAY, 3 * DAY),
    age=st.integers(0, 5 * DAY),
    late=st.integers(0, 5 * DAY),
)
def test_a_form_says_when_it_was_filled_in_however_late_and_wrong_the_clock(
    off: int, age: int, late: int
) -> None:
    opened = NOW - age - late
    said = fields(
        page_at=opened, opened_at=opened + off, captured_at=opened + age + off
    )
    time = phone_time(said, NOW)
    assert time.at is not None
    if abs(off) < OFF_MS:
        assert (time.at, time.off_ms) == (min(opened + age + off, NOW), 0)
    else:
        assert (time.at, time.off_ms) == (opened + age, off)
    # sent again later it says the same
    if time.at < NOW:
        assert phone_time(said, Instant(NOW + DAY)) == time


def test_a_time_to_come_alone_is_a_clock_that_is_fast() -> None:
    time = phone_time(fields(captured_at=NOW + 2 * DAY), NOW)
    assert time == (NOW, 2 * DAY)
    assert phone_time(fields(captured_at=NOW - 2 * DAY), NOW) == (NOW - 2 * DAY, 0)


@pytest.mark.parametrize("off", [2 * DAY, -2 * DAY])
def test_a_clock_that_is_off_is_said_in_both_languages(off: int) -> None:
    words = clock_words(off)
    assert words is not None
    assert "2 天" in words.zh
    assert "2 d" in words.en
    assert ("快" if off > 0 else "慢") in words.zh
    assert clock_words(OFF_MS - 1) is None
