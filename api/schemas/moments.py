"""Times and days of requests, read by the one reader of times."""

import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Annotated, Final, TypeAlias, TypeVar

from pydantic import BeforeValidator

from api.refusals import broken_rule
from gis.written_time import read_day, read_time

SHOWN_CHARACTERS: Final = 40


Value = TypeVar("Value")
Reader: TypeAlias = Callable[[object], Value]


def _in_words(read: Reader[Value], rule: str) -> Reader[Value]:
    """Return a reader whose refusals are in both languages."""

    def read_in_words(value: object) -> Value:
        try:
            return read(value)
        except ValueError as error:
            text = str(value)[:SHOWN_CHARACTERS]
            raise broken_rule(rule, why=str(error), text=text) from error

    return read_in_words


def _time_or_day(value: object) -> datetime:
    """Return a time of text, the beginning of a day; a number is none."""
    if not isinstance(value, str):
        raise ValueError("is no text, expected a time such as '2026-09-01T08:15+08:00'")
    return read_time(value).moment


def _time_of_query(value: object) -> datetime:
    """Return a time of a query, where a plus sign that is not escaped is a blank."""
    try:
        return _time_or_day(value)
    except ValueError as error:
        if re.search(r":\d\d(\.\d+)? \d\d:?\d\d$", str(value)):
            raise ValueError(
                f"{error}; the + of an offset is written %2B in a query"
            ) from error
        raise


def _moment(value: object) -> datetime:
    """Return a time of text; a day without an hour is none."""
    return _with_hour(value, _time_or_day(value))


def _moment_of_query(value: object) -> datetime:
    """Return a time of a query; a day without an hour is none."""
    return _with_hour(value, _time_of_query(value))


def _with_hour(value: object, moment: datetime) -> datetime:
    """Return the time that was read of a text, once that says the hour."""
    if not read_time(str(value)).has_hour:
        raise ValueError(
            "is a day without an hour, expected a time such as '2026-09-01T08:15+08:00'"
        )
    return moment


def _day(value: object) -> date:
    """Return a day of text; a number or a time is none."""
    if not isinstance(value, str):
        raise ValueError("is no text, expected a day such as '2026-09-01'")
    return read_day(value)


Moment: TypeAlias = Annotated[datetime, BeforeValidator(_in_words(_moment, "no_time"))]
"""A time; without offset it is local."""
MomentOfQuery: TypeAlias = Annotated[
    datetime, BeforeValidator(_in_words(_moment_of_query, "no_time"))
]
"""The same of a query."""
TimeOrDay: TypeAlias = Annotated[
    datetime, BeforeValidator(_in_words(_time_of_query, "no_time"))
]
"""A time of a query as `Moment`, or a day that stands for its beginning."""
Day: TypeAlias = Annotated[date, BeforeValidator(_in_words(_day, "no_day"))]
"""A day."""
