"""Circles and posts of a command, each by what is said of it."""

from pathlib import Path

from api.service.inputs.namings import namings_of
from api.service.inputs.tree import read_tree


def test_each_file_is_read_by_its_own_heads(tmp_path: Path) -> None:
    circles, posts = tmp_path / "circles.csv", tmp_path / "posts.csv"
    circles.write_text("编号,层级\nC1,1\n", encoding="utf-8")
    posts.write_text("编号,area_id,role\nP1,C1,circle_leader\n", encoding="utf-8")
    pairs = [("circle_id", "编号"), ("post_id", "编号")]
    told = read_tree(circles, posts, namings_of(pairs, [], ("circles", "posts")))
    assert [frame.iloc[0, 0] for frame in told if frame is not None] == ["C1", "P1"]
    assert read_tree(None, None, {}) == (None, None)
