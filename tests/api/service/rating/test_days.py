"""Codes and colours of any day, computed when asked for and kept a while."""

import datetime as dt
import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.service.rating.days import (
    CACHE_DAYS,
    RiskDesk,
    count_codes,
    count_colours,
)
from gis.errors import StoreError
from gis.models import Instant
from layers import Cutoff, read_risk_day
from layers.rating.day import RiskDay
from support.makers import rated_towns
from support.makers.rated_acts import any_act, assert_same_day, play_one
from support.makers.square_town import DAY, NOW, TIMEZONE, SquareTown, local


def test_today_is_the_local_day(desk: RiskDesk, eventful: SquareTown) -> None:
    assert desk.today() == DAY
    # 16:00 in UTC is midnight there
    eventful.clock.now = NOW + 4 * 3_600_000
    assert desk.today() == DAY + dt.timedelta(days=1)


def test_day_without_a_date_is_today(desk: RiskDesk) -> None:
    assert desk.on().day == DAY
    assert desk.on() is desk.on(DAY)


def test_day_is_rated_again_when_the_store_changes(
    desk: RiskDesk, eventful: SquareTown
) -> None:
    before = desk.on()
    again = {"inspection_id": "I3", "place_id": "P1", "kind": "check"}
    fixed = {"fixed": '["F1"]', "valid_from": "2026-09-30T10:00:00+08:00"}
    eventful.record("inspections", again | fixed)
    after = desk.on()
    assert after is not before
    assert count_codes(before)["red"] == 1
    assert count_codes(after)["red"] == 0


def test_only_what_was_known_then_counts(desk: RiskDesk) -> None:
    # the inspections were recorded on the evening of the last of September
    rating = desk.on(known_at=local("2026-09-30T12:00"))
    assert count_codes(rating) == {"red": 0, "yellow": 3, "green": 0}


def test_oldest_of_more_days_than_are_kept_is_rated_again(desk: RiskDesk) -> None:
    first = desk.on(DAY)
    for back in range(1, CACHE_DAYS):
        desk.on(DAY - dt.timedelta(days=back))
    assert desk.on(DAY) is first
    for back in range(CACHE_DAYS, 2 * CACHE_DAYS):
        desk.on(DAY - dt.timedelta(days=back))
    assert desk.on(DAY) is not first


def test_boundaries_that_are_there_are_not_built_for_a_place(
    desk: RiskDesk, eventful: SquareTown
) -> None:
    snapshot = eventful.snapshot()
    desk.keep(snapshot)
    assert desk.at_place("P1").snapshot is snapshot


def test_rules_of_a_place_are_read_again_once_one_is_recorded(
    desk: RiskDesk, eventful: SquareTown
) -> None:
    before = desk.at_place("P1").rulebook
    inspection = {"inspection_id": "I9", "place_id": "P1", "kind": "check"}
    eventful.record("inspections", inspection)
    assert desk.at_place("P1").rulebook is before
    imprint = {"rule_id": "imprint", "owner": "office", "body": '{"name": "New"}'}
    eventful.record("rules", imprint)
    assert desk.at_place("P1").rulebook.imprint.name == "New"
    earlier = desk.at_place("P1", known_at=NOW - 1)
    assert earlier.rulebook.imprint.name != "New"


def test_day_before_the_first_version_is_refused(desk: RiskDesk) -> None:
    with pytest.raises(StoreError, match="no version in force"):
        desk.on(dt.date(2026, 8, 31))


def test_codes_are_counted_the_worst_first(rating: RiskDay) -> None:
    counts = count_codes(rating)
    assert list(counts) == ["red", "yellow", "green"]
    assert counts == {"red": 1, "yellow": 1, "green": 1}


def test_colours_are_counted_the_highest_first_then_no_data() -> None:
    counts = count_colours(np.array([0, 5, 1, 1, 3, 0, 0], dtype=np.int8))
    assert list(counts.items()) == [
        ("red", 1),
        ("orange", 0),
        ("yellow", 1),
        ("blue", 0),
        ("green", 2),
        ("no data", 3),
    ]


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[Cutoff]:
    """The days that desks read anew; each takes long enough for others to ask."""
    cutoffs = []

    def read(store, cutoff):
        cutoffs.append(cutoff)
        threading.Event().wait(0.05)
        return read_risk_day(store, cutoff)

    monkeypatch.setattr("api.service.rating.days.read_risk_day", read)
    return cutoffs


