"""How probable each grid is for positions that carry an accuracy."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from gis.assignment import UNLOCATED, AssignmentTable, LikelihoodTable, Positions
from gis.errors import InputFileError
from layers.files import EventTable
from layers.territory import Territory

Floats = NDArray[np.float64]


def judge(
    territory: Territory,
    ready: Positions,
    answers: AssignmentTable,
    radius_m: Floats,
    confidence: float,
) -> LikelihoodTable:
    """Return how probable each grid is for each position.

    Parameters
    ----------
    territory
        The grids.
    ready, answers
        Positions in the coordinates of the grids, and their answers.
    radius_m
        Accuracy of each position, metres, NaN where it has none; errors of a datum
        conversion included.
    confidence
        Probability that a true position lies within its radius, 0.68 or 0.95.
    """
    located = answers.statuses != UNLOCATED
    return territory.uncertainty().at_many(
        np.where(located, ready.x, np.nan),
        np.where(located, ready.y, np.nan),
        radius_m,
        answers.rows,
        confidence=confidence,
    )


def read_accuracy(table: EventTable, column: str) -> Floats:
    """Return the accuracy of each event in metres, NaN where there is none.

    Raises
    ------
    InputFileError
        If there is no such column.
    """
    if column not in table.columns.column_names:
        raise InputFileError(
            f"The events have no column {column!r}; they have "
            f"{table.columns.column_names!r}, name the one with the accuracy."
        )
    texts = table.columns[column].to_pandas()
    values = pd.to_numeric(texts, errors="coerce").astype("float64")
    return np.asarray(values, dtype=np.float64)
