"""The audit: what a key wrote or read beside events, as actions of no event."""

from collections.abc import Iterator
from typing import Final

from gis.access import Caller, Role
from gis.errors import SettingError
from gis.events import Action, StoredAction
from gis.events.loop import Values
from gis.models import Instant
from layers.stores import Store
from layers.stores.events import EventIds
from layers.stores.loops import Entry

KEY_MADE: Final = "key_made"
KEY_REVOKED: Final = "key_revoked"
CLOSED_READ: Final = "closed_read"
CLASS_SET: Final = "class_set"
NEEDS_REASON: Final = frozenset({CLOSED_READ})
"""What nobody does without saying why."""

CONSOLE: Final = Caller("console", Role.STEWARD)
"""Whoever runs commands on a store: the file or the database lets them in."""

BATCH: Final = 1000
"""So many actions are read at once."""
_ids: Final = EventIds()


def audit_action(
    caller: Caller, action: str, request: Values, reason: str, at: Instant
) -> Action:
    """Return an action of the audit.

    Parameters
    ----------
    caller
        Who does it.
    action
        What is done, such as `CLOSED_READ`.
    request
        What was asked for; never a key, a name or a number to call.
    reason
        Why; closed fields are read for a purpose.
    at
        When, by the clock of the store.

    Raises
    ------
    SettingError
        If closed fields are read without a purpose.

    Examples
    --------
    >>> from gis.access import KEYLESS
    >>> action = audit_action(KEYLESS, KEY_MADE, {"key_id": "K1"}, "", Instant(0))
    >>> action.event_id is None, action.key_id, action.role
    (True, 'keyless', 'operator')
    """
    if action in NEEDS_REASON and not reason.strip():
        raise SettingError(
            "The purpose of {action!r} is empty, expected why closed fields are read; "
            "say it in a few words.",
            action=action,
        )
    return Action(
        action_id=_ids.make(at),
        event_id=None,
        action=action,
        at=at,
        key_id=caller.key_id,
        role=caller.role.value,
        reason=reason,
        request=request,
    )


def read_audit(store: Store, after: int = 0) -> Iterator[StoredAction]:
    """Yield the actions of no event after a row of the log, in order.

    Parameters
    ----------
    store
        Where the audit is.
    after
        A row of the log; 0 yields all.
    """
    while entries := store.audit(after, BATCH):
        yield from entries
        after = entries[-1].row


def record_audit(store: Store, action: Action) -> None:
    """Record an action of the audit, durable when the call returns.

    Parameters
    ----------
    store
        Where the audit is.
    action
        As `audit_action` made it.
    """
    store.append([Entry(actions=(action,))]).result()
