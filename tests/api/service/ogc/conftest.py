"""The town of four squares, two of them one grid from October on."""

import pytest

from api.service.ogc.catalogue import Catalogue
from api.service.rating.days import RiskDesk
from support.makers.square_town import TIMEZONE, SquareTown

LATER = {"N1": (0, 2), "G3": (2, 3), "G4": (3, 4)}


@pytest.fixture
def catalogue(squares: SquareTown) -> Catalogue:
    """Its collections."""
    squares.publish(LATER, "2026-10-01")
    return Catalogue(squares.store, RiskDesk(squares.store, TIMEZONE))
