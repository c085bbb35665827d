"""Codes and colours of any day, computed when asked for and kept a while."""

import datetime as dt

import numpy as np
import pytest

from api.service.rating.days import (
    CACHE_DAYS,
    RiskDesk,
    count_codes,
    count_colours,
)
from gis.errors import StoreError
from layers.rating.day import RiskDay
from support.makers.square_town import DAY, NOW, SquareTown, local


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
