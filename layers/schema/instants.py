"""Columns of times -> instants; a time without offset is local and counted."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from gis.local_time import timezone_of

NO_INSTANT: Final = np.int64(np.iinfo(np.int64).min)
"""Stands where a time is missing, cannot be read, or is none on local clocks."""

# a zone after the time of day: Z, +08, +0800 or +08:00
_OFFSET: Final = r"[T ].*(?:[Zz]|[+-]\d{2}(?::?\d{2})?)$"


@dataclass(frozen=True, slots=True, eq=False)
class Instants:
    """Instants of a column, UTC milliseconds.

    Attributes
    ----------
    values
        Shape (m,); `NO_INSTANT` where there is none.
    is_local
        Where a time had no offset and was read on local clocks, shape (m,).
    """

    values: NDArray[np.int64]
    is_local: NDArray[np.bool_]


def read_instants(times: pd.Series, timezone: str) -> Instants:
    """Return the instants of a column of ISO 8601 text or timestamps.

    Parameters
    ----------
    times
        Text or timestamps, shape (m,).
    timezone
        IANA name of the zone whose clocks times without offset were read from.

    Examples
    --------
    >>> times = pd.Series(["2026-09-07T08:00:00+08:00", "2026-09-07 08:00", "soon"])
    >>> instants = read_instants(times, "Asia/Shanghai")
    >>> instants.values[:2].tolist(), instants.is_local.tolist()
    ([1788739200000, 1788739200000], [False, True, False])
    """
    zone = timezone_of(timezone)
    if isinstance(times.dtype, pd.DatetimeTZDtype):
        return Instants(_milliseconds(times), np.zeros(len(times), dtype=np.bool_))
    if isinstance(times.dtype, np.dtype) and times.dtype.kind == "M":
        is_local = times.notna().to_numpy()
        return Instants(_milliseconds(_on_clocks(times, zone)), is_local)
    texts = times.astype("str").str.strip()
    has_offset = texts.str.contains(_OFFSET).fillna(value=False).to_numpy(np.bool_)
    values = np.full(len(times), NO_INSTANT)
    values[has_offset] = _milliseconds(_parsed(texts[has_offset], utc=True))
    local = _parsed(texts[~has_offset], utc=False)
    values[~has_offset] = _milliseconds(_on_clocks(local, zone))
    is_local = ~has_offset
    is_local[~has_offset] = local.notna().to_numpy()
    return Instants(values, is_local)


def _parsed(texts: pd.Series, *, utc: bool) -> pd.Series:
    """Return times of text, NaT for what is none."""
    return pd.to_datetime(texts, format="ISO8601", utc=utc, errors="coerce")


def _on_clocks(local: pd.Series, zone: object) -> pd.Series:
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
