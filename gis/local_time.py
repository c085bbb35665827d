"""Wall clock of a deployment <-> instants: an hour that is not one hour is refused."""

import datetime as dt
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from gis.errors import InvalidLayerError, SettingError
from gis.models import Instant
from gis.sentences import sentence

DEFAULT_TIMEZONE = "Asia/Shanghai"
EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
MILLISECOND = dt.timedelta(milliseconds=1)


def timezone_of(name: str) -> ZoneInfo:
    """Return a time zone by its IANA name.

    Raises
    ------
    SettingError
        If there is no such zone.
    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise SettingError(
            "Time zone {name!r} is not known; use an IANA name such as "
            "{default_timezone!r}.",
            name=name,
            default_timezone=DEFAULT_TIMEZONE,
        ) from error


def local_instant(local: dt.datetime, zone: ZoneInfo) -> Instant:
    """Return the instant that clocks of a zone show as this local time.

    Parameters
    ----------
    local
        Local time without offset.
    zone
        The zone of the clocks.

    Raises
    ------
    InvalidLayerError
        If clocks skip that time or show it twice.

    Examples
    --------
    >>> local_instant(dt.datetime(2026, 9, 7, 8), ZoneInfo("Asia/Shanghai"))
    1788739200000
    """
    early, late = (local.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    if early.utcoffset() != late.utcoffset():
        back = early.astimezone(dt.UTC).astimezone(zone).replace(tzinfo=None)
        what = sentence("shown twice") if back == local else sentence("skipped")
        raise InvalidLayerError(
            "Local time {local!r} is {what} by the clocks of {key}; choose another "
            "hour or write the time with its offset.",
            local=local.isoformat(sep=" "),
            what=what,
            key=zone.key,
        )
    return Instant((early.astimezone(dt.UTC) - EPOCH) // MILLISECOND)


def instant_of(moment: dt.datetime, timezone: str) -> Instant:
    """Return the instant of a time; without offset it is local.

    Parameters
    ----------
    moment
        With its offset, or on the clocks of the zone.
    timezone
        IANA zone of a time without offset.

    Raises
    ------
    SettingError
        If the zone is unknown.

    Examples
    --------
    >>> instant_of(dt.datetime(1970, 1, 1, 8), "Asia/Shanghai")
    0
    """
    if moment.tzinfo is None:
        return local_instant(moment, timezone_of(timezone))
    return Instant((moment - EPOCH) // MILLISECOND)


def local_day(instant: Instant, zone: ZoneInfo) -> dt.date:
    """Return the day that clocks of a zone show at an instant.

    Examples
    --------
    >>> local_day(0, ZoneInfo("America/New_York")).isoformat()
    '1969-12-31'
    """
    return (EPOCH + instant * MILLISECOND).astimezone(zone).date()


def day_start(day: dt.date, zone: ZoneInfo) -> Instant:
    """Return when a local day begins.

    Parameters
    ----------
    day
        The day.
    zone
        Its time zone.

    Examples
    --------
    >>> instant_text(day_start(dt.date(2026, 9, 1), timezone_of("Asia/Shanghai")))
    '2026-08-31T16:00:00.000+00:00'
    """
    return local_instant(dt.datetime.combine(day, dt.time()), zone)


def days_between(
    since: Instant, until: Instant, zone: ZoneInfo
) -> list[tuple[dt.date, Instant]]:
    """Return the local days that have some of a time, and when each of them begins.

    Parameters
    ----------
    since, until
        The time: ``[since, until)``.
    zone
        Of the days.

    Examples
    --------
    >>> [(str(day), at) for day, at in days_between(0, 1, ZoneInfo("Asia/Shanghai"))]
    [('1970-01-01', -28800000)]
    """
    if since >= until:
        return []
    first, last = local_day(since, zone), local_day(Instant(until - 1), zone)
    days = [first + dt.timedelta(days=n) for n in range((last - first).days + 1)]
    midnights = (dt.datetime.combine(day, dt.time(), zone) for day in days)
    return [
        (day, Instant((midnight.astimezone(dt.UTC) - EPOCH) // MILLISECOND))
        for day, midnight in zip(days, midnights, strict=True)
    ]


def instant_text(instant: Instant, zone: dt.tzinfo = dt.UTC) -> str:
    """Write an instant as ISO 8601 with its offset, to the millisecond.

    Examples
    --------
    >>> instant_text(Instant(1788739200000))
    '2026-09-07T00:00:00.000+00:00'
    """
    return (
        (EPOCH + instant * MILLISECOND)
        .astimezone(zone)
        .isoformat(timespec="milliseconds")
    )


def minute_text(instant: Instant, zone: dt.tzinfo) -> str:
    """Write an instant as clocks of a zone show it, to the minute, for a person.

    Examples
    --------
    >>> minute_text(Instant(1788739200000), ZoneInfo("Asia/Shanghai"))
    '2026-09-07 08:00'
    """
    local = (EPOCH + instant * MILLISECOND).astimezone(zone)
    return local.isoformat(" ", "minutes")[:16]
