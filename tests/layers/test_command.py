"""Whose an event is: the grid, else the lowest area that is sure, else the intake."""

import pytest

from layers.command import (
    owner_above,
    owner_of,
    owner_of_community,
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
