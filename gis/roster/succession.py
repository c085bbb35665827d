"""Posts over a change of version: which fall silent, and which grids have no leader."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final, NamedTuple

from gis.counts import count_text, noun_for
from gis.errors import InvalidLayerError
from gis.models import Post, PostId
from gis.roster.posts import LEADER_ROLES
from gis.sentences import joined, sentence

SHOWN: Final = 20
"""So many posts and grids are named in a sentence."""


class Areas(NamedTuple):
    """The ids of the areas of a version.

    Attributes
    ----------
    grids, circles
        Posts stand for either; only a grid has to have a leader post.
    """

    grids: frozenset[str]
    circles: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class PostsPlan:
    """What a planner says about the posts of a change.

    Attributes
    ----------
    ended
        Posts that end with the version.
    moved
        Post -> the grid or circle that it stands for from then on.
    created
        New posts.
    vacant
        Grids that have no leader post on purpose; their circle answers.
    """

    ended: frozenset[PostId] = frozenset()
    moved: Mapping[PostId, str] = field(default_factory=dict)
    created: tuple[Post, ...] = ()
    vacant: frozenset[str] = frozenset()

    def after(self, posts: Iterable[Post]) -> tuple[Post, ...]:
        """Return the posts as they stand with the version.

        Parameters
        ----------
        posts
            Those that stand before it.
        """
        standing = [post for post in posts if post.post_id not in self.ended]
        return (
            *(
                replace(post, area_id=self.moved.get(post.post_id, post.area_id))
                for post in standing
            ),
            *self.created,
        )


NO_PLAN: Final = PostsPlan()
"""Every post stays where it is."""


@dataclass(frozen=True, slots=True)
class Succession:
    """What a change of version leaves open about posts.

    Attributes
    ----------
    silent
        Posts of grids and circles that the version lacks, neither ended nor moved:
        leaders first, then by id. Nobody is asked by way of them any more.
    leaderless
        Grids, in code order, without a leader post that are new or had one before, and
        are not named as vacant.
    """

    silent: tuple[Post, ...]
    leaderless: tuple[str, ...]

    @property
    def is_settled(self) -> bool:
        """Whether nothing is left open."""
        return not self.silent and not self.leaderless

    def to_texts(self) -> list[str]:
        """Return a sentence for each kind of thing left open."""
        sentences = []
        if self.silent:
            names = [
                sentence(
                    "{post_id!r} of {area_id!r}", post_id=p.post_id, area_id=p.area_id
                )
                for p in self.silent
            ]
            sentences.append(
                sentence(
                    "{posts} of areas that the version lacks {falls} silent: "
                    "{listed}; end each, or move it to another grid or circle.",
                    posts=count_text(len(names), "post"),
                    falls=noun_for(len(names), "falls", "fall"),
                    listed=_listed(names),
                )
            )
        if self.leaderless:
            sentences.append(
                sentence(
                    "{grids} without a leader post: {listed}; give each one, or name "
                    "it as vacant: its circle answers until then.",
                    grids=count_text(len(self.leaderless), "grid"),
                    listed=_listed([repr(grid) for grid in self.leaderless]),
                )
            )
        return sentences


def succession_of(
    posts: Collection[Post],
    before: Areas,
    after: Areas,
    plan: PostsPlan = NO_PLAN,
) -> Succession:
    """Say which posts fall silent with a version, and which grids have no leader post.

    Parameters
    ----------
    posts
        Those that stand before it; posts of areas that it lacks already do not count.
    before, after
        The areas of its base, and its own.
    plan
        What is said about the posts.

    Raises
    ------
    InvalidLayerError
        If the plan names a post that is not there or an area that the version lacks,
        or gives an area a second leader post.

    Examples
    --------
    >>> posts = [Post(PostId("G1-L"), "G1", "grid_leader"),
    ...          Post(PostId("G2-L"), "G2", "grid_leader")]
    >>> before, after = Areas(frozenset({"G1", "G2"})), Areas(frozenset({"G1", "G3"}))
    >>> open_ends = succession_of(posts, before, after)
    >>> [post.post_id for post in open_ends.silent], open_ends.leaderless
    (['G2-L'], ('G3',))
    >>> plan = PostsPlan(moved={PostId("G2-L"): "G3"})
    >>> succession_of(posts, before, after, plan).is_settled
    True
    """
    _refuse_unknown(posts, after, plan)
    areas_after = after.grids | after.circles
    lost = (before.grids | before.circles) - areas_after
    standing = plan.after(posts)
    _refuse_second_leaders(posts, standing)
    led_before, led_after = _led(posts), _led(standing)
    leaderless = after.grids - led_after - plan.vacant
    silent = (post for post in standing if post.area_id in lost)
    return Succession(
        tuple(sorted(silent, key=lambda p: (p.role not in LEADER_ROLES, p.post_id))),
        tuple(
            sorted(g for g in leaderless if g not in before.grids or g in led_before)
        ),
    )


def _led(posts: Iterable[Post]) -> frozenset[str]:
    """Return the areas that have a leader post."""
    return frozenset(post.area_id for post in posts if post.role in LEADER_ROLES)


def _refuse_unknown(posts: Collection[Post], after: Areas, plan: PostsPlan) -> None:
    """Refuse a plan about posts or areas that are not there."""
    ids = {post.post_id for post in posts}
    unknown = sorted((plan.ended | plan.moved.keys()) - ids)
    if unknown:
        raise InvalidLayerError(
            "The plan ends or moves the posts {unknown!r}, which do not stand; name "
            "posts that do.",
            unknown=unknown[:SHOWN],
        )
    targets = {*plan.moved.values(), *(post.area_id for post in plan.created)}
    astray = sorted((targets - after.grids - after.circles) | plan.vacant - after.grids)
    if astray:
        raise InvalidLayerError(
            "The plan names the areas {astray!r}, which the version lacks; name grids "
            "or circles of it.",
            astray=astray[:SHOWN],
        )


def _refuse_second_leaders(before: Collection[Post], after: Iterable[Post]) -> None:
    """Refuse a plan that gives an area another leader post beside the one it has."""
    unchanged = frozenset(before)
    leaders: dict[str, list[Post]] = {}
    # a new post under the id of another stands in its place
    for post in {post.post_id: post for post in after}.values():
        if post.role in LEADER_ROLES:
            leaders.setdefault(post.area_id, []).append(post)
    for area_id, posts in sorted(leaders.items()):
        if len(posts) > 1 and not unchanged.issuperset(posts):
            raise InvalidLayerError(
                "The plan leaves area {area_id!r} the leader posts {posts!r}, expected "
                "one; end or move the others.",
                area_id=area_id,
                posts=[str(post.post_id) for post in posts],
            )


def _listed(names: list[str]) -> str:
    """Return names as a sentence has them; those beyond some are counted."""
    rest = (
        sentence(" and {names:,} more", names=len(names) - SHOWN)
        if len(names) > SHOWN
        else ""
    )
    return joined(", ", names[:SHOWN]) + rest
