"""Rows of events between a file and a store."""

import numpy as np
import pandas as pd
import pytest

from api.service.events.event_rows import (
    SCHEMA,
    event_columns,
    event_rows,
    new_events,
    source_hashes,
)
from api.service.events.times import TimeReader
from gis.assignment import Positions
from gis.crs import parse_datum
from gis.models import Position
from support.makers.square_town import NOW, TIMEZONE, SquareTown, local

WGS84 = parse_datum("wgs84")
AT = local("2026-09-10T08:00")


def rows_of(town: SquareTown, **columns: object) -> tuple:
    """Rows of two events, one of which has no position."""
    frame = pd.DataFrame(
        {"source_id": ["a", "b"], "occurred_at": ["2026-09-10T08:00"] * 2, **columns}
    )
    positions = Positions(
        np.array([120.5, np.nan]), np.array([30.5, np.nan]), np.array([0, 1], np.uint8)
    )
    times = TimeReader(TIMEZONE, NOW, town.store.history()).read(frame)
    return event_rows(frame, positions, times, "hotline")


def test_rows_say_what_the_frame_says(squares: SquareTown) -> None:
    rows, faults = rows_of(
        squares,
        severity=[3, None],
        accuracy_m=["±5 m", ""],
        count=pd.Series([7, None], dtype="Int64"),
        seen_on=pd.Series([pd.Timestamp("2026-01-02"), pd.NaT]),
        note=["", "text"],
    )
    assert (faults, rows.schema) == ([], SCHEMA)
    first, second = new_events(rows, WGS84)
    assert first.event.position == Position(120.5, 30.5, "wgs84")
    assert (first.event.severity, first.event.accuracy_m) == (3, 5.0)
    assert (first.event.occurred_at, first.event.received_at) == (AT, NOW)
    assert first.details == '{"count":7,"seen_on":"2026-01-02 00:00:00"}'
    assert (second.event.position, second.event.accuracy_m) == (None, None)
    assert second.details == '{"note":"text"}'


def test_faulty_frame_has_faults_and_no_rows(squares: SquareTown) -> None:
    rows, [fault] = rows_of(squares, severity=[1.5, 2])
    assert (rows.num_rows, fault.row, fault.field) == (0, 1, "severity")


@pytest.mark.parametrize("instants", ["occurred_at", "received_at"])
def test_only_when_it_occurred_may_be_a_day(squares: SquareTown, instants: str) -> None:
    rows, _ = rows_of(squares, occurred_at=["2026-09-10", "2026-09-10T08:00"])
    columns = event_columns(rows, WGS84, instants)
    assert columns.is_day.tolist() == [instants == "occurred_at", False]
    assert columns.instants.tolist() == rows[instants].to_pylist()


def test_names_that_are_equal_have_one_hash(squares: SquareTown) -> None:
    names = {"source": ["x", "y"], "source_id": ["1", "1"]}
    (first, _), (again, _) = (rows_of(squares, **names) for _ in range(2))
    assert source_hashes(first).tolist() == source_hashes(again).tolist()
    assert len({*source_hashes(first).tolist()}) == 2
