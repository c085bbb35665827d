"""Every grid system at a point, against shapely and against the door of one system."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import Point

from api.service.assignment.answer import Question
from api.service.brief.point import owners_at, unusable_reason
from gis.models import Position, Status
from layers.stores.protocol import MAIN_SYSTEM
from support.makers.named_town import NamedTown

NAMED = NamedTown()
EDGES = (120.0, 120.01, 120.02, 120.025, 120.03, 120.04)
LONS = st.sampled_from(EDGES) | st.floats(119.98, 120.06)
LATS = st.sampled_from((30.0, 30.01)) | st.floats(29.99, 30.02)


@given(LONS, LATS)
def test_owners_are_those_of_a_plain_look_at_every_grid(lon: float, lat: float) -> None:
    owners = owners_at(NAMED.systems, Position(lon, lat, "cgcs2000"), None)
    assert [owner.system for owner in owners] == ["main", "police"]
    for owner in owners:
        grids = NAMED.store.grids(system=owner.system)
        near = grids.loc[grids.intersects(Point(lon, lat)), "grid_id"]
        assert owner.assignment.grid_id == min(near, default=None)
        is_outside = owner.assignment.status is Status.OUTSIDE
        assert is_outside == near.empty
        if is_outside:
            assert owner.assignment.reason.startswith("nearest:")
            assert owner.assignment.distance_m >= 0


@given(LONS, LATS)
def test_the_main_system_is_answered_as_by_assign(lon: float, lat: float) -> None:
    position = Position(lon, lat)
    owners = owners_at(NAMED.systems, position, None)
    [main] = [owner for owner in owners if owner.system == MAIN_SYSTEM]
    reply = NAMED.systems.desk.reply(Question(position))
    assert main.assignment == reply.assignment
    assert main.circles == reply.circles
    assert main.neighbour == reply.neighbour


def test_circles_stand_above_the_grid_of_a_system_that_has_some() -> None:
    main, police = owners_at(NAMED.systems, Position(120.005, 30.005), None)
    assert [c.circle_id for c in main.circles] == ["W", "C"]
    assert (police.assignment.grid_id, police.circles) == ("B1", ())


@pytest.mark.parametrize(
    ("lon", "lat", "reason"),
    [
        (30.005, 120.005, "swapped_axes"),
        (200.0, 30.0, "out_of_range"),
        (float("nan"), 30.0, "not_a_number"),
        (120.005, 30.005, None),
        (120.0, 30.0, None),
        (100.0, 20.5, None),
    ],
)
def test_a_point_that_is_none_has_its_reason(
    lon: float, lat: float, reason: str | None
) -> None:
    owners = owners_at(NAMED.systems, Position(lon, lat), None)
    assert unusable_reason(owners) == reason
