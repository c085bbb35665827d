"""Load events of a file, each with both of its answers, once all of them are sound.

The file is read part by part, and what was checked waits on disk: none is appended
before the last is known to be sound. Then they are answered and written at once.
"""

import time
from collections import Counter
from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import chain, islice
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from api.service.assignment.overlap import read_ahead
from api.service.assignment.stored import AnswerColumns
from api.service.events.event_rows import (
    are_storable,
    event_columns,
    event_history,
    event_rows,
    new_events,
    source_hashes,
)
from api.service.events.event_spool import EventSpool, event_spool
from api.service.events.periods import Periods
from api.service.events.times import TimeReader
from api.service.facts.empty_cells import about_filled, empty_cells
from gis.assignment import REASONS, Positions
from gis.counts import count_text
from gis.crs import Datum
from gis.errors import InvalidLayerError, RowFault, StoreError
from gis.models import Instant, Status
from gis.sentences import joined, sentence
from layers.datums import Misplaced, choose_datum
from layers.files import read_coordinates
from layers.files.heads import PLAIN as PLAIN_FILE
from layers.files.heads import LayerParts, Naming, our_name
from layers.files.layer_columns import FILE_LAYERS
from layers.files.table import EventTable, to_frame
from layers.schema.layer import refusal
from layers.snapshots import PLAIN, Terms
from layers.stores import Store
from layers.stores.event_history import EventHistory
from layers.stores.event_records import NewEvent
from layers.stores.events import Source, changed_faults, check_events

COLUMNS = FILE_LAYERS["events"]
BATCH = 10_000
"""Events of one link of the log."""
LINKS = 5
"""Links of one transaction: a page of an index that they all change is written once."""
LONGEST_S = 2.0
"""After so long no further link goes into a transaction: others wait to write."""
AGAIN = sentence("load the layer again")
SHOWN = 3
_CODES = {reason: code for code, reason in enumerate(REASONS)}


@dataclass(frozen=True, slots=True)
class EventJob:
    """How a table of events is to be read.

    Attributes
    ----------
    source
        Who reports, where no column `source` says so.
    lon_column, lat_column, datum, ballpark_m
        As `pagoda assign` takes them.
    timezone
        IANA zone of times without offset.
    datum_error_m
        Error of the GCJ-02 and BD-09 formulas, metres.
    terms
        How the deployment answers.
    naming
        What the user says of the file.
    """

    source: str
    timezone: str
    datum_error_m: float
    terms: Terms = PLAIN
    lon_column: str | None = None
    lat_column: str | None = None
    datum: str | None = None
    ballpark_m: float | None = None
    naming: Naming = PLAIN_FILE


@dataclass(frozen=True, slots=True)
class EventReport:
    """What was done with a file of events.

    Attributes
    ----------
    rows, appended
        Number of events in the file, and of those that were new.
    statuses
        Number of events by status of the answer at occurrence.
    notices
        Sentences the user should read.
    """

    rows: int
    appended: int
    statuses: dict[str, int]
    notices: tuple[str, ...]


def load_events(store: Store, path: Path, job: EventJob, now: Instant) -> EventReport:
    """Append the events of a file with both answers; none where one is at fault.

    At most `LINKS` times `BATCH` of them share a transaction. Events that their
    source sent before are not appended again, so a load that was interrupted goes on
    where it is run once more.

    Parameters
    ----------
    store
        Where they go.
    path
        File in any format of `layers.files.parts.event_parts`.
    job
        How to read it.
    now
        When events without `received_at` were received.

    Raises
    ------
    InvalidLayerError
        Its `faults` name every faulty row: no id of its source, no time that can be
        read, a severity that is no number, a time at which no version is in force.
    StoreError
        If the store stops taking events: it says how many of the file are kept.
    """
    file = _PlacedFile(path, job)
    with read_ahead(file.parts()) as parts:
        first = next(parts)
        frames = ((frame, positions) for frame, positions, _ in chain((first,), parts))
        datum, about_datum = first[2]
        report = _append_parts(store, frames, datum, job, now)
    return replace(report, notices=(*file.notices, about_datum, *report.notices))


def append_frame(
    store: Store,
    frame: pd.DataFrame,
    positions: Positions,
    datum: Datum,
    job: EventJob,
    now: Instant,
) -> EventReport:
    """Append the events of a frame, as `load_events` does.

    Parameters
    ----------
    store
        Where they go.
    frame
        One row an event; columns without a field in `gis.models.Event` are kept
        as details.
    positions, datum
        Position of each as reported.
    job, now
        As in `load_events`.
    """
    return _append_parts(store, [(frame, positions)], datum, job, now)


