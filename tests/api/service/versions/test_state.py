"""The state of a version at a time."""

import pytest

from api.service.versions.state import state_of
from gis.models import Instant
from gis.versions import History
from support.makers.square_town import FOUNDED, NOW, SquareTown, local

OCTOBER = local("2026-10-01")
LATER = {"N1": (0, 2), "G3": (2, 3), "G4": (3, 4)}


@pytest.fixture
def history(squares: SquareTown) -> History:
    """Versions of September, October and, withdrawn, November."""
    squares.publish(LATER, "2026-10-01")
    squares.publish(LATER, "2026-11-01")
    squares.store.withdraw(3, reason="postponed", reviewer="chief")
    return squares.store.history()


@pytest.mark.parametrize(
    ("now", "states"),
    [
        (FOUNDED - 1, ["pending", "pending", "withdrawn"]),
        (FOUNDED, ["in force", "pending", "withdrawn"]),
        (OCTOBER - 1, ["in force", "pending", "withdrawn"]),
        (OCTOBER, ["past", "in force", "withdrawn"]),
    ],
    ids=["before all", "founded", "last moment", "hand-over"],
)
def test_version_is_in_force_from_its_first_moment_to_the_next(
    history: History, now: int, states: list[str]
) -> None:
    moment = Instant(now)
    assert [state_of(v, history, moment) for v in history.versions] == states


def test_version_that_a_correction_replaces_is_replaced(squares: SquareTown) -> None:
    squares.publish({"G1": (0, 1), "N2": (1, 3), "G4": (3, 4)}, "2026-09-10")
    squares.publish(LATER, "2026-09-10", replaces=(2,))
    history = squares.store.history()
    states = [state_of(version, history, NOW) for version in history.versions]
    assert states == ["past", "replaced", "in force"]
