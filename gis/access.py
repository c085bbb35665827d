"""Who may do and see what: roles, callers and scopes, in one place for every door."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from gis.events import Actor, Loop
from gis.models import Instant, Key, Post
from gis.pagoda import area_path
from gis.roster import LEADER_ROLES, DutyTable
from gis.sentences import sentence

EVERYWHERE: Final[tuple[str, ...]] = ("",)
"""The prefix of every area path."""


class Role(StrEnum):
    """What a key is for."""

    STEWARD = "steward"
    OPERATOR = "operator"
    LEADER = "leader"
    MEMBER = "member"
    DEPARTMENT = "department"
    INSPECTOR = "inspector"
    AUDITOR = "auditor"
    SOURCE = "source"
    WALL = "wall"


class Act(StrEnum):
    """What is done at a door; each door is for one."""

    WATCH = "watch"
    """Counts, colours and the steps of events as they come: no text, no person."""
    READ = "read"
    """Events, loops and tasks, within the scope."""
    REPORT = "report"
    """Bring an event; a source brings its own only."""
    STEP = "step"
    """Take a loop on; its template says which role may take which step."""
    WHISTLE = "whistle"
    """Summon departments; the pack says which role may for which kind."""
    CHECK_IN = "check_in"
    """Arrive, and say what was done."""
    RATE = "rate"
    """Say afterwards how a department did."""
    REACH = "reach"
    """How a post is reached: its title and telephone, where it is to be called."""
    READ_CHECKS = "read_checks"
    """Which places owe a check, and why a place has its code, within the scope."""
    INSPECT = "inspect"
    """Record an inspection of a place within the scope."""
    READ_CLOSED = "read_closed"
    """Closed fields of sensitive kinds, and of events that one does not act on, each
    time for a purpose."""
    AUDIT = "audit"
    """What keys wrote and read beside events."""
    DELIVERIES = "deliveries"
    """What destinations were sent, and send it again."""
    CLASSES = "classes"
    """Say who sees a field."""
    KEYS = "keys"
    """Make and revoke keys."""
    OPERATE = "operate"
    """Figures of the service itself."""
    DRAFT = "draft"
    """Approve and publish changes of grids, within the scope."""


_DESK: Final = frozenset({Role.STEWARD, Role.OPERATOR})
_FIELD: Final = frozenset({Role.LEADER, Role.MEMBER})
_ON_POSTS: Final = _FIELD | {Role.OPERATOR}
MAY: Final[Mapping[Act, frozenset[Role]]] = MappingProxyType(
    {
        Act.WATCH: frozenset(Role),
        Act.READ: frozenset(Role) - {Role.WALL},
        Act.REPORT: _DESK | _FIELD | {Role.SOURCE},
        Act.STEP: _DESK | _FIELD | {Role.DEPARTMENT, Role.SOURCE},
        Act.WHISTLE: _FIELD | {Role.OPERATOR, Role.DEPARTMENT, Role.INSPECTOR},
        Act.CHECK_IN: _FIELD | {Role.OPERATOR, Role.DEPARTMENT},
        Act.RATE: frozenset({Role.OPERATOR, Role.LEADER}),
        Act.REACH: _DESK | _FIELD | {Role.DEPARTMENT, Role.INSPECTOR},
        Act.READ_CHECKS: _DESK | _FIELD | {Role.INSPECTOR, Role.AUDITOR},
        Act.INSPECT: _DESK | _FIELD | {Role.INSPECTOR},
        Act.READ_CLOSED: _DESK | _FIELD | {Role.DEPARTMENT, Role.AUDITOR},
        Act.AUDIT: frozenset({Role.STEWARD, Role.AUDITOR}),
        Act.DELIVERIES: frozenset({Role.STEWARD}),
        Act.CLASSES: frozenset({Role.STEWARD}),
        Act.KEYS: frozenset({Role.STEWARD}),
        Act.OPERATE: _DESK | {Role.AUDITOR},
        Act.DRAFT: _DESK | {Role.LEADER},
    }
)
"""Which roles may do what; within that, scopes, templates and packs say more."""


READERS: Final = frozenset({Role.AUDITOR, Role.INSPECTOR})
"""Roles that act on no event: what is closed of it is not shown to them."""


def may(role: Role, act: Act) -> bool:
    """Say whether a role may do something at all.

    Parameters
    ----------
    role
        Of a key.
    act
        What the door is for.

    Examples
    --------
    >>> may(Role.SOURCE, Act.REPORT), may(Role.AUDITOR, Act.REPORT)
    (True, False)
    """
    return role in MAY[act]


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: what is known of a key, never the key.

    Attributes
    ----------
    key_id
        Id of the key.
    role
        What it is for; of a caller without key, who is steward too, operator.
    holder_id, department_id, source
        Who has it, where its role says so.
    area_id
        Grid or circle that it is limited to; None for no such limit.
    grants
        Sensitive kinds that it sees.
    is_keyless
        Whether there is no key yet: the rule of two keys is waived.

    Examples
    --------
    >>> Caller("K1", Role.AUDITOR).may(Act.READ)
    True
    """

    key_id: str
    role: Role
    holder_id: str | None = None
    department_id: str | None = None
    source: str | None = None
    area_id: str | None = None
    grants: tuple[str, ...] = ()
    is_keyless: bool = False

    @property
    def roles(self) -> frozenset[Role]:
        """The roles that the caller acts in."""
        return _DESK if self.is_keyless else frozenset({self.role})

    def may(self, act: Act) -> bool:
        """Say whether the caller may do something at all."""
        return not self.roles.isdisjoint(MAY[act])


