"""Duties and rotations are read whole or refused by row; local times are flagged."""

from pathlib import Path

import pandas as pd
import pytest

from gis.errors import InvalidLayerError
from gis.models import Instant
from layers.schema.duties import (
    DUTIES,
    ROTATIONS,
    duties_of,
    rotations_of,
    without_overlaps,
)
from support.makers.duty_files import MORNING, ROTATION, duties_file


def test_duties_of_a_csv_keep_order_and_both_axes(tmp_path: Path) -> None:
    frame = duties_file(
        tmp_path,
        "D1,P1,L001,2026-09-07T08:00+08:00,2026-09-08T00:00Z,2026-09-01T00:00Z,",
        "D1,P1,L002,2026-09-07 08:00,2026-09-08 08:00,2026-09-02T00:00Z,true",
    )
    first, second = duties_of(frame)
    assert first.starts_at == second.starts_at == MORNING
    assert first.ends_at == second.ends_at == MORNING + 86_400_000
    assert (first.cancelled, second.cancelled) == (False, True)
    assert first.recorded_at < second.recorded_at


@pytest.mark.parametrize("recorded", [{}, {"recorded_at": " "}, {"recorded_at": None}])
def test_record_that_does_not_say_since_when_it_is_known_is_known_now(
    recorded: dict[str, str | None],
) -> None:
    row = {name: value for name, value in ROTATION.items() if name != "recorded_at"}
    frame = pd.DataFrame([row | recorded])
    now = Instant(MORNING)
    (rotation,) = rotations_of(frame, now=now)
    assert rotation.recorded_at == now
    (of_clock,) = rotations_of(frame)
    assert of_clock.recorded_at > 0


def test_local_time_that_clocks_skip_is_named(tmp_path: Path) -> None:
    row = "D1,P1,L1,2026-03-29T02:30,2026-03-30T02:30,2026-03-01T00:00Z,"
    frame = duties_file(tmp_path, row)
    with pytest.raises(InvalidLayerError, match="row 1, field 'starts_at'"):
        duties_of(frame, "Europe/Berlin")
    assert len(duties_of(frame)) == 1


def test_rotation_has_local_hand_overs_and_its_members() -> None:
    (rotation,) = rotations_of(pd.DataFrame([ROTATION]))
    assert rotation.members == ("D01", "D02")
    assert rotation.first_at.isoformat() == "2026-09-07T08:00:00"
    assert (rotation.every_days, rotation.cancelled) == (7, False)


def test_hand_over_with_an_offset_is_refused() -> None:
    frame = pd.DataFrame([{**ROTATION, "first_at": "2026-09-07T08:00+08:00"}])
    with pytest.raises(InvalidLayerError, match="row 1, field 'first_at'"):
        rotations_of(frame)


def test_rotation_without_members_keeps_none() -> None:
    (rotation,) = rotations_of(pd.DataFrame([{**ROTATION, "members": None}]))
    assert rotation.members == ()


def test_of_duties_that_overlap_the_one_recorded_first_stays() -> None:
    rows = [
        ("D1", "P1", "2026-09-01", "2026-09-08", 5),
        ("D2", "P1", "2026-09-08", None, 5),
        ("D3", "P1", "2026-09-05", "2026-09-09", 6),
        ("D4", "P2", "2026-09-05", "2026-09-09", 6),
        ("D5", "P2", "2026-09-05", "2026-09-06", 6),
        ("D6", "P1", "2026-08-01", "2026-09-01", 7),
    ]
    names = ["duty_id", "post_id", "valid_from", "valid_to", "batch"]
    duties = pd.DataFrame(rows, columns=names)
    for name in ("valid_from", "valid_to"):
        duties[name] = pd.to_datetime(duties[name], utc=True)
    kept = without_overlaps(duties)
    assert kept["duty_id"].tolist() == ["D1", "D2", "D4", "D6"]
    assert without_overlaps(duties.iloc[:0]).empty


def test_persons_are_no_points_and_not_open() -> None:
    for schema in (DUTIES, ROTATIONS):
        assert schema.geometry is None
        sharing = {field.name: field.sharing for field in schema.fields}
        assert sharing.get("holder_id", "conditional") != "open"
        assert sharing.get("members", "conditional") != "open"


@pytest.mark.parametrize("name", ["first_at", "until"])
def test_rotation_without_end_is_refused_by_row(name: str) -> None:
    frame = pd.DataFrame([{**ROTATION, name: "9999-12-31 08:00"}])
    with pytest.raises(InvalidLayerError, match=f"row 1, field '{name}': .* year 9999"):
        rotations_of(frame)


def test_every_fault_of_rotations_is_named_at_once() -> None:
    frame = pd.DataFrame(
        [
            {**ROTATION, "first_at": "2026-09-07T08:00+08:00", "members": "张三"},
            {**ROTATION, "until": "soon", "recorded_at": "later", "every_days": "x"},
        ]
    )
    with pytest.raises(InvalidLayerError) as refused:
        rotations_of(frame)
    assert [(fault.row, fault.field) for fault in refused.value.faults] == [
        (1, "first_at"),
        (1, "members"),
        (2, "every_days"),
        (2, "recorded_at"),
        (2, "until"),
    ]
