"""Duties: who holds a post from when to when, and since when that was known."""

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby, pairwise
from typing import TypeAlias

from gis.errors import InvalidLayerError
from gis.local_time import instant_text
from gis.models import Instant, PostId
from gis.sentences import sentence


@dataclass(frozen=True, slots=True)
class Duty:
    """One record of who holds a post.

    Attributes
    ----------
    duty_id
        Records of one id are one duty; the one recorded last is in force.
    post_id
        The post that is held.
    holder_id
        Number of who holds it, never a name.
    starts_at, ends_at
        From, inclusive, and until, exclusive: at `ends_at` the next one is on duty.
    recorded_at
        Since when the record was known.
    cancelled
        The duty does not take place.
    row
        Where the record stands in its layer, for messages; the first row is 1.
    """

    duty_id: str
    post_id: PostId
    holder_id: str
    starts_at: Instant
    ends_at: Instant
    recorded_at: Instant
    cancelled: bool = False
    row: int | None = field(default=None, compare=False)


Ledger: TypeAlias = Mapping[PostId, Mapping[str, Duty]]
"""The last record of every duty by post and duty id, cancelled ones included."""


def check_duties(duties: Iterable[Duty], posts: Container[PostId]) -> dict[str, PostId]:
    """Refuse the first record that cannot be a duty, by its row.

    Parameters
    ----------
    duties
        Records in the order of their layer; the first row is 1.
    posts
        Ids of the posts there are.

    Returns
    -------
    post_of
        The post of each duty.

    Raises
    ------
    InvalidLayerError
        For a post that is not there, an interval that ends before or when it starts,
        two records of one duty with one `recorded_at`, and one duty of two posts.
    """
    recorded: set[tuple[str, Instant]] = set()
    post_of: dict[str, PostId] = {}
    for row, duty in enumerate(duties, start=1):
        _refuse_unknown_post(duty, row, posts)
        _refuse_empty_interval(duty, row)
        if (duty.duty_id, duty.recorded_at) in recorded:
            raise InvalidLayerError(
                "Duty {duty_id!r} (row {row_number}) has two records of "
                "{instant_text!r}; what supersedes a record carries a later "
                "recorded_at, correct it or remove one.",
                duty_id=duty.duty_id,
                row_number=row,
                instant_text=instant_text(duty.recorded_at),
            )
        if post_of.setdefault(duty.duty_id, duty.post_id) != duty.post_id:
            raise _moved(duty, post_of[duty.duty_id])
        recorded.add((duty.duty_id, duty.recorded_at))
    return post_of


def check_newer(
    duties: Iterable[Duty], ledger: Ledger, post_of: Mapping[str, PostId]
) -> None:
    """Refuse the first record that a ledger cannot take on top of what it has.

    Parameters
    ----------
    duties
        Records that passed `check_duties`.
    ledger
        What was recorded so far.
    post_of
        The post of each duty that was ever recorded.

    Raises
    ------
    InvalidLayerError
        If a record is not later than the one it supersedes, or is of another post.
    """
    for duty in duties:
        if post_of.get(duty.duty_id, duty.post_id) != duty.post_id:
            raise _moved(duty, post_of[duty.duty_id])
        last = ledger.get(duty.post_id, {}).get(duty.duty_id)
        if last is not None and duty.recorded_at <= last.recorded_at:
            raise InvalidLayerError(
                "Duty {duty_id!r} is recorded at {instant_text}, not after its last "
                "record of {instant_text_2}; what supersedes a record carries a later "
                "recorded_at.",
                duty_id=duty.duty_id,
                instant_text=instant_text(duty.recorded_at),
                instant_text_2=instant_text(last.recorded_at),
            )


