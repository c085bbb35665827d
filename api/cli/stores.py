"""The commands of `pagoda` on a store; heavy imports stand inside the commands."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from api.cli.options import FILE, on_store, opened_store, settings_of_commands
from api.cli.output import tell_stage
from api.cli.speech import echo
from gis.sentences import sentence, spoken

if TYPE_CHECKING:
    from layers.stores.log import LogFault


@click.command()
@click.argument("url", required=False)
@click.option(
    "--sample",
    type=click.Choice(["s_town", "x_town"]),
    help="Fill it with S town, or with X town and its former grid systems.",
)
@click.option("--from", "source", help="Fill it with what `pagoda export` wrote.")
def init(url: str | None, sample: str | None, source: str | None) -> None:
    """Make a store at URL: empty, with a sample, or from an export."""
    from api.cli.text.stores import init_lines  # noqa: PLC0415
    from api.service.stores.connection import opened, store_url  # noqa: PLC0415
    from api.service.stores.init import (  # noqa: PLC0415
        init_empty,
        init_export,
        init_sample,
    )

    if sample and source:
        raise click.UsageError(
            spoken(sentence("Options --sample and --from exclude each other"))
        )
    settings = settings_of_commands()
    address, faults = store_url(url, settings), list["LogFault"]()
    if source:
        faults = [*init_export(address, source, settings.files)]
    elif sample:
        zone, error_m = settings.timezone, settings.datum_error_m
        init_sample(address, zone, error_m, tell_stage, sample)
    else:
        init_empty(address)
    with opened(address) as store:
        lines = init_lines(store, address, settings.timezone, source, sample)
    echo(*lines, *(fault.text for fault in faults))


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
@click.option(
    "--open",
    "is_open",
    is_flag=True,
    help="Only open fields of open layers: what is handed out to others.",
)
@on_store
def export(out: Path, form: Any, is_open: bool, url: str | None) -> None:
    """Write a consistent copy that GIS software opens and `init --from` restores."""
    from api.service.rating.days import RiskDesk  # noqa: PLC0415
    from api.service.stores.connection import store_url, terms_of  # noqa: PLC0415
    from api.service.stores.export import export_open, export_store  # noqa: PLC0415
    from api.service.stores.photos import photo_folder  # noqa: PLC0415

    settings = settings_of_commands()
    with opened_store(url, settings) as store:
        if is_open:
            names = ", ".join(export_open(store, out, store.now(), form))
            echo(
                sentence(
                    "Wrote {out}, open fields only, of {names}; no store can be made "
                    "of it.",
                    out=out,
                    names=names,
                )
            )
            return
        photos = photo_folder(store_url(url, settings), settings.files)
        desk = RiskDesk(store, settings.timezone, terms_of(settings))
        lacking = export_store(store, out, form, photos, desk)
        last = store.last_link()
    head = (
        sentence(
            "head {head} of link {sequence}",
            head=last.head[:12],
            sequence=last.sequence,
        )
        if last
        else sentence("an empty log")
    )
    echo(
        sentence(
            "Wrote {out}, {head}; it is whole, closed fields too: keep it inside.",
            out=out,
            head=head,
        )
    )
    for fault in lacking.photos:
        echo(fault.text)
    if lacking.colours:
        echo(
            sentence(
                "It has no grids in the colours of today: {colourless}",
                colourless=lacking.colours,
            )
        )


@click.command()
@click.argument("folder", type=FILE)
@click.option(
    "--keep",
    type=click.IntRange(1),
    help="So many of its backups stay in FOLDER, the oldest go; all unless given.",
)
@on_store
def backup(folder: Path, keep: int | None, url: str | None) -> None:
    """Copy a store into FOLDER and read the copy back; `init --from` restores it."""
    from api.cli.text.stores import backup_lines  # noqa: PLC0415
    from api.service.stores.backup import backup_store  # noqa: PLC0415
    from api.service.stores.connection import store_url  # noqa: PLC0415
    from api.service.stores.photos import photo_folder  # noqa: PLC0415

    settings = settings_of_commands()
    with opened_store(url, settings) as store:
        photos = photo_folder(store_url(url, settings), settings.files)
        copy = backup_store(store, folder, photos, keep)
    echo(*backup_lines(copy))


@click.command()
@click.option(
    "--dry-run",
    "is_trial",
    is_flag=True,
    help="Take every step and take it back again.",
)
@on_store
def migrate(*, is_trial: bool, url: str | None) -> None:
    """Bring a store of an earlier release to the form of this one."""
    from api.cli.text.stores import migration_line  # noqa: PLC0415
    from api.service.stores.connection import store_url  # noqa: PLC0415
    from layers.stores import migrate_store  # noqa: PLC0415

    address = store_url(url, settings_of_commands())
    change = migrate_store(address, is_trial=is_trial)
    echo(migration_line(address, change, is_trial=is_trial))
