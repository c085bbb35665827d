"""Limits of classes: given, by quantiles, equal steps or natural breaks (an extra)."""

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import Final, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gis.errors import InvalidLayerError, SettingError
from gis.risk.levels import Breaks

Shares = tuple[float, float, float, float]
Scheme = Literal["quantiles", "jenks"]
ClassScheme = Literal["quantiles", "equal", "jenks"]
CLASSES: Final = 5
"""As many as there are colours."""
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
        # parted as they are, a few high scores would take all classes but the lowest
        positive = values[values > 0]
        limits = _natural(positive, np.log(positive), CLASSES)
    else:
        limits = _quantiles(values, distinct, shares)
    rounded = [round_up(limit) for limit in limits]
    # two limits that differ in later digits alone keep them
    first, second, third, fourth = (
        rounded if len(set(rounded)) == len(rounded) else limits
    )
    return first, second, third, fourth


def find_breaks(values: ArrayLike, scheme: ClassScheme) -> tuple[float, ...]:
    """Return ascending upper limits that part any values into at most five classes.

    Where fewer values differ there are fewer classes, and no limit where all are equal.
    A limit is rounded up to `DIGITS` significant digits where that moves no value.

    Parameters
    ----------
    values
        Any shape; what is not finite counts nowhere.
    scheme
        "quantiles": classes of equally many values, as far as equal values let it; a
        class always has some. "equal": from the least to the greatest value in equal
        steps, a class may be empty. "jenks": natural breaks by the algorithm of Fisher,
        which needs `mapclassify`.

    Raises
    ------
    SettingError
        If `mapclassify` is needed and not there.

    Examples
    --------
    >>> find_breaks(range(1, 11), "quantiles"), find_breaks([0, 0, 7], "equal")
    ((2.0, 4.0, 6.0, 8.0), (3.5,))
    """
    numbers = np.sort(np.asarray(values, dtype=np.float64).ravel())
    numbers = numbers[np.isfinite(numbers)]
    distinct = np.unique(numbers)
    count = min(CLASSES, len(distinct))
    if count < 2:
        return ()
    shares = [Fraction(part, count) for part in range(1, count)]
    if scheme == "quantiles":
        limits = _quantiles(numbers, distinct, shares)
    elif scheme == "equal":
        limits = _steps(distinct, shares)
    else:
        limits = _natural(numbers, numbers, count)
    return _in_few_digits(limits, numbers)


def check_breaks(limits: Sequence[float]) -> tuple[float, ...]:
    """Return upper limits of classes as they were given, or say what is wrong.

    Raises
    ------
    SettingError
        If they are not one to four ascending finite numbers.

    Examples
    --------
    >>> check_breaks([10, 20, 50, 100])
    (10.0, 20.0, 50.0, 100.0)
    """
    numbers = tuple(float(limit) for limit in limits)
    is_ascending = list(numbers) == sorted(set(numbers))
    is_few = 1 <= len(numbers) < CLASSES
    if not (is_ascending and is_few and all(map(math.isfinite, numbers))):
        raise SettingError(
            "The breaks are {limits}, expected one to four ascending numbers, the "
            "upper limits of all classes but the highest; write them such as "
            "10,20,50,100.",
            limits=", ".join(f"{limit:g}" for limit in numbers) or "–",
        )
    return numbers


def round_up(value: float) -> float:
    """Return a number rounded up to `DIGITS` significant digits.

    Examples
    --------
    >>> round_up(12.3401), round_up(0.5), round_up(-12.3401), round_up(0)
    (12.35, 0.5, -12.34, 0.0)
    """
    if value == 0:
        return 0.0
    places = DIGITS - 1 - math.floor(math.log10(abs(value)))
    lower = round(value, places)
    return lower if lower >= value else round(lower + 10.0**-places, places)


def _quantiles(
    values: NDArray[np.float64],
    distinct: NDArray[np.float64],
    shares: Sequence[float | Fraction],
) -> list[float]:
    """Return limits that are values, each above the one before."""
    limits: list[float] = []
    for row, share in enumerate(shares):
        limit = values[math.ceil(share * len(values)) - 1]
        above = distinct[distinct > limits[-1]] if limits else distinct
        # a value must be left for every later limit, and one for the class above
        last = above[len(above) - len(shares) + row - 1]
        limits.append(float(min(max(limit, above[0]), last)))
    return limits


def _steps(distinct: NDArray[np.float64], shares: Sequence[Fraction]) -> list[float]:
    """Return limits in equal steps from the least to the greatest of values."""
    # exact: a value that is a limit stays below it
    low, high = Fraction(float(distinct[0])), Fraction(float(distinct[-1]))
    limits = {float(low + (high - low) * share) for share in shares}
    # numbers next to each other have none between them
    return sorted(limit for limit in limits if limit < high)


def _natural(
    values: NDArray[np.float64], measures: NDArray[np.float64], count: int
) -> list[float]:
    """Return the greatest value of each natural class but the highest.

    Classes are those of the measures, which ascend with the values.
    """
    try:
        from mapclassify import FisherJenks  # noqa: PLC0415  an extra
    except ImportError as error:
        raise SettingError(
            "Natural breaks (jenks) need the package 'mapclassify', which is not "
            "installed; run `pip install 'pagoda[breaks]'` or choose quantiles."
        ) from error
    bins = FisherJenks(measures, k=count).bins[: count - 1]
    rows = np.searchsorted(measures, bins, side="right") - 1
    return [float(limit) for limit in values[rows]]


def _in_few_digits(
    limits: Sequence[float], numbers: NDArray[np.float64]
) -> tuple[float, ...]:
    """Return limits rounded up where they part the same numbers then."""
    short = []
    for limit, following in zip(limits, [*limits[1:], math.inf], strict=True):
        rounded = round_up(limit)
        is_passed = bool(((numbers > limit) & (numbers <= rounded)).any())
        is_between = limit <= rounded < following
        short.append(rounded if is_between and not is_passed else limit)
    return tuple(short)
