"""Boundaries are those in force then, as far as they were known."""

import pytest

from api.service.events import boundaries
from api.service.events.boundaries import Boundaries
from layers.snapshots import Snapshots, Terms
from support.makers.moved_towns import LATER
from support.makers.square_town import FOUNDED, NOW, SquareTown, local

HOUR = 3_600_000


@pytest.fixture
def town():
    """Other grids since October, known since the evening of the last of September."""
    town = SquareTown()
    town.publish(LATER, "2026-10-01")
    town.clock.now = local("2026-10-04")
    return town


@pytest.fixture
def made(town):
    terms = Terms(snap_m=5.0)
    snapshots = Snapshots(town.store, now=town.clock, terms=terms)
    return Boundaries(town.store, snapshots)


def version_at(made, day, known_at=None):
    snapshot = made.at(local(day), known_at)
    return None if snapshot is None else snapshot.version.version


def test_what_is_in_force_hangs_on_when_and_on_what_was_known(made):
    assert version_at(made, "2026-09-30") == 1
    assert version_at(made, "2026-10-02") == 2
    assert version_at(made, "2026-10-02", NOW - HOUR) == 1
    assert version_at(made, "2026-10-02", NOW + HOUR) == 2
    assert version_at(made, "2026-10-02", FOUNDED - HOUR) is None
    assert version_at(made, "2026-08-30") is None


def test_what_was_known_otherwise_is_built_once_on_the_same_terms(made, monkeypatch):
    first = made.at(local("2026-10-02"), NOW - HOUR)
    assert first.terms == Terms(snap_m=5.0)
    assert made.at(local("2026-10-03"), NOW - HOUR) is first
    monkeypatch.setattr(boundaries, "CACHED", 2)
    for hours in (2, 3):
        made.at(local("2026-10-02"), NOW - hours * HOUR)
    assert made.at(local("2026-10-02"), NOW - HOUR) is not first
