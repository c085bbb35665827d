"""The time of a made-up town: started and stopped by a service, and said in words."""

from gis.errors import SettingError
from gis.local_time import instant_text, timezone_of
from gis.models import Instant
from layers.stores import Store, clock
from layers.stores.town_clock import KeptClock
from layers.words import Words


def start_clock(store: Store, speed: float | None) -> None:
    """Let the clock of a made-up town run, on from the last record.

    Parameters
    ----------
    store
        The store; the clock of a real town runs by itself.
    speed
        Seconds of the town in one second; None leaves it as it was.

    Raises
    ------
    SettingError
        If a speed is given for a real town.
    """
    town_clock = store.kept_clock()
    if town_clock is None:
        if speed is None:
            return
        raise SettingError(
            "The store keeps a real town and a speed of {speed:g}; the time of a real "
            "town cannot be changed, leave out --speed.",
            speed=speed,
        )
    base = town_clock.base
    last = store.last_link()
    if last is not None:  # a service that was killed left it running
        base = max(base, last.recorded_at)
    store.keep_clock(KeptClock(base, speed or town_clock.speed, since=clock()))


def stop_clock(store: Store) -> None:
    """Let the clock of a made-up town stand where it is.

    Parameters
    ----------
    store
        The store; the clock of a real town is left alone.
    """
    town_clock = store.kept_clock()
    if town_clock is not None and town_clock.since is not None:
        store.keep_clock(KeptClock(store.now(), town_clock.speed))


def clock_header(town_clock: KeptClock, now: Instant, timezone: str) -> str:
    """Return what a header says of the time of a made-up town.

    Parameters
    ----------
    town_clock
        Its clock.
    now
        What it shows.
    timezone
        IANA zone of the time said.

    Examples
    --------
    >>> clock_header(KeptClock(Instant(0), 60.0, Instant(0)), Instant(0), "UTC")
    'synthetic; now=1970-01-01T00:00:00+00:00; speed=60'
    """
    speed = 0 if town_clock.since is None else town_clock.speed
    return f"synthetic; now={_text(now, timezone)}; speed={speed:g}"


def clock_words(town_clock: KeptClock, now: Instant, timezone: str) -> Words:
    """Return what is said of the time of a made-up town, as `clock_header` takes it.

    Examples
    --------
    >>> clock_words(KeptClock(Instant(0)), Instant(0), "UTC").en
    'Synthetic town by a clock of its own: 1970-01-01T00:00:00+00:00, standing still.'
    """
    time = _text(now, timezone)
    if town_clock.since is None:
        return Words(
            f"模拟城镇，按自带时钟运行：{time}，时钟静止。",
            f"Synthetic town by a clock of its own: {time}, standing still.",
        )
    return Words(
        f"模拟城镇，按自带时钟运行：{time}，速度为 {town_clock.speed:g} 倍。",
        f"Synthetic town by a clock of its own: {time}, at {town_clock.speed:g} times "
        "the usual speed.",
    )


def time_lines(store: Store, timezone: str) -> list[str]:
    """Return what is said of the time of a store; nothing of a real town.

    Parameters
    ----------
    store
        The store.
    timezone
        IANA zone of the time said.
    """
    town_clock = store.kept_clock()
    if town_clock is None:
        return []
    words = clock_words(town_clock, store.now(), timezone)
    return [words.sentence]


def _text(now: Instant, timezone: str) -> str:
    """Return a time to the second."""
    text = instant_text(now, timezone_of(timezone))
    return text[:19] + text[23:]
