"""`pagoda replay`; heavy imports stand inside."""

import sys

import click

from api.cli.options import on_store, opened_store, settings_of_commands
from api.cli.speech import echo


@click.command()
@click.argument("event")
@on_store
def replay(event: str, url: str | None) -> None:
    """Compute answers and route of EVENT again; exit 1 when one is not the same."""
    from api.cli.text.replay import replay_lines  # noqa: PLC0415
    from api.service.assignment.replay import replay as compute  # noqa: PLC0415
    from api.service.events.route_replay import replay_route  # noqa: PLC0415

    with opened_store(url, settings_of_commands()) as store:
        replays = (*compute(store, event), *replay_route(store, event))
    echo(*replay_lines(event, replays))
    sys.exit(0 if all(comparison.is_equal for comparison in replays) else 1)
