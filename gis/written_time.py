"""One reader of times as people and machines write them; nothing is guessed.

A time is ISO 8601, or the same with single digits, slashes, dots or Chinese units. What
could be read in two ways, or says no hour at all, is refused in words.
"""

import calendar
import datetime as dt
import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from gis.sentences import sentence

FIRST_YEAR: Final = 1900
LAST_YEAR: Final = 2200
"""Years of which a deployment may speak; others are slips of the pen."""
OPEN_END: Final = dt.date(9999, 12, 31)
"""The day that registers write for an end that is not known."""
EXPECTED: Final = sentence(
    "expected a time such as '2026-09-01T08:15:00+08:00', '2026-09-01 08:15' or "
    "'2026年9月1日 8时15分'"
)

_DAY: Final = (
    r"(?:(?P<year>\d{4})(?:-(?P<m1>\d{1,2})-(?P<d1>\d{1,2})"
    r"|/(?P<m2>\d{1,2})/(?P<d2>\d{1,2})|\.(?P<m3>\d{1,2})\.(?P<d3>\d{1,2})"
    r"|年(?P<m4>\d{1,2})月(?P<d4>\d{1,2})日))"
)
_CLOCK: Final = (
    r"(?P<half>上午|下午)?"
    r"(?:(?P<h1>\d{1,2}):(?P<min1>\d{2})(?::(?P<s1>\d{2})(?:[.,](?P<part>\d{1,9}))?)?"
    r"|(?P<h2>\d{1,2})[时点](?:(?P<thirty>半)|(?P<min2>\d{1,2})分(?:(?P<s2>\d{1,2})秒)?)?)"
)
_OFFSET: Final = r"(?P<offset>[Zz]|[+-]\d{2}(?::?\d{2})?)"
_TIME: Final = re.compile(
    rf"{_DAY}(?:(?:[Tt]|\s+|(?<=日)){_CLOCK}\s*{_OFFSET}?)?", re.ASCII
)
_BASIC: Final = re.compile(
    rf"(?P<year>\d{{4}})(?P<m1>\d{{2}})(?P<d1>\d{{2}})T(?P<h1>\d{{2}})(?P<min1>\d{{2}})"
    rf"(?:(?P<s1>\d{{2}})(?:[.,](?P<part>\d{{1,9}}))?)?{_OFFSET}?",
    re.ASCII,
)
_FURTHEST_WEST: Final = dt.timedelta(hours=-12)
_FURTHEST_EAST: Final = dt.timedelta(hours=14)
_NOON: Final = 12
_LAST_MONTH: Final = 12
_LAST_HOUR: Final = 23
_LAST_MINUTE: Final = 59


@dataclass(frozen=True, slots=True)
class WrittenTime:
    """A time as it was written.

    Attributes
    ----------
    moment
        With its offset where one was written, else on local clocks; a day without an
        hour is its midnight.
    has_hour
        Whether an hour was written.
    """

    moment: dt.datetime
    has_hour: bool


def read_time(text: str) -> WrittenTime:
    """Return the time that a text writes.

    Full-width digits are digits. An offset is `Z`, `+08:00`, `+0800` or `+08`.

    Parameters
    ----------
    text
        ISO 8601 with an hour and minutes; or a day alone. Days may be written
        `2026-9-1`, `2026/9/1`, `2026.9.1` and `2026年9月1日`, hours `8:15`, `8时15分`,
        `8时`, `8点半` and `下午3时`.

    Raises
    ------
    ValueError
        Says what is wrong: a number, a month or a week, an hour with a dash, `+8`,
        `24:00`, a day or hour that does not exist, a year before 1900 or after 2200.

    Examples
    --------
    >>> read_time("2026-09-01T08:15:00+08:00").moment.isoformat()
    '2026-09-01T08:15:00+08:00'
    >>> read_time("2026年9月1日 下午3时").moment.isoformat()
    '2026-09-01T15:00:00'
    >>> read_time("2026/9/1").has_hour
    False
    >>> read_time("2026-09-01 08-15")
    Traceback (most recent call last):
    ...
    ValueError: is no time, expected a time such as '2026-09-01T08:15:00+08:00', \
'2026-09-01 08:15' or '2026年9月1日 8时15分'
    """
    plain = _plain(text)
    match = _TIME.fullmatch(plain) or _BASIC.fullmatch(plain)
    if match is None:
        raise ValueError(sentence("is no time, {expected}", expected=EXPECTED))
    parts = match.groupdict()
    year = int(parts["year"])
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise _YearError(
            sentence(
                "is of the year {year}, expected one from {first_year} to {last_year}",
                year=year,
                first_year=FIRST_YEAR,
                last_year=LAST_YEAR,
            )
        )
    try:
        day = _existing_day(year, *_day_parts(parts))
        moment = dt.datetime.combine(day, _existing_clock(*_clock_parts(parts)))
        zone = _zone(parts.get("offset"))
    except ValueError as error:
        raise ValueError(
            sentence(
                "is no time that there is ({error}), {expected}",
                error=error,
                expected=EXPECTED,
            )
        ) from error
    has_hour = _first(parts, "h1", "h2") is not None
    return WrittenTime(moment.replace(tzinfo=zone), has_hour)


