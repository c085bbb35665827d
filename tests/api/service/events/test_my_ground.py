"""Areas of one's posts, how they stand, and their checks in words."""

import datetime as dt
import re

import pytest

from api.service.access.sight import Sight
from api.service.events.my_ground import (
    MOST_CHECKS,
    areas_of,
    cards_of,
    groups_of,
    has_own_grid,
    middle_of,
    shape_of,
    spot_of,
)
from api.service.rating.days import RiskDesk
from api.service.rating.next_checks import NextCheck, NextChecks, Spot, list_next
from gis.access import EVERYTHING, Role, Scope
from gis.models import SafetyCode
from support.makers.desk_towns import OPERATOR, DeskTown
from support.makers.event_town import CHIEF, LEADER, MEMBER
from support.makers.square_town import TIMEZONE


@pytest.fixture
def town():
    return DeskTown()


@pytest.fixture
def snapshot(town):
    return town.desk.snapshots.current


def sight(snapshot, scope=EVERYTHING):
    return Sight(scope, frozenset({Role.MEMBER}), snapshot.territory.pagoda)


def test_areas_are_those_of_the_posts(snapshot):
    parties = (LEADER, MEMBER, CHIEF, OPERATOR)
    assert [areas_of(snapshot, p) for p in parties] == [("G1",), ("G1",), ("C",), ()]


def test_places_of_own_grids_and_circles_count_and_nothing_out_of_sight(snapshot):
    grids = ("G1", "G2", "G3", None)

    def counted(areas, scope=EVERYTHING):
        is_own = has_own_grid(sight(snapshot, scope), snapshot, areas)
        return [grid for grid in grids if is_own(grid)]

    assert counted(("G1",)) == ["G1"]
    assert counted(("W",)) == ["G1", "G2"]
    assert counted(()) == [*grids]
    assert counted(("W",), Scope(("C/W/G2/",))) == ["G2"]


def test_ground_is_that_of_grids_and_circles(snapshot):
    assert shape_of(snapshot, "G9") is None
    assert middle_of(snapshot, ()) is None
    middle = middle_of(snapshot, ("G1", "G2"))
    assert 120 < middle.lon < 120.02
    assert shape_of(snapshot, "W").area == pytest.approx(
        shape_of(snapshot, "G1").area * 2, rel=1e-6
    )


def test_a_grid_says_its_colour_and_counts_in_one_sentence(town, snapshot):
    rating = RiskDesk(town.store, TIMEZONE).on()
    checks = list_next(rating, lambda grid: grid == "G1", None)
    [card] = cards_of(rating, snapshot, ("G1", "G9"), checks)
    assert card.sentence.zh.startswith("G1 今天是")
    assert "红码场所 1 处" in card.sentence.zh
    assert card.sentence.en.endswith("overdue.")
    assert card.outline.path.startswith("M")
    assert re.fullmatch("risk-[1-5]", card.level)
    assert spot_of(rating, "P1") is not None
    assert spot_of(rating, "none") is None


def check(number, days):
    day = dt.date(2026, 9, 30) - dt.timedelta(days=days)
    spot = Spot(120.0, 30.0)
    return NextCheck(
        *(f"P{number}", None, "street_shop", SafetyCode.RED, "G1"),
        *(day, max(days, 0), spot, 1234.0),
    )


def test_checks_are_numbered_through_and_cut():
    late = tuple(check(n, 3) for n in range(MOST_CHECKS + 2))
    today, ahead = (check(50, 0),), (check(60, -4),)
    groups = groups_of(NextChecks(late, today, ahead))
    assert [group.total for group in groups] == [MOST_CHECKS + 2, 1, 1]
    numbers = [row.number for group in groups for row in group.rows]
    assert numbers == [*range(1, MOST_CHECKS + 3)]
    row = groups[0].rows[0]
    assert row.name == "P0"
    assert row.when.both == (
        "逾期 3 天，最迟应在 2026-09-27",
        "3 d overdue, owed by 2026-09-27",
    )
    assert row.distance.zh == "约 1.2 公里"
