"""Floor rules: the least level of an area in which a place has a code."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from gis.models import Scene
from gis.risk.levels import Levels
from gis.risk.method_fields import Floor
from gis.risk.score import PlaceFacts

FLOOR_LAYERS: Final = ("grids", "communities")
"""Layers of areas that floor rules hold for; a circle is more than one place of it."""


def floor_levels(places: PlaceFacts, areas: int, floors: Sequence[Floor]) -> Levels:
    """Return the least level of each area on each day, 0 where no rule asks for one.

    Parameters
    ----------
    places
        Places by the row of their area, -1 in none, with their codes of some days.
    areas
        Number of areas.
    floors
        The rules; of several the highest level counts.

    Returns
    -------
    levels
        Shape (days, areas).

    Examples
    --------
    >>> from gis.models import RiskLevel, SafetyCode
    >>> places = PlaceFacts(
    ...     np.array(["P1", "P2"]), np.array([0, 2]), scene=np.array([3, 0]),
    ...     codes=np.array([[1, 3], [3, 3]]),
    ... )
    >>> rules = (
    ...     Floor(SafetyCode.RED, RiskLevel.YELLOW),
    ...     Floor(SafetyCode.RED, RiskLevel.ORANGE, (Scene.HAZARDOUS_CHEMICALS,)),
    ... )
    >>> floor_levels(places, 3, rules)
    array([[0, 0, 3],
           [4, 0, 3]], dtype=int8)
    """
    levels = np.zeros((len(places.codes), areas), dtype=np.int8)
    for floor in floors:
        for row, codes in enumerate(places.codes):
            calls = (codes >= floor.code) & (places.area >= 0) & _is_of(places, floor)
            np.maximum.at(levels[row], places.area[calls], np.int8(floor.level))
    return levels


def _is_of(places: PlaceFacts, floor: Floor) -> NDArray[np.bool_]:
    """Say which places a rule speaks of."""
    rows = [row for row, scene in enumerate(Scene) if scene in floor.scenes]
    is_of: NDArray[np.bool_] = np.isin(places.scene, rows) | (not floor.scenes)
    return is_of
