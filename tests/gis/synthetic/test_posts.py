"""Posts of a small town: as many people as its staff, by number."""

import numpy as np
import pytest

from gis.models import Circle
from gis.synthetic.posts import Staff, make_posts
from gis.synthetic.regions import border_lengths
from support.makers.square_grids import square_grids

CIRCLES = [Circle("C1-01", None, 1, "core"), Circle("C2-01", "C1-01", 2, "east")]
# 16 grids: 2 lack a leader, 3 share that of a neighbour
STAFF = Staff(leaders=11, full_time=40, part_time=17, vacant=2)
GRIDS = square_grids()
BORDERS = border_lengths(GRIDS.geometry.to_numpy())
WEIGHTS = np.random.default_rng(4).uniform(1.0, 9.0, 16)


@pytest.fixture(scope="module")
def posts():
    return make_posts(GRIDS["grid_id"].tolist(), WEIGHTS, BORDERS, CIRCLES, STAFF)


def test_staff_is_as_large_as_ordered(posts):
    roles = posts["role"].value_counts().to_dict()
    assert roles == {
        "circle_leader": 2,
        "grid_leader": 16,
        "full_time_member": 40,
        "part_time_member": 17,
    }
    leaders = posts.query("role == 'grid_leader'")["holder_id"]
    assert (leaders.nunique(), leaders.isna().sum()) == (11, 2)
    assert posts["post_id"].is_unique


def test_every_grid_and_circle_has_one_leader_post(posts):
    leaders = posts[posts["role"].str.endswith("leader")]
    areas = [circle.circle_id for circle in CIRCLES] + GRIDS["grid_id"].tolist()
    assert leaders["area_id"].tolist() == areas
    assert (leaders["post_id"] == leaders["area_id"] + "-L").all()


def test_leader_of_two_grids_has_neighbours(posts):
    leaders = posts.query("role == 'grid_leader'").dropna()
    shared = leaders.groupby("holder_id")["area_id"].agg(list)
    pairs = [areas for areas in shared if len(areas) > 1]
    rows = {grid: row for row, grid in enumerate(GRIDS["grid_id"])}
    assert len(pairs) == 3
    assert all(BORDERS[rows[first], rows[second]] > 0 for first, second in pairs)


def test_leader_takes_over_one_grid_of_a_neighbour_at_most():
    row_of_four = np.diag(np.ones(3), 1) + np.diag(np.ones(3), -1)
    staff = Staff(leaders=2, full_time=4, part_time=4, vacant=0)
    weights = np.array([1.0, 9.0, 2.0, 9.0])
    posts = make_posts(["a", "b", "c", "d"], weights, row_of_four, [], staff)
    leaders = posts.query("role == 'grid_leader'")["holder_id"].tolist()
    assert leaders == ["L001", "L001", "L002", "L002"]


def test_grids_that_share_or_lack_a_leader_are_the_lightest(posts):
    holders = posts.query("role == 'grid_leader'")["holder_id"]
    leaders = holders.tolist()
    light = np.argsort(WEIGHTS)[:5].tolist()
    assert sorted(np.flatnonzero(holders.isna())) == sorted(light[3:])
    own = [leaders[row] for row in range(16) if row not in light]
    assert all(leaders[row] in own for row in light[:3])


@pytest.mark.parametrize(
    ("role", "total"), [("full_time_member", 40), ("part_time_member", 17)]
)
def test_members_are_spread_by_weight_at_least_one_a_grid(posts, role, total):
    members = posts[posts["role"] == role]
    counts = members["area_id"].value_counts().reindex(GRIDS["grid_id"]).to_numpy()
    exact = 1 + (total - 16) * WEIGHTS / WEIGHTS.sum()
    assert counts.min() >= 1
    assert (np.abs(counts - exact) < 1).all()
    assert (members["post_id"] == members["holder_id"]).all()


def test_holders_are_numbers_never_names(posts):
    assert posts["holder_id"].dropna().str.fullmatch(r"[RLFP]\d{3,4}").all()
