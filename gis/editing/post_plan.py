"""What becomes of the posts of grids that an edit takes away."""

from collections.abc import Collection, Iterable

from gis.models import Post, PostId
from gis.roster import Areas, PostsPlan
from gis.roster.posts import LEADER_ROLES
from gis.versions import Lineage


def follow_ground(
    posts: Collection[Post], lineage: Iterable[Lineage], after: Areas
) -> PostsPlan:
    """Return the plan that posts have unless somebody says otherwise.

    A grid that keeps its id keeps its posts. Of one that is gone the leader's post
    ends, and its other posts move to the grid that got most of its ground, the lowest
    id among equals; they end where nobody got any.

    Parameters
    ----------
    posts
        Those that stand before.
    lineage
        Where the ground of the grids went.
    after
        The areas that there are then.

    Examples
    --------
    >>> posts = [Post(PostId("G1-L"), "G1", "grid_leader"),
    ...          Post(PostId("G1-M"), "G1", "full_time_member")]
    >>> lineage = [Lineage("G1", "G2", 0.3), Lineage("G1", "G3", 0.7)]
    >>> plan = follow_ground(posts, lineage, Areas(frozenset({"G2", "G3"})))
    >>> sorted(plan.ended), dict(plan.moved)
    (['G1-L'], {'G1-M': 'G3'})
    """
    heirs = _heirs(lineage)
    standing = after.grids | after.circles
    ended: set[PostId] = set()
    moved: dict[PostId, str] = {}
    for post in posts:
        if post.area_id in standing:
            continue
        heir = heirs.get(post.area_id)
        if heir in after.grids and post.role not in LEADER_ROLES:
            moved[post.post_id] = heir
        else:
            ended.add(post.post_id)
    return PostsPlan(frozenset(ended), moved)


def amend(plan: PostsPlan, by: PostsPlan) -> PostsPlan:
    """Return a plan in which what somebody says stands in place of what followed.

    Parameters
    ----------
    plan
        What follows from the ground.
    by
        What is said about some posts, and which grids have no leader on purpose.

    Examples
    --------
    >>> plan = PostsPlan(frozenset({PostId("L")}), {PostId("M"): "G3"})
    >>> amended = amend(plan, PostsPlan(frozenset({PostId("M")}), {PostId("L"): "G2"}))
    >>> sorted(amended.ended), dict(amended.moved)
    (['M'], {'L': 'G2'})
    """
    moved = {post: area for post, area in plan.moved.items() if post not in by.ended}
    return PostsPlan(
        (plan.ended - by.moved.keys()) | by.ended,
        {**moved, **by.moved},
        (*plan.created, *by.created),
        plan.vacant | by.vacant,
    )


def _heirs(lineage: Iterable[Lineage]) -> dict[str, str]:
    """Return the grid that got most of each one's ground."""
    heirs: dict[str, str] = {}
    for row in sorted(lineage, key=lambda row: (-row.share, row.to_id)):
        heirs.setdefault(row.from_id, row.to_id)
    return heirs
