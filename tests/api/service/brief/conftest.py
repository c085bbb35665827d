"""The town of four squares with names, made for each test."""

import pytest

from support.makers.named_town import NamedTown


@pytest.fixture
def named() -> NamedTown:
    """The town without events."""
    return NamedTown()
