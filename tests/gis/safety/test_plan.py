"""Checks ahead equal those of a diary that is kept day by day."""

import calendar
import datetime as dt

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from gis.models import SafetyCode
from gis.safety.plan import count_checks, count_working_days

FIRST = dt.date(2026, 1, 15)
DAYS = st.dates(dt.date(2025, 11, 1), dt.date(2026, 6, 1))


def after(code: int, day: dt.date) -> dt.date:
    """The day of the next check, by the calendar."""
    if code == SafetyCode.RED:
        return day + dt.timedelta(days=1)
    if code == SafetyCode.YELLOW:
        return day + dt.timedelta(days=7)
    month = day.month % 12 + 1
    year = day.year + (day.month == 12)
    return dt.date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def diary(code: int, due: dt.date, last: dt.date, holidays: set[dt.date]) -> int:
    """Checks done, walking through the days one by one."""
    checks, day = 0, FIRST
    while day <= last:
        if due <= day and day not in holidays:
            checks += 1
            due = after(code, day)
        day += dt.timedelta(days=1)
    return checks


@given(
    st.lists(st.tuples(st.sampled_from([*SafetyCode]), DAYS), min_size=1, max_size=6),
    st.integers(0, 100),
    st.sets(st.integers(0, 100).map(lambda n: FIRST + dt.timedelta(days=n))),
)
def test_checks_are_those_of_a_diary(
    places: list[tuple[SafetyCode, dt.date]], length: int, holidays: set[dt.date]
) -> None:
    last = FIRST + dt.timedelta(days=length)
    checks = count_checks(
        np.array([code for code, _ in places]),
        np.array([due for _, due in places], dtype="datetime64[D]"),
        (FIRST, last),
        tuple(holidays),
    )
    assert checks.tolist() == [diary(code, due, last, holidays) for code, due in places]


def test_place_without_code_or_date_owes_no_check() -> None:
    due = np.array(["2026-01-01", "NaT"], dtype="datetime64[D]")
    span = (FIRST, dt.date(2026, 2, 15))
    assert count_checks(np.array([0, SafetyCode.RED]), due, span).tolist() == [0, 0]


@given(st.integers(0, 60), st.sets(st.integers(-10, 70)))
def test_working_days_are_those_that_are_no_holiday(
    length: int, offsets: set[int]
) -> None:
    last = FIRST + dt.timedelta(days=length)
    holidays = tuple(FIRST + dt.timedelta(days=n) for n in offsets)
    days = [FIRST + dt.timedelta(days=n) for n in range(length + 1)]
    assert count_working_days((FIRST, last), holidays) == sum(
        day not in holidays for day in days
    )
