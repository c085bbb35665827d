"""When a place must be checked again: intervals by code, holidays, campaigns."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from gis import written_time
from gis.errors import InvalidLayerError
from gis.models import SafetyCode, Scene
from gis.safety.kinds import read_kind

Flags = NDArray[np.bool_]
Days = NDArray[np.datetime64]

CHECK_DAYS: Final[Mapping[SafetyCode, int]] = MappingProxyType(
    {SafetyCode.YELLOW: 7, SafetyCode.RED: 1}
)
"""Days until the next check; green is a calendar month instead."""


@dataclass(frozen=True, slots=True)
class Campaign:
    """A special campaign: places of its kinds are checked once while it lasts.

    Attributes
    ----------
    campaign_id, name
        Its id and its name.
    scenes
        Kinds of places that it takes in: scenes, and others by name, whose places have
        no code.
    first, last
        Its first and last day, local; both belong to it.
    """

    campaign_id: str
    name: str
    scenes: tuple[str, ...]
    first: dt.date
    last: dt.date

    @classmethod
    def from_body(cls, campaign_id: str, body: Mapping[str, object]) -> Self:
        """Read a campaign from what its JSON says: name, scenes, first, last.

        Parameters
        ----------
        campaign_id
            Its id.
        body
            The object; all keys are needed and no other is taken.

        Raises
        ------
        InvalidLayerError
            If a key is missing or unknown, a kind is empty or one of the eight scenes
            in another spelling, a day is not ISO 8601, or the last day lies before the
            first.

        Examples
        --------
        >>> Campaign.from_body("gas", {"name": "燃气", "scenes": ["street_shop"],
        ...     "first": "2026-08-01", "last": "2026-08-31"}).last
        datetime.date(2026, 8, 31)
        """
        keys = ["name", "scenes", "first", "last"]
        if sorted(body) != sorted(keys):
            raise InvalidLayerError(
                "Campaign {campaign_id!r} has the keys {body!r} where {keys!r} were "
                "expected; correct them.",
                campaign_id=campaign_id,
                body=sorted(body),
                keys=keys,
            )
        first, last = (read_day(body[key], campaign_id) for key in keys[2:])
        if last < first:
            raise InvalidLayerError(
                "Campaign {campaign_id!r} ends on {last!r}, before its first day "
                "{first!r}; exchange or correct them.",
                campaign_id=campaign_id,
                last=last.isoformat(),
                first=first.isoformat(),
            )
        scenes = _scenes(body["scenes"], campaign_id)
        return cls(campaign_id, str(body["name"]), scenes, first, last)

    def body(self) -> dict[str, object]:
        """Return what `from_body` reads."""
        return {
            "name": self.name,
            "scenes": [str(scene) for scene in self.scenes],
            "first": self.first.isoformat(),
            "last": self.last.isoformat(),
        }

    def owes(self, is_target: Flags, since: Days, last_check: Days) -> Flags:
        """Say which places owe the check of the campaign once it has begun.

        Parameters
        ----------
        is_target
            Whether a place is of its kinds, shape (n,).
        since
            First day that it is known, datetime64[D], shape (n,).
        last_check
            Day of its last check, datetime64[D], shape (n,); NaT for none.
        """
        first, last = np.datetime64(self.first), np.datetime64(self.last)
        owes: Flags = is_target & (since <= last) & ~(last_check >= first)
        return owes


@dataclass(frozen=True, slots=True)
class Calendar:
    """What moves due dates: days on which nobody is sent out, and campaigns."""

    holidays: tuple[dt.date, ...] = ()
    campaigns: tuple[Campaign, ...] = ()


def read_holidays(body: Mapping[str, object]) -> tuple[dt.date, ...]:
    """Read holidays from what their JSON says: `{"days": ["2026-10-01", ...]}`.

    Raises
    ------
    InvalidLayerError
        If it has other keys, or a day is not ISO 8601.

    Examples
    --------
    >>> read_holidays({"days": ["2026-10-01"]})
    (datetime.date(2026, 10, 1),)
    """
    days = body.get("days")
    if list(body) != ["days"] or not isinstance(days, list):
        raise InvalidLayerError(
            "Rule 'holidays' is {dict!r} where an object with a list of 'days' and "
            "nothing else was expected; correct it.",
            dict=dict(body),
        )
    return tuple(read_day(day, "holidays") for day in days)


def read_day(value: object, rule_id: str) -> dt.date:
    """Read a day that a rule names.

    Raises
    ------
    InvalidLayerError
        If it is not an ISO 8601 day.
    """
    try:
        return written_time.read_day(str(value))
    except ValueError as error:
        raise InvalidLayerError(
            "Rule {rule_id!r} names the day {value!r} where ISO 8601 such as "
            "'2026-10-01' was expected; correct it.",
            rule_id=rule_id,
            value=value,
        ) from error


def month_after(days: Days) -> Days:
    """Return the day a calendar month later; the last of a month that is shorter.

    Parameters
    ----------
    days
        datetime64[D], any shape; NaT stays NaT.

    Examples
    --------
    >>> month_after(np.array(["2026-01-01", "2026-01-31"], "M8[D]"))
    array(['2026-02-01', '2026-02-28'], dtype='datetime64[D]')
    """
    month = days.astype("datetime64[M]")
    following = (month + 1).astype("datetime64[D]")
    length = (month + 2).astype("datetime64[D]") - following
    elapsed = days - month.astype("datetime64[D]")
    later: Days = following + np.minimum(elapsed, length - np.timedelta64(1, "D"))
    return later


def after_holidays(days: Days, holidays: Sequence[dt.date]) -> Days:
    """Return each day, or the next that is no holiday.

    Parameters
    ----------
    days
        datetime64[D], shape (n,).
    holidays
        In any order; none leaves the days as they are.
    """
    if not holidays:
        return days
    off = np.unique(np.array(holidays, dtype="datetime64[D]"))
    ends_run = np.append(np.diff(off) > np.timedelta64(1, "D"), True)
    run = np.cumsum(ends_run) - ends_run
    free = off[ends_run][run] + np.timedelta64(1, "D")
    at = np.minimum(np.searchsorted(off, days), len(off) - 1)
    return np.where(off[at] == days, free[at], days)


def _scenes(names: object, campaign_id: str) -> tuple[str, ...]:
    """Return kinds of places by name."""
    texts = names if isinstance(names, list) else []
    if not texts or not all(isinstance(name, str) for name in texts):
        raise InvalidLayerError(
            "Campaign {campaign_id!r} names the scenes {names!r} where a list of some "
            "of {value!r} or of other kinds of places was expected; correct it.",
            campaign_id=campaign_id,
            names=names,
            value=[*map(str, Scene)],
        )
    return tuple(_kind(name, campaign_id) for name in texts)


def _kind(name: str, campaign_id: str) -> str:
    """Return a kind of place that a campaign names."""
    try:
        return read_kind(name)
    except ValueError as error:
        raise InvalidLayerError(
            "Campaign {campaign_id!r} names the scene {name!r}, which {error}; "
            "correct it.",
            campaign_id=campaign_id,
            name=name,
            error=error,
        ) from error
