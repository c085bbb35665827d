"""Posts over a change of version: none falls silent and no grid is left unawares."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.errors import InvalidLayerError
from gis.models import Post
from gis.roster import NO_PLAN, Areas, PostsPlan, succession_of

CIRCLES = frozenset({"C"})
BEFORE = Areas(frozenset({"G1", "G2", "G3"}), CIRCLES)
AFTER = Areas(frozenset({"G1", "G3", "N1"}), CIRCLES)
POSTS = (
    Post("C-L", "C", "circle_leader", "R1"),
    Post("G1-L", "G1", "grid_leader", "L1"),
    Post("G2-A", "G2", "full_time_member", "M1"),
    Post("G2-L", "G2", "grid_leader", None),
    Post("X-D", "X", "department"),
)


def left_open(plan=NO_PLAN, posts=POSTS, after=AFTER):
    """Ids of silent posts, and grids without a leader."""
    succession = succession_of(posts, BEFORE, after, plan)
    return [p.post_id for p in succession.silent], list(succession.leaderless)


def test_posts_of_a_grid_that_is_gone_fall_silent_leaders_first():
    assert left_open() == (["G2-L", "G2-A"], ["N1"])


def test_post_that_stood_nowhere_before_and_grid_that_had_no_leader_are_not_news():
    silent, leaderless = left_open()
    assert "X-D" not in silent
    assert "G3" not in leaderless


@pytest.mark.parametrize(
    ("plan", "expected"),
    [
        (PostsPlan(ended=frozenset({"G2-L", "G2-A"})), ([], ["N1"])),
        (PostsPlan(moved={"G2-L": "N1", "G2-A": "C"}), ([], [])),
        (PostsPlan(moved={"G1-L": "N1"}), (["G2-L", "G2-A"], ["G1"])),
        (PostsPlan(ended=frozenset({"G1-L"})), (["G2-L", "G2-A"], ["G1", "N1"])),
        (PostsPlan(vacant=frozenset({"N1"})), (["G2-L", "G2-A"], [])),
        (
            PostsPlan(created=(Post("N1-L", "N1", "grid_leader"),)),
            (["G2-L", "G2-A"], []),
        ),
        (
            PostsPlan(created=(Post("N1-M", "N1", "full_time_member"),)),
            (["G2-L", "G2-A"], ["N1"]),
        ),
    ],
    ids=[
        "ended",
        "moved",
        "moved away",
        "leader ended",
        "vacant",
        "created",
        "member is no leader",
    ],
)
def test_a_plan_settles_what_it_names(plan, expected):
    assert left_open(plan) == expected
    assert succession_of(POSTS, BEFORE, AFTER, plan).is_settled == (
        expected == ([], [])
    )


def test_a_circle_that_is_gone_silences_its_posts():
    gone = Areas(BEFORE.grids, frozenset({"D"}))
    assert left_open(after=gone) == (["C-L"], [])


@pytest.mark.parametrize(
    ("plan", "words"),
    [
        (PostsPlan(ended=frozenset({"G9-L"})), r"\['G9-L'\], which do not stand"),
        (PostsPlan(moved={"G2-L": "G2"}), r"areas \['G2'\], which the version lacks"),
        (PostsPlan(vacant=frozenset({"C"})), r"areas \['C'\], which the version lacks"),
        (PostsPlan(created=(Post("N", "N9", "team"),)), r"\['N9'\]"),
    ],
    ids=[
        "no such post",
        "moved to what is gone",
        "circle as vacant",
        "created nowhere",
    ],
)
def test_plan_about_what_is_not_there_is_refused(plan, words):
    with pytest.raises(InvalidLayerError, match=words):
        left_open(plan)


def test_plan_that_gives_an_area_a_second_leader_is_refused():
    posts = [Post("L1", "G1", "grid_leader"), Post("L2", "G2", "grid_leader")]
    areas = Areas(frozenset({"G1", "G2"}))
    new = Post("L3", "G1", "grid_leader")
    with pytest.raises(InvalidLayerError, match=r"'G1' the leader posts \['L1', 'L3'"):
        succession_of(posts, areas, areas, PostsPlan(created=(new,)))
    for plan in (
        PostsPlan(ended=frozenset({"L1"}), created=(new,)),
        PostsPlan(created=(replace(new, post_id="L1"),)),
        PostsPlan(created=(replace(new, role="team"),)),
    ):
        succession_of(posts, areas, areas, plan)
    # what stood so before is not of the plan
    succession_of([*posts, new], areas, areas, PostsPlan(vacant=frozenset({"G2"})))


def test_sentences_name_posts_and_grids_and_count_those_beyond_twenty():
    posts = [Post(f"P{n:02d}", "G2", "part_time_member") for n in range(23)]
    [silent, leaderless] = succession_of(posts, BEFORE, AFTER).to_texts()
    assert silent.startswith("23 posts of areas that the version lacks")
    assert "'P19' of 'G2' and 3 more; end each" in silent
    assert leaderless.startswith("1 grid without a leader post: 'N1'; give")
    assert succession_of([], BEFORE, BEFORE).to_texts() == []
    [silent, _] = succession_of(posts[:1], BEFORE, AFTER).to_texts()
    assert silent.startswith(
        "1 post of areas that the version lacks falls silent: 'P00'"
    )


areas = st.sampled_from(["G1", "G2", "G3", "N1", "C", "X"])
roles = st.sampled_from(["grid_leader", "full_time_member"])


@given(st.lists(st.tuples(areas, roles), max_size=8), st.data())
def test_posts_are_silent_where_nothing_else_is_said_of_them(rows, data):
    """Counted plainly, post by post."""
    posts = [Post(f"P{n}", area, role) for n, (area, role) in enumerate(rows)]
    ids = [post.post_id for post in posts]
    ended = data.draw(st.sets(st.sampled_from(ids))) if ids else set()
    silent, leaderless = left_open(PostsPlan(ended=frozenset(ended)), posts)
    assert set(silent) == {
        post.post_id
        for post in posts
        if post.area_id == "G2" and post.post_id not in ended
    }
    led = {p.area_id for p in posts if p.role == "grid_leader"}
    still = {
        p.area_id for p in posts if p.role == "grid_leader" and p.post_id not in ended
    }
    assert set(leaderless) == {
        grid
        for grid in ("G1", "G3", "N1")
        if grid not in still and (grid == "N1" or grid in led)
    }
