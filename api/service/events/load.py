"""Load events of a file, each with both of its answers, once all of them are sound."""

import math
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pandas as pd
from numpy.typing import NDArray

from api.service.assignment.stored import EventColumns, StoredAnswer, stored_answers
from api.service.events.times import TIMES, EventTimes, read_times
from gis.assignment import REASONS, Positions
from gis.counts import count_text
from gis.crs import Datum
from gis.errors import InvalidLayerError, RowFault, StoreError
from gis.models import Event, Instant, Position, Status
from gis.sentences import sentence
from layers.datums import about_misplaced, choose_datum
from layers.files import read_coordinates
from layers.files.accuracy import radii_of
from layers.files.heads import PLAIN as PLAIN_FILE
from layers.files.heads import Naming, our_name, read_layer
from layers.files.layer_columns import FILE_LAYERS
from layers.files.positions import positions_of
from layers.files.table import to_frame
from layers.schema.damaged_ids import damaged_ids
from layers.schema.layer import Field, convert, refusal
from layers.snapshots import PLAIN, Terms, build_snapshot
from layers.stores import Store
from layers.stores.event_records import EventReceipt, NewEvent
from layers.stores.events import changed_faults, check_events

COLUMNS = FILE_LAYERS["events"]
BATCH = 10_000
"""Events of one transaction, which is one link of the log."""

LIMITS = {"severity": (-(2.0**53), 2.0**53), "accuracy_m": (0.0, 1e9)}
"""Smallest and largest number that an event may have; severities are whole."""
AGAIN = "load the layer again"


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

    They are written `BATCH` at a time. Events that their source sent before are not
    appended again, so a load that was interrupted goes on where it is run once more.

    Parameters
    ----------
    store
        Where they go.
    path
        File in any format of `layers.files.read_events`.
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
    table = read_layer(path, COLUMNS, job.naming)
    names = table.columns.column_names
    lon, lat = (
        column and our_name(COLUMNS, names, column)
        for column in (job.lon_column, job.lat_column)
    )
    coordinates = read_coordinates(table, lon, lat)
    datum, notice = choose_datum(
        sentence("events"),
        "--datum",
        job.datum,
        None if coordinates.columns else table.crs,
        job.ballpark_m,
    )
    frame = to_frame(path, table.plain)
    position_columns = coordinates.columns or ()
    report = append_frame(
        store,
        frame.drop(columns=list(position_columns)),
        positions_of(coordinates),
        datum,
        job,
        now,
    )
    return replace(report, notices=(*table.notices, notice, *report.notices))


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
    times = read_times(frame, job.timezone, now, store.history())
    texts, text_faults = _texts(frame, job)
    faults = sorted({*times.faults, *text_faults, *_number_faults(frame)})
    if faults:
        raise refusal("events", faults, AGAIN)
    columns = EventColumns(
        positions,
        datum.definition,
        _accuracy_m(frame),
        times.occurred_at,
        times.is_day,
        datum.error_m,
    )
    first = answers_over_time(store, columns, job)
    late = replace(
        columns, instants=times.received_at, is_day=np.zeros_like(times.is_day)
    )
    is_same = np.array_equal(late.instants, columns.instants)
    is_same &= not times.is_day.any()
    acting = first if is_same else answers_over_time(store, late, job)
    fields = texts | _fields(frame, times) | times.values()
    rows = (
        dict(zip(fields, row, strict=True))
        for row in zip(*fields.values(), strict=True)
    )
    events = [
        _new_event(row, columns, place, first[place], acting[place])
        for place, row in enumerate(rows)
    ]
    check_events(events)
    _refuse_changed(store, events)
    receipts = _append(store, events)
    statuses = Counter(str(answer.assignment.status) for answer in first)
    return EventReport(
        len(events),
        sum(receipt.is_new for receipt in receipts),
        dict(statuses.most_common()),
        (
            *about_misplaced(positions, _reason_codes(first), datum, "--datum"),
            *_about_places(events, first),
            *times.notices,
        ),
    )


