"""The layer of posts: positions answerable for a grid or a circle."""

from collections.abc import Hashable, Iterator
from typing import Any

import pandas as pd

from gis.errors import RowFault
from gis.models import Instant, Post, PostId
from gis.roster import ROLES
from gis.roster.posts import LEADER_ROLES
from gis.sentences import sentence
from layers.schema.circles import text_or_none
from layers.schema.holders import check_holder, is_vacancy
from layers.schema.layer import Field, LayerSchema, check

POSTS = LayerSchema(
    name="posts",
    key="post_id",
    geometry=None,
    fields=(
        Field("post_id", "text", True, "open", "Id of the post.", zh="岗位编号"),
        Field(
            "area_id",
            "text",
            True,
            "open",
            "Grid or circle it answers for.",
            zh="负责区域编号",
        ),
        Field(
            "role",
            "text",
            True,
            "open",
            "What the post does there.",
            values=tuple(ROLES),
            values_zh=tuple(role.name_zh for role in ROLES.values()),
            zh="岗位角色",
        ),
        Field(
            "holder_id",
            "text",
            False,
            "conditional",
            "Number of the person on the post, such as L001, never a name.",
            rule=check_holder,
            is_none=is_vacancy,
            zh="任岗人员编号",
        ),
        Field(
            "title",
            "text",
            False,
            "closed",
            "What it is called.",
            is_later=True,
            zh="岗位名称",
        ),
        Field(
            "department",
            "text",
            False,
            "closed",
            "Body it belongs to.",
            is_later=True,
            zh="所属部门",
        ),
        Field(
            "phone",
            "text",
            False,
            "closed",
            "Duty telephone of the post, never of a person.",
            is_later=True,
            zh="值班电话",
        ),
    ),
    owner="command office",
    zh="岗位",
)
PUBLISHED_POSTS = LayerSchema(
    name="posts without persons",
    key=POSTS.key,
    geometry="point",
    fields=tuple(field for field in POSTS.fields if field.sharing == "open"),
    owner=POSTS.owner,
    zh="岗位（无人员）",
)
"""What maps and dashboards get: no person, vacancy or telephone; where its area is."""


def leader_faults(
    rows: pd.DataFrame, facts: pd.DataFrame, recorded_at: Instant
) -> list[RowFault]:
    """Return posts that would be a second leader of an area at one time.

    A store of such posts could not answer who leads it.

    Parameters
    ----------
    rows
        New posts as a store takes them, numbered by their index.
    facts
        The posts known; one with an id of a new row is superseded by it.
    recorded_at
        Not looked at: a post may lie ahead.
    """
    names = ["post_id", "area_id", "role", "valid_from", "valid_to"]
    old = facts.loc[~facts["post_id"].isin(rows["post_id"]), names].assign(row=0)
    new = rows.loc[~rows["cancelled"].astype(bool), names]
    posts = pd.concat([old, new.assign(row=new.index)], ignore_index=True)
    leaders = posts[posts["role"].isin(LEADER_ROLES)]
    rivals = leaders[leaders["area_id"].duplicated(keep=False)]
    by_area = rivals.sort_values("valid_from", kind="stable").groupby("area_id")
    return [fault for _, some in by_area for fault in _second_leaders(some)]


def _second_leaders(posts: pd.DataFrame) -> Iterator[RowFault]:
    """Yield the new posts that lead beside another, in order of their beginning."""
    longest: dict[Hashable, Any] = {}
    for post in posts.to_dict("records"):
        row = max(post["row"], longest.get("row", 0))
        if row and longest and _is_before(post["valid_from"], longest["valid_to"]):
            other = longest if row == post["row"] else post
            rule = sentence(
                "{area_id!r} has the leader post {other!r} at that time, expected one: "
                "give that post a row with its end as valid_to, or with cancelled true",
                area_id=post["area_id"],
                other=other["post_id"],
            )
            yield RowFault(int(row), "area_id", rule)
        if not longest or _is_before(longest["valid_to"], post["valid_to"]):
            longest = post


def _is_before(moment: pd.Timestamp, end: pd.Timestamp) -> bool:
    """Say whether a time lies before an end; a missing one is never reached."""
    return not pd.isna(moment) and (pd.isna(end) or bool(moment < end))


def posts_of(posts: pd.DataFrame) -> tuple[Post, ...]:
    """Return the posts of a layer of posts."""
    return tuple(
        Post(
            PostId(row["post_id"]),
            row["area_id"],
            row["role"],
            text_or_none(row.get("holder_id")),
        )
        for row in check(posts, POSTS).to_dict("records")
    )
