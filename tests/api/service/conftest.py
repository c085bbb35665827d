"""A town of four squares in memory, small enough to be made for each test."""

from pathlib import Path

import pytest

from support.makers.square_town import SquareTown


@pytest.fixture
def squares() -> SquareTown:
    """The town without events."""
    return SquareTown()


@pytest.fixture
def eventful(squares: SquareTown, tmp_path: Path) -> SquareTown:
    """The town with its four events."""
    squares.load(tmp_path)
    return squares