KEYLESS: Final = Caller("keyless", Role.OPERATOR, is_keyless=True)
"""Whoever asks on the machine of a service whose store never had a key."""


def caller_with(key: Key) -> Caller:
    """Return who asks with a key.

    Parameters
    ----------
    key
        As it is registered.

    Examples
    --------
    >>> key = Key("K1", "0" * 64, "source", None, None, "hotline", None, ())
    >>> caller_with(key).role
    <Role.SOURCE: 'source'>
    """
    return Caller(
        key.key_id,
        Role(key.role),
        key.holder_id,
        key.department_id,
        key.source,
        key.area_id,
        key.grants,
    )


@dataclass(frozen=True, slots=True)
class Scope:
    """What a key may see now; whatever lets an event in is enough.

    Attributes
    ----------
    area_paths
        Beginnings of area paths, each empty or ended by ``/``.
    sources
        Sources whose own events are seen, of sensitive kinds too.
    departments
        Departments whose tasks let their events be seen.
    grants
        Sensitive kinds that are seen; of others nothing is, but by their own source.
    is_whole
        Whether everything is seen: for the service itself, never for a key.

    Examples
    --------
    >>> scope = Scope(area_paths=("C1-01/C2-04/",))
    >>> near = Loop("E", area_path="C1-01/C2-04/C3-06/")
    >>> is_visible(near, (), scope), is_visible(Loop("F"), (), scope)
    (True, False)
    """

    area_paths: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    departments: tuple[str, ...] = ()
    grants: tuple[str, ...] = ()
    is_whole: bool = False

    def __post_init__(self) -> None:
        """Refuse beginnings that let in the area next in code order, and no names."""
        wrong = [path for path in self.area_paths if path and not path.endswith("/")]
        if wrong:
            raise ValueError(
                sentence(
                    "Area path {wrong!r} does not end with '/'; end it so.",
                    wrong=wrong[0],
                )
            )
        if "" in (*self.sources, *self.departments, *self.grants):
            # what has no source or department has the empty one
            raise ValueError(
                sentence(
                    "A scope has an empty source, department or kind; leave it out."
                )
            )

    def has_area(self, path: str) -> bool:
        """Say whether an area lies below one that is seen, by its path."""
        return path.startswith(self.area_paths)


NOWHERE: Final = Scope()
"""Sees nothing."""
EVERYTHING: Final = Scope(EVERYWHERE)
"""Sees every event but those of sensitive kinds."""
WHOLE: Final = Scope(is_whole=True)
"""Sees every event: what the service itself has to do leaves nothing out."""


