"""When a form was filled in on a phone, whatever the phone takes the time to be."""

from typing import Final, NamedTuple

from api.schemas.desk_fields import Fields, text_of
from api.service.events.desk_words import span_words
from gis.errors import InvalidLayerError
from gis.local_time import instant_text
from gis.models import Instant
from gis.written_time import read_time
from layers.words import Words
from layers.words.phone import MY

OFF_MS: Final = 10 * 60_000
"""A clock that is off by less is not talked about."""
MOST_OFF_MS: Final = 10 * 366 * 86_400_000
"""What is off by more is no clock but a mistake; it is cut to this."""


class PhoneTime(NamedTuple):
    """When something was written down on a phone.

    Attributes
    ----------
    at
        By the clock of the service; None where the phone does not say.
    off_ms
        By how much the clock of the phone goes before that of the service; 0 where
        that is little.
    """

    at: Instant | None
    off_ms: int


def page_time(now: Instant) -> str:
    """Return what a form carries of the time at which its page was made."""
    return instant_text(now)


def phone_time(fields: Fields, now: Instant) -> PhoneTime:
    """Return when a form was filled in, corrected by how much the phone is off.

    A form says when its page was made by the service (`page_at`), and when it was
    opened and sent by the phone (`opened_at`, `captured_at`): so long after the page
    was made it was filled in. The same form says the same however late it arrives.

    Parameters
    ----------
    fields
        What the form says.
    now
        Nothing was filled in later.

    Examples
    --------
    >>> fields = {"page_at": ["2026-09-30T10:00:00Z"],
    ...     "opened_at": ["2026-10-02T10:00:00Z"],
    ...     "captured_at": ["2026-10-02T10:05:00Z"]}
    >>> time = phone_time(fields, Instant(1790770000000))
    >>> instant_text(time.at), time.off_ms // 86_400_000
    ('2026-09-30T10:05:00.000+00:00', 2)
    """
    captured = _instant(fields, "captured_at")
    page, opened = _instant(fields, "page_at"), _instant(fields, "opened_at")
    if captured is None:
        return PhoneTime(None, 0)
    off_ms = max(captured - now, 0)
    if page is not None and opened is not None:
        off_ms = opened - page
    if abs(off_ms) < OFF_MS:
        return PhoneTime(Instant(min(captured, now)), 0)
    at = Instant(min(max(captured - off_ms, 0), now))
    return PhoneTime(at, max(-MOST_OFF_MS, min(off_ms, MOST_OFF_MS)))


def off_query(time: PhoneTime, *, is_made_up: bool) -> str:
    """Return what an address carries of a clock that is off; mostly nothing.

    Parameters
    ----------
    time
        Of a form.
    is_made_up
        Whether the town has a time of its own, which no phone has.

    Examples
    --------
    >>> off_query(PhoneTime(None, 172_800_000), is_made_up=False)
    '&off=172800'
    """
    return "" if is_made_up or not time.off_ms else f"&off={time.off_ms // 1000}"


def clock_words(off_ms: int) -> Words | None:
    """Return what is said of the clock of a phone; None where it is right.

    Examples
    --------
    >>> clock_words(0) is None, clock_words(-2 * 86_400_000).en[:27]
    (True, 'The clock of this phone is ')
    """
    if abs(off_ms) < OFF_MS:
        return None
    span = span_words(min(abs(off_ms), MOST_OFF_MS))
    words = MY["clock_ahead" if off_ms > 0 else "clock_behind"]
    return Words(words.zh.format(span=span.zh), words.en.format(span=span.en))


def _instant(fields: Fields, name: str) -> Instant | None:
    """Return a time that a form says; None for what is none."""
    text = text_of(fields, name)
    try:
        moment = read_time(text).moment
    except (ValueError, InvalidLayerError):
        return None
    if moment.tzinfo is None:
        return None
    return Instant(round(moment.timestamp() * 1000))
