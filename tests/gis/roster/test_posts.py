"""The one accountable post, and the climb where it is vacant."""

import pytest

from gis.errors import InvalidLayerError
from gis.models import Circle, Instant, Post
from gis.pagoda import build_pagoda
from gis.roster import DutyTable, Roster

PAGODA = build_pagoda(
    [Circle("C", None, 1, "core"), Circle("E", "C", 2, "east")], {"G1": "E", "G2": "E"}
)
CORE = Post("C-L", "C", "circle_leader", "R1")


def answers(posts, row=0):
    """The accountable post of a grid by row, and the reason, whatever the time."""
    state = DutyTable(Roster(PAGODA, posts)).on_duty(row, Instant(0))
    return state.accountable and state.accountable.post_id, state.reason


def test_filled_grid_leader_answers_without_a_reason():
    posts = [CORE, Post("G1-L", "G1", "grid_leader", "L1")]
    assert answers(posts) == ("G1-L", "")


@pytest.mark.parametrize(
    ("posts", "expected"),
    [
        pytest.param(
            [
                Post("G1-L", "G1", "grid_leader"),
                Post("E-L", "E", "circle_leader", "R2"),
            ],
            "E-L",
            id="one step",
        ),
        pytest.param(
            [Post("G1-L", "G1", "grid_leader"), Post("E-L", "E", "circle_leader")],
            "C-L",
            id="two steps",
        ),
        pytest.param([], "C-L", id="no post at all below the core"),
        pytest.param(
            [Post("G1-F", "G1", "full_time_member", "F1")], "C-L", id="members only"
        ),
    ],
)
def test_vacant_post_climbs_to_the_first_filled_leader(posts, expected):
    assert answers([CORE, *posts]) == (expected, "vacant_post")


def test_what_no_grid_owns_goes_to_the_core_circle():
    assert answers([CORE], row=-1) == ("C-L", "triage")
    assert answers([], row=-1) == (None, "triage")


@pytest.mark.parametrize(
    ("posts", "found"),
    [
        ([CORE, CORE], "twice"),
        ([Post("X", "nowhere", "grid_leader")], "'nowhere'"),
        (
            [CORE, Post("C-2", "C", "circle_leader", "R9")],
            "two leader posts.*its row and 'cancelled' true",
        ),
    ],
)
def test_faulty_posts_are_named(posts, found):
    with pytest.raises(InvalidLayerError, match=found):
        Roster(PAGODA, posts)