def check_not_before(duties: Iterable[Duty], revision: Instant | None) -> None:
    """Refuse the first record that lies before the last of all, `revision`.

    Raises
    ------
    InvalidLayerError
        Names the duty and both times.
    """
    for duty in duties:
        if revision is not None and duty.recorded_at < revision:
            raise InvalidLayerError(
                "Duty {duty_id!r} is recorded at {instant_text}, before the last "
                "record of {instant_text_2}; what is known never changes backwards, "
                "give the time when it was recorded.",
                duty_id=duty.duty_id,
                instant_text=instant_text(duty.recorded_at),
                instant_text_2=instant_text(revision),
            )


def add_duties(ledger: Ledger, duties: Iterable[Duty]) -> Ledger:
    """Return a ledger with more records on top; the one given stays as it is.

    Parameters
    ----------
    ledger
        What was recorded so far; empty to begin with.
    duties
        Records that passed `check_duties`, in any order.

    Raises
    ------
    InvalidLayerError
        If two duties of a post overlap as was known at any time of the history.
    """
    changed = dict(ledger)
    for _, known_together in groupby(sorted(duties, key=_recorded_at), _recorded_at):
        batch: dict[PostId, dict[str, Duty]] = {}
        for duty in known_together:
            batch.setdefault(duty.post_id, {})[duty.duty_id] = duty
        for post_id, records in batch.items():
            changed[post_id] = {**changed.get(post_id, {}), **records}
            _refuse_overlaps(in_force(changed, post_id))
    return changed


def in_force(ledger: Ledger, post_id: PostId) -> list[Duty]:
    """Return the duties of a post that take place, in order of time."""
    records = ledger.get(post_id, {}).values()
    return sorted((d for d in records if not d.cancelled), key=_starts_at)


def _recorded_at(duty: Duty) -> Instant:
    return duty.recorded_at


def _starts_at(duty: Duty) -> Instant:
    return duty.starts_at


def _refuse_unknown_post(duty: Duty, row: int, posts: Container[PostId]) -> None:
    if duty.post_id not in posts:
        raise InvalidLayerError(
            "Duty {duty_id!r} (row {row_number}) is of post {post_id!r}, which is not "
            "among the posts; add that post or correct post_id.",
            duty_id=duty.duty_id,
            row_number=row,
            post_id=duty.post_id,
        )


def _refuse_empty_interval(duty: Duty, row: int) -> None:
    if duty.ends_at <= duty.starts_at:
        raise InvalidLayerError(
            "Duty {duty_id!r} (row {row_number}) ends at {instant_text}, not after "
            "its start {instant_text_2}; correct one of them.",
            duty_id=duty.duty_id,
            row_number=row,
            instant_text=instant_text(duty.ends_at),
            instant_text_2=instant_text(duty.starts_at),
        )


def _refuse_overlaps(duties: Sequence[Duty]) -> None:
    """Refuse duties of one post, in order of time, of which two overlap."""
    for duty, other in pairwise(duties):
        if other.starts_at < duty.ends_at:
            until = min(duty.ends_at, other.ends_at)
            raise InvalidLayerError(
                "Duties {named} and {named_2} of post {post_id!r} overlap from "
                "{instant_text} to {instant_text_2}; one post has one holder at a "
                "time, shorten or cancel one (a change of both carries one "
                "recorded_at).",
                named=_named(duty),
                named_2=_named(other),
                post_id=duty.post_id,
                instant_text=instant_text(other.starts_at),
                instant_text_2=instant_text(until),
            )


def _named(duty: Duty) -> str:
    """Return the id of a duty, and its row where it has one."""
    if duty.row is None:
        return repr(duty.duty_id)
    return sentence("{duty_id!r} (row {row})", duty_id=duty.duty_id, row=duty.row)


def _moved(duty: Duty, other: PostId) -> InvalidLayerError:
    return InvalidLayerError(
        "Duty {duty_id!r} is of post {post_id!r} and of post {other!r}; a duty stays "
        "with its post, cancel it and record one of another id.",
        duty_id=duty.duty_id,
        post_id=duty.post_id,
        other=other,
    )
