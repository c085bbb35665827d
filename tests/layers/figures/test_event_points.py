"""An event is where it was reported, or where it was corrected to by then."""

import pytest

from gis.models import Position
from layers.figures.event_points import event_points
from support.makers.event_town import OPERATOR, EventTown
from support.makers.square_town import NOW

HOUR = 3_600_000
THERE = Position(120.025, 30.005, "cgcs2000")


@pytest.fixture
def town():
    town = EventTown()
    town.report(lon=120.005, lat=30.005, datum="cgcs2000")
    town.report(community_id="K1")
    return town


def points(town, until=NOW + HOUR, known_at=None):
    return event_points(town.store, NOW - HOUR, until, known_at)


def test_points_are_those_of_the_reports_and_missing_where_there_is_none(town):
    frame = points(town)
    assert frame[["x", "y"]].iloc[0].tolist() == [120.005, 30.005]
    assert frame[["x", "y"]].iloc[1].isna().all()
    assert frame["draw"].between(0, 1, inclusive="left").all()
    assert frame["draw"].nunique() == 2
    assert frame["draw"].tolist() == points(town)["draw"].tolist()


def test_a_corrected_point_counts_from_then_on_and_as_it_was_known(town):
    event_id = town.store.events()["event_id"].iloc[0]
    row = int(town.store.events()["row"].iloc[0])
    town.pass_minutes(10)
    town.act(event_id, OPERATOR, "relocate", position=THERE, reason="mistaken")
    assert points(town).loc[row, "x"] == pytest.approx(120.025)
    assert points(town, until=NOW + 1).loc[row, "x"] == pytest.approx(120.005)
    assert points(town, known_at=NOW).loc[row, "x"] == pytest.approx(120.005)


def test_events_of_other_times_have_no_points(town):
    assert event_points(town.store, NOW - 2 * HOUR, NOW - HOUR, None).empty
