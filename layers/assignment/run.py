"""Rows of events being answered part by part, and what to say of all of them.

Files and frames are answered here, and nowhere else.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from gis.assignment import AnswerBasis, Answers, Positions, Request
from gis.crs import Datum
from gis.local_time import DEFAULT_TIMEZONE
from layers.assignment.rows import EventRows
from layers.datums import Misplaced, lonlat_bounds
from layers.files.accuracy import Unread, read_accuracy
from layers.files.amendments import DayOrder, ordered_days
from layers.files.heads import head_for
from layers.files.layer_columns import FILE_LAYERS
from layers.files.table import EventTable
from layers.files.times import EventTimes


@dataclass(frozen=True, slots=True)
class RunQuestion:
    """What is asked about all events.

    Attributes
    ----------
    request
        What is asked beside whose each is.
    timezone, day_order
        Zone of times without offset, and order of day and month in such as 09/17/2015;
        None reads none such.
    at_column, accuracy_column
        Columns with the time and the radius of each; None for events without.
    """

    request: Request
    timezone: str = DEFAULT_TIMEZONE
    day_order: DayOrder | None = None
    at_column: str | None = None
    accuracy_column: str | None = None

    def of_heads(self, names: Sequence[str]) -> "RunQuestion":
        """Return the question with columns as a file has them at its heads.

        Parameters
        ----------
        names
            Heads of the file; ours in Chinese or in both languages stand for ours.
        """
        columns = FILE_LAYERS["events"]
        at, radius = self.at_column, self.accuracy_column
        return replace(
            self,
            at_column=at and head_for(columns, names, at),
            accuracy_column=radius and head_for(columns, names, radius),
        )


class EventRun:
    """Events being answered from one basis, whatever changes meanwhile.

    Parameters
    ----------
    basis
        What answers are made from.
    question
        What is asked about all of them.
    datum
        Of their positions.
    option
        The option that declares it, for sentences.
    """

    def __init__(
        self, basis: AnswerBasis, question: RunQuestion, datum: Datum, option: str
    ) -> None:
        self._basis = basis
        self._question = question
        self._datum = datum
        self._misplaced = Misplaced(datum, option)
        at, radius = question.at_column, question.accuracy_column
        self._times = None if at is None else EventTimes(at, question.timezone)
        self._unread = None if radius is None else Unread(radius)

    @property
    def about_values(self) -> list[str]:
        """What to say about times and accuracies."""
        times = self._times.notices() if self._times else []
        return times + (self._unread.notices() if self._unread else [])

    @property
    def about_places(self) -> list[str]:
        """What to say about positions far from where their CRS is used."""
        return self._misplaced.notices(lonlat_bounds(self._basis))

    def answer(self, table: EventTable, positions: Positions) -> Answers:
        """Return the answers to the rows of a part.

        Parameters
        ----------
        table
            The rows behind those before, with the columns that are asked for.
        positions
            Where they are, as reported.

        Raises
        ------
        InputFileError
            If there is no such column, or something in that of the times is no time.
        """
        radius = self._question.accuracy_column
        rows = EventRows(
            positions,
            self._datum,
            self._instants(table),
            None if radius is None else read_accuracy(table, radius),
        )
        answers = rows.answers(self._basis, self._question.request)
        if self._unread is not None and rows.radii is not None:
            self._unread.add(table, rows.radii)
        self._misplaced.add(positions, answers.table.reasons)
        return answers

    def _instants(self, table: EventTable) -> NDArray[np.int64] | None:
        """Return when each event occurred; None where nobody asks."""
        column, order = self._question.at_column, self._question.day_order
        if self._times is None or column is None:
            return None
        times = table if order is None else ordered_days(table, [column], order)
        return self._times.read(times)
