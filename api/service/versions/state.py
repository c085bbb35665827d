"""The state of a version at a time."""

from gis.models import Instant
from gis.versions import History, Version


def state_of(version: Version, history: History, now: Instant) -> str:
    """Return ``in force``, ``pending``, ``past``, ``replaced`` or ``withdrawn``.

    Parameters
    ----------
    version
        One of the history.
    history
        All that is recorded about the grid system.
    now
        When it is asked.
    """
    if version not in history.standing():
        return "withdrawn"
    if version not in history.timeline():
        return "replaced"
    if version.valid_from > now:
        return "pending"
    return "in force" if version == history.in_force(now) else "past"
