"""Posts: the roles they have, which roles answer, and the leader post of each area."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from gis.errors import InvalidLayerError
from gis.models import Post, PostId
from gis.pagoda import Pagoda

VACANT_POST: Final = "vacant_post"
NO_ONE_ON_DUTY: Final = "no_one_on_duty"
NO_LEADER_ON_DUTY: Final = "no_leader_on_duty"
NO_TIME: Final = "no_time"
TRIAGE: Final = "triage"


@dataclass(frozen=True, slots=True)
class Role:
    """What a post does: its Chinese name, and whether it answers for its area."""

    name_zh: str
    answers: bool


ROLES: Final[Mapping[str, Role]] = MappingProxyType(
    {
        "circle_leader": Role("圈长", answers=True),
        "region_leader": Role("区域长", answers=True),
        "grid_leader": Role("网格长", answers=True),
        "full_time_member": Role("专职网格员", answers=False),
        "part_time_member": Role("兼职网格员", answers=False),
        "team": Role("联合执法小组", answers=False),
        "station": Role("应急管理站", answers=False),
        "department": Role("部门", answers=False),
    }
)
"""Roles by the word that stands in a layer of posts; members act, leaders answer."""

LEADER_ROLES: Final = tuple(name for name, role in ROLES.items() if role.answers)


class Roster:
    """Posts by area: at most one leader post each, and the members.

    Parameters
    ----------
    pagoda
        The tree whose grids and circles the posts stand for.
    posts
        All posts, in the order of their layer.
    roles
        What the roles of the posts mean.

    Attributes
    ----------
    posts
        Every post by id.
    leaders
        The leader post of each area that has one.
    members
        The other posts of each area that has some.

    Raises
    ------
    InvalidLayerError
        If a post stands for an area that is not in the tree, a role is not known, a
        post id repeats, or an area has two leader posts.
    """

    def __init__(
        self,
        pagoda: Pagoda,
        posts: Iterable[Post],
        *,
        roles: Mapping[str, Role] = ROLES,
    ) -> None:
        self.pagoda = pagoda
        self.posts: dict[PostId, Post] = {}
        self.leaders: dict[str, Post] = {}
        self.members: dict[str, tuple[Post, ...]] = {}
        for row, post in enumerate(posts, start=1):
            self._refuse_fault(post, row, roles)
            self.posts[post.post_id] = post
            if roles[post.role].answers:
                self.leaders[post.area_id] = post
            else:
                members = self.members.get(post.area_id, ())
                self.members[post.area_id] = (*members, post)

    def _refuse_fault(self, post: Post, row: int, roles: Mapping[str, Role]) -> None:
        """Refuse a post that repeats, stands nowhere, or is a second leader."""
        if post.post_id in self.posts:
            raise InvalidLayerError(
                "Post {post_id!r} (row {row_number}) stands twice in the posts; every "
                "post_id may stand once, remove the other.",
                post_id=post.post_id,
                row_number=row,
            )
        if post.role not in roles:
            raise InvalidLayerError(
                "Post {post_id!r} (row {row_number}) has the role {role!r}; expected "
                "one of {roles!r}, correct it.",
                post_id=post.post_id,
                row_number=row,
                role=post.role,
                roles=list(roles),
            )
        areas = (self.pagoda.circles, self.pagoda.grid_parents)
        if not any(post.area_id in ids for ids in areas):
            raise InvalidLayerError(
                "Post {post_id!r} (row {row_number}) stands for {area_id!r}, which is "
                "neither a grid nor a circle of the tree; correct its area_id.",
                post_id=post.post_id,
                row_number=row,
                area_id=post.area_id,
            )
        if roles[post.role].answers and post.area_id in self.leaders:
            raise InvalidLayerError(
                "Area {area_id!r} has two leader posts, {post_id!r} and "
                "{post_id_2!r}; keep one: take the other out of the file, or load "
                "posts into the store with its row and 'cancelled' true.",
                area_id=post.area_id,
                post_id=self.leaders[post.area_id].post_id,
                post_id_2=post.post_id,
            )
