"""Posts of two systems in the grids that these were merged into."""

from itertools import pairwise

import pytest
from shapely import box

from gis.crosswalk import grid_system, merge_systems, seat_posts
from gis.models import Post, PostId
from gis.synthetic import make_x_town
from layers.schema.posts import posts_of
from support.makers.crosswalks import METRES

LEADERS = ["grid_leader"]


def strips(letter, *edges):
    """Grids side by side, A1, A2, ... from edge to edge."""
    boxes = [box(west, 0, east, 90) for west, east in pairwise(edges)]
    return grid_system([f"{letter}{n}" for n in range(1, len(edges))], boxes)


def post(area_id, role="grid_leader", suffix="L"):
    return Post(PostId(f"{area_id}-{suffix}"), area_id, role)


@pytest.fixture(scope="module")
def merger():
    """N1 is A1, with all of B1 and a fifth of B2; N2 is A2, with the rest of B2."""
    systems = {"old": strips("A", 0, 60, 100), "new": strips("B", 0, 50, 100)}
    groups = {"N1": [("A1", "B1"), ("A1", "B2")], "N2": [("A2", "B2")]}
    return merge_systems(systems, METRES, groups)


def test_seats_go_by_greatest_share_and_the_rest_are_orphans(merger):
    posts = [post(area) for area in ("B2", "A1", "A2", "B1")]
    seats = seat_posts(merger, posts, LEADERS)
    # of N2 all came from A2 and from B2: the lowest id
    assert [(p.post_id, p.area_id) for p in seats.posts] == [
        ("A1-L", "N1"),
        ("A2-L", "N2"),
    ]
    assert [p.post_id for p in seats.orphans] == ["B2-L", "B1-L"]
    assert [p.area_id for p in seats.orphans] == ["B2", "B1"]
    assert seats.vacancies == ()


def test_leader_has_one_grid_and_the_next_one_gets_the_other(merger):
    seats = seat_posts(merger, [post("B2"), post("B1")], LEADERS)
    assert {p.post_id: p.area_id for p in seats.posts} == {"B2-L": "N2", "B1-L": "N1"}
    alone = seat_posts(merger, [post("B2")], LEADERS)
    assert {p.post_id: p.area_id for p in alone.posts} == {"B2-L": "N2"}
    assert alone.vacancies == ("N1",)


def test_members_follow_the_greatest_share_of_their_grid(merger):
    members = [post(area, "full_time_member", "F") for area in ("B1", "B2", "A2")]
    seats = seat_posts(merger, members, LEADERS)
    assert [p.area_id for p in seats.posts] == ["N1", "N2", "N2"]
    assert seats.orphans == ()
    assert seats.vacancies == ("N1", "N2")


def test_leaders_of_x_town_get_a_seat_or_are_named():
    merged = make_x_town()
    systems = {
        name: grid_system(grids["grid_id"], grids.geometry.to_numpy())
        for name, grids in merged.former.items()
    }
    merger = merge_systems(systems, merged.town.grids.crs, 32)
    posts = posts_of(merged.former_posts.drop(columns="system"))
    seats = seat_posts(merger, posts, LEADERS)
    assert len(seats.posts) + len(seats.orphans) == len(posts) == 51
    grids = [p.area_id for p in seats.posts]
    assert len(set(grids)) == len(grids)
    assert set(grids) | set(seats.vacancies) == set(merger.grids.ids)
    # nobody is left out whose grid has ground where no leader is
    ground = {(row.from_id, row.to_id) for row in merger.lineage}
    for orphan in seats.orphans:
        assert not any((orphan.area_id, free) in ground for free in seats.vacancies)
