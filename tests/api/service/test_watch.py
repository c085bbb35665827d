"""While it runs the snapshot follows the store, and failures are told."""

import time
from collections.abc import Callable

import pytest

from api.service.access.keyring import KeyRing
from api.service.access.keys import KeyOrder, make_key
from api.service.watch import Watch
from conftest import PATIENCE_S
from gis.access import Role
from gis.errors import StoreUnavailableError
from layers.snapshots import Snapshots
from layers.stores.memory import MemoryStore
from support.makers.square_town import NOW, SquareTown, post


def wait_until(fact: Callable[[], bool]) -> bool:
    """Say whether a fact came true."""
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        if fact():
            return True
        time.sleep(0.01)
    return False


@pytest.fixture
def snapshots(squares: SquareTown) -> Snapshots:
    """What is in force in the town."""
    return Snapshots(squares.store, now=squares.clock)


def test_snapshot_is_swapped_when_the_store_changes(
    squares: SquareTown, snapshots: Snapshots
) -> None:
    before = snapshots.current
    with Watch(squares.store, snapshots) as watch:
        squares.record("posts", post("G4-L", "G4", "grid_leader", "L004"))
        assert wait_until(lambda: snapshots.current is not before)
        assert watch.failure() is None
    roster = snapshots.current.territory.duties.roster
    assert "G4-L" in roster.posts
    assert "G4-L" not in before.territory.duties.roster.posts


def test_keys_are_seen_also_where_the_snapshot_cannot_be_built(
    squares: SquareTown, snapshots: Snapshots
) -> None:
    ring = KeyRing(squares.store)
    with Watch(squares.store, snapshots, (ring.refresh,)) as watch:
        squares.clock.now = 0
        assert wait_until(lambda: watch.failure() is not None)
        make_key(squares.store, KeyOrder(Role.AUDITOR))
        assert wait_until(lambda: ring.has_keys)


def test_version_dated_forward_comes_into_force_by_itself(
    squares: SquareTown, snapshots: Snapshots
) -> None:
    squares.publish({"N1": (0, 2), "G3": (2, 3), "G4": (3, 4)}, "2026-10-01")
    with Watch(squares.store, snapshots):
        assert snapshots.current.version.version == 1
        squares.clock.now = NOW + 4 * 3_600_000
        assert wait_until(lambda: snapshots.current.version.version == 2)


def test_snapshot_that_cannot_be_built_leaves_the_old_one_and_says_why(
    squares: SquareTown, snapshots: Snapshots
) -> None:
    before = snapshots.current
    with Watch(squares.store, snapshots) as watch:
        squares.clock.now = 0
        assert wait_until(lambda: watch.failure() is not None)
        assert "has no version in force" in watch.failure()
        assert snapshots.current is before
        squares.clock.now = NOW
        assert wait_until(lambda: watch.failure() is None)


def test_thread_that_has_ended_is_a_failure(
    squares: SquareTown, snapshots: Snapshots
) -> None:
    with Watch(squares.store, snapshots) as watch:
        assert watch.failure() is None
    assert "has ended; restart the service" in watch.failure()


def test_store_that_cannot_be_read_is_said_without_its_address(
    squares: SquareTown, snapshots: Snapshots
) -> None:
    class Away(MemoryStore):
        def wait_for_change(self, revision: int, timeout_s: float) -> int:
            raise StoreUnavailableError(f"Not {revision}: 'db:5432/town' broke off.")

    with Watch(Away(now=squares.clock), snapshots) as watch:
        assert wait_until(lambda: watch.failure() is not None)
    assert "db" not in str(watch.failure())
