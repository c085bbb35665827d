"""How sure an answer is: the probability of each grid near a position with an error.

The error is an isotropic normal in metres, on a plane that touches the earth at the
position.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from gis.assignment.shares import UNITS, likelihoods, outlines_of
from gis.errors import SettingError
from gis.index.inputs import LARGEST, SMALLEST_POINT, is_usable
from gis.sentences import sentence

Floats = NDArray[np.float64]
Rows = NDArray[np.int32]
Points = NDArray[np.int64]
Codes = NDArray[np.uint8]

CONFIDENCES: Final = (0.68, 0.95)
"""Probabilities with which a reported radius may hold the true position."""

Scale = Callable[[Floats, Floats], Floats]
"""Metres of one unit of x and of y at positions of shape (m,): shape (2, m)."""

BANDS: Final = ("", "sure", "likely", "ambiguous")
"""Bands by code; code 0 is none, where the accuracy or the position is no use."""
SURE: Final = 0.95
LIKELY: Final = 0.70

FAULTS: Final = (
    "",
    "unusable_position",
    "accuracy_missing",
    "accuracy_negative",
    "accuracy_larger_than_town",
    "accuracy_not_a_number",
)
"""Why a position got no probabilities, by code; code 0 is none."""

# a position is kept to a millimetre, so no error is smaller
SMALLEST_SIGMA_M = 0.001


@dataclass(frozen=True, slots=True)
class Likelihood:
    """How probable each grid is for one position, in steps of 1e-4.

    Attributes
    ----------
    probabilities
        (row, probability) of the grids that have any, the most probable first, ties in
        row order.
    p_outside
        Probability that the position lies in no grid; all sum to 1.
    p_owner
        Probability that the answer is right: that of the owner's grid, or `p_outside`
        where there is no owner.
    band
        ``sure`` where `p_owner` is at least 0.95, ``likely`` at least 0.70, else
        ``ambiguous``.
    """

    probabilities: tuple[tuple[int, float], ...]
    p_outside: float
    p_owner: float
    band: str


@dataclass(frozen=True, slots=True)
class LikelihoodTable:
    """Likelihoods of m positions as columns.

    Attributes
    ----------
    offsets, rows, probabilities
        Grids of position i are the slice ``offsets[i]:offsets[i + 1]`` of rows and
        probabilities, as in `Likelihood`; int64 (m + 1,), int32 (c,), float64 (c,).
    p_outside, p_owner
        NaN where there is a fault, float64 (m,).
    bands
        Codes into `BANDS`, uint8 (m,).
    faults
        Codes into `FAULTS`, uint8 (m,).
    """

    offsets: Points
    rows: Rows
    probabilities: Floats
    p_outside: Floats
    p_owner: Floats
    bands: Codes
    faults: Codes


@dataclass(frozen=True, slots=True)
class TierDecision:
    """At which tiers a doubt about the place matters.

    Attributes
    ----------
    probabilities
        Probability that the position lies in the owner's grid, in the circle above it,
        and so on up to the core; none where there is no owner.
    decided
        Position in `probabilities` of the lowest that is sure: 0 is the grid, 1 the
        first circle of `Assignment.chain`. None where not even the core is.
    """

    probabilities: tuple[float, ...]
    decided: int | None


class Uncertainty:
    """Probabilities of the grids near positions that have an accuracy.

    Where grids overlap, the common ground counts for the lowest row, as in assignment.

    Parameters
    ----------
    polygons
        The grids, in code order of their ids; at least one.
    scale
        Metres of one unit of x and of y at each position, in the CRS of the polygons.

    Examples
    --------
    >>> west, east = shapely.box(0, 0, 100, 100), shapely.box(100, 0, 200, 100)
    >>> uncertainty = Uncertainty([west, east], lambda x, y: np.ones((2, len(x))))
    >>> likelihood = uncertainty.at(100.0, 50.0, 10.0, owner=0)
    >>> likelihood.probabilities, likelihood.p_outside, likelihood.band
    (((0, 0.5), (1, 0.5)), 0.0, 'ambiguous')
    """

    def __init__(self, polygons: Sequence[BaseGeometry], scale: Scale) -> None:
        shapes = np.empty(len(polygons), dtype=np.object_)
        shapes[:] = polygons
        self._outlines = outlines_of(_without_overlaps(shapes))
        self._scale = scale
        self.extent_m = _extent_m(shapes, scale)
        likelihoods(self._outlines, np.empty((0, 4)), np.empty(0, np.int32))  # compile

    def at(
        self,
        x: float,
        y: float,
        accuracy_m: float,
        owner: int,
        *,
        confidence: float = 0.68,
    ) -> Likelihood:
        """Return how probable each grid is for one position.

        Parameters
        ----------
        x, y
            Position in the CRS of the grids.
        accuracy_m
            Radius that holds the true position with the probability `confidence`.
        owner
            Row that the position was assigned to, -1 for none.
        confidence
            0.68 or 0.95.

        Raises
        ------
        SettingError
            If the accuracy is missing, negative or larger than the town, or the
            position is not usable.
        """
        judged = self.judge(x, y, accuracy_m, owner, confidence=confidence)
        if isinstance(judged, str):
            raise SettingError(self._sentence(judged, accuracy_m, x, y))
        return judged

    def judge(
        self, x: float, y: float, accuracy_m: float, owner: int, *, confidence: float
    ) -> Likelihood | str:
        """Return the likelihood of `at`, or the one of `FAULTS` that keeps it away.

        It is that of `at_many` to the bit, but sooner.
        """
        if fault := self._fault(x, y, accuracy_m):
            return fault
        sigma_m = sigma_of(accuracy_m, confidence)
        per_x, per_y = self._scale(np.array([x]), np.array([y]))[:, 0] / sigma_m
        _, rows, units, [outside], [owned] = likelihoods(
            self._outlines,
            np.array([[x, y, per_x, per_y]]),
            np.array([owner], dtype=np.int32),
        )
        p_owner = int(owned) / UNITS
        grids = zip(rows.tolist(), units.tolist(), strict=True)
        return Likelihood(
            tuple([(row, count / UNITS) for row, count in grids]),
            int(outside) / UNITS,
            p_owner,
            _band(p_owner),
        )

    def _fault(self, x: float, y: float, accuracy_m: float) -> str:
        """Return what `_faults` says of one position; empty for nothing."""
        if not all(v == 0 or SMALLEST_POINT <= abs(v) <= LARGEST for v in (x, y)):
            return FAULTS[1]
        if math.isnan(accuracy_m):
            return FAULTS[2]
        if accuracy_m < 0:
            return FAULTS[3]
        return FAULTS[4] if accuracy_m > self.extent_m else FAULTS[0]

    def at_many(
        self,
        x: Floats,
        y: Floats,
        accuracy_m: Floats,
        owners: Rows,
        *,
        confidence: float = 0.68,
    ) -> LikelihoodTable:
        """Return how probable each grid is for each position.

        Parameters
        ----------
        x, y
            Positions in the CRS of the grids, shape (m,); NaN where one is unlocated.
        accuracy_m
            Radius of each, shape (m,); NaN where none is known.
        owners
            Rows that the positions were assigned to, -1 for none, int32 (m,).
        confidence
            Probability that the true position lies within the radius, 0.68 or 0.95.

        Raises
        ------
        SettingError
            If the confidence is neither.
        """
        faults = self._faults(x, y, accuracy_m)
        is_judged = faults == 0
        x, y = np.where(is_judged, x, 0.0), np.where(is_judged, y, 0.0)
        # without a scale no grid is near, so that a fault leaves nothing behind
        sigma_m = np.where(is_judged, sigma_of(accuracy_m, confidence), np.nan)
        frames = np.empty((len(x), 4))
        frames[:, 0], frames[:, 1] = x, y
        frames[:, 2:] = (self._scale(x, y) / sigma_m).T
        offsets, rows, units, outside, owned = likelihoods(
            self._outlines, frames, owners
        )
        p_owner = np.where(is_judged, owned / UNITS, np.nan)
        return LikelihoodTable(
            offsets=offsets,
            rows=rows,
            probabilities=units / UNITS,
            p_outside=np.where(is_judged, outside / UNITS, np.nan),
            p_owner=p_owner,
            bands=_bands(p_owner),
            faults=faults,
        )

    def _faults(self, x: Floats, y: Floats, accuracy_m: Floats) -> Codes:
        """Return what keeps each position from an answer, the first in `FAULTS`."""
        faults = np.zeros(len(x), dtype=np.uint8)
        faults[accuracy_m > self.extent_m] = 4
        faults[accuracy_m < 0] = 3
        faults[np.isnan(accuracy_m)] = 2
        faults[~(is_usable(x) & is_usable(y))] = 1
        return faults

    def _sentence(self, fault: str, accuracy_m: float, x: float, y: float) -> str:
        """Return what to tell about a fault."""
        if fault == "unusable_position":
            return sentence(
                "Position {value!r} cannot be located; give finite coordinates in "
                "the CRS of the grids.",
                value=(x, y),
            )
        return sentence(
            "Accuracy {accuracy_m!r} m cannot be used; give a radius from 0 m to "
            "the extent of the grids, {extent_m:.0f} m, or none at all.",
            accuracy_m=accuracy_m,
            extent_m=self.extent_m,
        )


def check_confidence(confidence: float) -> None:
    """Refuse a confidence that no accuracy radius has.

    Raises
    ------
    SettingError
        If it is neither 0.68 nor 0.95.

    Examples
    --------
    >>> check_confidence(0.95)
    """
    if confidence not in CONFIDENCES:
        raise SettingError(
            "Confidence {confidence!r} of an accuracy radius is not known; give 0.68 "
            "or 0.95.",
            confidence=confidence,
        )


def sigma_of(accuracy_m: Floats | float, confidence: float) -> Floats:
    """Return the standard deviation per axis of an error with a given radius.

    An isotropic normal on the plane lies within r with probability
    ``1 - exp(-r^2 / (2 sigma^2))``, so sigma is r68 / 1.5096 or r95 / 2.4477; it is at
    least 1 mm.

    Raises
    ------
    SettingError
        If the confidence is neither 0.68 nor 0.95.

    Examples
    --------
    >>> sigma_of(np.array([15.096]), 0.68).round(3)
    array([10.])
    """
    check_confidence(confidence)
    sigma_m = accuracy_m / math.sqrt(-2.0 * math.log(1.0 - confidence))
    return np.maximum(sigma_m, SMALLEST_SIGMA_M)


def record(table: LikelihoodTable, position: int) -> Likelihood:
    """Return one likelihood of a table; its band is empty where there is a fault."""
    part = slice(*table.offsets[position : position + 2])
    grids = zip(
        table.rows[part].tolist(), table.probabilities[part].tolist(), strict=True
    )
    return Likelihood(
        probabilities=tuple(grids),
        p_outside=float(table.p_outside[position]),
        p_owner=float(table.p_owner[position]),
        band=BANDS[table.bands[position]],
    )


def decide_tiers(
    probabilities: Sequence[tuple[int, float]],
    owner: int,
    chain_rows: NDArray[np.int32],
) -> TierDecision:
    """Return at which tiers the doubt about a position matters.

    Parameters
    ----------
    probabilities
        (row, probability) of the grids, as in `Likelihood`.
    owner
        Row of the owner, -1 for none.
    chain_rows
        Circle of each grid and tier, the bottom tier first, shape (n, n_tiers), as
        `gis.pagoda.Pagoda.chain_rows` gives it.

    Examples
    --------
    >>> chains = np.array([[1, 0], [1, 0], [2, 0]], dtype=np.int32)
    >>> decide_tiers([(0, 0.6), (1, 0.36), (2, 0.04)], 0, chains)
    TierDecision(probabilities=(0.6, 0.96, 1.0), decided=1)
    """
    if owner < 0:
        return TierDecision((), None)
    # few grids are near: numpy would take longer to begin than this to end
    own = [owner, *chain_rows[owner].tolist()]
    totals = [0] * len(own)
    for row, p in probabilities:
        units = round(p * UNITS)
        for level, area in enumerate((row, *chain_rows[row].tolist())):
            totals[level] += units if area == own[level] else 0
    levels = tuple(total / UNITS for total in totals)
    decided = [level for level, p in enumerate(levels) if p >= SURE]
    return TierDecision(levels, decided[0] if decided else None)


def _without_overlaps(polygons: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return polygons as they are, or each without the ground of those before it."""
    is_faulty = ~shapely.is_valid(polygons)
    is_faulty |= ~shapely.is_empty(shapely.coverage_invalid_edges(polygons))
    if not is_faulty.any():
        return polygons
    owned = shapely.make_valid(polygons, method="structure", keep_collapsed=False)
    whole = owned.copy()
    tree = shapely.STRtree(whole)
    near_faults = tree.query(whole[is_faulty], predicate="intersects")[1]
    for row in np.unique(near_faults):
        near = tree.query(whole[row], predicate="intersects")
        before = shapely.union_all(whole[near[near < row]])
        owned[row] = shapely.difference(whole[row], before)
    return owned


def _extent_m(polygons: NDArray[np.object_], scale: Scale) -> float:
    """Return the diagonal of the bounds of all polygons, metres."""
    min_x, min_y, max_x, max_y = shapely.total_bounds(polygons)
    middle = np.array([[(min_x + max_x) / 2], [(min_y + max_y) / 2]])
    per_x, per_y = scale(*middle)[:, 0]
    return math.hypot((max_x - min_x) * per_x, (max_y - min_y) * per_y)


def _band(p_owner: float) -> str:
    """Return the band of a probability."""
    if p_owner >= SURE:
        return BANDS[1]
    return BANDS[2] if p_owner >= LIKELY else BANDS[3]


def _bands(p_owner: Floats) -> Codes:
    """Return the band of each probability, code 0 where it is NaN."""
    bands = np.zeros(len(p_owner), dtype=np.uint8)
    bands[p_owner >= 0] = 3
    bands[p_owner >= LIKELY] = 2
    bands[p_owner >= SURE] = 1
    return bands
