"""Where every kind goes, and what is left without an owner."""

from dataclasses import replace

import pytest

from api.service.events.directory import (
    DirectoryDesk,
    OwnerCertificate,
    kinds_without_destination,
)
from support.makers.event_town import EventTown

CLEAN = OwnerCertificate(1, 0.0, (), (), ())


@pytest.fixture
def desk():
    intake = EventTown().intake
    return DirectoryDesk(intake.store, intake.snapshots, intake.registries)


def route_of(directory, kind):
    [item] = [item for item in directory.routes if item.kind.kind == kind]
    return item


def test_every_kind_has_a_route_in_two_steps(desk):
    directory = desk.now
    kinds = desk.registries.current.scenarios.kinds
    assert [item.kind.kind for item in directory.routes] == [*kinds]
    route = route_of(directory, "street_trading").route
    assert route.lead == "urban_management"
    assert [s.code for s in route.steps] == ["kind_to_platform", "platform_to_body"]


def test_bodies_whose_post_nobody_holds_are_not_on_duty(desk):
    assert {"U-P", "P-P", "M-P"} >= desk.now.on_duty >= {"P-P"}


def test_kinds_that_no_body_of_the_town_takes_are_listed(desk):
    certificate = desk.now.certificate
    # nobody for buildings; a type of team counts as the body that has it
    assert "building_defect" in certificate.kinds_without_destination
    assert "dispute" not in certificate.kinds_without_destination
    assert not certificate.is_clean


def test_a_kind_whose_loop_is_not_there_has_no_destination(desk):
    registry = desk.registries.current
    pack = replace(registry.scenarios.pack_of("theft"), template="none")
    scenarios = registry.scenarios.with_packs([pack])
    changed = replace(registry, scenarios=scenarios)
    added = {*kinds_without_destination(changed)} - {
        *kinds_without_destination(registry)
    }
    assert added == {kind.kind for kind in pack.kinds}


@pytest.mark.parametrize(
    ("changes", "is_clean"),
    [
        ({}, True),
        ({"posts_vacant": ("P",)}, True),
        ({"posts_without_fallback": ("P",)}, False),
        ({"kinds_without_destination": ("noise",)}, False),
        ({"uncovered_m2": 0.5}, False),
    ],
)
def test_certificate_is_clean_where_somebody_answers_for_all(changes, is_clean):
    assert replace(CLEAN, **changes).is_clean == is_clean