def scope_of(caller: Caller, duties: DutyTable | None, at: Instant) -> Scope:
    """Return what a caller may see at an instant.

    A leader sees the areas whose leader post he holds then, a member the grids whose
    posts it holds, both within the area of their key; an inspector that area. A key
    that lacks what its role needs, or whose area is not in force, sees nothing; nor
    does a wall, which counts alone: `watch_scope_of`.

    Parameters
    ----------
    caller
        Who asks.
    duties
        The tree in force with who is on duty when; None where the grids stand alone.
    at
        When.

    Examples
    --------
    >>> hotline = Caller("K1", Role.SOURCE, source="hotline")
    >>> scope_of(hotline, None, Instant(0)).sources
    ('hotline',)
    >>> scope_of(Caller("K2", Role.AUDITOR), None, Instant(0)).area_paths
    ('',)
    >>> scope_of(Caller("K3", Role.INSPECTOR), None, Instant(0)) == NOWHERE
    True
    """
    if caller.role is Role.WALL:
        return NOWHERE
    if caller.role in (Role.SOURCE, Role.DEPARTMENT):
        return _scope_of_body(caller)
    paths = _area_paths(caller, duties, at)
    if caller.area_id is not None:
        paths = _within(paths, _path(caller.area_id, duties))
    return Scope(tuple(paths), grants=caller.grants) if paths else NOWHERE


def watch_scope_of(caller: Caller, duties: DutyTable | None, at: Instant) -> Scope:
    """Return what a caller may count, and follow without texts, at an instant.

    That is what it sees; a wall, which sees no event, counts those of its area, or of
    the whole town, and none of a sensitive kind.

    Parameters
    ----------
    caller
        Who asks.
    duties, at
        As `scope_of` takes them.

    Examples
    --------
    >>> wall = Caller("K1", Role.WALL)
    >>> watch_scope_of(wall, None, Instant(0)) == EVERYTHING
    True
    >>> scope_of(wall, None, Instant(0)) == NOWHERE
    True
    """
    if caller.role is not Role.WALL:
        return scope_of(caller, duties, at)
    if caller.area_id is None:
        return EVERYTHING
    paths = _within(EVERYWHERE, _path(caller.area_id, duties))
    return Scope(tuple(paths)) if paths else NOWHERE


def actor_of(caller: Caller, duties: DutyTable | None, at: Instant) -> Actor:
    """Return whom a caller acts for at an instant, in the steps of an event.

    Parameters
    ----------
    caller
        Who asks.
    duties
        As `scope_of` takes them.
    at
        When.

    Examples
    --------
    >>> desk = actor_of(Caller("K1", Role.OPERATOR), None, Instant(0))
    >>> sorted(desk.roles), desk.tier, desk.is_keyed
    (['operator'], 1, True)
    >>> actor_of(KEYLESS, None, Instant(0)).is_keyed
    False
    """
    posts = _posts_within(caller, duties, at)
    body = caller.department_id if caller.role == Role.DEPARTMENT else None
    return Actor(
        caller.key_id,
        frozenset(map(str, caller.roles)),
        frozenset(str(post.post_id) for post in posts),
        frozenset({body} if body else ()),
        tier=_tier(caller, posts, duties),
        is_keyed=not caller.is_keyless,
        grid_posts=_grid_posts(caller, posts, duties, at),
    )


def shows_closed(loop: Loop, roles: Collection[str], *, is_reporter: bool) -> bool:
    """Say whether an event that is seen shows its position and texts.

    Whoever may act on events sees them, but those of sensitive kinds are for their
    reporter, and for whoever says for what.

    Parameters
    ----------
    loop
        The event as it stands.
    roles
        Of who asks.
    is_reporter
        Whether who asks brought it.

    Examples
    --------
    >>> noise, dispute = Loop("E"), Loop("F", is_sensitive=True)
    >>> shows_closed(noise, {Role.OPERATOR}, is_reporter=False)
    True
    >>> shows_closed(noise, {Role.AUDITOR}, is_reporter=False)
    False
    >>> shows_closed(dispute, {Role.OPERATOR}, is_reporter=False)
    False
    """
    return is_reporter or (not READERS.issuperset(roles) and not loop.is_sensitive)


