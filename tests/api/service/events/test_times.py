"""Times of events: three columns, their defaults, and every faulty cell."""

import numpy as np
import pandas as pd
import pytest

from api.service.events.times import TimeReader
from gis.models import Instant
from gis.versions import History
from support.makers.square_town import NOW, TIMEZONE, SquareTown, local


@pytest.fixture
def history(squares: SquareTown) -> History:
    """Versions since the first of September."""
    return squares.store.history()


def rules(history: History, **columns: list[object]) -> list[str]:
    """Row, field and rule of each fault."""
    reader = TimeReader(TIMEZONE, NOW, history)
    return [str(fault) for fault in reader.read(pd.DataFrame(columns)).faults]


def test_captured_is_occurred_and_received_is_now_by_default(history: History) -> None:
    frame = pd.DataFrame({"occurred_at": ["2026-09-10T08:00", "2026/9/10 9:00"]})
    reader = TimeReader(TIMEZONE, NOW, history)
    times = reader.read(frame)
    at = [local("2026-09-10T08:00"), local("2026-09-10T09:00")]
    assert {name: values.tolist() for name, values in times.values().items()} == {
        "occurred_at": at,
        "captured_at": at,
        "received_at": [NOW, NOW],
    }
    assert not times.faults
    assert len(reader.notices()) == 2


def test_empty_cell_and_absent_column_are_named(history: History) -> None:
    assert rules(history, occurred_at=[" "]) == [
        "row 1, field 'occurred_at': is empty, expected a time"
    ]
    assert rules(history, source_id=["e1"]) == [
        "row 1, field 'occurred_at': is missing, expected when it happened"
    ]


def test_empty_cell_is_as_a_column_that_is_not_there_and_counted(
    history: History,
) -> None:
    at = ["2026-09-10T08:00", "2026-09-10T09:00"]
    frame = pd.DataFrame(
        {
            "occurred_at": at,
            "captured_at": [" ", "2026-09-10T09:01"],
            "received_at": ["2026-09-10T10:00", None],
        }
    )
    reader = TimeReader(TIMEZONE, NOW, history)
    times = reader.read(frame)
    assert not times.faults
    assert times.captured_at.tolist() == [local(at[0]), local("2026-09-10T09:01")]
    assert times.received_at.tolist() == [local("2026-09-10T10:00"), NOW]
    assert reader.notices()[-2:] == [
        "1 empty cell is taken as the time at which the event occurred in "
        "'captured_at'.",
        "1 empty cell is taken as now in 'received_at'.",
    ]


def test_time_before_the_first_version_is_named(history: History) -> None:
    [rule] = rules(history, occurred_at=["2025-01-01 08:00"])
    assert "no version covers 2025-01-01T00:00:00.000+00:00" in rule


@pytest.mark.parametrize("name", ["captured_at", "received_at"])
def test_hour_is_needed_of_a_device(history: History, name: str) -> None:
    columns = {"occurred_at": ["2026-09-10T08:00"], name: ["2026-09-12"]}
    assert rules(history, **columns) == [
        f"row 1, field '{name}': '2026-09-12' is a day without an hour, expected a time"
    ]


def test_order_of_times_is_held_to_the_millisecond(history: History) -> None:
    times = ["2026-09-10T08:00:00.001Z", "2026-09-10T08:00:00.000Z"]
    columns = {"occurred_at": times, "received_at": [times[1], times[1]]}
    [rule] = rules(history, **columns)
    assert rule.startswith("row 1, field 'occurred_at'")
    assert "expected no later" in rule


def test_day_is_marked_and_no_instant_is_guessed(history: History) -> None:
    frame = pd.DataFrame({"occurred_at": ["2026-09-10", "2026-09-10T08:00Z"]})
    times = TimeReader(TIMEZONE, Instant(NOW), history).read(frame)
    assert times.is_day.tolist() == [True, False]
    assert times.occurred_at[0] == local("2026-09-10")
    assert np.issubdtype(times.occurred_at.dtype, np.int64)


def test_what_is_to_be_known_of_the_times_is_counted_over_all_parts(
    history: History,
) -> None:
    reader = TimeReader(TIMEZONE, NOW, history)
    for day in ("2026-09-10", "2026-09-11"):
        times = [f"{day} 08:00", day, f"{day}T08:00Z"]
        reader.read(pd.DataFrame({"occurred_at": times, "received_at": [NOW] * 3}))
    assert [text.split(" ", 2)[:2] for text in reader.notices()] == [
        ["2", "times"],
        ["2", "events"],
    ]
