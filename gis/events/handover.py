"""Open events at a change of grids: they move, or stay with whose they are."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Final

from gis.errors import InvalidLayerError
from gis.events.loop import StoredAction
from gis.models import Instant
from gis.versions import Version

PLACING: Final = frozenset({"report", "transfer", "relocate", "correct", "override"})
"""Steps that may say whose an event is."""
BY_HAND: Final = frozenset({"transfer", "override"})
"""Those that name a grid, whatever the position of the event."""


class OpenEvents(StrEnum):
    """What becomes of the events that are open when a version comes into force."""

    MOVE = "move"
    """They are assigned anew on its grids."""
    KEEP = "keep"
    """They stay with grid and post as long as there is that post."""


def read_open_events(rule_id: str, body: Mapping[str, object]) -> OpenEvents:
    """Read a rule ``handover/SYSTEM``: `{"open_events": "keep"}`, or ``"move"``.

    It is about the version that comes into force at the instant that it is valid from,
    and about no other.

    Parameters
    ----------
    rule_id
        Id of the rule; what follows the first ``/`` is the grid system.
    body
        What its JSON says.

    Raises
    ------
    InvalidLayerError
        If it names no grid system, has other keys or another value.

    Examples
    --------
    >>> read_open_events("handover/main", {"open_events": "keep"})
    <OpenEvents.KEEP: 'keep'>
    """
    if not rule_id.partition("/")[2].strip():
        raise InvalidLayerError(
            "Rule {rule_id!r} names no grid system, expected one such as "
            "'handover/main'; correct its id.",
            rule_id=rule_id,
        )
    value = body.get("open_events")
    if list(body) != ["open_events"] or value not in [*OpenEvents]:
        raise InvalidLayerError(
            "Rule {rule_id!r} is {dict!r} where 'open_events' alone was expected, one "
            "of {openevents!r}; correct it.",
            rule_id=rule_id,
            dict=dict(body),
            openevents=[mode.value for mode in OpenEvents],
        )
    return OpenEvents(str(value))


def deciding_version(
    versions: Sequence[Version], keeping: Collection[Instant], received_at: Instant
) -> Version:
    """Return the version whose grids say whose an open event is.

    It is the one in force, unless that one keeps what was open when it came into force:
    then the one before it, and so on. A version comes into force when it is valid from,
    or when it is recorded where that is later.

    Parameters
    ----------
    versions
        Those that are or were in force, in order of time; at least one.
    keeping
        Since when versions are valid that keep open events.
    received_at
        Of the event.

    Examples
    --------
    >>> versions = [
    ...     Version("main", n, Instant(at), Instant(0), "p", "c", "", "", None)
    ...     for n, at in ((1, 0), (2, 50), (3, 90))
    ... ]
    >>> [deciding_version(versions, {90}, Instant(at)).version for at in (10, 90)]
    [2, 3]
    """
    last = len(versions) - 1
    while last and versions[last].valid_from in keeping:
        version = versions[last]
        if received_at >= max(version.valid_from, version.recorded_at):
            break
        last -= 1
    return versions[last]


def placing_step(actions: Iterable[StoredAction]) -> str:
    """Return the last step that said whose an event is; empty for none.

    One that only says of what kind the event is, or which body handles it, leaves its
    grid where it was.

    Parameters
    ----------
    actions
        All that were done to the event, in order.

    Examples
    --------
    >>> placing_step([])
    ''
    """
    steps = [
        stored.action.action
        for stored in actions
        if stored.action.action in PLACING and "grid_id" in stored.action.changes.loop
    ]
    return steps[-1] if steps else ""


def is_put_by_hand(actions: Iterable[StoredAction]) -> bool:
    """Say whether a person gave an event to its grid, whatever its position.

    It stays there at a change of grids as long as there is that grid.

    Parameters
    ----------
    actions
        All that were done to the event, in order.

    Examples
    --------
    >>> is_put_by_hand([])
    False
    """
    return placing_step(actions) in BY_HAND
