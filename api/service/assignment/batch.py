"""Whose are many positions: a stream of events in, the same stream with answers out."""

from codecs import BOM_UTF8
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import BinaryIO, Final, NamedTuple, TypeAlias

import numpy as np
import pyarrow as pa

from api.service.assignment.answer import AnswerDesk
from api.service.assignment.rows import as_points, for_csv, for_sheet
from gis.assignment import Answers, Request, check_confidence
from gis.crs import Datum
from gis.errors import (
    GovernanceError,
    InputFileError,
    NoVersionError,
    SettingError,
    StoreUnavailableError,
)
from gis.models import Instant
from gis.os_reasons import reason_of
from gis.sentences import sentence
from layers.assignment import EventRows, answer_columns
from layers.child import Bounds, run_bounded
from layers.datums import choose_datum
from layers.files import Coordinates, EventTable, read_coordinates
from layers.files.accuracy import read_accuracy
from layers.files.answers import answer_workbook, with_added, write_geojson
from layers.files.arrow_stream import ArrowStream
from layers.files.csv_stream import CsvStream
from layers.files.geojson import parse_geojson
from layers.files.json_lines import JsonLines
from layers.files.json_names import RepeatedNameError, check_names
from layers.files.workbook import SheetChoice, parse_workbook
from layers.files.workbook_parts import Limits
from layers.snapshots import Snapshot

ARROW: Final = "application/vnd.apache.arrow.stream"
NDJSON: Final = "application/x-ndjson"
CSV: Final = "text/csv"
GEOJSON: Final = "application/geo+json"
EXCEL: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CHARSETS: Final = MappingProxyType(
    {
        ARROW: frozenset[str](),
        NDJSON: frozenset({"utf-8"}),
        CSV: frozenset({"utf-8", "gbk", "gb2312", "gb18030"}),
        GEOJSON: frozenset({"utf-8"}),
        EXCEL: frozenset[str](),
    }
)
"""Charsets that may be declared with each; CSV shows by itself which it is in."""
OTHER_TABLE: Final = MappingProxyType({CSV: EXCEL, EXCEL: CSV})
"""What else a table may be answered as."""
DOCUMENTS: Final = frozenset({GEOJSON, EXCEL})
"""Formats that are read and written at once."""
MOST_DOCUMENT_BYTES: Final = 64 << 20
"""So long may a document be, and what a workbook unpacks to."""
MOST_CELLS: Final = 2_000_000
"""Of a workbook, as it comes and as it is answered."""
WORKBOOK_BOUNDS: Final = Bounds(
    120.0,
    # Arrow sets a GiB aside at once where it gets so much
    2 << 30,
    sentence("too much for one request; send fewer rows at once"),
)
"""A workbook is read and written in a child: it may be a trap, and takes long."""
GROWTH: Final = 16
"""So many times as long as the longest body may an answer be."""
BODY: Final = Path("request body")
"""What sentences call what was sent."""


@dataclass(frozen=True, slots=True)
class BatchQuestion:
    """What is asked about all positions of a batch.

    Attributes
    ----------
    datum
        Of the positions; None takes what GeoJSON declares, else WGS 84.
    at
        When; without it, now.
    lon_column, lat_column, accuracy_column
        Where they stand; None takes geometry or the usual names, and no accuracy.
    confidence, candidates_m
        As in `api.service.assignment.answer.Question`.
    sheet
        Of a workbook; None takes the only one that it shows.
    """

    datum: str | None = None
    at: datetime | None = None
    lon_column: str | None = None
    lat_column: str | None = None
    accuracy_column: str | None = None
    confidence: float = 0.68
    candidates_m: float = 0.0
    sheet: str | None = None


