"""A rated day of the town of squares."""

from pathlib import Path

import pytest

from api.service.rating.days import RiskDesk
from layers.rating.day import RiskDay
from support.makers.square_town import TIMEZONE, SquareTown


@pytest.fixture
def squares() -> SquareTown:
    """The town without events."""
    return SquareTown()


@pytest.fixture
def eventful(squares: SquareTown, tmp_path: Path) -> SquareTown:
    """The town with its four events."""
    squares.load(tmp_path)
    return squares


@pytest.fixture
def desk(eventful: SquareTown) -> RiskDesk:
    """A desk that rates the town; today is the last of September."""
    return RiskDesk(eventful.store, TIMEZONE)


@pytest.fixture
def rating(desk: RiskDesk) -> RiskDay:
    """The last of September, rated."""
    return desk.on()
