"""Every row and field of a table comes back as it stands, or the file is refused."""

from pathlib import Path

import pytest

from gis.errors import InvalidLayerError
from layers.files import read_circles, read_events, read_posts
from support.makers import broken_files as broken


def test_one_file_of_each_format_is_read_by_its_extension(tmp_path: Path) -> None:
    tables = [read_events(path).columns for path in broken.one_of_each(tmp_path)]
    assert [table.num_rows for table in tables] == [3, 3, 3, 3, 3, 3, 2, 1, 1]


def test_extension_may_be_in_capitals(tmp_path: Path) -> None:
    path = broken.csv_file(tmp_path / "EVENTS.CSV", "id\n007\n")
    assert read_events(str(path)).columns.to_pydict() == {"id": ["007"]}


def test_circle_with_a_broken_geometry_is_named_by_its_row(tmp_path: Path) -> None:
    row = {"circle_id": "C1", "parent_id": None, "tier": 1}
    whole = broken.feature(row, [broken.square(0, 0)])
    unclosed = broken.feature(row, [broken.square(0, 0)[:-1]])
    path = broken.geojson(tmp_path / "x.geojson", [whole, unclosed])
    with pytest.raises(InvalidLayerError, match=r"Row 2 .* \(a ring is not closed"):
        read_circles(path)


def test_post_of_an_unknown_role_is_named_by_row_and_field(tmp_path: Path) -> None:
    text = "post_id,area_id,role\nP1,G1,boss\n"
    with pytest.raises(InvalidLayerError, match="row 1, field 'role': 'boss'"):
        read_posts(broken.csv_file(tmp_path / "x.csv", text))
