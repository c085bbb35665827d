"""The layer of posts: positions answerable for a grid or a circle."""

from gis.roster import ROLES
from layers.schema import Field, LayerSchema

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
        ),
    ),
    owner="command office",
)
