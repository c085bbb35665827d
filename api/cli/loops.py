"""`pagoda loops`: what must hold of every event; heavy imports stand inside."""

import sys

import click

from api.cli.options import on_store, opened_store, settings_of_commands
from api.cli.speech import echo
from gis.counts import count_text
from gis.sentences import sentence


@click.group(no_args_is_help=False)
def loops() -> None:
    """Check where events stand against their actions, or make it again from them."""


@loops.command()
@on_store
def check(url: str | None) -> None:
    """Check every event, its actions, loop and tasks; exit 1 where one is wrong."""
    from api.service.events.invariants import (  # noqa: PLC0415
        loop_count,
        loop_faults,
    )

    count = 0
    with opened_store(url, settings_of_commands()) as store:
        for fault in loop_faults(store):
            echo(fault)
            count += 1
        total = loop_count(store)
    echo(
        sentence(
            "{events} checked: {faults}.",
            events=count_text(total, "event"),
            faults=count_text(count, "fault"),
        )
    )
    sys.exit(1 if count else 0)


@loops.command()
@on_store
def rebuild(url: str | None) -> None:
    """Make loops and tasks again from the actions, and say how many rows differed."""
    with opened_store(url, settings_of_commands()) as store:
        count = store.rebuild_loops()
    echo(
        sentence(
            "Loops and tasks are made again: {rows} differed.",
            rows=count_text(count, "row"),
        )
    )
