"""What `pagoda replay` prints."""

from api.service.assignment.replay import Replay
from gis.assignment import ENGINE_VERSION


def replay_lines(event_id: str, replays: tuple[Replay, ...]) -> list[str]:
    """Return what `pagoda replay` prints.

    Parameters
    ----------
    event_id
        The event.
    replays
        What `replay` returned.
    """
    lines = [f"Event {event_id}"]
    for one in replays:
        if one.is_equal:
            lines.append(f"  {one.name:<14} byte-equal")
            continue
        by_other = (
            f" (stored by engine {one.engine}, this is {ENGINE_VERSION})"
            if one.engine != ENGINE_VERSION
            else ""
        )
        lines.append(f"  {one.name:<14} DIFFERS{by_other}")
        lines += [
            f"    {field}: stored {was!r}, computed {now!r}"
            for field, was, now in one.differences
        ]
    return lines
