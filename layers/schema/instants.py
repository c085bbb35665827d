"""Columns of times -> instants; a time without offset is local and counted."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from gis.errors import InvalidLayerError
from gis.local_time import EPOCH, MILLISECOND, local_instant, timezone_of
from gis.models import Instant
from gis.sentences import sentence
from gis.written_time import (
    FIRST_YEAR,
    LAST_YEAR,
    OPEN_END,
    WrittenTime,
    is_open_end,
    read_time,
)

NO_INSTANT: Final = np.int64(np.iinfo(np.int64).min)
"""Stands where a time is missing, cannot be read, or is none on local clocks."""
OPEN: Final = Instant(
    (dt.datetime.combine(OPEN_END, dt.time(), dt.UTC) - EPOCH) // MILLISECOND
)
"""Stands for an end that is not known, which registers write as 9999-12-31."""
FEWEST_MIDNIGHTS: Final = 2
"""So many times that are all midnight are no accident."""
NO_HOUR_RULE: Final = sentence(
    "is a day without an hour, expected a time; who was on duty depends on it"
)

# what most columns are written in, which needs no closer look
_REGULAR: Final = (
    r"(?:19\d{2}|21\d{2}|20\d{2})-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?"
)
_OFFSET: Final = r"(?:Z|\+(?:0\d|1[0-3]):?[0-5]\d|-(?:0\d|1[01]):?[0-5]\d)"


@dataclass(frozen=True, slots=True, eq=False)
class Instants:
    """Instants of a column, UTC milliseconds.

    Attributes
    ----------
    values
        Shape (m,); `NO_INSTANT` where there is none, `OPEN` for an open end.
    is_local
        Where a time had no offset and was read on local clocks, shape (m,).
    is_day
        Where a day stood without an hour; its value is its midnight, shape (m,).
    faults
        What is wrong with each cell that is filled and has no instant, by its place.
    """

    values: NDArray[np.int64]
    is_local: NDArray[np.bool_]
    is_day: NDArray[np.bool_]
    faults: Mapping[int, str] = field(default_factory=dict)


def read_instants(
    times: pd.Series, timezone: str, *, may_be_open: bool = False
) -> Instants:
    """Return the instants of a column of text, as `read_time` reads it, or timestamps.

    Parameters
    ----------
    times
        Text or timestamps, shape (m,).
    timezone
        IANA name of the zone whose clocks times without offset were read from.
    may_be_open
        Whether 9999-12-31 is an open end; else it is a fault.

    Examples
    --------
    >>> times = pd.Series(["2026-09-07T08:00:00+08:00", "2026/9/7 8:00", "soon"])
    >>> instants = read_instants(times, "Asia/Shanghai")
    >>> instants.values[:2].tolist(), instants.is_local.tolist()
    ([1788739200000, 1788739200000], [False, True, False])
    >>> instants.faults[2][:10]
    'is no time'
    """
    zone = timezone_of(timezone)
    if isinstance(times.dtype, pd.DatetimeTZDtype):
        no_cells = np.zeros(len(times), dtype=np.bool_)
        return _in_years(_milliseconds(times), no_cells, may_be_open=may_be_open)
    if isinstance(times.dtype, np.dtype) and times.dtype.kind == "M":
        return _of_clocks(times, zone, may_be_open=may_be_open)
    return _of_texts(times.astype("str").str.strip(), zone, may_be_open=may_be_open)


def about_midnights(instants: Instants, timezone: str) -> list[str]:
    """Say where all times of a file are local midnights, as days without an hour are.

    Programs that know no days write one as its midnight.

    Examples
    --------
    >>> times = pd.Series(["2026-09-01 00:00", "2026-09-02 00:00:00"])
    >>> len(about_midnights(read_instants(times, "Asia/Shanghai"), "Asia/Shanghai"))
    1
    """
    midnights = Midnights()
    midnights.add(instants, timezone)
    return midnights.notices(timezone)


class Midnights:
    """Whether all times are local midnights, judged part by part."""

    def __init__(self) -> None:
        self._count = 0
        self._are_all = True

    def add(self, instants: Instants, timezone: str) -> None:
        """Judge a part.

        Parameters
        ----------
        instants, timezone
            As `about_midnights` takes them.
        """
        is_time = (instants.values != NO_INSTANT) & (instants.values != OPEN)
        values = instants.values[is_time & ~instants.is_day]
        self._count += len(values)
        if self._are_all and len(values):
            moments = pd.Series(pd.to_datetime(values, unit="ms", utc=True))
            local = moments.dt.tz_convert(timezone_of(timezone))
            self._are_all = bool((local == local.dt.normalize()).all())

    def notices(self, timezone: str) -> list[str]:
        """Return what to say of them.

        Parameters
        ----------
        timezone
            Whose midnights they are.
        """
        if self._count < FEWEST_MIDNIGHTS or not self._are_all:
            return []
        return [
            sentence(
                "All {values:,} times are midnight in {timezone}, as days without an "
                "hour are often written; who was on duty is answered for midnight.",
                values=self._count,
                timezone=timezone,
            )
        ]


def refuse_day(value: object) -> None:
    """Refuse a text that writes a day without an hour.

    Raises
    ------
    ValueError
        If it is one.

    Examples
    --------
    >>> refuse_day("2026-09-01")
    Traceback (most recent call last):
    ...
    ValueError: is a day without an hour, expected a time; who was on duty depends on it
    """
    is_text = isinstance(value, str) and not is_open_end(value)
    if is_text and not read_time(str(value)).has_hour:
        raise ValueError(NO_HOUR_RULE)


def _of_texts(texts: pd.Series, zone: ZoneInfo, *, may_be_open: bool) -> Instants:
    """Return the instants of text; what is not written as most is read one by one."""
    values = np.full(len(texts), NO_INSTANT)
    is_local = np.zeros(len(texts), dtype=np.bool_)
    is_day = np.zeros(len(texts), dtype=np.bool_)
    has_offset = _matches(texts, _REGULAR + _OFFSET)
    values[has_offset] = _milliseconds(
        pd.to_datetime(texts[has_offset], format="ISO8601", utc=True, errors="coerce")
    )
    is_bare = ~has_offset & _matches(texts, _REGULAR)
    local = pd.to_datetime(texts[is_bare], format="ISO8601", errors="coerce")
    values[is_bare] = _milliseconds(_on_clocks(local, zone))
    is_local[is_bare] = local.notna().to_numpy()
    is_filled = (texts.notna() & (texts != "")).to_numpy(np.bool_)
    faults: dict[int, str] = {}
    cells: dict[str, tuple[np.int64 | int, bool, bool, str]] = {}
    for place in np.flatnonzero((values == NO_INSTANT) & is_filled).tolist():
        text = texts.iloc[place]
        if text not in cells:
            cells[text] = _of_text(text, zone, may_be_open=may_be_open)
        values[place], is_local[place], is_day[place], fault = cells[text]
        if fault:
            faults[place] = fault
    return Instants(values, is_local, is_day, faults)


def _of_text(
    text: str, zone: ZoneInfo, *, may_be_open: bool
) -> tuple[np.int64 | int, bool, bool, str]:
    """Return instant, whether it is local, whether it is a day, and what is wrong."""
    if may_be_open and is_open_end(text):
        return OPEN, False, False, ""
    try:
        time = read_time(text)
    except ValueError as error:
        return NO_INSTANT, False, False, str(error)
    if time.moment.tzinfo is not None:
        return (time.moment - EPOCH) // MILLISECOND, False, False, ""
    return _of_local(time, zone)


def _of_local(
    time: WrittenTime, zone: ZoneInfo
) -> tuple[np.int64 | int, bool, bool, str]:
    """Return what `_of_text` does for a time on local clocks."""
    try:
        return local_instant(time.moment, zone), True, not time.has_hour, ""
    except InvalidLayerError:
        rule = sentence(
            "is skipped or shown twice by the clocks of {key}", key=zone.key
        )
        return (
            NO_INSTANT,
            True,
            False,
            sentence("{rule}, expected a time with its offset", rule=rule),
        )


def _of_clocks(times: pd.Series, zone: ZoneInfo, *, may_be_open: bool) -> Instants:
    """Return the instants of timestamps without zone."""
    is_filled = times.notna().to_numpy()
    instants = _in_years(
        _milliseconds(_on_clocks(times, zone)), is_filled, may_be_open=may_be_open
    )
    faults = dict(instants.faults)
    for place in np.flatnonzero(is_filled & (instants.values == NO_INSTANT)).tolist():
        faults.setdefault(
            place,
            sentence(
                "is skipped or shown twice by the clocks of {key}, expected a time "
                "with its offset",
                key=zone.key,
            ),
        )
    return Instants(instants.values, is_filled, instants.is_day, faults)


def _in_years(
    values: NDArray[np.int64], is_local: NDArray[np.bool_], *, may_be_open: bool
) -> Instants:
    """Return timestamps as instants, those of years nobody means as faults."""
    first, end, last_day = (
        int((dt.datetime(year, month, day, tzinfo=dt.UTC) - EPOCH) // MILLISECOND)
        for year, month, day in (
            (FIRST_YEAR, 1, 1),
            (LAST_YEAR + 1, 1, 1),
            (OPEN_END.year, OPEN_END.month, OPEN_END.day - 1),
        )
    )
    is_open = (values >= last_day) & may_be_open
    wrong = (values != NO_INSTANT) & ((values < first) | (values >= end)) & ~is_open
    rule = sentence(
        "is of no year from {first_year} to {last_year}",
        first_year=FIRST_YEAR,
        last_year=LAST_YEAR,
    )
    faults = dict.fromkeys(np.flatnonzero(wrong).tolist(), rule)
    instants = np.where(wrong, NO_INSTANT, np.where(is_open, OPEN, values))
    return Instants(instants, is_local, np.zeros(len(values), dtype=np.bool_), faults)


def _matches(texts: pd.Series, pattern: str) -> NDArray[np.bool_]:
    """Return which texts a pattern matches as a whole."""
    return texts.str.fullmatch(pattern).fillna(value=False).to_numpy(np.bool_)


def _on_clocks(local: pd.Series, zone: ZoneInfo) -> pd.Series:
    """Return local times with their offset, NaT where clocks skip or repeat them."""
    times: pd.Series = local.dt.tz_localize(zone, ambiguous="NaT", nonexistent="NaT")
    return times


def _milliseconds(times: pd.Series) -> NDArray[np.int64]:
    """Return UTC milliseconds, `NO_INSTANT` for NaT."""
    utc = times.dt.tz_convert("UTC").dt.tz_localize(None)
    milliseconds: NDArray[np.int64] = utc.to_numpy(dtype="datetime64[ms]").view(
        np.int64
    )
    return milliseconds
