"""Departments of the made-up towns: a post each, taken in turn by numbers."""

import pandas as pd
import pytest
import shapely

from gis.synthetic import Town
from gis.synthetic.departments import S_BODIES, with_body_duties
from gis.synthetic.duties import DutyMonth

BY_ID = {body.department_id: body for body in S_BODIES}


@pytest.fixture(scope="module")
def month() -> DutyMonth:
    """Two days of the bodies alone."""
    nothing = DutyMonth(pd.DataFrame(), pd.DataFrame())
    return with_body_duties(nothing, S_BODIES, "2026-09-01", 2)


def test_every_department_has_a_post_of_its_own(s_town: Town) -> None:
    posts = s_town.posts.set_index("post_id")
    own = s_town.departments["post_id"]
    assert own.is_unique
    assert set(posts.loc[own, "role"]) == {"department", "team"}
    assert set(posts.loc[own, "area_id"]) <= set(s_town.circles["circle_id"])


def test_nobody_stands_on_two_posts() -> None:
    holders = [holder for body in S_BODIES for holder in body.holders]
    assert len(holders) == len(set(holders))
    assert holders[0] == "D001"


def test_ranks_are_the_order_of_departments(s_town: Town) -> None:
    ranks = s_town.departments["rank"].tolist()
    assert ranks == list(range(1, len(S_BODIES) + 1))


def test_two_centres_stand_inside_their_circle_and_nothing_else_is_a_point(
    s_town: Town,
) -> None:
    points = s_town.departments.set_index("department_id").geometry.dropna()
    assert set(points.index) == {"command_centre", "mediation_centre"}
    circles = s_town.circles.set_index("circle_id").geometry
    for department_id, point in points.items():
        assert shapely.contains(circles[BY_ID[department_id].centre_of], point)


def test_shifts_of_a_team_follow_each_other_at_eight_and_twenty(
    month: DutyMonth,
) -> None:
    post_id = BY_ID["mediation_team"].post_id
    shifts = month.duties[month.duties["post_id"] == post_id]
    assert shifts["starts_at"].str[:16].tolist() == [
        "2026-09-01T00:00",
        "2026-09-01T08:00",
        "2026-09-01T20:00",
        "2026-09-02T08:00",
        "2026-09-02T20:00",
    ]
    assert shifts["ends_at"].tolist()[:-1] == shifts["starts_at"].tolist()[1:]
    assert shifts["ends_at"].iloc[-1] == "2026-09-03T00:00:00+08:00"
    assert shifts["holder_id"].nunique() == 4


def test_other_bodies_take_turns_by_the_week(month: DutyMonth) -> None:
    rotations = month.rotations.set_index("post_id")
    assert len(rotations) == len([body for body in S_BODIES if not body.team])
    police = rotations.loc[BY_ID["police"].post_id]
    assert police["members"].split(";") == list(BY_ID["police"].holders)
    assert (police["first_at"], police["every_days"]) == ("2026-08-31T08:00:00", 7)
