"""Figures of grids to be drawn: numbers of a column, what a rate is counted against."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, get_args

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from gis.errors import InvalidLayerError, SettingError
from gis.geometry import area_m2
from gis.risk.breaks import ClassScheme, check_breaks, find_breaks
from layers.files.coordinates import is_wrong, numbers_of_text
from layers.territory import Territory

Floats = NDArray[np.float64]
Limits = tuple[float, ...]

AREA: Final = "km2"
"""What `per` says for rates by area."""
SCALES: Final = (1, 1_000, 100_000)
"""A rate is of so many: 4 events per 1,000 residents, not 0.004 per resident."""
LEAST_RATE: Final = 0.1
"""The middle rate is at least this, as far as `SCALES` go."""


@dataclass(frozen=True, slots=True)
class Measure:
    """What the colours of a map show.

    Attributes
    ----------
    value
        Numeric column of the grids; None counts events.
    per
        "km2" or a numeric column of the grids that it is counted against; None draws it
        as it is.
    breaks
        How limits are found, or the limits themselves: one to four ascending numbers,
        each in the class below it.

    Raises
    ------
    SettingError
        If the breaks are neither.

    Examples
    --------
    >>> Measure(per="km2").limits(np.array([1.0, 2.0, 3.0]))
    (1.0, 2.0)
    """

    value: str | None = None
    per: str | None = None
    breaks: ClassScheme | Sequence[float] = "quantiles"

    def __post_init__(self) -> None:
        if not isinstance(self.breaks, str):
            check_breaks(self.breaks)
        elif self.breaks not in get_args(ClassScheme):
            raise SettingError(
                "The breaks are {breaks!r}, expected quantiles, equal, jenks or one to "
                "four ascending numbers; name one of them.",
                breaks=self.breaks,
            )

    def limits(self, scores: Floats) -> Limits:
        """Return the upper limits of the classes of scores; NaN counts nowhere."""
        if isinstance(self.breaks, str):
            return find_breaks(scores, self.breaks)
        return check_breaks(self.breaks)


def numbers_of(grids: gpd.GeoDataFrame, column: str) -> Floats:
    """Return a column of grids as numbers, NaN where a grid has none.

    Parameters
    ----------
    grids
        With `grid_id`.
    column
        Its name; numbers may be written as text.

    Raises
    ------
    SettingError
        If there is no such column; names those there are.
    InvalidLayerError
        Names the first grid with a value that is no number.

    Examples
    --------
    >>> frame = {"grid_id": ["A", "B"], "beds": ["12", None]}
    >>> numbers_of(gpd.GeoDataFrame(frame, geometry=[None, None]), "beds").tolist()
    [12.0, nan]
    """
    names = [str(name) for name in grids.columns if name != grids.geometry.name]
    if column not in names:
        raise SettingError(
            "The grids have no column {column!r}; they have {names!r}, name one of "
            "them that holds numbers.",
            column=column,
            names=names,
        )
    cells = grids[column]
    if pd.api.types.is_numeric_dtype(cells) and not pd.api.types.is_bool_dtype(cells):
        values = cells.to_numpy(np.float64, na_value=np.nan)
        return np.where(np.isfinite(values), values, np.nan)
    texts = [None if pd.isna(cell) else str(cell) for cell in cells.tolist()]
    values, reasons = numbers_of_text(pa.chunked_array([texts], pa.large_string()))
    wrong = np.flatnonzero(is_wrong(reasons))
    if len(wrong):
        row = int(wrong[0])
        raise InvalidLayerError(
            "Grid {grid!r} has {value!r} in column {column!r}, expected numbers; "
            "correct it or name another column.",
            grid=grids["grid_id"].iloc[row],
            value=texts[row],
            column=column,
        )
    return values


def base_of(territory: Territory, per: str | None) -> Floats | None:
    """Return what each grid is counted against, NaN where that is not above 0.

    Parameters
    ----------
    territory
        The grids.
    per
        As `Measure` has it; None is counted against nothing.

    Raises
    ------
    SettingError, InvalidLayerError
        As `numbers_of` raises them.
    """
    if per is None:
        return None
    if per == AREA:
        base = area_m2(territory.grids.geometry.to_numpy(), territory.datum.crs) / 1e6
    else:
        base = numbers_of(territory.grids, per)
    return np.where(base > 0, base, np.nan)


def scale_of(amounts: Floats, base: Floats | None) -> int:
    """Return of how many a rate is, so that it reads as a number of few digits.

    Parameters
    ----------
    amounts, base
        What is counted, and against what; NaN where there is no data.

    Examples
    --------
    >>> scale_of(np.array([3.0, 5.0]), np.array([900.0, 700.0]))
    1000
    """
    if base is None:
        return 1
    rates = np.abs(amounts / base)
    rates = rates[rates > 0]
    middle = float(np.median(rates)) if len(rates) else LEAST_RATE
    return next((n for n in SCALES if middle * n >= LEAST_RATE), SCALES[-1])
