"""Positions of events in a file, with their reasons as codes."""

import numpy as np

from gis.assignment import REASONS, Positions
from layers.files import (
    Coordinates,
)


def positions_of(coordinates: Coordinates) -> Positions:
    """Return coordinates of a file with their reasons as codes."""
    codes = {reason: code for code, reason in enumerate(REASONS)}
    reasons = np.zeros(len(coordinates.x), dtype=np.uint8)
    bad = np.flatnonzero(np.isnan(coordinates.x))
    reasons[bad] = [codes[reason] for reason in coordinates.reasons[bad]]
    return Positions(coordinates.x, coordinates.y, reasons)
