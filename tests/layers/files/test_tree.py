"""Circles and posts are read by Chinese heads, from workbooks too."""

from pathlib import Path

import pytest

from gis.errors import InvalidLayerError
from layers.files.heads import Naming
from layers.files.tree import read_circles, read_posts
from support.makers.workbooks import workbook


def test_circles_of_a_workbook(tmp_path: Path) -> None:
    rows = [("圈编号", "上级圈编号", "层级"), ("007", "", 1), ("008", "007", 2)]
    circles = read_circles(workbook(tmp_path / "a.xlsx", rows))
    assert circles["circle_id"].tolist() == ["007", "008"]
    assert circles["tier"].tolist() == [1, 2]


def test_posts_by_what_the_user_says(tmp_path: Path) -> None:
    path = tmp_path / "posts.csv"
    path.write_text("编号,负责区域编号,岗位角色\nP1,G1,网格长\n", encoding="utf-8")
    posts = read_posts(path, Naming({"post_id": "编号"}))
    assert posts.to_dict("records") == [
        {"post_id": "P1", "area_id": "G1", "role": "grid_leader"}
    ]
    with pytest.raises(InvalidLayerError, match=r"no column 'post_id' .岗位编号."):
        read_posts(path)
