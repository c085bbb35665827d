"""Lines of `pagoda audit list`."""

import json
from collections.abc import Iterable, Iterator

from gis.events import StoredAction
from gis.local_time import instant_text, timezone_of
from gis.sentences import joined, sentence


def audit_lines(entries: Iterable[StoredAction], timezone: str) -> Iterator[str]:
    """Yield a line for each action of no event: what a key wrote or read, and why.

    Parameters
    ----------
    entries
        In order of the log.
    timezone
        IANA zone of the times.

    Examples
    --------
    >>> from gis.events import Action
    >>> action = Action("A", None, "key_made", 0, key_id="K-1", role="steward")
    >>> list(audit_lines([StoredAction(action, 7, 0, 1, 0)], "UTC"))
    ['7  1970-01-01T00:00:00.000+00:00  K-1  steward  key_made  {}']
    """
    zone = timezone_of(timezone)
    for entry in entries:
        action = entry.action
        parts = [
            str(entry.row),
            instant_text(action.at, zone),
            action.key_id,
            sentence("{role}", role=action.role),
            sentence("{entry}", entry=action.action),
            _quoted(dict(action.request)),
            *([_quoted(action.reason)] if action.reason else []),
        ]
        yield joined("  ", parts)


def _quoted(value: object) -> str:
    """Return a value as JSON: no character of it moves a cursor."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