class Batch(NamedTuple):
    """A stream of events in a format of `CHARSETS`, and where its answers are written.

    They are in the same format, or in the one of `OTHER_TABLE`. An answer of more than
    `most_bytes` is refused; `is_unwanted` says between two parts that nobody waits for
    it any more.
    """

    kind: str
    source: BinaryIO
    target: BinaryIO
    most_bytes: int
    is_unwanted: Callable[[], bool] = lambda: False
    is_other: bool = False

    @property
    def answer_kind(self) -> str:
        """The format of the answers."""
        return OTHER_TABLE[self.kind] if self.is_other else self.kind

    def refuse_length(self) -> None:
        """Refuse an answer that is too long."""
        if self.target.tell() > self.most_bytes:
            raise InputFileError(
                "The answer is longer than {most_bytes:,} bytes; send fewer rows at "
                "once, or ask for candidates within fewer metres.",
                most_bytes=self.most_bytes,
            )


Stream: TypeAlias = ArrowStream | CsvStream | JsonLines


class BatchAnswer(NamedTuple):
    """The revision that an answer was made from, and what its reader should know."""

    revision: int
    notices: tuple[str, ...]


class UnwantedError(Exception):
    """Nobody waits for the answer any more."""


def answer_batch(
    desk: AnswerDesk, question: BatchQuestion, batch: Batch, *, has_persons: bool
) -> BatchAnswer:
    """Write a stream of events with the columns of `answer_columns` behind their own.

    Every row and field comes back unchanged and in order; all are answered from one
    snapshot, and the answer is whole, or an error is raised.

    Parameters
    ----------
    desk
        Knows what is in force.
    question
        What is asked about all of them.
    batch
        The stream.
    has_persons
        Whether who asks may know who holds a post; else these columns are empty.

    Returns
    -------
    answer
        Revision and notices.

    Raises
    ------
    InputFileError
        For a stream that cannot be read, by its line or batch, and an answer that grows
        too long.
    CrsError, SettingError
        For a datum, a confidence or columns that cannot be used.
    NoVersionError
        If no version of the grids was in force then.
    StoreUnavailableError
        If there is no room for the answer.
    UnwantedError
        If nobody waits for it any more.
    """
    check_confidence(question.confidence)
    if question.sheet is not None and batch.kind != EXCEL:
        raise SettingError(
            "{option} names {sheet!r}, but {path!r} is {file_format}, which has no "
            "sheets; leave it out.",
            option="sheet",
            sheet=question.sheet,
            path=str(BODY),
            file_format=batch.kind,
        )
    snapshot, at = desk.in_force(question.at)
    if snapshot is None:
        raise NoVersionError(
            "No version of the grids was in force at {at}; see /versions.",
            at=question.at,
        )
    run = _Run(snapshot, at, question, desk.datum_error_m, has_persons)
    try:
        if batch.kind == GEOJSON:
            run.write_collection(batch)
        elif batch.answer_kind == EXCEL:
            run.write_workbook(batch)
        else:
            run.write_stream(batch)
    except GovernanceError:
        raise
    except OSError as error:
        raise StoreUnavailableError(
            "The answer to a batch cannot be kept until it is whole ({error}); make "
            "room in the folder of temporary files.",
            error=reason_of(error),
        ) from error
    return BatchAnswer(snapshot.revision, tuple(run.notices))


