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
    for comparison in replays:
        if comparison.is_equal:
            lines.append(f"  {comparison.name:<14} byte-equal")
            continue
        by_other = (
            f" (stored by engine {comparison.engine}, this is {ENGINE_VERSION})"
            if comparison.engine != ENGINE_VERSION
            else ""
        )
        lines.append(f"  {comparison.name:<14} DIFFERS{by_other}")
        lines += [
            f"    {field}: stored {old!r}, computed {new!r}"
            for field, old, new in comparison.differences
        ]
    return lines
