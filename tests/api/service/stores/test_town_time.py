"""A service lets the clock of a made-up town run, and leaves it standing."""

import pandas as pd
import pytest

from api.service.stores.town_time import (
    clock_header,
    clock_words,
    start_clock,
    stop_clock,
)
from gis.errors import SettingError
from layers.stores import clock
from layers.stores.memory import MemoryStore
from layers.stores.town_clock import KeptClock
from support.makers.store_history import day

NOW = 1_790_783_100_000


@pytest.fixture
def town() -> MemoryStore:
    """A made-up town whose clock stands."""
    store = MemoryStore()
    store.keep_clock(KeptClock(day(3)))
    return store


def kept_by(store: MemoryStore) -> KeptClock:
    kept = store.kept_clock()
    assert kept is not None
    return kept


def test_clock_runs_from_where_it_stood(town: MemoryStore) -> None:
    before = clock()
    start_clock(town, 60.0)
    kept = kept_by(town)
    assert (kept.base, kept.speed) == (day(3), 60.0)
    assert kept.since is not None
    assert before <= kept.since <= clock()


def test_clock_stands_where_it_was_stopped_and_goes_on_as_fast(
    town: MemoryStore,
) -> None:
    start_clock(town, 3_600.0)
    running = town.now()
    stop_clock(town)
    standing = kept_by(town)
    assert standing.since is None
    assert running <= standing.base == town.now()
    start_clock(town, None)
    assert (kept_by(town).base, kept_by(town).speed) == (standing.base, 3_600.0)


def test_clock_that_a_killed_service_left_goes_on_from_the_last_record(
    town: MemoryStore,
) -> None:
    town.keep_clock(KeptClock(day(3), 1.0, since=clock() - 86_400_000))
    rule = {"rule_id": "imprint", "owner": "office", "body": '{"is_synthetic": true}'}
    since = pd.Timestamp("2026-01-01", tz="UTC")
    link = town.record("rules", pd.DataFrame([rule | {"valid_from": since}]))
    assert link.recorded_at >= day(4)
    start_clock(town, None)
    assert kept_by(town).base == link.recorded_at


def test_real_town_takes_no_speed() -> None:
    store = MemoryStore()
    start_clock(store, None)
    stop_clock(store)
    with pytest.raises(SettingError, match=r"real town .* leave out --speed\.$"):
        start_clock(store, 2.0)
    assert store.kept_clock() is None


def test_time_is_said_in_both_languages_and_in_a_header() -> None:
    running = KeptClock(NOW, 60.0, since=0)
    header = clock_header(running, NOW, "Asia/Shanghai")
    assert header == "synthetic; now=2026-09-30T23:45:00+08:00; speed=60"
    words = clock_words(running, NOW, "Asia/Shanghai")
    assert words.en.endswith("2026-09-30T23:45:00+08:00, at 60 times the usual speed.")
    assert words.zh.endswith("2026-09-30T23:45:00+08:00，速度为 60 倍。")


def test_clock_that_stands_says_so() -> None:
    standing = KeptClock(NOW, 60.0)
    assert clock_header(standing, NOW, "UTC").endswith("; speed=0")
    words = clock_words(standing, NOW, "UTC")
    assert words.en.endswith("standing still.")
    assert words.zh.endswith("时钟静止。")
