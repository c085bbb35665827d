"""Commands that load a layer from a file; heavy imports stand inside."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from api.cli.options import (
    FILE,
    Command,
    allowing_ballpark,
    naming_columns,
    on_store,
    opened_store,
    pairs,
    settings_of_commands,
)
from api.cli.output import name_faulty_rows, status_counts
from api.cli.process import spare_memory
from api.cli.speech import echo, say
from api.cli.versions import publish_layers, publishing, with_grids
from gis.counts import count_text
from gis.sentences import sentence

if TYPE_CHECKING:
    from api.service.events.load import EventReport
    from api.service.facts.load import FactReport
    from layers.files.heads import Naming

YOUNG_OBJECTS = 200_000
"""So many are made between two looks for cycles while events are loaded."""
FACT_LAYERS = {
    "posts": sentence("Posts: who answers for a grid or circle."),
    "duties": sentence("Duties: who holds a post from when to when."),
    "inspections": sentence("Inspections of places."),
    "rules": sentence("Rules, each with the body that owns it."),
    "sources": sentence("Sources: who reports, in which datum, in which words."),
    "destinations": sentence("Destinations: where what happens to events is told."),
}
PLACED_LAYERS = {
    "stations": sentence("Stations: points where the forces of a circle stand ready."),
    "neighbours": sentence(
        "Neighbours: areas around the town with their official code."
    ),
    "devices": sentence("Devices: points of cameras and sensors, each of a source."),
    "departments": sentence(
        "Departments: bodies, teams and centres; a centre is a point."
    ),
}


def with_columns(command: Command) -> Command:
    """Give a command of a layer the option --columns."""
    return click.option(
        "--columns",
        is_flag=True,
        is_eager=True,
        expose_value=False,
        callback=_print_columns,
        help="List the columns of the layer and load nothing.",
    )(command)


def of_file(command: Command) -> Command:
    """Give a command its file, and the options that say what its columns are."""
    options = (
        click.option(
            "--fill",
            "fills",
            metavar="OURS=VALUE,...",
            multiple=True,
            callback=pairs,
            help="Value of empty cells of a column, or of a column that is not there.",
        ),
        click.option(
            "--repeats",
            type=click.Choice(["first", "last"]),
            help="Which of several rows of one id counts; refused unless given.",
        ),
        click.option(
            "--day-order",
            type=click.Choice(["mdy", "dmy"]),
            help="Order of day and month in times such as 09/17/2015.",
        ),
    )
    for option in reversed(options):
        command = option(command)
    with_options = with_columns(naming_columns(command))
    return click.argument("file", type=FILE)(with_options)


def _print_columns(context: click.Context, _: click.Parameter, is_asked: bool) -> None:
    """Print the columns of the layer that a command is named as, and stop."""
    from api.cli.text.columns import column_lines  # noqa: PLC0415
    from layers.files.layer_columns import FILE_LAYERS  # noqa: PLC0415

    if is_asked:
        echo(*column_lines(FILE_LAYERS[str(context.info_name)]))
        context.exit()


@click.group()
def load() -> None:
    """Load a layer from a file: checked whole, nothing of it where a row is wrong."""


@load.command("grids")
@click.argument("file", type=FILE)
@with_columns
@with_grids
@publishing
@on_store
def load_grids(file: Path, **options: Any) -> None:
    """Publish the grids of FILE as a new version."""
    publish_layers(options | {"grids": file})


@load.command("circles")
@click.argument("file", type=FILE)
@with_columns
@naming_columns
@publishing
@on_store
def load_circles(file: Path, **options: Any) -> None:
    """Publish the circles of FILE over the grids of the head as a new version."""
    publish_layers(options | {"circles": file})


@load.command("enterprises")
@of_file
@click.option("--source", help="Register that says so, without a column of that name.")
@click.option("--datum", help="wgs84, cgcs2000, gcj02, bd09 or EPSG:n.")
@allowing_ballpark
@click.option("--valid-from", help="True since, where no column says so; else now.")
@on_store
def load_enterprises(file: Path, **options: Any) -> None:
    """Enterprises: points with their source and credit code."""
    _record("enterprises", file, **options)


def _fact_command(layer: str, about: str) -> None:
    """Add the command that loads a layer of facts."""

    @load.command(layer, help=about)
    @of_file
    @click.option("--valid-from", help="True since, where no column says so; else now.")
    @on_store
    def load_layer(file: Path, **options: Any) -> None:
        _record(layer, file, **options)


def _placed_command(layer: str, about: str) -> None:
    """Add the command that loads a layer of facts with geometry."""

    @load.command(layer, help=about)
    @of_file
    @click.option("--datum", help="wgs84, cgcs2000, gcj02, bd09 or EPSG:n.")
    @allowing_ballpark
    @click.option("--valid-from", help="True since, where no column says so; else now.")
    @on_store
    def load_layer(file: Path, **options: Any) -> None:
        _record(layer, file, **options)


for _layer, _about in FACT_LAYERS.items():
    _fact_command(_layer, _about)
for _layer, _about in PLACED_LAYERS.items():
    _placed_command(_layer, _about)


@load.command("rotations")
@of_file
@on_store
def load_rotations(file: Path, url: str | None, **options: Any) -> None:
    """Rotations: duties in turns, each turn recorded as a duty."""
    from api.service.facts.load import load_rotations as record  # noqa: PLC0415

    naming = _naming_of("rotations", options)
    settings = settings_of_commands()
    with opened_store(url, settings) as store, name_faulty_rows():
        report = record(store, file, settings.timezone, naming)
    _say_recorded("duties", report)


@load.command("events")
@of_file
@click.option("--source", help="Who reports; the name of the file unless given.")
@click.option("--lon", "lon_column", help="Column with longitude or x.")
@click.option("--lat", "lat_column", help="Column with latitude or y.")
@click.option("--datum", help="wgs84, cgcs2000, gcj02, bd09 or EPSG:n.")
@allowing_ballpark
@on_store
def load_events(file: Path, url: str | None, **options: Any) -> None:
    """Events, each stored with whose it was when it occurred and is when received.

    They are written 50,000 at a time at most: a full disk stops a load in between. It
    is said how many are kept, and the file is loaded again to go on.
    """
    spare_memory()
    from api.service.events.load import EventJob  # noqa: PLC0415
    from api.service.events.load import load_events as append  # noqa: PLC0415
    from api.service.stores.connection import terms_of  # noqa: PLC0415

    settings = settings_of_commands()
    options["source"] = options["source"] or file.stem
    naming = _naming_of("events", options)
    job = EventJob(
        timezone=settings.timezone,
        datum_error_m=settings.datum_error_m,
        terms=terms_of(settings),
        naming=naming,
        **options,
    )
    with (
        rare_collections(),
        opened_store(url, settings) as store,
        name_faulty_rows(),
    ):
        # before the store is closed, which takes a while and may be stopped
        say_appended(append(store, file, job, store.now()))


def say_appended(report: "EventReport") -> None:
    """Say what became of the events of a file."""
    say(report.notices)
    statuses = status_counts(report.statuses)
    echo(
        sentence(
            "Appended {appended:,} of {events}; {were} there already. {statuses}.",
            appended=report.appended,
            events=count_text(report.rows, "event"),
            were=count_text(report.rows - report.appended, "was", "were"),
            statuses=statuses or sentence("none"),
        )
    )


@contextmanager
def rare_collections() -> Iterator[None]:
    """Have the interpreter look for cycles of objects rarely: events have none.

    To look at millions of them again and again takes a third of the time.
    """
    thresholds = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(YOUNG_OBJECTS, *thresholds[1:])
    try:
        yield
    finally:
        gc.set_threshold(*thresholds)
        gc.unfreeze()


def _record(
    layer: str, file: Path, *, url: str | None, valid_from: str | None, **options: Any
) -> None:
    """Record the rows of a file and say what came of it."""
    from api.service.facts.defaults import FactJob  # noqa: PLC0415
    from api.service.facts.load import load_facts  # noqa: PLC0415
    from api.service.stores.connection import read_instant  # noqa: PLC0415

    options["naming"] = _naming_of(layer, options)
    settings = settings_of_commands()
    with opened_store(url, settings) as store, name_faulty_rows():
        since = read_instant(valid_from, "--valid-from", settings.timezone, store.now)
        job = FactJob(layer, since, settings.timezone, **options)
        report = load_facts(store, file, job)
    _say_recorded(layer, report)


def _naming_of(layer: str, options: dict[str, Any]) -> "Naming":
    """Take out of the options of a command what they say of its one file."""
    from api.service.inputs.namings import naming_for, namings_of  # noqa: PLC0415

    namings = namings_of(options.pop("renames"), options.pop("sheets"), (layer,))
    return replace(
        naming_for(namings, layer),
        fills=dict(options.pop("fills")),
        repeats=options.pop("repeats"),
        day_order=options.pop("day_order"),
    )


def _say_recorded(layer: str, report: "FactReport") -> None:
    """Say what came of facts."""
    say(report.notices)
    echo(
        sentence(
            "Recorded {rows} of {layer}, link {sequence}.",
            rows=count_text(report.link.rows, "row"),
            layer=layer,
            sequence=report.link.sequence,
        )
    )
