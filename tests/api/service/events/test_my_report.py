"""What may be reported, and where: within one's sight alone."""

import pytest
import shapely

from api.service.access.sight import Sight
from api.service.events.my_report import (
    CALL,
    MEMBER,
    report_options,
    report_place,
)
from api.service.rating.days import RiskDesk
from api.service.rating.next_checks import Spot, distance_m
from gis.access import EVERYTHING, NOWHERE, Role, Scope
from gis.models import Position
from support.makers.desk_towns import DeskTown
from support.makers.square_town import TIMEZONE


@pytest.fixture
def town():
    return DeskTown()


def sight(town, scope=EVERYTHING, role=Role.MEMBER):
    pagoda = town.desk.snapshots.current.territory.pagoda
    return Sight(scope, frozenset({role}), pagoda)


def options(town, scope=EVERYTHING, areas=(), near="", sort=MEMBER):
    registry = town.desk.registries.current
    return report_options(registry, sight(town, scope), sort, areas, near)


def place(town, where, scope=EVERYTHING):
    desk, current = RiskDesk(town.store, TIMEZONE), town.desk.snapshots.current
    return report_place(where, current, desk, sight(town, scope))


def test_kinds_that_members_report_come_first_and_sensitive_ones_are_not_offered(town):
    choice = options(town)
    usual, others = ({kind for kind, _ in group} for group in choice[1:3])
    assert "grid_patrol" in usual
    assert "noise" in others
    assert not usual & others
    assert "dispute" not in usual | others
    granted = options(town, Scope(("",), grants=("dispute",)))
    assert "dispute" in {kind for kind, _ in granted.usual}


def test_without_a_source_of_members_there_is_none(town):
    assert options(town).source == ""
    row = {"source": "app", "sort": "member", "name_zh": "网格通", "owner": "office"}
    town.events.town.record("sources", row)
    town.desk.registries.refresh()
    assert options(town).source == "app"


def test_a_desk_reports_by_the_source_of_calls_what_is_usual_in_calls(town):
    choice = options(town, sort=CALL)
    assert choice.source == "hotline"
    assert "opinion_hotline" in {kind for kind, _ in choice.usual}
    assert "grid_patrol" in {kind for kind, _ in choice.rarer}


def test_a_point_is_itself_and_what_is_none_is_no_place(town):
    where = place(town, "point:120.005,30.005,gcj02")
    assert where.position == Position(120.005, 30.005, "gcj02")
    assert where.radius_m is None
    for text in ("", "120", "120,30", "a,b,wgs84", "1e3,30,wgs84", "120,30,wgs84,5"):
        assert place(town, f"point:{text}") is None


def test_places_are_the_one_at_hand_and_own_grids(town):
    choice = options(town, areas=("G1", "G9"), near="P1")
    assert [value for value, _ in choice.places] == ["place:P1", "grid:G1", ""]


def test_a_grid_is_a_spot_in_the_middle_with_a_radius_around_all_of_it(town):
    where = place(town, "grid:G1")
    assert where is not None
    assert where.radius_m is not None
    grid = shapely.box(120, 30, 120.01, 30.01)
    spot = Spot(where.position.x, where.position.y)
    assert grid.contains(shapely.Point(*spot))
    corners = shapely.get_coordinates(grid).tolist()
    far = max(distance_m(spot, Spot(*corner)) for corner in corners)
    assert far <= where.radius_m < far + 1


@pytest.mark.parametrize("where", ["", "grid:", "grid:G9", "grid:C", "place:none", "x"])
def test_what_is_nowhere_has_no_position(town, where):
    assert place(town, where) is None


@pytest.mark.parametrize("where", ["grid:G1", "place:P1"])
def test_what_is_out_of_sight_has_no_position(town, where):
    assert place(town, where) is not None
    assert place(town, where, NOWHERE) is None
    assert place(town, where, Scope(("C/E/",))) is None
