"""From the kind of an event to who must move: its platform, then the body it picks."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final, NamedTuple, Protocol

from gis.events.standing import MINUTE_MS, Times
from gis.models import Instant

TRIAGE, TO_VERIFY = "triage", "to_verify"
ROUTE_STEPS: Final = (
    *("kind_to_platform", "unknown_kind", "platform_to_body", "team_on_shift"),
    *("team_off_shift", "no_body", "intake_post"),
)
"""Codes of the two steps of a route."""

Names = tuple[str, str]
"""Chinese and English."""


class RoutedKind(Protocol):
    """What a kind of events says of where it goes."""

    @property
    def kind(self) -> str:
        """Its code."""

    @property
    def name(self) -> Names:
        """Its names."""

    @property
    def module(self) -> str:
        """Its module."""

    @property
    def line(self) -> str:
        """Its line of business."""

    @property
    def platform(self) -> str:
        """Its platform."""

    @property
    def departments(self) -> tuple[str, ...]:
        """Bodies, or types of teams, the first one in charge."""

    @property
    def minutes(self) -> Times:
        """Its clocks."""


class Body(Protocol):
    """A department, team or centre."""

    @property
    def department_id(self) -> str:
        """Its id."""

    @property
    def name_zh(self) -> str:
        """Its Chinese name."""

    @property
    def name_en(self) -> str:
        """Its English name; may be empty."""

    @property
    def rank(self) -> int:
        """Its order among departments; 1 is first."""

    @property
    def post_id(self) -> str | None:
        """Its duty post; None where it has none."""

    @property
    def team(self) -> str:
        """What type of team it is; empty where it is none."""

    @property
    def lon(self) -> float | None:
        """Where it is, degrees; None where it is no point."""

    @property
    def lat(self) -> float | None:
        """Where it is, degrees."""


class Town(NamedTuple):
    """What routing needs to know of a town at a time.

    Attributes
    ----------
    bodies
        Its departments, teams and centres.
    platforms
        Platform -> its names.
    holder_of
        Post -> who is on duty there at the time; None where nobody is.
    """

    bodies: Sequence[Body]
    platforms: Mapping[str, Names]
    holder_of: Callable[[str], str | None]


class RouteTarget(NamedTuple):
    """A body that an event goes to.

    Attributes
    ----------
    department_id, rank
        The body and its order.
    post_id, holder_id
        Its duty post, and who is on duty there; empty and None where nobody is.
    lon, lat
        Where it is; None where it is no point.
    """

    department_id: str
    rank: int
    post_id: str
    holder_id: str | None
    lon: float | None
    lat: float | None


class RouteStep(NamedTuple):
    """One of the two steps of a route.

    Attributes
    ----------
    code
        One of `ROUTE_STEPS`.
    names
        What fills the gaps of its words, in Chinese and English.
    """

    code: str
    names: Mapping[str, Names]


class Route(NamedTuple):
    """Where an event goes.

    Attributes
    ----------
    platform, line, module
        Of its kind; empty for an unknown one.
    departments
        Bodies in order of rank.
    lead
        The one of them that is in charge; empty for none: then the accountable post of
        the event handles it.
    missing
        Bodies of the kind that the town has none of.
    steps
        First to the platform, then to the body that it picks.
    doubt
        ``triage`` or ``to_verify`` where it waits for a person; empty for none.
    rule_id
        The pack with its version; empty for an unknown kind.
    """

    platform: str
    line: str
    module: str
    departments: tuple[RouteTarget, ...]
    lead: str
    missing: tuple[str, ...]
    steps: tuple[RouteStep, RouteStep]
    doubt: str
    rule_id: str


class Deadlines(NamedTuple):
    """Until when an event is to be accepted, reached and handled, inclusively."""

    accept_by: Instant
    arrive_by: Instant
    handle_by: Instant


def route_event(
    kind: RoutedKind | None, code: str, town: Town, doubt: str, rule_id: str
) -> Route:
    """Return where an event goes.

    Of a type of team the one whose post somebody holds now is picked; where nobody
    does, the first in rank.

    Parameters
    ----------
    kind
        Its kind; None where no pack has it.
    code
        Its kind as reported.
    town
        Bodies, platforms and duties at the time of the event.
    doubt
        Of `doubt_of`.
    rule_id
        The pack with its version.
    """
    if kind is None:
        steps = (
            RouteStep("unknown_kind", {"kind": (code, code)}),
            RouteStep("intake_post", {}),
        )
        return Route("", "", "", (), "", (), steps, doubt, "")
    picks = {name: _pick(name, town) for name in kind.departments}
    bodies = [body for body in picks.values() if body is not None]
    unique = {body.department_id: body for body in bodies}
    targets = [_target(body, town) for body in unique.values()]
    first = RouteStep(
        "kind_to_platform",
        {"kind": kind.name, "platform": _platform(kind, town)},
    )
    return Route(
        kind.platform,
        kind.line,
        kind.module,
        tuple(sorted(targets, key=lambda target: target.rank)),
        bodies[0].department_id if bodies else "",
        tuple(name for name, body in picks.items() if body is None),
        (first, _second_step(kind, town, bodies)),
        doubt,
        rule_id,
    )


def doubt_of(
    kind: RoutedKind | None,
    is_placed: bool,
    certainty: float | None,
    verify_below: float,
) -> str:
    """Return where an event waits for a person; empty where it does not.

    Parameters
    ----------
    kind
        Its kind; None where no pack has it.
    is_placed
        Whether its place is known as well as its kind needs.
    certainty
        How certain its detector is, 0 to 1; None where it says nothing.
    verify_below
        Of the pack.

    Examples
    --------
    >>> doubt_of(None, True, None, 0.0)
    'triage'
    """
    if kind is None or not is_placed:
        return TRIAGE
    return TO_VERIFY if certainty is not None and certainty < verify_below else ""


def deadlines(minutes: Times, at: Instant, doubt: str) -> Deadlines:
    """Return until when an event is to be accepted, reached and handled.

    One in doubt is reached and handled after it was accepted, others from receipt on.

    Parameters
    ----------
    minutes
        Of its kind.
    at
        When it was received.
    doubt
        Of `doubt_of`.
    """
    accept_by = at + minutes.accept * MINUTE_MS
    start = accept_by if doubt else at
    return Deadlines(
        Instant(accept_by),
        Instant(start + minutes.arrive * MINUTE_MS),
        Instant(start + minutes.handle * MINUTE_MS),
    )


def _second_step(kind: RoutedKind, town: Town, bodies: Sequence[Body]) -> RouteStep:
    """Return the step from the platform to the body in charge."""
    names = {"platform": _platform(kind, town)}
    if not bodies:
        return RouteStep("no_body", names)
    lead = bodies[0]
    names["body"] = (lead.name_zh, lead.name_en or lead.name_zh)
    if not lead.team:
        return RouteStep("platform_to_body", names)
    is_on_shift = bool(lead.post_id and town.holder_of(lead.post_id))
    return RouteStep("team_on_shift" if is_on_shift else "team_off_shift", names)


def _pick(name: str, town: Town) -> Body | None:
    """Return the body of an id, or of a type of team the one on shift."""
    for body in town.bodies:
        if body.department_id == name:
            return body
    teams = [body for body in town.bodies if body.team == name]
    if not teams:
        return None
    return min(teams, key=lambda team: _order_of_team(team, town))


def _order_of_team(team: Body, town: Town) -> tuple[bool, int, str]:
    """Return what puts a team on shift first, then the higher rank."""
    is_off = not (team.post_id and town.holder_of(team.post_id))
    return is_off, team.rank, team.department_id


def _target(body: Body, town: Town) -> RouteTarget:
    """Return a body as a target."""
    holder_id = town.holder_of(body.post_id) if body.post_id else None
    post_id = body.post_id or ""
    return RouteTarget(
        body.department_id, body.rank, post_id, holder_id, body.lon, body.lat
    )


def _platform(kind: RoutedKind, town: Town) -> Names:
    """Return the names of the platform of a kind."""
    return town.platforms.get(kind.platform, (kind.platform, kind.platform))
