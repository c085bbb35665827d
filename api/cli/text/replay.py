"""What `pagoda replay` prints."""

from api.service.assignment.replay import Replay
from gis.assignment import ENGINE_VERSION
from gis.sentences import sentence


def replay_lines(event_id: str, replays: tuple[Replay, ...]) -> list[str]:
    """Return what `pagoda replay` prints.

    Parameters
    ----------
    event_id
        The event.
    replays
        What `replay` returned.
    """
    lines = [sentence("Event {event_id}", event_id=event_id)]
    for comparison in replays:
        if comparison.is_equal:
            lines.append(
                sentence("  {compared:<14} byte-equal", compared=comparison.name)
            )
            continue
        by_other = (
            sentence(
                " (stored by engine {engine}, this is {engine_version})",
                engine=comparison.engine,
                engine_version=ENGINE_VERSION,
            )
            if comparison.engine != ENGINE_VERSION
            else ""
        )
        lines.append(
            sentence(
                "  {compared:<14} DIFFERS{by_other}",
                compared=comparison.name,
                by_other=by_other,
            )
        )
        lines += [
            sentence(
                "    {field}: stored {old!r}, computed {new!r}",
                field=field,
                old=old,
                new=new,
            )
            for field, old, new in comparison.differences
        ]
    return lines