@dataclass(frozen=True, slots=True)
class _Run:
    """A batch being answered from one snapshot."""

    snapshot: Snapshot
    at: Instant
    question: BatchQuestion
    datum_error_m: float
    has_persons: bool
    notices: list[str] = field(default_factory=list)

    def write_stream(self, batch: Batch) -> None:
        """Answer part after part, each gone before the next is read."""
        stream = self._stream(batch)
        for table, columns in self._answered_parts(batch, stream):
            is_csv = batch.answer_kind == CSV
            stream.write(table, for_csv(columns) if is_csv else columns)
            batch.refuse_length()
        stream.finish()

    def write_workbook(self, batch: Batch) -> None:
        """Answer a table as a workbook, which is one document."""
        parts: list[pa.Table] = []
        cells = 0
        for table, columns in self._answered_parts(batch, self._stream(batch)):
            rows, _ = with_added(table.columns, for_sheet(columns))
            parts.append(rows)
            cells += rows.num_rows * rows.num_columns
            if cells > MOST_CELLS:
                raise InputFileError(
                    "The answer has more than {most:,} cells, too many for a workbook; "
                    "send fewer rows at once, or CSV.",
                    most=MOST_CELLS,
                )
        rows = pa.concat_tables(parts)
        batch.target.write(
            run_bounded(
                sentence("Writing the workbook"),
                WORKBOOK_BOUNDS,
                answer_workbook,
                rows,
                EventTable(rows),
            )
        )
        batch.refuse_length()

    def _answered_parts(
        self, batch: Batch, stream: Stream
    ) -> Iterator[tuple[EventTable, pa.Table]]:
        """Yield parts of a batch and their answers as columns."""
        parts = stream.parts()
        if batch.kind == EXCEL:
            parts = iter((self._sheet(batch),))
        for table in parts:
            if batch.is_unwanted():
                raise UnwantedError
            answers, _, _ = self._answers(table)
            yield table, self._columns(answers)

    def _sheet(self, batch: Batch) -> EventTable:
        """Return the sheet of a workbook that is asked about."""
        sheet = run_bounded(
            sentence("Reading the workbook"),
            WORKBOOK_BOUNDS,
            parse_workbook,
            BODY,
            batch.source.read(),
            SheetChoice(self.question.sheet, option="sheet"),
            Limits(MOST_DOCUMENT_BYTES, MOST_CELLS),
        )
        self.notices.extend(sheet.notices)
        return sheet

    def write_collection(self, batch: Batch) -> None:
        """Answer the features of a collection, which is one document."""
        data = batch.source.read()
        try:
            check_names(data.removeprefix(BOM_UTF8))
        except RepeatedNameError as error:
            raise InputFileError(
                "{body!r} has the name {name!r} {count} times in one object, expected "
                "it once; keep one.",
                body=str(BODY),
                name=error.name,
                count=error.count,
            ) from error
        except (ValueError, RecursionError):
            pass  # the parser says what it is instead of JSON
        table = parse_geojson(BODY, data)
        answers, coordinates, datum = self._answers(table)
        columns = self._columns(answers)
        table, columns, points = as_points(table, columns, coordinates, answers, datum)
        rows, _ = with_added(table.columns, columns)
        write_geojson(batch.target, rows, table, points)
        batch.refuse_length()

    def _columns(self, answers: Answers) -> pa.Table:
        """Return the answers as columns, without persons where none may be named."""
        columns = answer_columns(answers)
        if self.has_persons:
            return columns
        nobody = pa.nulls(len(columns), pa.string())
        for number, name in enumerate(columns.column_names):
            if name.endswith("_holder"):
                columns = columns.set_column(number, name, nobody)
        return columns

    def _stream(self, batch: Batch) -> Stream:
        """Return the stream in its format."""
        question = self.question
        lon, lat = question.lon_column, question.lat_column
        if (lon is None) != (lat is None):
            raise SettingError(
                "Only one coordinate column is named ({lon!r}), expected longitude "
                "and latitude; name both.",
                lon=lon or lat,
            )
        if batch.kind == NDJSON:
            columns = None if lon is None or lat is None else (lon, lat)
            radius = question.accuracy_column
            more = () if radius is None else (radius,)
            return JsonLines(BODY, batch.source, batch.target, columns, more)
        kind = ArrowStream if batch.kind == ARROW else CsvStream
        return kind(BODY, batch.source, batch.target)

    def _answers(self, table: EventTable) -> tuple[Answers, Coordinates, Datum]:
        """Return the answers to some events, and where and in what they stood."""
        question = self.question
        coordinates = read_coordinates(table, question.lon_column, question.lat_column)
        crs = None if coordinates.columns else table.crs
        datum, _ = choose_datum(sentence("events"), "datum", question.datum, crs)
        radius = question.accuracy_column
        rows = EventRows(
            coordinates.positions,
            datum,
            np.full(len(coordinates.x), self.at, dtype=np.int64),
            None if radius is None else read_accuracy(table, radius),
        )
        request = Request(
            question.candidates_m, question.confidence, self.datum_error_m
        )
        return rows.answers(self.snapshot.basis, request), coordinates, datum
