"""A town as routes see it."""

from api.service.events.town import town_of
from support.makers.event_town import EventTown
from support.makers.square_town import NOW


def test_a_town_has_its_bodies_platforms_and_who_is_on_duty():
    intake = EventTown().intake
    registry = intake.registries.current
    town = town_of(registry, intake.snapshots.current.territory.duties, NOW)
    assert [body.department_id for body in town.bodies] == [*registry.departments]
    assert town.platforms["market"] == ("市场监管", "Market supervision")
    assert (town.holder_of("P-P"), town.holder_of("nobody")) == ("D002", None)


def test_grids_without_tree_have_nobody_on_duty():
    registry = EventTown().intake.registries.current
    assert town_of(registry, None, NOW).holder_of("P-P") is None
