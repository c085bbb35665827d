"""Duties and rotations of a file are checked, or refused by row."""

from pathlib import Path

import pandas as pd
import pytest

from gis.errors import InvalidLayerError
from layers.files.duties import read_duties, read_rotations
from support.makers import broken_files as broken
from support.makers.duty_files import ROTATION, duties_file


def test_several_records_may_stand_for_one_duty(tmp_path: Path) -> None:
    row = "D1,P1,L001,2026-09-07T08:00Z,2026-09-08T08:00Z,2026-09-01T00:00Z,"
    assert duties_file(tmp_path, row, row)["record_id"].tolist() == [1, 2]


@pytest.mark.parametrize(
    ("row", "found"),
    [
        ("D1,P1,,2026-09-07T08:00Z,2026-09-08T08:00Z,2026-09-01T00:00Z,", "holder_id"),
        ("D1,P1,L1,tomorrow,2026-09-08T08:00Z,2026-09-01T00:00Z,", "'tomorrow'"),
        ("D1,P1,L1,2026-09-07T08:00Z,2026-09-08T08:00Z,soon,", "recorded_at"),
        ("D1,P1,L1,2026-09-07T08:00Z,2026-09-08T08:00Z,2026-09-01,perhaps", "perhaps"),
    ],
)
def test_broken_row_is_named(tmp_path: Path, row: str, found: str) -> None:
    with pytest.raises(InvalidLayerError, match=r"row 1") as caught:
        duties_file(tmp_path, row)
    assert found in str(caught.value)


def test_columns_that_a_file_lacks_are_named_by_those_that_it_has(
    tmp_path: Path,
) -> None:
    path = tmp_path / "x.csv"
    row = {name: value for name, value in ROTATION.items() if name != "every_days"}
    pd.DataFrame([row]).to_csv(path, index=False)
    with pytest.raises(InvalidLayerError, match="no column 'every_days'") as caught:
        read_rotations(path)
    assert "record_id" not in str(caught.value)


def test_rotation_of_a_file_is_checked(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    pd.DataFrame([ROTATION]).to_csv(path, index=False)
    assert read_rotations(path)["every_days"].tolist() == [7]


def test_a_geometry_beside_duties_is_left_out(tmp_path: Path) -> None:
    row = {
        "duty_id": "D1",
        "post_id": "P1",
        "holder_id": "L1",
        "starts_at": "2026-09-07T08:00Z",
        "ends_at": "2026-09-08T08:00Z",
        "recorded_at": "2026-09-01T00:00Z",
    }
    path = broken.geojson(
        tmp_path / "x.geojson", [broken.feature(row, [1, 2], "Point")]
    )
    assert "geometry" not in read_duties(path).columns


def test_rotation_of_no_whole_days_is_refused_by_row(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    pd.DataFrame([ROTATION | {"every_days": "often"}]).to_csv(path, index=False)
    with pytest.raises(InvalidLayerError, match="row 1, field 'every_days': 'often'"):
        read_rotations(str(path))
