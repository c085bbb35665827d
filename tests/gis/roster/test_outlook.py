"""What rosters have in store, at the edges of an interval."""

import pytest

from gis.models import Circle, CircleId, GridId, Instant, Post, PostId
from gis.pagoda import build_pagoda
from gis.roster import (
    BEGINNING,
    Duty,
    DutyTable,
    Roster,
    lapses_within,
    rosters_ending,
)

PAGODA = build_pagoda(
    [Circle(CircleId("C"), None, 1, "core")], {GridId("G"): CircleId("C")}
)
POSTS = [
    Post(PostId("G-L"), "G", "grid_leader"),
    Post(PostId("C-L"), "C", "circle_leader"),
]


def table(*spans: tuple[int, int]) -> DutyTable:
    """The leader of G is there in these spans; the core is vacant."""
    duties = [
        Duty(f"D{start}", PostId("G-L"), "L1", Instant(start), Instant(end), Instant(0))
        for start, end in spans
    ]
    return DutyTable(Roster(PAGODA, POSTS), duties)


@pytest.mark.parametrize(
    ("since", "until", "starts"),
    [
        (100, 199, []),
        (100, 201, [200]),
        (250, 260, [200]),
        (300, 390, []),
        (0, 101, [BEGINNING]),
    ],
)
def test_a_lapse_is_whole_wherever_the_interval_touches_it(
    since: int, until: int, starts: list[int]
) -> None:
    lapses = lapses_within(
        table((100, 200), (300, 400)), Instant(since), Instant(until)
    )
    assert [lapse.starts_at for lapse in lapses] == starts


def test_duties_that_touch_leave_no_lapse() -> None:
    touching = table((100, 200), (200, 300))
    assert lapses_within(touching, Instant(150), Instant(250)) == ()


def test_a_post_without_roster_has_no_lapse() -> None:
    assert lapses_within(table(), Instant(0), Instant(1000)) == ()


@pytest.mark.parametrize(
    ("since", "until", "count"), [(300, 399, 0), (300, 400, 1), (400, 500, 0)]
)
def test_a_roster_ends_with_its_last_duty(since: int, until: int, count: int) -> None:
    ending = rosters_ending(
        table((100, 200), (300, 400)), Instant(since), Instant(until)
    )
    assert [(post.post_id, at) for post, at in ending] == [("G-L", 400)] * count
