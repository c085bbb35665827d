"""What stands now is what figures, days and rosters say, each asked by itself."""

import pytest

from api.service.access.sight import Sight
from api.service.cockpit import now as module
from api.service.cockpit.now import NowDesk
from api.service.events.area_question import AreaQuestion
from api.service.events.figures import FiguresDesk
from api.service.rating.days import RiskDesk
from gis.access import EVERYTHING, NOWHERE, Role, Scope
from gis.models import Instant
from support.makers.desk_towns import DeskTown
from support.makers.square_town import NOW, TIMEZONE

DAY_MS = 86_400_000
START = Instant(NOW - (NOW + 8 * 3_600_000) % DAY_MS)
"""Midnight in Shanghai before the evening of the town."""


@pytest.fixture
def town():
    return DeskTown()


@pytest.fixture
def desk(town):
    intake = town.events.intake
    figures = FiguresDesk(town.store, intake.snapshots, intake.registries)
    desk = NowDesk(figures, RiskDesk(town.store, TIMEZONE))
    yield desk
    desk.close()


def sight_of(scope, *roles):
    return Sight(scope, frozenset(roles), None)


SEES = sight_of(EVERYTHING, Role.OPERATOR)


def value_of(now, figure):
    [headline] = [h for h in now.figures if h.figure == figure]
    return headline.value


def test_each_headline_is_what_its_own_question_is_answered(town, desk):
    for number in range(3):
        town.report("street_trading", occurred_at=Instant(NOW - number * 60_000))
    now = desk.now("C", SEES, EVERYTHING)
    for name, since in (
        ("events", START),
        ("open", Instant(0)),
        ("overdue", Instant(0)),
    ):
        question = AreaQuestion("circles", "C", since, Instant(NOW + 1))
        table = desk.figures.of_area(question, EVERYTHING).table
        assert value_of(now, name) == table.total.counts[name]
    assert value_of(now, "events") == 3
    day = desk.rating.on()
    # a place in no grid is in no area
    places = day.places[day.places["grid_id"].notna()]
    codes = places["code"].to_numpy()
    assert value_of(now, "red") == (codes == 3).sum()
    assert value_of(now, "yellow") == (codes == 2).sum()
    levels = day.grids["level"].to_numpy()
    assert value_of(now, "red_areas") == (levels == 5).sum()
    assert value_of(now, "orange_areas") == (levels == 4).sum()


def test_parts_of_today_sum_to_the_events_of_today(town, desk):
    for kind in ("street_trading", "illegal_mining", "kite"):
        town.report(kind)
    now = desk.now("C", SEES, EVERYTHING)
    assert sum(part.events for part in now.modules) == value_of(now, "events") == 3
    assert all(part.name.zh for part in now.modules)
    assert [part.events for part in now.modules] == sorted(
        (part.events for part in now.modules), reverse=True
    )


def test_an_area_counts_only_what_lies_in_it(town, desk):
    town.report()
    whole, east = (desk.now(area, SEES, EVERYTHING) for area in ("C", "E"))
    assert value_of(whole, "events") == 1
    assert value_of(east, "events") == 0
    assert east.events == ()


def test_who_sees_no_event_counts_none_and_learns_of_none(town, desk):
    town.report()
    hidden = desk.now("C", sight_of(NOWHERE, Role.MEMBER), NOWHERE)
    assert hidden is None
    far = desk.now("W", sight_of(Scope(("C/E/",)), Role.LEADER), Scope(("C/E/",)))
    assert far is None


def test_places_are_counted_for_walls_and_not_for_departments(town, desk):
    wall = desk.now("C", sight_of(NOWHERE, Role.WALL), EVERYTHING)
    assert {h.figure for h in wall.figures} >= {"red", "yellow", "checks_overdue"}
    body = Scope(departments=("police",))
    police = desk.now("C", sight_of(body, Role.DEPARTMENT), body)
    assert "red" not in {h.figure for h in police.figures}


def test_an_area_that_is_none_has_nothing(desk):
    assert desk.now("C9", SEES, EVERYTHING) is None


@pytest.mark.parametrize(
    ("scope", "home"),
    [
        (EVERYTHING, "C"),
        (Scope(("C/W/",)), "W"),
        (Scope(("C/W/G1/",)), "G1"),
        (Scope(sources=("hotline",)), "C"),
    ],
)
def test_the_home_of_a_scope_is_the_highest_area_that_it_sees(desk, scope, home):
    assert desk.home(scope) == home


def test_what_was_just_read_is_kept_for_a_second_and_for_nobody_else(
    town, desk, monkeypatch
):
    clock = iter(range(100))
    monkeypatch.setattr(module.time, "monotonic", lambda: next(clock) / 10)
    first = desk.now("C", SEES, EVERYTHING)
    town.report()
    assert desk.now("C", SEES, EVERYTHING) is first
    other = Scope(("",), grants=("dispute",))
    assert value_of(desk.now("C", SEES, other), "events") == 1
    for _ in range(10):
        next(clock)
    assert value_of(desk.now("C", SEES, EVERYTHING), "events") == 1


def test_a_setting_names_the_kinds_that_are_seen(desk):
    plain = desk.setting(EVERYTHING).kinds
    granted = desk.setting(Scope(("",), grants=("dispute",))).kinds
    assert {*granted} - {*plain} == {"dispute"}
    assert desk.setting(EVERYTHING).zone == TIMEZONE
