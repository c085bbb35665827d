"""Rotations: members that take a post in turn, expanded to duties on local clocks."""

import datetime as dt
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final
from zoneinfo import ZoneInfo

from gis.errors import InvalidLayerError
from gis.local_time import DEFAULT_TIMEZONE, local_instant, timezone_of
from gis.models import Instant, PostId
from gis.roster.duties import Duty
from gis.sentences import sentence

MOST_TURNS: Final = 10_000
"""Turns of one rotation: 27 years of daily hand-over, more is a slip of the pen."""


@dataclass(frozen=True, slots=True)
class Rotation:
    """Members that take a post in turn.

    Attributes
    ----------
    rotation_id
        Records of one id are one rotation; the one recorded last is in force.
    post_id
        The post that is held.
    members
        Holders in the order of their turns; after the last the first comes again.
    first_at
        Local time without offset of the first hand-over; every later one keeps its
        hour, and its weekday where turns take weeks.
    until
        Local time without offset when the last turn ends.
    every_days
        Length of a turn: 7 for a weekly, 1 for a daily rotation.
    recorded_at
        Since when the record was known.
    cancelled
        None of its turns takes place.
    """

    rotation_id: str
    post_id: PostId
    members: tuple[str, ...]
    first_at: dt.datetime
    until: dt.datetime
    every_days: int
    recorded_at: Instant
    cancelled: bool = False


def expand_rotations(
    rotations: Sequence[Rotation],
    posts: Container[PostId],
    timezone: str = DEFAULT_TIMEZONE,
) -> tuple[Duty, ...]:
    """Return the duties of rotations, each hand-over at its hour on local clocks.

    A duty has the id of its rotation, a stroke, and its local start, so that a single
    turn can be superseded or cancelled. Where a rotation is recorded anew, turns that
    it no longer has are cancelled.

    Parameters
    ----------
    rotations
        Records in the order of their layer; the first row is 1.
    posts
        Ids of the posts there are.
    timezone
        IANA name of the time zone of the deployment.

    Raises
    ------
    InvalidLayerError
        Names the row for a post that is not there, no members, a turn shorter than a
        day, an end before or at the start, more than `MOST_TURNS` turns, and a record
        that stands twice; names the hand-over whose hour clocks skip or show twice.

    Examples
    --------
    >>> post = PostId("C3-01-L")
    >>> start, end = dt.datetime(2026, 9, 7, 8), dt.datetime(2026, 9, 21, 8)
    >>> week = Rotation("W", post, ("a", "b"), start, end, 7, Instant(0))
    >>> [(duty.duty_id, duty.holder_id) for duty in expand_rotations([week], {post})]
    [('W/2026-09-07T08:00', 'a'), ('W/2026-09-14T08:00', 'b')]
    """
    _refuse_faults(rotations, posts)
    zone = timezone_of(timezone)
    duties: list[Duty] = []
    last: dict[str, dict[str, Duty]] = {}
    rows = sorted(enumerate(rotations, start=1), key=lambda pair: pair[1].recorded_at)
    for row, rotation in rows:
        turns = {} if rotation.cancelled else _turns(rotation, row, zone)
        before = last.get(rotation.rotation_id, {})
        dropped = [duty for duty_id, duty in before.items() if duty_id not in turns]
        duties += turns.values()
        duties += (
            replace(duty, recorded_at=rotation.recorded_at, cancelled=True)
            for duty in dropped
        )
        last[rotation.rotation_id] = turns
    return tuple(duties)


def _refuse_faults(rotations: Sequence[Rotation], posts: Container[PostId]) -> None:
    """Refuse the first record that cannot be a rotation."""
    recorded: set[tuple[str, Instant]] = set()
    for row, rotation in enumerate(rotations, start=1):
        fault = _fault_of(rotation, posts)
        if not fault and (rotation.rotation_id, rotation.recorded_at) in recorded:
            fault = sentence(
                "stands twice with one recorded_at; remove or correct the other"
            )
        if fault:
            raise InvalidLayerError(
                "Rotation {rotation_id!r} (row {row_number}) {fault}.",
                rotation_id=rotation.rotation_id,
                row_number=row,
                fault=fault,
            )
        recorded.add((rotation.rotation_id, rotation.recorded_at))


def _fault_of(rotation: Rotation, posts: Container[PostId]) -> str:
    """Return what is wrong with a rotation, empty where nothing is."""
    if rotation.post_id not in posts:
        return sentence(
            "is of post {post_id!r}, which is not among the posts; add that post "
            "or correct post_id",
            post_id=rotation.post_id,
        )
    if not rotation.members:
        return sentence("has no members; name who takes the post in turn")
    if rotation.every_days < 1:
        return sentence(
            "has turns of {every_days!r} days; expected 1 or more",
            every_days=rotation.every_days,
        )
    if rotation.until <= rotation.first_at:
        return sentence(
            "ends at {until}, not after its first hand-over {first_at}; correct "
            "one of them",
            until=rotation.until.isoformat(),
            first_at=rotation.first_at.isoformat(),
        )
    turns = (rotation.until - rotation.first_at).days // rotation.every_days
    if turns > MOST_TURNS:
        return sentence(
            "has {turns} turns; expected at most {most_turns}, end it earlier",
            turns=turns,
            most_turns=MOST_TURNS,
        )
    return ""


def _turns(rotation: Rotation, row: int, zone: ZoneInfo) -> dict[str, Duty]:
    """Return the duties of one record by id."""
    duties: dict[str, Duty] = {}
    hand_overs = [*_hand_overs(rotation), rotation.until]
    try:
        instants = [local_instant(local, zone) for local in hand_overs]
    except InvalidLayerError as error:
        raise InvalidLayerError(
            "Rotation {rotation_id!r} (row {row_number}): {error}",
            rotation_id=rotation.rotation_id,
            row_number=row,
            error=error,
        ) from error
    for turn, (starts_at, ends_at) in enumerate(pairwise(instants)):
        local = hand_overs[turn].isoformat(timespec="minutes")
        duty = Duty(
            f"{rotation.rotation_id}/{local}",
            rotation.post_id,
            rotation.members[turn % len(rotation.members)],
            starts_at,
            ends_at,
            rotation.recorded_at,
        )
        duties[duty.duty_id] = duty
    return duties


def _hand_overs(rotation: Rotation) -> Iterator[dt.datetime]:
    """Yield the local start of each turn; adding days keeps the hour of the clock."""
    days = (rotation.until - rotation.first_at).days + 1
    step = dt.timedelta(days=min(rotation.every_days, days))
    local = rotation.first_at
    while local < rotation.until:
        yield local
        local += step