class _PlacedFile:
    """A file of events with positions, all of its parts in the datum of the first."""

    def __init__(self, path: Path, job: EventJob) -> None:
        self._path = path
        self._job = job
        self._file = LayerParts(path, COLUMNS, job.naming)

    @property
    def notices(self) -> tuple[str, ...]:
        """What to say of the rows so far."""
        return self._file.notices

    def parts(
        self,
    ) -> Generator[tuple[pd.DataFrame, Positions, tuple[Datum, str]]]:
        """Yield rows, their positions, and the datum of all with what to say of it."""
        job, choice = self._job, None
        for table in self._file.parts():
            coordinates = read_coordinates(
                table,
                self._ours(table, job.lon_column),
                self._ours(table, job.lat_column),
            )
            choice = choice or choose_datum(
                sentence("events"),
                "--datum",
                job.datum,
                None if coordinates.columns else table.crs,
                job.ballpark_m,
            )
            frame = to_frame(self._path, table.plain)
            columns = frame.drop(columns=[*(coordinates.columns or ())])
            yield columns, coordinates.positions, choice

    @staticmethod
    def _ours(table: EventTable, column: str | None) -> str | None:
        """Return our name of a column that the user names."""
        return column and our_name(COLUMNS, table.columns.column_names, column)


def _append_parts(
    store: Store,
    parts: Iterable[tuple[pd.DataFrame, Positions]],
    datum: Datum,
    job: EventJob,
    now: Instant,
) -> EventReport:
    """Check all parts, then append them batch by batch."""
    times = TimeReader(job.timezone, now, store.history())
    with event_spool() as spool:
        check = _Check(store, spool, datum, job.source)
        for frame, positions in parts:
            check.add(frame, positions, times)
        check.finish()
        append = _Append(store, datum, job, spool.rows)
        with read_ahead(append.answers(spool.batches(BATCH))) as answered:
            append.write(answered)
    return EventReport(
        spool.rows,
        append.appended,
        dict(append.statuses.most_common()),
        (*append.notices(), *check.notices(), *times.notices()),
    )


class _Check:
    """Events being checked part by part, those that are sound put on disk."""

    def __init__(
        self, store: Store, spool: EventSpool, datum: Datum, source: str
    ) -> None:
        self._store = store
        self._spool = spool
        self._datum = datum
        self._source = source
        self._has_events = not store.events(limit=1).empty
        self._rows = self._sourceless = 0
        self._faults: list[RowFault] = []
        self._unstorable: list[RowFault] = []
        self._changed: list[RowFault] = []
        self._hashes: list[NDArray[np.uint64]] = []

    def add(
        self, frame: pd.DataFrame, positions: Positions, reader: TimeReader
    ) -> None:
        """Check the rows behind those before."""
        times = reader.read(frame)
        rows, faults = event_rows(frame, positions, times, self._source)
        if "source" in frame:
            self._sourceless += int(empty_cells(frame["source"]).sum())
        of_part = sorted({*times.faults, *faults})
        self._faults += _moved(of_part, self._rows)
        if not self._faults:
            self._look(rows)
        self._rows += len(frame)

    def finish(self) -> None:
        """Refuse what is wrong with any of the rows."""
        for faults in (self._faults, self._unstorable):
            if faults:
                raise refusal("events", faults, AGAIN)
        changed = sorted({*self._changed, *self._changed_within()})
        if changed:
            raise refusal("events", changed, AGAIN)

    def notices(self) -> list[str]:
        """Say how many rows do not say who reports."""
        if not self._sourceless:
            return []
        return [about_filled("source", self._sourceless, self._source)]

    def _look(self, rows: pa.Table) -> None:
        """Check rows as the store does, and put them on disk."""
        if self._has_events or not are_storable(rows):
            for start in range(0, rows.num_rows, BATCH):
                events = new_events(rows.slice(start, BATCH), self._datum)
                self._look_at_each(events, self._rows + start)
        self._hashes.append(source_hashes(rows))
        self._spool.write(rows)

    def _look_at_each(self, events: list[NewEvent], rows_before: int) -> None:
        """Note events that no store takes, and those that came before as others."""
        try:
            check_events(events)
        except InvalidLayerError as error:
            self._unstorable += _moved(error.faults, rows_before)
        if self._has_events and not self._unstorable:
            changed = self._store.changed_events(events)
            self._changed += _moved(changed, rows_before)

    def _changed_within(self) -> list[RowFault]:
        """Return events that stand twice in the file with other content."""
        hashes = np.concatenate(self._hashes)
        ordered = np.sort(hashes)
        is_repeated = np.isin(hashes, ordered[1:][ordered[1:] == ordered[:-1]])
        if not is_repeated.any():
            return []
        faults: list[RowFault] = []
        earlier: dict[Source, NewEvent] = {}
        start = 0
        for rows in self._spool.batches(BATCH):
            places = np.flatnonzero(is_repeated[start : start + rows.num_rows])
            events = new_events(rows.take(places), self._datum)
            for fault in changed_faults(events, earlier):
                row = start + int(places[fault.row - 1]) + 1
                faults.append(fault._replace(row=row))
            for new in events:
                earlier.setdefault((new.event.source, new.event.source_id), new)
            start += rows.num_rows
        return faults


