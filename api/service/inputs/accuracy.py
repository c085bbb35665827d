"""Accuracies of events in a file."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from gis.errors import InputFileError
from layers.files import EventTable

Floats = NDArray[np.float64]


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
