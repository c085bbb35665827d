"""Sums of a report over layers of its areas."""

import pandas as pd

from layers.figures.counting import COUNT_COLUMNS
from layers.figures.report import Figures

SUMMED = ("grid", "no_grid")


def total(figures: Figures, *layers: str) -> pd.Series:
    rows = figures.areas[figures.areas["layer"].isin(layers)]
    return rows[list(COUNT_COLUMNS)].sum()
