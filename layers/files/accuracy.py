"""Accuracies of events in a file: radii in metres, read where no doubt is possible."""

from dataclasses import replace
from typing import Final, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from gis.assignment import FAULTS, Answers
from gis.counts import count_text, noun_for
from gis.errors import InputFileError
from gis.sentences import joined, sentence
from layers.files import EventTable
from layers.files.coordinates import is_wrong, numbers_of_text
from layers.files.table import series_of

Floats = NDArray[np.float64]

_SIGN: Final = r"^±\s*"
_UNIT: Final = r"(?i)\s*(m|metres?|meters?|米|公尺)$"
SHOWN: Final = 3
MISSING: Final = FAULTS.index("accuracy_missing")
NOT_A_NUMBER: Final = FAULTS.index("accuracy_not_a_number")


class Radii(NamedTuple):
    """Accuracies of a column, one per row.

    `metres` is float64 of shape (m,), NaN where there is none; `is_unread` is true
    where something stands that is no number of metres.
    """

    metres: Floats
    is_unread: NDArray[np.bool_]


def read_accuracy(table: EventTable, column: str) -> Radii:
    """Return the accuracy of each event in metres.

    Raises
    ------
    InputFileError
        If there is no such column, or there are several.
    """
    places = table.columns.schema.get_all_field_indices(column)
    if len(places) != 1:
        raise InputFileError(
            "The events have {places} column {column!r}; they have {column_names!r}, "
            "name the one with the accuracy.",
            places=len(places) or sentence("no"),
            column=column,
            column_names=table.columns.column_names,
        )
    return radii_of(series_of(table.columns, places[0]))


def radii_of(column: pd.Series) -> Radii:
    """Return the radii of a column, in metres.

    Text may have a unit of metres behind it and ± before it, blanks and full-width
    digits. A comma, another unit and words leave a doubt: they are not read.

    Examples
    --------
    >>> metres, is_unread = radii_of(pd.Series(["30 m", "±５", "1,5", ""]))
    >>> metres.tolist(), is_unread.tolist()
    ([30.0, 5.0, nan, nan], [False, False, True, False])
    """
    if pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column):
        metres = column.to_numpy(np.float64, na_value=np.nan)
        return Radii(metres, np.zeros(len(metres), dtype=bool))
    cells = [None if pd.isna(cell) else str(cell) for cell in column.tolist()]
    text = pc.utf8_trim_whitespace(
        pc.utf8_normalize(pa.chunked_array([cells], pa.large_string()), form="NFKC")
    )
    text = pc.replace_substring(text, "\u2212", "-")
    for pattern in (_SIGN, _UNIT):
        text = pc.replace_substring_regex(text, pattern=pattern, replacement="")
    metres, reasons = numbers_of_text(text)
    return Radii(metres, is_wrong(reasons))


def with_unread(answers: Answers, radii: Radii) -> Answers:
    """Return answers that name accuracies which are no number of metres.

    Parameters
    ----------
    answers
        To positions with the accuracies.
    radii
        The accuracies, one per position.
    """
    table = answers.likelihoods
    if table is None or not radii.is_unread.any():
        return answers
    is_unread = radii.is_unread & (table.faults == MISSING)
    faults = np.where(is_unread, NOT_A_NUMBER, table.faults).astype(np.uint8)
    return replace(answers, likelihoods=replace(table, faults=faults))


class Unread:
    """Accuracies of a column that are no number of metres, counted part by part.

    Parameters
    ----------
    column
        The column.
    """

    def __init__(self, column: str) -> None:
        self._column = column
        self._rows = 0
        self._count = 0
        self._examples: list[str] = []

    def add(self, table: EventTable, radii: Radii) -> None:
        """Count those of a part, and take the first as examples.

        Parameters
        ----------
        table
            The rows behind those before.
        radii
            Their accuracies.
        """
        rows = np.flatnonzero(radii.is_unread).tolist()
        if rows:
            [place] = table.columns.schema.get_all_field_indices(self._column)
            cells = series_of(table.columns, place)
            self._examples += [
                sentence(
                    "{text!r} (row {row})",
                    text=str(cells.iloc[row]),
                    row=self._rows + row + 1,
                )
                for row in rows[: SHOWN - len(self._examples)]
            ]
        self._count += len(rows)
        self._rows += len(radii.is_unread)

    def notices(self) -> list[str]:
        """Return what to say about them."""
        if not self._count:
            return []
        return [
            sentence(
                "{are} no number of metres: {examples}{more}; how sure "
                "{this_answer_is} is not said.",
                are=count_text(self._count, "accuracy is", "accuracies are"),
                examples=joined(", ", self._examples),
                more=", ..." if self._count > SHOWN else "",
                this_answer_is=noun_for(
                    self._count, "this answer is", "these answers are"
                ),
            )
        ]
