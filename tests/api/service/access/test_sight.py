"""What who asks sees follows from its role and area."""

import pytest

from api.service.access.sight import VISITOR, Sight, sight_of
from gis.access import EVERYTHING, NOWHERE, Caller, Role, Scope
from gis.models import Instant
from layers.schema.sharing import LOOPBACK, OPEN
from support.makers.square_town import NOW, SquareTown


@pytest.fixture
def sight(squares: SquareTown):
    """What a caller of a role sees of the town of squares."""
    territory = squares.snapshot().territory

    def of(role: Role, **limits: str) -> Sight:
        caller = Caller("K", role, **limits)
        return sight_of(caller, territory.pagoda, territory.duties, frozenset(), NOW)

    return of


def test_a_visitor_sees_open_fields_and_no_row_of_somebody() -> None:
    assert sight_of(None, None, None, frozenset(), Instant(0)) == VISITOR
    assert VISITOR.classes == OPEN
    assert not VISITOR.has_grid("G1")
    assert not VISITOR.has_grid(None)
    assert not VISITOR.has_places


def test_the_desk_sees_all_grids_and_what_lies_in_none(sight) -> None:
    whole = sight(Role.OPERATOR)
    assert whole.is_whole
    assert whole.classes == LOOPBACK
    assert whole.has_grid("no grid")
    assert whole.has_place(None)


def test_an_inspector_sees_the_grids_of_its_area_alone(sight) -> None:
    west = sight(Role.INSPECTOR, area_id="W")
    views = {grid: west.has_place(grid) for grid in ("G1", "G2", "G3", "G9", None)}
    assert views == {"G1": True, "G2": True, "G3": False, "G9": False, None: False}
    assert west.path_of("G1") == "C/W/G1/"
    assert west.path_of("G9") is None


@pytest.mark.parametrize("role", [Role.SOURCE, Role.DEPARTMENT])
def test_who_does_not_read_checks_sees_no_places(sight, role: Role) -> None:
    body = {"source": "hotline"} if role is Role.SOURCE else {"department_id": "police"}
    narrow = sight(role, **body)
    assert narrow.classes == LOOPBACK
    assert not narrow.has_places
    assert not narrow.has_place("G1")


def test_a_key_whose_area_is_gone_sees_no_more_than_a_visitor(sight) -> None:
    lost = sight(Role.INSPECTOR, area_id="G9")
    assert lost.scope == NOWHERE
    assert lost.classes == OPEN


def test_where_grids_stand_alone_a_grid_is_its_own_area() -> None:
    one = Sight(Scope(("G1/",)), frozenset({Role.INSPECTOR}), None)
    assert [one.has_place(grid) for grid in ("G1", "G2")] == [True, False]
    assert Sight(EVERYTHING, frozenset(), None).has_grid("G2")
