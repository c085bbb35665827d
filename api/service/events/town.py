"""What routing needs to know of a town: bodies, platforms, and who is on duty."""

from gis.events import Town
from gis.models import Instant
from gis.roster import DutyTable
from layers.registry import Registry


def town_of(registry: Registry, duties: DutyTable | None, at: Instant) -> Town:
    """Return what routing needs to know of a town at a time.

    Parameters
    ----------
    registry
        Its departments and platforms.
    duties
        Who is on duty; None where the grids stand alone.
    at
        When.
    """

    def holder_of(post_id: str) -> str | None:
        return None if duties is None else duties.holder(post_id, at)

    return Town(
        tuple(registry.departments.values()),
        {p.code: (p.zh, p.en) for p in registry.scenarios.platforms},
        holder_of,
    )
