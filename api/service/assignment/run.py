"""Events of a file being answered part by part, as its format has them."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from api.service.assignment.rows import as_points, for_csv, for_sheet
from api.service.inputs.events import EventPositions
from gis.assignment import REASONS, STATUSES, AnswerBasis, AssignmentTable
from layers.assignment import EventRun, RunQuestion, answer_columns, coded_columns
from layers.files import Coordinates, EventTable


class AnsweredPart(NamedTuple):
    """Rows as they are written: their table, the columns to add, points for GeoJSON."""

    table: EventTable
    columns: pa.Table
    points: Coordinates


class FileRun:
    """Events of a file being answered, and their answers as its format has them.

    Parameters
    ----------
    basis
        What answers are made from.
    question
        What is asked about all of them.
    first
        The first part; all are in its datum.
    suffix
        Extension of the file to write.
    """

    def __init__(
        self,
        basis: AnswerBasis,
        question: RunQuestion,
        first: EventPositions,
        suffix: str,
    ) -> None:
        self._run = EventRun(basis, question, first.datum, "--datum")
        self._datum = first.datum
        self._suffix = suffix
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
        return self._run.about_values

    @property
    def about_places(self) -> list[str]:
        """What to say about positions far from where their CRS is used."""
        return self._run.about_places

    def answer(self, part: EventPositions) -> AnsweredPart:
        """Return the rows of a part with their answers.

        Parameters
        ----------
        part
            The rows behind those before.

        Raises
        ------
        InputFileError
            As `EventRun.answer` raises it.
        """
        table = part.table
        answers = self._run.answer(table, part.positions)
        self._statuses += _counts(STATUSES, answers.table.statuses)
        self._reasons += _counts(REASONS, answers.table.reasons)
        if self._suffix in (".geojson", ".geojsonl"):
            columns = answer_columns(answers)
            return AnsweredPart(
                *as_points(
                    table,
                    columns,
                    part.coordinates,
                    answers,
                    self._datum,
                    is_part=self._suffix == ".geojsonl",
                )
            )
        columns = coded_columns(answers)
        if self._suffix == ".csv":
            columns = for_csv(columns)
        elif self._suffix == ".xlsx":
            columns = for_sheet(columns)
        return AnsweredPart(table, columns, part.coordinates)


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
