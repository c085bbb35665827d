"""Posts: who is answerable for a grid, and who steps in where a post is vacant."""

from collections.abc import Iterable
from dataclasses import dataclass

from gis.errors import InvalidLayerError
from gis.models import GridId, Post, PostId
from gis.pagoda import Pagoda

LEADER_ROLES = ("grid_leader", "circle_leader")
"""Roles that answer for their area; members act but do not answer."""

VACANT_POST = "vacant_post"
TRIAGE = "triage"


@dataclass(frozen=True, slots=True)
class Accountable:
    """The one post that answers, and why it is not the grid's own leader post."""

    post_id: PostId | None
    reason: str = ""


class Roster:
    """Leader posts by area, filled or vacant.

    Parameters
    ----------
    pagoda
        The tree whose grids and circles the posts stand for.
    posts
        All posts; those of other roles than `LEADER_ROLES` never answer.

    Raises
    ------
    InvalidLayerError
        If a post stands for an area that is not in the tree, a post id repeats, or an
        area has two leader posts.
    """

    def __init__(self, pagoda: Pagoda, posts: Iterable[Post]) -> None:
        self._pagoda = pagoda
        self._leaders = _leaders_by_area(pagoda, posts)

    def accountable(self, grid_id: GridId) -> Accountable:
        """Return the grid's leader post, else the first filled one up the chain."""
        own = self._leaders.get(grid_id)
        if own is not None and own.holder_id is not None:
            return Accountable(own.post_id)
        for circle_id in self._pagoda.chain(grid_id):
            post = self._leaders.get(circle_id)
            if post is not None and post.holder_id is not None:
                return Accountable(post.post_id, VACANT_POST)
        return Accountable(None, VACANT_POST)

    def intake(self) -> Accountable:
        """Return the post that takes what no grid owns: the core circle's leader."""
        (core,) = self._pagoda.of_tier(1)
        post = self._leaders.get(core.circle_id)
        return Accountable(post.post_id if post else None, TRIAGE)


def _leaders_by_area(pagoda: Pagoda, posts: Iterable[Post]) -> dict[str, Post]:
    """Index leader posts by area, refusing unknown areas and second leaders."""
    areas = set(pagoda.circles) | set(pagoda.grid_parents)
    seen: set[str] = set()
    leaders: dict[str, Post] = {}
    for post in posts:
        if post.post_id in seen:
            raise InvalidLayerError(
                f"Post {post.post_id!r} stands twice in the posts; "
                "every post_id may stand once, remove the other."
            )
        if post.area_id not in areas:
            raise InvalidLayerError(
                f"Post {post.post_id!r} stands for {post.area_id!r}, which is neither "
                "a grid nor a circle of the tree; correct its area_id."
            )
        seen.add(post.post_id)
        if post.role not in LEADER_ROLES:
            continue
        if post.area_id in leaders:
            raise InvalidLayerError(
                f"Area {post.area_id!r} has two leader posts, "
                f"{leaders[post.area_id].post_id!r} and {post.post_id!r}; keep one."
            )
        leaders[post.area_id] = post
    return leaders
