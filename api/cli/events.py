"""`pagoda events`; heavy imports stand inside."""

import datetime as dt

import click

from api.cli.options import DAY, on_store, opened_store, settings_of_commands
from api.cli.speech import echo, say
from gis.sentences import sentence, spoken


@click.command()
@click.option("--on", "day", type=DAY, help="Only those of this day.")
@click.option("--from", "first", type=DAY, help="Only those of this day and later.")
@click.option("--to", "last", type=DAY, help="Only those of this day and before.")
@click.option("--grid", "grid_id", help="Only those that this grid owns.")
@click.option(
    "--limit",
    type=click.IntRange(1, 1_000_000),
    default=20,
    show_default=True,
    help="At most so many, in order of the log.",
)
@on_store
def events(
    day: dt.datetime | None,
    first: dt.datetime | None,
    last: dt.datetime | None,
    grid_id: str | None,
    limit: int,
    url: str | None,
) -> None:
    """Print the events of a store, one a line, each with its id first."""
    from api.cli.text.events import event_lines  # noqa: PLC0415
    from api.service.events.read import EventQuery, list_events  # noqa: PLC0415
    from layers.packs.rulebook import scenarios_in_force  # noqa: PLC0415

    if day and (first or last):
        raise click.UsageError(
            spoken(sentence("Options --on and --from or --to exclude each other"))
        )
    if first and last and last < first:
        raise click.UsageError(
            spoken(
                sentence(
                    "Option --to {last:%Y-%m-%d} lies before --from {first:%Y-%m-%d}",
                    last=last,
                    first=first,
                )
            )
        )
    first, last = first or day, last or day
    query = EventQuery(
        first.date() if first else None, last.date() if last else None, grid_id, limit
    )
    settings = settings_of_commands()
    with opened_store(url, settings) as store:
        rows, has_more = list_events(store, query, settings.timezone)
        kinds = scenarios_in_force(store.facts("rules"), store.now())
    for line in event_lines(rows, settings.timezone, kinds.names_of):
        echo(line)
    if rows.empty:
        say([sentence("There are no such events.")])
    if has_more:
        say(
            [
                sentence(
                    "There are more than {limit:,}; --limit shows more.", limit=limit
                )
            ]
        )
