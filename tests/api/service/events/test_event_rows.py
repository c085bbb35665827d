"""Rows of events between a file and a store."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.service.events.event_rows import (
    SCHEMA,
    are_storable,
    event_columns,
    event_rows,
    new_events,
    source_hashes,
)
from api.service.events.times import TimeReader
from gis.assignment import Positions
from gis.crs import parse_datum
from gis.errors import InvalidLayerError
from gis.models import Position
from layers.stores.events import FIRST_INSTANT, LAST_INSTANT, check_events
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


@given(
    changes=st.fixed_dictionaries(
        {},
        optional={
            "source": st.sampled_from(["", " ", "\u3000", "\x1c", "x", "x\0"]),
            "source_id": st.sampled_from(["", "\t", "1", "\0"]),
            "kind": st.sampled_from(["", "fire", "\0fire"]),
            "community_id": st.sampled_from([None, "", "c\0"]),
            "details": st.sampled_from(["{}", "\0"]),
            "occurred_at": st.sampled_from([0, LAST_INSTANT, LAST_INSTANT + 1]),
            "received_at": st.sampled_from([FIRST_INSTANT - 1, FIRST_INSTANT, 0]),
        },
    )
)
def test_rows_are_storable_exactly_where_the_store_takes_each(
    changes: dict[str, object],
) -> None:
    sound = {
        "source": "hotline",
        "source_id": "1",
        "kind": "",
        "community_id": None,
        "details": "{}",
        "severity": 1,
        "accuracy_m": float("nan"),
        **dict.fromkeys(("occurred_at", "captured_at", "received_at"), 0),
        "is_day": False,
        "x": float("nan"),
        "y": 0.0,
        "position_reason": 1,
    }
    rows = pa.Table.from_pylist([sound, sound | changes], SCHEMA)
    try:
        check_events(new_events(rows, WGS84))
    except InvalidLayerError:
        assert not are_storable(rows)
    else:
        assert are_storable(rows)
    assert are_storable(SCHEMA.empty_table())


def test_names_that_are_equal_have_one_hash(squares: SquareTown) -> None:
    names = {"source": ["x", "y"], "source_id": ["1", "1"]}
    (first, _), (again, _) = (rows_of(squares, **names) for _ in range(2))
    assert source_hashes(first).tolist() == source_hashes(again).tolist()
    assert len({*source_hashes(first).tolist()}) == 2