def read_day(text: str) -> dt.date:
    """Return the day that a text writes, in one of the forms of `read_time`.

    Raises
    ------
    ValueError
        Says what is wrong, also where an hour stands beside the day.

    Examples
    --------
    >>> read_day("2026-09-01").isoformat()
    '2026-09-01'
    """
    try:
        time = read_time(text)
    except _YearError:
        raise
    except ValueError as error:
        raise ValueError(
            sentence("is no day, expected one such as '2026-09-01'")
        ) from error
    if time.has_hour:
        raise ValueError(sentence("is a time, expected a day such as '2026-09-01'"))
    return time.moment.date()


class _YearError(ValueError):
    """A year of which no deployment speaks."""


def is_open_end(text: str) -> bool:
    """Say whether a text writes the last day of the year 9999, at any hour.

    Examples
    --------
    >>> is_open_end("9999-12-31 23:59:59"), is_open_end("2026-12-31")
    (True, False)
    """
    match = _TIME.fullmatch(_plain(text))
    if match is None or int(match["year"]) != OPEN_END.year:
        return False
    return _day_parts(match.groupdict()) == (OPEN_END.month, OPEN_END.day)


def _plain(text: str) -> str:
    """Return a text with digits and signs of one width, without blanks around."""
    return unicodedata.normalize("NFKC", text).strip()


def _first(parts: dict[str, str | None], *names: str) -> str | None:
    """Return the first part that was written."""
    return next((parts[name] for name in names if parts.get(name) is not None), None)


def _day_parts(parts: dict[str, str | None]) -> tuple[int, int]:
    """Return month and day."""
    month = _first(parts, "m1", "m2", "m3", "m4")
    day = _first(parts, "d1", "d2", "d3", "d4")
    return int(month or 0), int(day or 0)


def _clock_parts(parts: dict[str, str | None]) -> tuple[int, int, int, int]:
    """Return hour, minute, second and microsecond."""
    hour = int(_first(parts, "h1", "h2") or 0)
    half = parts.get("half")
    if half and hour > _NOON:
        raise ValueError(sentence("{half} has no hour {hour}", half=half, hour=hour))
    if half == "上午" and hour == _NOON:
        raise ValueError(
            sentence("{words} may be noon or midnight", words=f"{half}{hour}时")
        )
    if half == "下午" and hour < _NOON:
        hour += _NOON
    minute = 30 if parts.get("thirty") else int(_first(parts, "min1", "min2") or 0)
    second = int(_first(parts, "s1", "s2") or 0)
    part = (parts.get("part") or "")[:6].ljust(6, "0")
    return hour, minute, second, int(part)


def _existing_day(year: int, month: int, day: int) -> dt.date:
    """Return a day of the calendar."""
    if not 1 <= month <= _LAST_MONTH:
        raise ValueError(sentence("there is no month {month}", month=month))
    last = calendar.monthrange(year, month)[1]
    if not 1 <= day <= last:
        raise ValueError(
            sentence(
                "month {month} of {year} has the days 1 to {last}",
                month=month,
                year=year,
                last=last,
            )
        )
    return dt.date(year, month, day)


def _existing_clock(hour: int, minute: int, second: int, microsecond: int) -> dt.time:
    """Return a time that clocks show."""
    if hour > _LAST_HOUR:
        raise ValueError(sentence("there is no hour {hour}", hour=hour))
    if minute > _LAST_MINUTE:
        raise ValueError(sentence("there is no minute {minute}", minute=minute))
    if second > _LAST_MINUTE:
        raise ValueError(sentence("there is no second {second}", second=second))
    return dt.time(hour, minute, second, microsecond)


def _zone(offset: str | None) -> dt.timezone | None:
    """Return the zone of an offset that clocks on Earth have."""
    if offset is None:
        return None
    if offset in "Zz":
        return dt.UTC
    sign = -1 if offset[0] == "-" else 1
    hours, minutes = int(offset[1:3]), int(offset[-2:]) if len(offset) > 3 else 0
    shift = sign * dt.timedelta(hours=hours, minutes=minutes)
    if minutes > _LAST_MINUTE or not _FURTHEST_WEST <= shift <= _FURTHEST_EAST:
        raise ValueError(sentence("no clocks have the offset {offset}", offset=offset))
    return dt.timezone(shift)
