"""Who answers for an area now, who stands in, and how their posts are reached."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, NamedTuple, TypeAlias

import pandas as pd

from api.service.access.sight import Sight
from api.service.assignment.answer import Member
from gis.models import CircleId, Holding, Instant, PostId
from gis.roster import DutyTable
from layers.schema.circles import text_or_none
from layers.schema.posts import POSTS
from layers.snapshots import Snapshots
from layers.stores import Store

Contacts: TypeAlias = Mapping[PostId | None, tuple[str | None, str | None]]
"""Title and telephone of posts that have one."""


class Leader(NamedTuple):
    """A leader post of an area, and how it is reached.

    Attributes
    ----------
    holding
        The post and who holds it.
    until
        When its holder's duty ends; None where it does not, or is not seen.
    title, phone
        Of the post; None where it has none, or who asks does not reach posts.
    is_region_leader
        Whether it commands the region.
    """

    holding: Holding
    until: Instant | None
    title: str | None
    phone: str | None
    is_region_leader: bool


class Command(NamedTuple):
    """Who answers for an area.

    Attributes
    ----------
    accountable, reason
        The post that answers and its holder, and why it is not the area's own; None
        where nobody answers.
    leaders
        Leader posts of the area and of all above it, the lowest first.
    members
        Posts of the area that act and do not answer.
    """

    accountable: Holding | None
    reason: str
    leaders: tuple[Leader, ...]
    members: tuple[Member, ...]


PERSONAL: Final = frozenset({"full_time_member", "part_time_member"})
"""Roles of one person each: how such a post is reached is said at no door."""
NOBODY = Command(None, "", (), ())
"""Of a town without posts."""


class Turns(NamedTuple):
    """Who is on duty at one time.

    Attributes
    ----------
    duties
        The tree with its posts, and who holds them when.
    contacts
        How posts are reached.
    region_tier
        Tier of the circles whose leaders command regions.
    at
        When.
    """

    duties: DutyTable
    contacts: Contacts
    region_tier: int
    at: Instant

    def command(self, area_id: str) -> Command:
        """Return who answers for an area of the tree."""
        roster = self.duties.roster
        path = roster.pagoda.path(area_id) or ""
        areas = [area for area in reversed(path.split("/")) if area]
        leaders = tuple(map(self._leader, areas))
        holdings = [leader.holding for leader in leaders]
        accountable = next((h for h in holdings if h.holder_id is not None), None)
        members = tuple(
            Member(h.post_id, roster.posts[h.post_id].role, h.holder_id)
            for h in self.duties.members(area_id, self.at)
            if h.post_id
        )
        reason = holdings[0].reason if holdings else ""
        return Command(accountable, reason, leaders, members)

    def post(self, post_id: str) -> Leader | None:
        """Return a post of any role; None for none."""
        post = self.duties.roster.posts.get(PostId(post_id))
        if post is None:
            return None
        holder_id = self.duties.holder(post_id, self.at)
        holding = Holding(post.area_id, post.post_id, holder_id)
        is_personal = post.role in PERSONAL
        contact = (None, None) if is_personal else self._contact(post.post_id)
        return Leader(holding, None, *contact, False)

    def _leader(self, area_id: str) -> Leader:
        """Return the leader post of an area."""
        turns = self.duties.leaders(area_id)
        circle = self.duties.roster.pagoda.circles.get(CircleId(area_id))
        holding = turns.at(self.at)
        return Leader(
            holding,
            turns.until(self.at) if holding.holder_id else None,
            *self._contact(holding.post_id),
            circle is not None and circle.tier == self.region_tier,
        )

    def _contact(self, post_id: PostId | None) -> tuple[str | None, str | None]:
        return self.contacts.get(post_id, (None, None))


@dataclass(frozen=True, slots=True)
class CommandDesk:
    """Says who answers now, without all that a brief has beside that.

    Attributes
    ----------
    store, snapshots
        How posts are reached, and who is on duty when.
    region_tier
        Tier of the circles whose leaders command regions.
    """

    store: Store
    snapshots: Snapshots
    region_tier: int

    def command(self, area_id: str, sight: Sight) -> Command:
        """Return who answers for an area, as far as who asks sees it.

        Parameters
        ----------
        area_id
            A grid or circle in force.
        sight
            Of who asks.
        """
        turns = self._turns()
        command = NOBODY if turns is None else turns.command(area_id)
        return seen_command(command, sight)

    def post(self, post_id: str, sight: Sight) -> Leader | None:
        """Return a post of any role, and how it is reached; None for none.

        Parameters
        ----------
        post_id
            Any text.
        sight
            Of who asks.
        """
        turns = self._turns()
        leader = None if turns is None else turns.post(post_id)
        return None if leader is None else _seen_leader(leader, sight)

    def _turns(self) -> Turns | None:
        """Return who is on duty now; None in a town without posts."""
        duties, now = self.snapshots.current.territory.duties, self.store.now()
        if duties is None:
            return None
        posts = pd.DataFrame(self.store.facts("posts", valid_at=now))
        return Turns(duties, contacts_of(posts), self.region_tier, now)


def contacts_of(posts: pd.DataFrame) -> Contacts:
    """Return how posts are reached.

    Parameters
    ----------
    posts
        A layer of posts.

    Examples
    --------
    >>> contacts_of(pd.DataFrame({"post_id": ["G1-L"], "title": ["网格长"]}))
    {'G1-L': ('网格长', None)}
    """
    if "title" not in posts and "phone" not in posts:
        return {}
    rows = posts.reindex(columns=["post_id", "title", "phone"])
    columns = (rows[name].tolist() for name in rows)
    return {
        PostId(post_id): (text_or_none(title), text_or_none(phone))
        for post_id, title, phone in zip(*columns, strict=True)
    }


def seen_command(command: Command, sight: Sight) -> Command:
    """Return who answers, without numbers and telephones that are not seen.

    Parameters
    ----------
    command
        Who answers.
    sight
        Of who asks.
    """
    leaders = tuple(_seen_leader(leader, sight) for leader in command.leaders)
    if sight.classes.has(POSTS, "holder_id"):
        return command._replace(leaders=leaders)
    accountable = command.accountable
    return Command(
        accountable and _nobody(accountable),
        command.reason,
        leaders,
        tuple(replace(member, holder_id=None) for member in command.members),
    )


def _seen_leader(leader: Leader, sight: Sight) -> Leader:
    """Return a post without the number and the telephone that are not seen."""
    has_holders = sight.classes.has(POSTS, "holder_id")
    return leader._replace(
        holding=leader.holding if has_holders else _nobody(leader.holding),
        until=leader.until if has_holders else None,
        title=leader.title if sight.reaches_posts else None,
        phone=leader.phone if sight.reaches_posts else None,
    )


def _nobody(holding: Holding) -> Holding:
    return replace(holding, holder_id=None)
