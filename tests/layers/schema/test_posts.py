"""Posts are read and checked; persons are numbers, never names or points."""

import datetime as dt
from pathlib import Path

import pandas as pd
import pytest

from gis.errors import InvalidLayerError
from gis.models import Instant
from layers.files import read_posts
from layers.schema.posts import POSTS, leader_faults
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


NAMES = ["post_id", "area_id", "role", "valid_from", "valid_to", "cancelled"]


def rows_of(*posts: tuple[object, ...]) -> pd.DataFrame:
    """Posts as a store takes them: id, area, role, days of May, and whether back."""
    frame = pd.DataFrame(posts, columns=NAMES, index=range(1, len(posts) + 1))
    times = {
        name: pd.to_datetime([*map(_day, frame[name])], utc=True) for name in NAMES[3:5]
    }
    return frame.assign(**times)


def _day(number: float | None) -> dt.datetime | None:
    if number is None or pd.isna(number):
        return None
    return dt.datetime(2026, 5, int(number), tzinfo=dt.UTC)


LEADER = ("L1", "G1", "grid_leader", 1, None, False)


@pytest.mark.parametrize(
    ("known", "new", "faulty"),
    [
        ([LEADER], [("L2", "G1", "grid_leader", 3, None, False)], [1]),
        ([LEADER], [("L2", "G1", "circle_leader", 3, 4, False)], [1]),
        ([], [LEADER, ("L2", "G1", "grid_leader", 1, None, False)], [2]),
        ([], [("L2", "G1", "grid_leader", 9, None, False), LEADER], [2]),
        ([LEADER], [("L2", "G1", "team", 3, None, False)], []),
        ([LEADER], [("L2", "G2", "grid_leader", 3, None, False)], []),
        ([LEADER], [LEADER], []),
        ([LEADER], [("L2", "G1", "grid_leader", 3, None, True)], []),
        (
            [("L1", "G1", "grid_leader", 1, 3, False)],
            [("L2", "G1", "grid_leader", 3, None, False)],
            [],
        ),
        (
            [LEADER],
            [
                ("L1", "G1", "grid_leader", 1, None, True),
                ("L2", "G1", "grid_leader", 3, None, False),
            ],
            [],
        ),
        (
            [LEADER],
            [
                ("L2", "G1", "grid_leader", 9, None, False),
                ("L1", "G1", "grid_leader", 1, 9, False),
            ],
            [],
        ),
        (
            [LEADER, ("L2", "G1", "grid_leader", 3, None, False)],
            [("L2", "G1", "grid_leader", 3, None, True)],
            [],
        ),
    ],
    ids=[
        "beside one that leads",
        "for a time",
        "twice in a file",
        "before in a file",
        "no leader",
        "of another area",
        "the same again",
        "taken back",
        "after one that ended",
        "where the other is taken back",
        "where the other ends then",
        "one of two taken back",
    ],
)
def test_area_has_one_leader_at_a_time(
    known: list[tuple[object, ...]],
    new: list[tuple[object, ...]],
    faulty: list[int],
) -> None:
    facts = rows_of(*known).drop(columns="cancelled")
    faults = leader_faults(rows_of(*new), facts, Instant(0))
    assert [fault.row for fault in faults] == faulty
    assert all(fault.field == "area_id" for fault in faults)
