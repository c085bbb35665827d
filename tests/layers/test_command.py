"""Whose an event is: the grid, else the lowest area that is sure, else the intake."""

import pytest

from layers.command import (
    owner_above,
    owner_of,
    owner_of_area,
    owner_of_community,
    owner_over_area,
    post_on_duty,
)
from support.makers.square_town import NOW, SquareTown


@pytest.fixture(scope="module")
def snapshot():
    return SquareTown().snapshot(NOW)


def test_a_position_in_a_grid_is_of_its_accountable_post(snapshot):
    assignment = snapshot.assigner.assign(120.005, 30.005, at=NOW)
    owner = owner_of(snapshot, assignment)
    assert (owner.grid_id, owner.area_path) == ("G1", "C/W/G1/")
    assert owner.post_id == assignment.accountable.post_id
    assert owner.holder_id == assignment.accountable.holder_id


def test_a_position_outside_is_of_the_intake_at_the_top(snapshot):
    assignment = snapshot.assigner.assign(119.0, 30.005, at=NOW)
    owner = owner_of(snapshot, assignment)
    assert (owner.grid_id, owner.area_path) == (None, "C/")
    assert owner.post_id == assignment.accountable.post_id


def test_a_community_is_of_the_lowest_circle_over_all_of_its_grids(snapshot):
    owner = owner_of_community(snapshot, "K1", NOW)
    assert (owner.grid_id, owner.area_path) == (None, "C/W/")
    assert {holding.area_id for holding in owner.leaders} <= {"W", "C"}
    assert owner_of_community(snapshot, "K9", NOW) is None


@pytest.mark.parametrize("level", [0, 1, 2, 3, 99])
def test_a_level_above_a_path_is_a_post_that_somebody_holds(snapshot, level):
    duties = snapshot.territory.duties
    holding = owner_above(duties, "C/W/G1/", level, NOW)
    areas = ("G1", "W", "C")[min(level, 2) :]
    held = [duties.leaders(area).at(NOW) for area in areas]
    assert holding == next(h for h in held if h.holder_id is not None)


def test_an_area_is_of_its_own_leader_and_its_command_of_who_leads_above(snapshot):
    assert owner_of_area(snapshot, "G1", NOW).post_id == "G1-L"
    above = owner_over_area(snapshot, "G1", NOW)
    assert (above.grid_id, above.area_path, above.post_id) == ("G1", "C/W/G1/", "C-L")
    assert owner_over_area(snapshot, "C", NOW).post_id == "C-L"
    assert owner_of_area(snapshot, "G9", NOW) is None


def test_an_event_is_of_the_highest_post_while_nobody_holds_any(snapshot):
    later = NOW + 365 * 86_400_000
    assignment = snapshot.assigner.assign(120.005, 30.005, at=later)
    assert assignment.accountable is None
    owner = owner_of(snapshot, assignment)
    assert (owner.post_id, owner.holder_id) == ("C-L", None)


def test_a_post_on_duty_is_empty_where_nobody_is(snapshot):
    duties = snapshot.territory.duties
    assert post_on_duty(duties, "G1", NOW) == "G1-L"
    assert [post_on_duty(duties, area, NOW) for area in ("G2", "G4", "G9")] == [""] * 3
    assert post_on_duty(None, "G1", NOW) == ""
