"""`pagoda draft`: grids that leave and come back; heavy imports stand inside."""

import getpass
import sys
from pathlib import Path
from typing import Any

import click

from api.cli.options import (
    FILE,
    allowing_ballpark,
    metres,
    on_store,
    opened_store,
    settings_of_commands,
)
from api.cli.output import name_faulty_rows
from api.cli.speech import echo, say
from gis.sentences import sentence


@click.group(no_args_is_help=False)
def draft() -> None:
    """Change grid boundaries: try, review, draw anew, send out and take back."""


@draft.command(name="export")
@click.option("--out", type=FILE, required=True, help="The .gpkg for QGIS and ArcGIS.")
@click.option("--system", default="main", help="The grid system.")
@on_store
def export_grids(out: Path, system: str, url: str | None) -> None:
    """Write the grids of the head with all columns; its digest goes with them."""
    from api.service.versions.drafts import export_draft  # noqa: PLC0415

    with opened_store(url, settings_of_commands()) as store:
        head = export_draft(store, out, system)
    say(
        [
            sentence(
                "Wrote {out}: version {version} of grid system {system!r}, digest "
                "{digest}.",
                out=out,
                version=head.version,
                system=head.system,
                digest=head.digest,
            )
        ]
    )


@draft.command(name="import")
@click.argument("path", metavar="FILE", type=FILE)
@click.option("--id", "id_column", default="grid_id", help="Column with the grid ids.")
@click.option(
    "--base",
    metavar="VERSION|DIGEST",
    help="The version that the file was drawn on, where it does not say it.",
)
@click.option("--system", help="The grid system, where the file does not say it.")
@click.option("--grids-datum", help="wgs84, cgcs2000, gcj02, bd09 or EPSG:n.")
@allowing_ballpark
@click.option("--repair", is_flag=True, help="Mend rings that are not valid.")
@click.option(
    "--heal",
    is_flag=True,
    help="Give ground without an owner or with several back to who had it.",
)
@click.option(
    "--noise-m",
    type=float,
    default=1.0,
    show_default=True,
    callback=metres,
    help="Ground of a smaller mean width is healed; wider is a conflict.",
)
@click.option(
    "--out",
    type=FILE,
    help="The change as a .json for `draft diff`, or its grids as a .gpkg.",
)
@click.option("--author", help="Whose change it is; the user's name unless given.")
@click.option(
    "--moves",
    type=click.Choice(["communities", "outline"]),
    multiple=True,
    help="What of the frozen borders the change may move.",
)
@on_store
def import_grids(
    out: Path | None,
    author: str | None,
    moves: tuple[str, ...],
    url: str | None,
    **options: Any,
) -> None:
    """Print what came back in FILE; exit 1 where it is refused."""
    from api.cli.text.drafts import change_lines, imported_lines  # noqa: PLC0415
    from api.service.versions.change_file import write_json  # noqa: PLC0415
    from api.service.versions.drafts import (  # noqa: PLC0415
        ImportJob,
        import_draft,
        write_imported,
    )
    from api.service.versions.returned_change import change_of  # noqa: PLC0415

    settings = settings_of_commands()
    with opened_store(url, settings) as store, name_faulty_rows():
        imported = import_draft(store, ImportJob(**options))
    say(imported.notices)
    echo(*imported_lines(imported))
    if imported.reconciliation.conflicts:
        sys.exit(1)
    if out is None:
        return
    if out.suffix != ".json":
        write_imported(out, imported)
    else:
        with opened_store(url, settings) as store:
            returned = change_of(store, imported, author or getpass.getuser(), moves)
        write_json(out, returned.change.to_dict())
        for line in change_lines(returned):
            echo(line)
    say([sentence("Wrote {out}.", out=out)])
