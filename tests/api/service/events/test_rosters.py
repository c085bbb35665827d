"""An area that will have nobody is an event, once, and so is a roster that ends."""

import pytest

from api.service.events.rosters import Rosters
from support.makers.clocked_town import ClockedTown, answer_of, report_to
from support.makers.square_town import duty

G2_GAP = ("G2/2026-09-14T16:00:00.000+00:00", "roster_gap")
"""The duty at G2 ended in the middle of the month."""


@pytest.fixture
def town() -> ClockedTown:
    town = ClockedTown()
    town.squares.record(
        "duties", duty("D3", "G3-L", "L003", "2026-09-30T21:30:00+08:00")
    )
    town.intake.snapshots.refresh()
    return town


def rosters_over(town: ClockedTown, minutes: int = 60, days: int = 0) -> Rosters:
    return Rosters(town.intake, answer_of, minutes, days)


def test_a_gap_is_reported_an_hour_before_it_begins(town: ClockedTown) -> None:
    rosters = rosters_over(town)
    town.pass_minutes(29)
    rosters.turn(town.store.now())
    assert town.events_of("pagoda") == [G2_GAP]
    town.pass_minutes(1)
    rosters.turn(town.store.now())
    gap = ("G3/2026-09-30T13:30:00.000+00:00", "roster_gap")
    assert town.events_of("pagoda") == [G2_GAP, gap]


def test_a_gap_is_told_in_the_time_of_the_town(town: ClockedTown) -> None:
    rosters_over(town).turn(town.store.now())
    text = town.store.event(town.squares.event_id(G2_GAP[0])).new.details
    assert "2026-09-15 00:00" in text
    assert "2026-09-14" not in text


def test_its_hour_is_a_setting(town: ClockedTown) -> None:
    rosters_over(town, minutes=120).turn(town.store.now())
    assert len(town.events_of("pagoda")) == 2


def test_a_service_that_starts_again_reports_no_gap_twice(town: ClockedTown) -> None:
    for _ in range(3):
        rosters_over(town, minutes=120).turn(town.store.now())
        town.pass_minutes(1)
    assert len(town.events_of("pagoda")) == 2


def test_a_gap_that_came_and_went_while_nobody_served_is_reported(
    town: ClockedTown,
) -> None:
    later = duty("D4", "G3-L", "L003", "2026-10-05T00:00:00+08:00")
    town.squares.record("duties", later | {"valid_from": "2026-09-30T22:00:00+08:00"})
    town.pass_minutes(12 * 60)
    rosters_over(town).turn(town.store.now())
    assert ("G3/2026-09-30T13:30:00.000+00:00", "roster_gap") in town.events_of(
        "pagoda"
    )


def test_who_leads_above_answers_for_a_gap(town: ClockedTown) -> None:
    rosters_over(town).turn(town.store.now())
    loop = town.store.loop(town.squares.event_id(G2_GAP[0]))
    assert (loop.area_path, loop.post_id, loop.state) == ("C/W/G2/", "C-L", "assigned")


def test_a_roster_that_ends_within_seven_days_is_reported_once(
    town: ClockedTown,
) -> None:
    week = duty("D5", "G2-L", "L002", "2026-10-07T20:00:00+08:00")
    town.squares.record("duties", week | {"valid_from": "2026-09-30T00:00:00+08:00"})
    town.intake.snapshots.refresh()
    rosters = rosters_over(town, days=7)
    for _ in range(3):
        rosters.turn(town.store.now())
        town.pass_minutes(1)
    endings = [row for row in town.events_of("pagoda") if row[1] == "roster_ending"]
    assert endings == [
        ("ending/G2-L/2026-10-07T12:00:00.000+00:00", "roster_ending"),
        ("ending/G3-L/2026-09-30T13:30:00.000+00:00", "roster_ending"),
    ]


def test_a_vacant_post_is_no_gap(town: ClockedTown) -> None:
    rosters_over(town).turn(town.store.now())
    areas = {name.split("/")[0] for name, _ in town.events_of("pagoda")}
    assert "G4" not in areas


def test_many_gaps_are_reported_in_bounded_turns(
    town: ClockedTown, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.service.events.rosters.BATCH", 1)
    rosters = rosters_over(town, minutes=120)
    assert rosters.turn(town.store.now())
    assert len(town.events_of("pagoda")) == 1
    assert not rosters.turn(town.store.now())
    assert len(town.events_of("pagoda")) == 2


def test_a_gap_that_cannot_be_reported_stops_no_other_and_is_logged_once(
    town: ClockedTown, caplog: pytest.LogCaptureFixture
) -> None:
    report_to(town.intake, G2_GAP[0], "noise", "pagoda")
    rosters = rosters_over(town, minutes=120)
    for _ in range(3):
        rosters.turn(town.store.now())
        town.pass_minutes(1)
    assert len(town.events_of("pagoda")) == 2
    [record] = caplog.records
    assert "came before and said something else" in record.getMessage()