def _refuse_changed(store: Store, events: list[NewEvent]) -> None:
    """Refuse events that came before with other content, before any is appended."""
    faults = changed_faults(events, {})
    for start in range(0, len(events), BATCH):
        some = events[start : start + BATCH]
        faults += (
            fault._replace(row=fault.row + start)
            for fault in store.changed_events(some)
        )
    if faults:
        raise refusal("events", sorted(set(faults)), AGAIN)


def _append(store: Store, events: list[NewEvent]) -> list[EventReceipt]:
    """Append events link by link; say how many are kept where the store stops."""
    receipts: list[EventReceipt] = []
    for start in range(0, len(events), BATCH):
        try:
            receipts += store.append_events(events[start : start + BATCH])
        except StoreError as error:
            if start == 0:
                raise
            raise type(error)(
                sentence(
                    "The first {start:,} of {events:,} events are kept, the others "
                    "are not: {error} Load the file again then, events that are kept "
                    "are not appended twice.",
                    start=start,
                    events=len(events),
                    error=error,
                )
            ) from error
    return receipts


def answers_over_time(
    store: Store, columns: EventColumns, job: EventJob
) -> list[StoredAnswer]:
    """Return the answer to each event from what is in force at its time.

    Parameters
    ----------
    store
        The store; at each of the times a version is in force.
    columns
        The events.
    job
        How they are to be answered.
    """
    instants = columns.instants
    order = np.argsort(instants, kind="stable")
    answers: list[StoredAnswer | None] = [None] * len(order)
    start = 0
    while start < len(order):
        snapshot = build_snapshot(
            store, Instant(int(instants[order[start]])), terms=job.terms
        )
        end = len(order)
        if snapshot.expires_at is not None:
            end = int(np.searchsorted(instants[order], snapshot.expires_at))
        rows = order[start:end]
        period_answers = stored_answers(
            snapshot, columns.take(rows), datum_error_m=job.datum_error_m
        )
        for row, answer in zip(rows.tolist(), period_answers, strict=True):
            answers[row] = answer
        start = end
    return [answer for answer in answers if answer is not None]


def _texts(
    frame: pd.DataFrame, job: EventJob
) -> tuple[dict[str, list[Any]], list[RowFault]]:
    """Return source, ids, kind and community as text, and what is wrong with them."""
    columns = _text_columns(frame)
    id_column = columns["source_id"]
    names = [name for name in columns.values() if name in frame]
    fields = [
        Field(name, "text", name == id_column, "conditional", "") for name in names
    ]
    table, faults = convert(frame[names], "events", fields)
    faults += damaged_ids(table[id_column])
    absent = {"source": job.source, "source_id": "", "kind": "", "community_id": None}
    texts = {
        field: [
            absent[field] if pd.isna(text) else text for text in table[name].tolist()
        ]
        if name in table
        else [absent[field]] * len(frame)
        for field, name in columns.items()
    }
    return texts, faults


def _text_columns(frame: pd.DataFrame) -> dict[str, str]:
    """Return the column of each text of an event, whether it is there or not."""
    id_column = "source_id" if "source_id" in frame else "event_id"
    if id_column not in frame:
        raise InvalidLayerError(
            "The events have no column 'source_id' but {frame!r}; add the id that "
            "their source gave to each.",
            frame=list(map(str, frame)),
        )
    return {
        "source": "source",
        "source_id": id_column,
        "kind": next((name for name in ("kind", "category") if name in frame), "kind"),
        "community_id": "community_id",
    }


def _number_faults(frame: pd.DataFrame) -> list[RowFault]:
    """Return severities that are not whole, and numbers out of their limits."""
    faults: list[RowFault] = []
    for name, (smallest, largest) in LIMITS.items():
        if name not in frame:
            continue
        numbers = _accuracy_m(frame) if name == "accuracy_m" else _numbers(frame[name])
        is_filled = frame[name].notna() & (frame[name].astype("str").str.strip() != "")
        wrong = is_filled.to_numpy() & ~((numbers >= smallest) & (numbers <= largest))
        if name == "severity":
            wrong |= is_filled.to_numpy() & (numbers != np.round(numbers))
        faults += [
            RowFault(
                row,
                name,
                sentence(
                    "{cell_text} is not such a number",
                    cell_text=_cell_text(frame, name, row),
                ),
            )
            for row in (np.flatnonzero(wrong) + 1).tolist()
        ]
    return faults