@settings(max_examples=10)
@given(st.data())
def test_day_of_a_desk_is_the_day_read_anew_whatever_was_recorded(
    data: st.DataObject,
) -> None:
    place = rated_towns.place
    town = rated_towns.Town().places(place("P1", 1), place("P2", 5), place("P3", None))
    town.events(rated_towns.event(0, 1, 29))
    desk = RiskDesk(town.store, TIMEZONE)
    days = [DAY, DAY - dt.timedelta(days=9)]
    moments: list[Instant | None] = [None]
    for number in range(1, data.draw(st.integers(1, 6)) + 1):
        play_one(town, data.draw(any_act), number)
        moments.append(Instant(town.clock.now))
        day, known_at = (data.draw(st.sampled_from(each)) for each in (days, moments))
        for cutoff in {desk.cutoff(DAY, None), desk.cutoff(day, known_at)}:
            rated = desk.on(cutoff.day, cutoff.known_at)
            assert_same_day(rated, read_risk_day(town.store, cutoff))


def test_events_are_added_and_nothing_is_read_anew(
    desk: RiskDesk, eventful: SquareTown, reads: list[Cutoff]
) -> None:
    before = desk.on()
    eventful.store.append_events([rated_towns.event(7, 0, 30, kind="fire_hazard")])
    after = desk.on()
    assert len(after.events) == len(before.events) + 1
    assert desk.on() is after
    assert len(reads) == 1
    pack = {"rule_id": "imprint", "owner": "office", "body": '{"name": "New"}'}
    eventful.record("rules", pack)
    assert desk.on().facts.rulebook.imprint.name == "New"
    assert len(reads) == 2


def test_past_knowledge_is_never_read_again(
    desk: RiskDesk, eventful: SquareTown, reads: list[Cutoff]
) -> None:
    rating = desk.on(known_at=Instant(NOW - 1))
    inspection = {"inspection_id": "I9", "place_id": "P1", "kind": "check"}
    eventful.record("inspections", inspection)
    assert desk.on(known_at=Instant(NOW - 1)) is rating
    assert len(reads) == 1


def test_knowledge_up_to_now_counts_what_the_same_moment_brings(
    desk: RiskDesk, eventful: SquareTown
) -> None:
    known_at = Instant(NOW + 10)
    before = desk.on(known_at=known_at)
    eventful.clock.now = known_at
    eventful.store.append_events([rated_towns.event(7, 0, 30)])
    after = desk.on(known_at=known_at)
    assert len(after.events) == len(before.events) + 1


def test_many_who_ask_at_once_wait_for_one_reading(
    desk: RiskDesk, reads: list[Cutoff]
) -> None:
    with ThreadPoolExecutor(8) as pool:
        ratings = [*pool.map(lambda _: desk.on(), range(16))]
    assert len(reads) == 1
    assert all(rating is ratings[0] for rating in ratings)


def test_who_asks_for_a_day_that_is_there_waits_for_no_other(
    desk: RiskDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    today = desk.on()
    is_reading, may_go = threading.Event(), threading.Event()

    def read(store, cutoff):
        is_reading.set()
        assert may_go.wait(30)
        return read_risk_day(store, cutoff)

    monkeypatch.setattr("api.service.rating.days.read_risk_day", read)
    with ThreadPoolExecutor(1) as pool:
        yesterday = pool.submit(desk.on, DAY - dt.timedelta(days=1))
        assert is_reading.wait(30)
        assert desk.on() is today
        may_go.set()
        assert yesterday.result().day == DAY - dt.timedelta(days=1)


def test_day_that_cannot_be_rated_pushes_no_other_out(desk: RiskDesk) -> None:
    days = [DAY - dt.timedelta(days=back) for back in range(CACHE_DAYS)]
    ratings = [desk.on(day) for day in days]
    for back in range(40, 40 + CACHE_DAYS):
        with pytest.raises(StoreError):
            desk.on(DAY - dt.timedelta(days=back))
    assert all(desk.on(d) is r for d, r in zip(days, ratings, strict=True))
