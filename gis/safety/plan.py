"""How many checks places owe in the days ahead, if their codes stay as they are."""

import datetime as dt

import numpy as np
from numpy.typing import NDArray

from gis.models import SafetyCode
from gis.safety.due import CHECK_DAYS, after_holidays, month_after

Days = NDArray[np.datetime64]


def count_checks(
    codes: NDArray[np.integer],
    due: Days,
    span: tuple[dt.date, dt.date],
    holidays: tuple[dt.date, ...] = (),
) -> NDArray[np.int64]:
    """Return the checks that each place owes in a span of days.

    What is owed already is done on the first day; after each check the next is owed a
    day (red), a week (yellow) or a calendar month (green) later, on the next day that
    is no holiday.

    Parameters
    ----------
    codes
        `SafetyCode` of each place, 0 for none, shape (n,).
    due
        Day by which its next check is owed, datetime64[D], NaT for none, shape (n,).
    span
        First and last day, both in it.
    holidays
        Days on which nobody is sent out.

    Returns
    -------
    checks
        Number of each place, int64, shape (n,); 0 without a code.

    Examples
    --------
    >>> codes = np.array([SafetyCode.GREEN, SafetyCode.YELLOW, SafetyCode.RED, 0])
    >>> due = np.array(["2026-09-20", "2026-09-09", "2026-08-01", "NaT"], "M8[D]")
    >>> span = dt.date(2026, 9, 1), dt.date(2026, 9, 30)
    >>> count_checks(codes, due, span).tolist()
    [1, 4, 30, 0]
    """
    first, last = (np.datetime64(day, "D") for day in span)
    checks = np.zeros(len(codes), dtype=np.int64)
    at = after_holidays(np.maximum(due, first), holidays)
    # a comparison with NaT is false
    while (owed := (at <= last) & (codes > 0)).any():
        checks[owed] += 1
        at = after_holidays(_next_checks(codes, at), holidays)
    return checks


def count_working_days(
    span: tuple[dt.date, dt.date], holidays: tuple[dt.date, ...] = ()
) -> int:
    """Return the days of a span, both ends in it, on which people are sent out.

    Examples
    --------
    >>> count_working_days(
    ...     (dt.date(2026, 10, 1), dt.date(2026, 10, 10)), (dt.date(2026, 10, 1),)
    ... )
    9
    """
    first, last = span
    off = {day for day in holidays if first <= day <= last}
    return (last - first).days + 1 - len(off)


def _next_checks(codes: NDArray[np.integer], at: Days) -> Days:
    """Return when each place is checked again after a day."""
    days = at.copy()
    for code, interval in CHECK_DAYS.items():
        days[codes == code] += np.timedelta64(interval, "D")
    is_green = codes == SafetyCode.GREEN
    days[is_green] = month_after(at[is_green])
    return days