def _cell_text(frame: pd.DataFrame, name: str, row: int) -> str:
    return repr(frame[name].iloc[row - 1]) if name in frame else "nothing"


def _accuracy_m(frame: pd.DataFrame) -> NDArray[np.float64]:
    """Return the radius of each position, NaN where there is none."""
    return radii_of(frame.get("accuracy_m", pd.Series(np.nan, frame.index))).metres


def _fields(frame: pd.DataFrame, times: EventTimes) -> dict[str, list[Any]]:
    """Return what each event has besides position, accuracy, texts and times.

    An event of which only the day is known keeps what was reported among the details.
    """
    severity = frame.get("severity", pd.Series(0, index=frame.index))
    own = {*_text_columns(frame).values(), "severity", "accuracy_m", *TIMES}
    extras = frame[[name for name in frame if name not in own]]
    if times.is_day.any():
        extras = extras.assign(occurred_at=frame["occurred_at"].where(times.is_day))
    return {
        "severity": np.nan_to_num(_numbers(severity)).astype(int).tolist(),
        "details": _details(extras),
    }


def _numbers(column: pd.Series) -> NDArray[np.float64]:
    """Return a column as numbers, NaN where there is none."""
    return pd.to_numeric(column, errors="coerce").to_numpy(np.float64, na_value=np.nan)


def _details(extras: pd.DataFrame) -> list[Any]:
    """Return the other columns as JSON, empty cells left out."""
    return [
        orjson.dumps(
            {str(n): v for n, v in row.items() if not pd.isna(v) and v != ""},
            option=orjson.OPT_SORT_KEYS,
            default=str,
        ).decode()
        for row in extras.astype(object).to_dict("records")
    ]


def _new_event(
    row: dict[str, Any],
    columns: EventColumns,
    place: int,
    first: StoredAnswer,
    acting: StoredAnswer,
) -> NewEvent:
    """Return one event as the store takes it."""
    x, y = (float(axis[place]) for axis in (columns.positions.x, columns.positions.y))
    is_there = math.isfinite(x) and math.isfinite(y)
    radius = float(columns.accuracy_m[place])
    details = row.pop("details")
    event = Event(
        event_id="",
        position=Position(x, y, columns.datum) if is_there else None,
        accuracy_m=None if math.isnan(radius) else radius,
        **row,
    )
    return NewEvent(
        event=event,
        lon=first.lon,
        lat=first.lat,
        grid_id=first.assignment.grid_id,
        at_occurrence=first.text,
        acting=acting.text,
        details=details,
    )


def _reason_codes(answers: list[StoredAnswer]) -> NDArray[np.uint8]:
    """Return what is wrong with each position, by code."""
    codes = {reason: code for code, reason in enumerate(REASONS)}
    reasons = (answer.assignment.reason.partition(";")[0] for answer in answers)
    return np.array([codes.get(reason, 0) for reason in reasons], dtype=np.uint8)


def _about_places(events: list[NewEvent], answers: list[StoredAnswer]) -> list[str]:
    """Name the events whose place no grid in force holds; they are triaged."""
    outside = [
        f"{new.event.source_id!r} (row {row})"
        for row, (new, answer) in enumerate(zip(events, answers, strict=True), start=1)
        if answer.assignment.status == Status.OUTSIDE
    ]
    if not outside:
        return []
    examples = ", ".join(outside[:3]) + (", ..." if len(outside) > 3 else "")
    return [
        sentence(
            "{are} at a place that no grid in force then covers: {examples}; stored "
            "without owner.",
            are=count_text(len(outside), "event is", "events are"),
            examples=examples,
        )
    ]
