"""Events of a file being answered part by part, and what to say of all of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from api.service.assignment.rows import as_points, for_csv, for_sheet
from api.service.inputs.events import EventPositions
from gis.assignment import REASONS, STATUSES, AnswerBasis, AssignmentTable, Request
from layers.assignment import EventRows, answer_columns, coded_columns
from layers.datums import Misplaced, lonlat_bounds
from layers.files import Coordinates, EventTable
from layers.files.accuracy import Unread, read_accuracy
from layers.files.amendments import DayOrder, ordered_days
from layers.files.times import EventTimes


@dataclass(frozen=True, slots=True)
class RunQuestion:
    """What is asked about all events of a file.

    Attributes
    ----------
    request
        What is asked beside whose each is.
    timezone, day_order
        Zone of times without offset, and order of day and month in such as 09/17/2015;
        None reads none such.
    at_column, accuracy_column
        Columns with the time and the radius of each; None for events without.
    suffix
        Extension of the file to write.
    """

    request: Request
    timezone: str
    day_order: DayOrder | None
    at_column: str | None
    accuracy_column: str | None
    suffix: str


class AnsweredPart(NamedTuple):
    """Rows as they are written: their table, the columns to add, points for GeoJSON."""

    table: EventTable
    columns: pa.Table
    points: Coordinates


class FileRun:
    """Events of a file being answered from one basis, whatever changes meanwhile.

    Parameters
    ----------
    basis
        What answers are made from.
    question
        What is asked about all of them.
    first
        The first part; all are in its datum.
    """

    def __init__(
        self, basis: AnswerBasis, question: RunQuestion, first: EventPositions
    ) -> None:
        self._basis = basis
        self._question = question
        self._datum = first.datum
        self._misplaced = Misplaced(first.datum, "--datum")
        at, radius = question.at_column, question.accuracy_column
        self._times = None if at is None else EventTimes(at, question.timezone)
        self._unread = None if radius is None else Unread(radius)
        self._statuses = np.zeros(len(STATUSES), dtype=np.int64)
        self._reasons = np.zeros(len(REASONS), dtype=np.int64)

    @property
    def rows(self) -> int:
        """Number of events so far."""
        return int(self._statuses.sum())

    @property
    def statuses(self) -> dict[str, int]:
        """How many events have each status, those that occur."""
        return _by_name(STATUSES, self._statuses)

    @property
    def reasons(self) -> dict[str, int]:
        """How many events have each reason, those that occur."""
        return _by_name(REASONS, self._reasons)

    @property
    def about_values(self) -> list[str]:
        """What to say about times and accuracies."""
        times = self._times.notices() if self._times else []
        return times + (self._unread.notices() if self._unread else [])

    @property
    def about_places(self) -> list[str]:
        """What to say about positions far from where their CRS is used."""
        return self._misplaced.notices(lonlat_bounds(self._basis))

    def answer(self, part: EventPositions) -> AnsweredPart:
        """Return the rows of a part with their answers.

        Parameters
        ----------
        part
            The rows behind those before.

        Raises
        ------
        InputFileError
            If there is no such column, or something in that of the times is no time.
        """
        table, question = part.table, self._question
        radius = question.accuracy_column
        rows = EventRows(
            part.positions,
            self._datum,
            self._instants(table),
            None if radius is None else read_accuracy(table, radius),
        )
        answers = rows.answers(self._basis, question.request)
        if self._unread is not None and rows.radii is not None:
            self._unread.add(table, rows.radii)
        self._misplaced.add(rows.positions, answers.table.reasons)
        self._statuses += _counts(STATUSES, answers.table.statuses)
        self._reasons += _counts(REASONS, answers.table.reasons)
        if question.suffix in (".geojson", ".geojsonl"):
            columns = answer_columns(answers)
            return AnsweredPart(
                *as_points(
                    table,
                    columns,
                    part.coordinates,
                    answers,
                    self._datum,
                    is_part=question.suffix == ".geojsonl",
                )
            )
        columns = coded_columns(answers)
        if question.suffix == ".csv":
            columns = for_csv(columns)
        elif question.suffix == ".xlsx":
            columns = for_sheet(columns)
        return AnsweredPart(table, columns, part.coordinates)

    def _instants(self, table: EventTable) -> NDArray[np.int64] | None:
        """Return when each event occurred; None where nobody asks."""
        column, order = self._question.at_column, self._question.day_order
        if self._times is None or column is None:
            return None
        times = table if order is None else ordered_days(table, [column], order)
        return self._times.read(times)


def count_statuses(answers: AssignmentTable) -> dict[str, int]:
    """Return how many answers have each status, those that occur."""
    return _by_name(STATUSES, _counts(STATUSES, answers.statuses))


def count_reasons(answers: AssignmentTable) -> dict[str, int]:
    """Return how many answers have each reason, those that occur."""
    return _by_name(REASONS, _counts(REASONS, answers.reasons))


def _counts(names: Sequence[str], codes: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Return how often each code occurs."""
    return np.bincount(codes, minlength=len(names)).astype(np.int64)


def _by_name(names: Sequence[str], counts: NDArray[np.int64]) -> dict[str, int]:
    """Return the counts that are not 0, of what has a name."""
    pairs = zip(map(str, names), counts.tolist(), strict=True)
    return {name: count for name, count in pairs if name and count}
