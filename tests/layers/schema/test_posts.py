"""Posts are read and checked; persons are numbers, never names or points."""

from pathlib import Path

import pytest

from gis.errors import InvalidLayerError
from layers.files import read_posts
from layers.schema.posts import POSTS
from support.makers import broken_files as broken


def test_posts_of_a_csv_may_be_vacant(tmp_path: Path) -> None:
    text = (
        "post_id,area_id,role,holder_id\nP1,G1,grid_leader,L001\nP2,12,grid_leader,\n"
    )
    posts = read_posts(broken.csv_file(tmp_path / "x.csv", text))
    assert posts["area_id"].tolist() == ["G1", "12"]
    assert posts["holder_id"].isna().tolist() == [False, True]


def test_posts_lose_a_geometry(tmp_path: Path) -> None:
    row = {"post_id": "P1", "area_id": "G1", "role": "grid_leader"}
    path = broken.geojson(
        tmp_path / "x.geojson", [broken.feature(row, [1, 2], "Point")]
    )
    assert list(read_posts(path).columns) == ["post_id", "area_id", "role"]


def test_post_without_area_is_named(tmp_path: Path) -> None:
    text = "post_id,area_id,role\nP1,,grid_leader\n"
    with pytest.raises(InvalidLayerError, match="row 1, field 'area_id'"):
        read_posts(broken.csv_file(tmp_path / "x.csv", text))


def test_persons_are_no_points_and_not_open() -> None:
    assert POSTS.geometry is None
    sharing = {field.name: field.sharing for field in POSTS.fields}
    assert sharing["holder_id"] != "open"
