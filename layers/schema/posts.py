"""The layer of posts: positions answerable for a grid or a circle."""

import pandas as pd

from gis.models import Post, PostId
from gis.roster import ROLES
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
