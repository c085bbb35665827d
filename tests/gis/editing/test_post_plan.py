"""Posts of grids that are gone: leaders end, members follow the ground."""

import pytest

from gis.editing.post_plan import follow_ground
from gis.models import Post, PostId
from gis.roster import Areas, succession_of
from gis.versions import Lineage

BEFORE = Areas(frozenset({"G1", "G2"}), frozenset({"C4-01"}))
POSTS = [
    Post(PostId("G1-L"), "G1", "grid_leader"),
    Post(PostId("G1-M"), "G1", "full_time_member"),
    Post(PostId("G2-L"), "G2", "grid_leader"),
    Post(PostId("C4-01-L"), "C4-01", "circle_leader"),
]


def areas(*grids):
    return Areas(frozenset(grids), frozenset({"C4-01"}))


def test_a_kept_id_keeps_its_posts():
    plan = follow_ground(POSTS, [Lineage("G1", "G3", 0.6)], areas("G1", "G2", "G3"))
    assert (plan.ended, plan.moved) == (frozenset(), {})


@pytest.mark.parametrize(
    ("shares", "heir"),
    [
        ({"G2": 0.4, "G3": 0.6}, "G3"),
        ({"G2": 0.6, "G3": 0.4}, "G2"),
        ({"G3": 0.5, "G2": 0.5}, "G2"),
        ({"G2": 1 / 3, "G20": 1 / 3, "G3": 1 / 3}, "G2"),
    ],
)
def test_members_follow_most_of_the_ground(shares, heir):
    lineage = [Lineage("G1", grid, share) for grid, share in shares.items()]
    plan = follow_ground(POSTS, lineage, areas("G2", "G20", "G3"))
    assert (sorted(plan.ended), plan.moved) == (["G1-L"], {"G1-M": heir})


def test_posts_end_whose_ground_nobody_got():
    plan = follow_ground(POSTS, [Lineage("G1", "G9", 1.0)], areas("G2"))
    assert sorted(plan.ended) == ["G1-L", "G1-M"]


def test_nobody_falls_silent_and_a_created_grid_lacks_its_leader():
    after = areas("G2", "G3")
    plan = follow_ground(POSTS, [Lineage("G1", "G3", 1.0)], after)
    open_ends = succession_of(POSTS, BEFORE, after, plan)
    assert (open_ends.silent, open_ends.leaderless) == ((), ("G3",))
