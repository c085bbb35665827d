"""Actions as a store keeps them: their body as JSON, and their row of the log."""

import orjson

from gis.errors import StoreError
from gis.events import Action, Changes, StoredAction
from gis.events.loop import Values


def body_of(action: Action) -> bytes:
    """Return what an action asked for and does, as JSON with sorted names.

    Examples
    --------
    >>> action = Action("A", "E", "accept", 0, changes=Changes({"state": "accepted"}))
    >>> body_of(action)
    b'{"loop":{"state":"accepted"},"request":{},"tasks":[]}'
    """
    document = {
        "request": dict(action.request),
        "loop": dict(action.changes.loop),
        "tasks": [dict(task) for task in action.changes.tasks],
    }
    return orjson.dumps(document, option=orjson.OPT_SORT_KEYS)


def read_body(body: bytes | str) -> tuple[Values, Changes]:
    """Return what an action asked for and what it does, from its body.

    Examples
    --------
    >>> read_body(b'{"loop":{"state":"accepted"},"request":{},"tasks":[]}')[1].loop
    {'state': 'accepted'}
    """
    document = orjson.loads(body)
    return document["request"], Changes(document["loop"], tuple(document["tasks"]))


def read_changes(row: int, body: bytes | str) -> Changes:
    """Return what an action does, from its body.

    Parameters
    ----------
    row
        Of the action, for a refusal.
    body
        As `body_of` wrote it.

    Raises
    ------
    StoreError
        If it is nothing that `body_of` writes.

    Examples
    --------
    >>> read_changes(7, b'{"loop":{"state":"accepted"},"request":{},"tasks":[]}').loop
    {'state': 'accepted'}
    """
    try:
        return read_body(body)[1]
    except (ValueError, KeyError, TypeError) as error:
        raise StoreError(
            "Action {row_number} is not as it was stored; take the last export.",
            row_number=row,
        ) from error


def action_bytes(entry: StoredAction) -> bytes:
    """Return an action as a row of the log: all it says, and where it stands."""
    action = entry.action
    head = orjson.dumps(
        [
            entry.row,
            entry.seq,
            entry.recorded_at,
            action.action_id,
            action.event_id,
            action.action,
            action.at,
            action.path,
            action.task_id,
            action.key_id,
            action.role,
            action.post_id,
            action.reason,
            action.request_key,
            action.fingerprint.hex(),
            action.status,
            action.destinations,
            len(action.answer),
        ]
    )
    return b"%b\n%b%b" % (head, action.answer, body_of(action))


def read_action(row: bytes) -> Action:
    """Return the action that `action_bytes` wrote.

    Examples
    --------
    >>> action = Action("A", "E", "accept", 0, ("reported", "accepted"))
    >>> read_action(action_bytes(StoredAction(action, 1, 2, 3, 4))) == action
    True
    """
    line, _, rest = row.partition(b"\n")
    _, _, _, action_id, event_id, action, at, path, task_id, *values = orjson.loads(
        line
    )
    key_id, role, post_id, reason, request_key, fingerprint = values[:6]
    status, destinations, length = values[6:]
    request, changes = read_body(rest[length:])
    return Action(
        action_id,
        event_id,
        action,
        at,
        tuple(path),
        task_id,
        key_id,
        role,
        post_id,
        reason,
        request,
        changes,
        request_key,
        bytes.fromhex(fingerprint),
        status,
        rest[:length],
        tuple(destinations),
    )
