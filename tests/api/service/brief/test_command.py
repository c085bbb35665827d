"""Who answers now is who the brief of the area names, only sooner."""

import pandas as pd
import pytest

from api.service.access.sight import VISITOR
from api.service.brief.area import AreaQuery
from api.service.brief.command import NOBODY, CommandDesk, contacts_of
from gis.roster import REGION_TIER
from support.makers.named_town import ALL, NamedTown, only


def desk(named: NamedTown) -> CommandDesk:
    return CommandDesk(named.store, named.snapshots, REGION_TIER)


@pytest.mark.parametrize("sight", [ALL, VISITOR, only("G2")], ids=["all", "no", "G2"])
@pytest.mark.parametrize(("sort", "area_id"), [("grid", "G1"), ("circle", "W")])
def test_who_answers_is_the_same_as_in_the_brief(
    named: NamedTown, sort, area_id, sight
) -> None:
    brief = named.briefs.brief(AreaQuery(sort, area_id), sight)
    assert brief is not None
    command = desk(named).command(area_id, sight)
    assert command == brief.command
    assert command.leaders[0].holding.area_id == area_id


def test_a_post_of_any_role_is_named_with_how_it_is_reached(named: NamedTown) -> None:
    leader = desk(named).post("G1-L", ALL)
    assert leader is not None
    assert leader == desk(named).command("G1", ALL).leaders[0]._replace(
        until=None, is_region_leader=False
    )
    assert desk(named).post("none", ALL) is None


def test_a_member_is_reached_through_its_leader(named: NamedTown) -> None:
    turns = desk(named)._turns()
    assert turns is not None
    posts = turns.duties.roster.posts
    contacts = dict.fromkeys(posts, ("title", "0571-0000-0009"))
    turns = turns._replace(contacts=contacts)
    for post_id, post in posts.items():
        leader = turns.post(post_id)
        assert leader is not None
        assert (leader.phone is None) == post.role.endswith("_member")
    roles = {post.role for post in posts.values()}
    assert any(role.endswith("_member") for role in roles)
    assert any(role.endswith("_leader") for role in roles)


def test_a_visitor_learns_of_a_post_nothing_about_its_holder(named: NamedTown) -> None:
    leader = desk(named).post("G1-L", VISITOR)
    assert leader is not None
    assert (leader.holding.holder_id, leader.title, leader.phone) == (None, None, None)


def test_an_area_that_is_none_has_nobody(named: NamedTown) -> None:
    assert desk(named).command("none", ALL) == NOBODY


def test_contacts_are_of_posts_that_have_one() -> None:
    rows = {"post_id": ["A", "B"], "title": ["长", None], "phone": [None, "1"]}
    assert contacts_of(pd.DataFrame(rows)) == {"A": ("长", None), "B": (None, "1")}
    assert contacts_of(pd.DataFrame({"post_id": ["A"]})) == {}
