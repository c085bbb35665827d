"""Breaks of a town's own scores: by quantiles, or by natural breaks (an extra)."""

import math
from typing import Final, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gis.errors import InvalidLayerError, SettingError
from gis.risk.levels import Breaks

Shares = tuple[float, float, float, float]
Scheme = Literal["quantiles", "jenks"]
QUANTILES: Final = (0.35, 0.6, 0.8, 0.95)
"""Shares of the scores up to the limits of level 1 to 4: green is common, red rare."""
FLOOR_QUANTILES: Final = (0.1, 0.3, 0.55, 0.85)
"""The same where floor rules put most areas at yellow: there the upper levels part."""
DIGITS: Final = 4
"""Significant digits of a proposed number; limits are rounded up."""
LEAST_SCORES: Final = 5


def propose_breaks(
    scores: ArrayLike, scheme: Scheme, shares: Shares = QUANTILES
) -> Breaks:
    """Return four ascending limits that part scores into five classes.

    Where many scores are equal and one of them is the limit of two levels, the next
    higher score is that of the second, so that no class is empty for that reason.

    Parameters
    ----------
    scores
        Any shape; NaN counts nowhere.
    scheme
        "quantiles": limits are scores. "jenks": natural breaks of their logarithms by
        the algorithm of Fisher, which needs `mapclassify`.
    shares
        What part of all scores is at most as high as each limit, for quantiles.

    Raises
    ------
    InvalidLayerError
        If there are fewer than `LEAST_SCORES` different scores above 0.
    SettingError
        If `mapclassify` is needed and not there.

    References
    ----------
    .. [1] Fisher (1958), On grouping for maximum homogeneity.

    Examples
    --------
    >>> propose_breaks(range(1, 101), "quantiles")
    (35.0, 60.0, 80.0, 95.0)
    """
    values = np.sort(np.asarray(scores, dtype=np.float64).ravel())
    values = values[~np.isnan(values)]
    distinct = np.unique(values[values > 0])
    if len(distinct) < LEAST_SCORES:
        raise InvalidLayerError(
            "The scores of the month have {distinct} different values above 0, "
            "expected at least {least_scores} for five classes; load the places and "
            "their inspections, choose another denominator, or write the breaks "
            "yourself with `pagoda load rules`.",
            distinct=len(distinct),
            least_scores=LEAST_SCORES,
        )
    if scheme == "jenks":
        limits = _jenks(values)
    else:
        limits = _quantiles(values, distinct, shares)
    rounded = [round_up(limit) for limit in limits]
    # two limits that differ in later digits alone keep them
    first, second, third, fourth = (
        rounded if len(set(rounded)) == len(rounded) else limits
    )
    return first, second, third, fourth


def round_up(value: float) -> float:
    """Return a number rounded up to `DIGITS` significant digits.

    Examples
    --------
    >>> round_up(12.3401), round_up(0.5)
    (12.35, 0.5)
    """
    places = DIGITS - 1 - math.floor(math.log10(value))
    lower = round(value, places)
    return lower if lower >= value else round(lower + 10.0**-places, places)


def _quantiles(
    values: NDArray[np.float64], distinct: NDArray[np.float64], shares: Shares
) -> list[float]:
    """Return limits that are scores, each above the one before."""
    limits: list[float] = []
    for row, share in enumerate(shares):
        limit = values[math.ceil(share * len(values)) - 1]
        above = distinct[distinct > (limits[-1] if limits else 0.0)]
        # a score must be left for every later limit, and one for the class above
        last = above[len(above) - len(shares) + row - 1]
        limits.append(float(min(max(limit, above[0]), last)))
    return limits


def _jenks(values: NDArray[np.float64]) -> list[float]:
    """Return natural breaks of the logarithms of scores above 0.

    Scores are many that are low and few that are high: parted as they are, the few
    would take all classes but one.
    """
    try:
        from mapclassify import FisherJenks  # noqa: PLC0415  an extra
    except ImportError as error:
        raise SettingError(
            "Natural breaks (jenks) need the package 'mapclassify', which is not "
            "installed; run `pip install 'pagoda-gis[breaks]'` or choose quantiles."
        ) from error
    positive = values[values > 0]
    logarithms = np.log(positive)
    bins = FisherJenks(logarithms, k=5).bins[:4]
    rows = np.searchsorted(logarithms, bins, side="right") - 1
    return [float(limit) for limit in positive[rows]]
