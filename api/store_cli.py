"""The commands of `pagoda` on a store; heavy imports stand inside the commands."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from api.on_store import (
    FILE,
    Decorated,
    on_store,
    opened_store,
    settings_of_commands,
)
from gis.errors import InvalidLayerError

if TYPE_CHECKING:
    from api.service.load_files import FactReport

FACT_LAYERS = {
    "posts": "Posts: who answers for a grid or circle.",
    "duties": "Duties: who holds a post from when to when.",
    "inspections": "Inspections of places.",
    "rules": "Rules, each with the body that owns it.",
}


def publishing(command: Decorated) -> Decorated:
    """Give a command the options of a publication."""
    options = (
        click.option("--system", default="main", help="The grid system."),
        click.option(
            "--valid-from", help="True since this day or time; now unless given."
        ),
        click.option("--author", required=True, help="Who made it."),
        click.option(
            "--reviewer", required=True, help="Who approved it: not the author."
        ),
        click.option("--note", default="", help="What the version is for."),
        click.option("--digest", help="What the reviewer approved; checked if given."),
        click.option(
            "--base", type=int, help="Version worked on; the head if not given."
        ),
        click.option(
            "--replaces",
            type=int,
            multiple=True,
            help="Of a correction: a version that it replaces.",
        ),
        click.option(
            "--untouched",
            type=int,
            multiple=True,
            help="Of a correction: a later version that stays.",
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


def with_grids(command: Decorated) -> Decorated:
    """Give a command the options that say how grids and what is above them are read."""
    options = (
        click.option(
            "--id", "id_column", required=True, help="Column with the grid ids."
        ),
        click.option("--grids-datum", help="wgs84, cgcs2000, gcj02, bd09 or EPSG:n."),
        click.option(
            "--circles", type=FILE, help="Command circles; else those of the head."
        ),
        click.option(
            "--communities",
            type=FILE,
            help="Communities and their names; else those that the grids name.",
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


@click.command()
@click.argument("url", required=False)
@click.option("--sample", type=click.Choice(["s_town"]), help="Fill it with S town.")
@click.option("--from", "source", help="Fill it with what `pagoda export` wrote.")
def init(url: str | None, sample: str | None, source: str | None) -> None:
    """Make a store at URL: empty, with a sample, or from an export."""
    from api.service.init_store import (  # noqa: PLC0415
        init_empty,
        init_export,
        init_sample,
    )
    from api.service.stores import store_url  # noqa: PLC0415

    if sample and source:
        raise click.UsageError("Options --sample and --from exclude each other")
    settings = settings_of_commands()
    address = store_url(url, settings)
    if source:
        lines = init_export(address, source, settings.timezone)
    elif sample:
        zone, error_m = settings.timezone, settings.datum_error_m
        lines = init_sample(address, zone, error_m, _tell)
    else:
        lines = init_empty(address)
    click.echo("\n".join(lines))


@click.group()
def load() -> None:
    """Load a layer from a file: checked, all or nothing."""


@load.command("grids")
@click.argument("file", type=FILE)
@with_grids
@publishing
@on_store
def load_grids(file: Path, **options: Any) -> None:
    """Publish the grids of FILE as a new version."""
    _publish(options | {"grids": file})


@load.command("circles")
@click.argument("file", type=FILE)
@publishing
@on_store
def load_circles(file: Path, **options: Any) -> None:
    """Publish the circles of FILE over the grids of the head as a new version."""
    _publish(options | {"circles": file})


@load.command("enterprises")
@click.argument("file", type=FILE)
@click.option("--source", help="Register that says so, without a column of that name.")
@click.option("--datum", help="wgs84, cgcs2000, gcj02, bd09 or EPSG:n.")
@click.option("--valid-from", help="True since, where no column says so; else now.")
@on_store
def load_enterprises(file: Path, **options: Any) -> None:
    """Enterprises: points with their source and credit code."""
    _record("enterprises", file, **options)


@load.command("stations")
@click.argument("file", type=FILE)
@click.option("--datum", help="wgs84, cgcs2000, gcj02, bd09 or EPSG:n.")
@click.option("--valid-from", help="True since, where no column says so; else now.")
@on_store
def load_stations(file: Path, **options: Any) -> None:
    """Stations: points where the forces of a circle stand ready."""
    _record("stations", file, **options)


def _fact_command(layer: str, about: str) -> None:
    """Add the command that loads a layer of facts."""

    @load.command(layer, help=about)
    @click.argument("file", type=FILE)
    @click.option("--valid-from", help="True since, where no column says so; else now.")
    @on_store
    def load_layer(file: Path, **options: Any) -> None:
        _record(layer, file, **options)


for _layer, _about in FACT_LAYERS.items():
    _fact_command(_layer, _about)


@load.command("rotations")
@click.argument("file", type=FILE)
@on_store
def load_rotations(file: Path, store: str | None) -> None:
    """Rotations: duties in turns, each turn recorded as a duty."""
    from api.service.load_files import load_rotations as record  # noqa: PLC0415

    settings = settings_of_commands()
    with opened_store(store, settings) as opened, _naming_rows():
        report = record(opened, file, settings.timezone)
    _say_recorded("duties", report)


@load.command("events")
@click.argument("file", type=FILE)
@click.option("--source", help="Who reports; the name of the file unless given.")
@click.option("--lon", "lon_column", help="Column with longitude or x.")
@click.option("--lat", "lat_column", help="Column with latitude or y.")
@click.option("--datum", help="wgs84, cgcs2000, gcj02, bd09 or EPSG:n.")
@on_store
def load_events(file: Path, store: str | None, **options: Any) -> None:
    """Events, each stored with whose it was when it occurred and is when received."""
    from api.service.load_events import EventJob  # noqa: PLC0415
    from api.service.load_events import load_events as append  # noqa: PLC0415
    from api.service.stores import terms_of  # noqa: PLC0415
    from layers.stores import clock  # noqa: PLC0415

    settings = settings_of_commands()
    options["source"] = options["source"] or file.stem
    job = EventJob(
        timezone=settings.timezone,
        datum_error_m=settings.datum_error_m,
        terms=terms_of(settings),
        **options,
    )
    with opened_store(store, settings) as opened, _naming_rows():
        report = append(opened, file, job, clock())
    _say(report.notices)
    statuses = ", ".join(f"{n:,} {status}" for status, n in report.statuses.items())
    click.echo(
        f"Appended {report.appended:,} of {report.rows:,} events; "
        f"{report.rows - report.appended:,} were there already. {statuses or 'none'}."
    )


@click.command()
@click.option("--grids", type=FILE, required=True, help="File of grid polygons.")
@with_grids
@publishing
@on_store
def publish(**options: Any) -> None:
    """Publish grids, circles and tree together as a new version."""
    _publish(options)


@click.command()
@click.argument("version", type=int)
@click.option("--reason", required=True, help="Why it shall not come into force.")
@click.option("--reviewer", required=True, help="Who approved that.")
@click.option("--system", default="main", help="The grid system.")
@on_store
def withdraw(version: int, store: str | None, **options: str) -> None:
    """Withdraw VERSION, which is not in force yet."""
    with opened_store(store, settings_of_commands()) as opened:
        made = opened.withdraw(version, **options)
        last = opened.last_link()
    click.echo(
        f"Withdrew version {made.version} of grid system {made.system!r}, link "
        f"{last.sequence if last else 0}."
    )


@click.command()
@on_store
def versions(store: str | None) -> None:
    """Print what is published and pending."""
    from api.service.publishing import version_lines  # noqa: PLC0415
    from layers.stores import clock  # noqa: PLC0415

    settings = settings_of_commands()
    with opened_store(store, settings) as opened:
        click.echo("\n".join(version_lines(opened, clock(), settings.timezone)))


@click.command()
@click.argument("event")
@on_store
def replay(event: str, store: str | None) -> None:
    """Compute the answers of EVENT again; exit 1 when they are not byte-equal."""
    from api.service.replay import replay as compute  # noqa: PLC0415
    from api.service.replay import replay_lines  # noqa: PLC0415

    with opened_store(store, settings_of_commands()) as opened:
        found = compute(opened, event)
    click.echo("\n".join(replay_lines(event, found)))
    sys.exit(0 if all(one.is_equal for one in found) else 1)


@click.group()
def audit() -> None:
    """Sign the end of the log, and check the log against it."""


@audit.command("head")
@on_store
def audit_head(store: str | None) -> None:
    """Print the end of the log, signed with PAGODA_AUDIT_KEY; keep it elsewhere."""
    from api.service.audit import audit_head as head  # noqa: PLC0415

    settings = settings_of_commands()
    with opened_store(store, settings) as opened:
        click.echo(head(opened, settings.audit_key).to_text())


@audit.command("verify")
@click.option("--head", help="File with what `pagoda audit head` printed.")
@on_store
def audit_verify(head: str | None, store: str | None) -> None:
    """Check every row of the log; exit 1 when something was changed or cut."""
    from api.service.audit import audit_verify as verify  # noqa: PLC0415

    settings = settings_of_commands()
    with opened_store(store, settings) as opened:
        faults = verify(opened, head, settings.audit_key)
        last = opened.last_link()
    for fault in faults:
        click.echo(fault.text)
    links = last.sequence if last else 0
    against = "the exported head" if head else "itself, no exported head was given"
    click.echo(f"{links:,} links checked against {against}: {len(faults):,} faults.")
    sys.exit(1 if faults else 0)


@click.command()
@click.option("--out", type=FILE, required=True, help="New FILE.gpkg or new folder.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["geoparquet", "geojson"]),
    default="geoparquet",
    show_default=True,
    help="Files in the folder: GeoParquet, or GeoJSON and CSV.",
)
@on_store
def export(out: Path, form: Any, store: str | None) -> None:
    """Write a consistent copy that GIS software opens and `init --from` restores."""
    from api.service.export import export_store  # noqa: PLC0415

    with opened_store(store, settings_of_commands()) as opened:
        export_store(opened, out, form)
        last = opened.last_link()
    head = f"head {last.head[:12]} of link {last.sequence}" if last else "an empty log"
    click.echo(f"Wrote {out}, {head}.")


COMMANDS = (init, load, versions, publish, withdraw, replay, audit, export)
"""What `api.cli` registers."""


@contextmanager
def _naming_rows() -> Iterator[None]:
    """Name every faulty row on standard error before the one sentence."""
    try:
        yield
    except InvalidLayerError as error:
        _say(map(str, error.faults))
        raise


def _publish(options: dict[str, Any]) -> None:
    """Publish what the options name and say what came of it."""
    from api.service.publishing import PublishJob, publish_files  # noqa: PLC0415
    from api.service.stores import read_instant  # noqa: PLC0415

    settings = settings_of_commands()
    store = options.pop("store")
    options["valid_from"] = read_instant(
        options["valid_from"], "--valid-from", settings.timezone
    )
    with opened_store(store, settings) as opened, _naming_rows():
        version, notices = publish_files(opened, PublishJob(**options))
        last = opened.last_link()
    _say(notices)
    click.echo(
        f"Published version {version.version} of grid system {version.system!r}, "
        f"digest {version.digest}, link {last.sequence if last else 0}."
    )


def _record(
    layer: str, file: Path, *, store: str | None, valid_from: str | None, **options: Any
) -> None:
    """Record the rows of a file and say what came of it."""
    from api.service.load_files import FactJob, load_facts  # noqa: PLC0415
    from api.service.stores import read_instant  # noqa: PLC0415
    from layers.stores import clock  # noqa: PLC0415

    settings = settings_of_commands()
    since = read_instant(valid_from, "--valid-from", settings.timezone)
    job = FactJob(layer, since, settings.timezone, clock(), **options)
    with opened_store(store, settings) as opened, _naming_rows():
        report = load_facts(opened, file, job)
    _say_recorded(layer, report)


def _say_recorded(layer: str, report: "FactReport") -> None:
    """Say what came of facts."""
    _say(report.notices)
    click.echo(
        f"Recorded {report.link.rows:,} rows of {layer}, link {report.link.sequence}."
    )


def _say(lines: Any) -> None:
    for line in lines:
        click.echo(line, err=True)


def _tell(stage: str) -> None:
    click.echo(f"{stage} ...", err=True)
