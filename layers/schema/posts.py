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
        Field("post_id", "text", True, "open", "Id of the post."),
        Field("area_id", "text", True, "open", "Grid or circle it answers for."),
        Field(
            "role",
            "text",
            True,
            "open",
            "What the post does there.",
            values=tuple(ROLES),
        ),
        Field(
            "holder_id",
            "text",
            False,
            "conditional",
            "Number of the person on the post, such as L001, never a name.",
            rule=check_holder,
            is_none=is_vacancy,
        ),
        Field("title", "text", False, "closed", "What it is called.", is_later=True),
        Field(
            "department", "text", False, "closed", "Body it belongs to.", is_later=True
        ),
        Field(
            "phone",
            "text",
            False,
            "closed",
            "Duty telephone of the post, never of a person.",
            is_later=True,
        ),
    ),
    owner="command office",
)
PUBLISHED_POSTS = LayerSchema(
    name="posts without persons",
    key=POSTS.key,
    geometry="point",
    fields=tuple(field for field in POSTS.fields if field.sharing == "open"),
    owner=POSTS.owner,
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