class _Append:
    """Checked events being answered and appended, batch by batch."""

    def __init__(self, store: Store, datum: Datum, job: EventJob, rows: int) -> None:
        self._store = store
        self._datum = datum
        self._periods = Periods(store, job.datum_error_m, job.terms)
        self._rows = rows
        self._begun = self._written = self._answered = 0
        self._misplaced = Misplaced(datum, "--datum")
        self._outside = 0
        self._examples: list[str] = []
        self.statuses: Counter[str] = Counter()
        self.appended = 0

    def answers(self, batches: Iterable[pa.Table]) -> Generator[EventHistory]:
        """Yield batches as the store takes them."""
        yield from map(self._answer, batches)

    def _answer(self, rows: pa.Table) -> EventHistory:
        """Return a batch as the store takes it."""
        occurred = event_columns(rows, self._datum, "occurred_at")
        received = event_columns(rows, self._datum, "received_at")
        first, acting = self._periods.pairs(occurred, received)
        history = event_history(rows, self._datum, first, acting)
        self._misplaced.add(occurred.positions, _reason_codes(first))
        self._count(history, first)
        return history

    def write(self, parts: Iterator[EventHistory]) -> None:
        """Append parts, some at a time; say how many are kept where that fails."""
        try:
            for part in parts:
                self._write(self._transaction(part, parts))
        except KeyboardInterrupt as stop:
            if not self._written:
                raise
            # the last transaction may have ended as the signal came
            raise StoreError(
                "The load was stopped: the first {start:,} of {events:,} events are "
                "kept, and perhaps some behind them; load the file again to go on, "
                "events that are kept are not appended twice.",
                start=self._written,
                events=self._rows,
            ) from stop

    def _transaction(
        self, first: EventHistory, rest: Iterator[EventHistory]
    ) -> Iterator[EventHistory]:
        """Yield parts while others who write can wait."""
        end = time.monotonic() + LONGEST_S
        for part in chain((first,), islice(rest, LINKS - 1)):
            self._begun += len(part)
            yield part
            if time.monotonic() > end:
                return

    def _write(self, parts: Iterator[EventHistory]) -> None:
        """Append parts in one transaction."""
        try:
            self.appended += self._store.append_history(parts)
        except StoreError as error:
            if not self._written:
                raise
            raise type(error)(
                sentence(
                    "The first {start:,} of {events:,} events are kept, the others "
                    "are not: {error} Load the file again then, events that are kept "
                    "are not appended twice.",
                    start=self._written,
                    events=self._rows,
                    error=error,
                )
            ) from error
        self._written = self._begun

    def notices(self) -> list[str]:
        """Say what the user should know of positions; some are triaged."""
        notices = self._misplaced.notices()
        if self._outside:
            more = ", ..." if self._outside > SHOWN else ""
            notices.append(
                sentence(
                    "{are} at a place that no grid in force then covers: {examples}; "
                    "stored without owner.",
                    are=count_text(self._outside, "event is", "events are"),
                    examples=joined(", ", self._examples) + more,
                )
            )
        return notices

    def _count(self, history: EventHistory, answers: AnswerColumns) -> None:
        """Count what the events are, and name the first outside."""
        statuses = [assignment.status for assignment in answers.assignments]
        self.statuses.update(map(str, statuses))
        places = [n for n, status in enumerate(statuses) if status == Status.OUTSIDE]
        self._outside += len(places)
        for place in places[: SHOWN - len(self._examples)]:
            name, row = history.source_id[place], self._answered + place + 1
            self._examples.append(sentence("{name!r} (row {row})", name=name, row=row))
        self._answered += len(history)


def _moved(faults: Iterable[RowFault], rows: int) -> list[RowFault]:
    """Return faults of a part by the rows of the file."""
    return [fault._replace(row=fault.row + rows) for fault in faults]


def _reason_codes(answers: AnswerColumns) -> NDArray[np.uint8]:
    """Return what is wrong with each position, by code."""
    reasons = (a.reason.partition(";")[0] for a in answers.assignments)
    return np.array([_CODES.get(reason, 0) for reason in reasons], dtype=np.uint8)