def _posts_within(
    caller: Caller, duties: DutyTable | None, at: Instant
) -> tuple[Post, ...]:
    """Return the posts that who has a key holds, within the area of the key."""
    if duties is None or caller.holder_id is None or caller.role not in _ON_POSTS:
        return ()
    posts = duties.posts_of(caller.holder_id, at)
    if caller.area_id is None:
        return posts
    limit = _path(caller.area_id, duties)
    return tuple(
        post
        for post in posts
        if limit and (_path(post.area_id, duties) or "").startswith(limit)
    )


def _grid_posts(
    caller: Caller, posts: Collection[Post], duties: DutyTable | None, at: Instant
) -> frozenset[str]:
    """Return the posts that answer for the grids in which a member acts."""
    if duties is None or caller.role is not Role.MEMBER:
        return frozenset()
    leaders = (duties.leaders(grid).at(at) for grid in _grids_of(posts, duties))
    return frozenset(str(leader.post_id) for leader in leaders if leader.post_id)


def _grids_of(posts: Collection[Post], duties: DutyTable) -> set[str]:
    """Return the grids among the areas of posts."""
    grids = duties.roster.pagoda.grid_parents
    return {post.area_id for post in posts if post.area_id in grids}


def _tier(
    caller: Caller, posts: Collection[Post], duties: DutyTable | None
) -> int | None:
    """Return the tier that a caller answers for: 1 the core, below all the grids."""
    if caller.role in _DESK:
        areas = [caller.area_id] if caller.area_id is not None else []
        if not areas:
            return 1
    elif duties is not None and caller.role is Role.MEMBER:
        areas = [*_grids_of(posts, duties)]
    else:
        areas = [post.area_id for post in posts if post.role in LEADER_ROLES]
    paths = [path for area in areas if (path := _path(area, duties))]
    return min((path.count("/") for path in paths), default=None)


def _scope_of_body(caller: Caller) -> Scope:
    """Return the scope of a source or department: its own, which no area narrows."""
    if caller.area_id is not None:
        return NOWHERE
    if caller.role == Role.SOURCE:
        return Scope(sources=(caller.source,)) if caller.source else NOWHERE
    if not caller.department_id:
        return NOWHERE
    return Scope(departments=(caller.department_id,), grants=caller.grants)


def _area_paths(caller: Caller, duties: DutyTable | None, at: Instant) -> list[str]:
    """Return the paths that a role sees, whatever the area of the key."""
    if caller.role == Role.INSPECTOR:
        return [*EVERYWHERE] if caller.area_id is not None else []
    if caller.role not in _FIELD:
        return [*EVERYWHERE]
    if duties is None or caller.holder_id is None:
        return []
    posts = duties.posts_of(caller.holder_id, at)
    if caller.role == Role.LEADER:
        areas = {post.area_id for post in posts if post.role in LEADER_ROLES}
    else:
        areas = _grids_of(posts, duties)
    return [path for area in sorted(areas) if (path := _path(area, duties))]


def _path(area_id: str, duties: DutyTable | None) -> str | None:
    """Return the path of an area; None where it is not in force."""
    if duties is None:
        return area_path((area_id,))
    return duties.roster.pagoda.path(area_id)


def _within(paths: Collection[str], limit: str | None) -> list[str]:
    """Return what of some areas lies in another one."""
    if limit is None:
        return []
    if any(limit.startswith(path) for path in paths):
        return [limit]
    return [path for path in paths if path.startswith(limit)]


def is_visible(loop: Loop, departments: Collection[str], scope: Scope) -> bool:
    """Say whether a scope lets an event be seen.

    The stores ask the same of their rows: `layers.stores.scope`.

    Parameters
    ----------
    loop
        The event as it stands.
    departments
        Those that have a task of it, whether open or not.
    scope
        Of who asks.

    Examples
    --------
    >>> loop = Loop("E", kind="dispute", is_sensitive=True, source="hotline")
    >>> is_visible(loop, (), EVERYTHING)
    False
    >>> is_visible(loop, (), Scope(("",), grants=("dispute",)))
    True
    >>> is_visible(loop, (), Scope(sources=("hotline",)))
    True
    """
    if scope.is_whole or loop.source in scope.sources:
        return True
    if loop.is_sensitive and loop.kind not in scope.grants:
        return False
    is_near = scope.has_area(loop.area_path)
    return is_near or any(d in scope.departments for d in departments)
